"""The compressed picture of a PNG: lines of samples, some to a byte or some bytes to one, perhaps in several passes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

from backprop.datasets.images.filters import unfiltered

# Where each pass begins, across and down, and its distances from pixel to pixel and from line to line: the whole image
# at once, or one pixel in 64, then those halfway, until nothing is between them (PNG specification, section 8.1).
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def samples_of(
    compressed: bytes, width: int, height: int, per_pixel: int, depth: int, interlaced: bool
) -> list[list[int]]:
    """The samples of ``depth`` bits, a list of width·height for each of the ``per_pixel`` in a pixel.

    >>> samples_of(zlib.compress(bytes([0, 0b00011011])), 3, 1, 1, 2, False)
    [[0, 1, 2]]
    """
    passes = []
    for x, y, across, down in _ADAM7 if interlaced else _WHOLE:
        columns = range(x, width, across)
        if columns:  # a pass without columns has no lines either
            passes.append((columns, range(y, height, down), (len(columns) * per_pixel * depth + 7) // 8))
    stored = _inflated(compressed, sum(len(lines) * (1 + size) for _, lines, size in passes))

    planes = [[0] * (width * height) for _ in range(per_pixel)]
    start, step = 0, max(1, per_pixel * depth // 8)
    for columns, lines, size in passes:
        line = bytes(size)
        for y in lines:
            line = unfiltered(stored[start], stored[start + 1 : start + 1 + size], line, step)
            start += 1 + size
            samples = unpacked(line, depth)[: len(columns) * per_pixel]
            for place, plane in enumerate(planes):
                plane[y * width + columns.start : (y + 1) * width : columns.step] = samples[place::per_pixel]
    return planes


def _inflated(compressed: bytes, needed: int) -> bytes:
    """The ``needed`` bytes; at most one more is ever made, and what goes on behind them is not read."""
    inflater = zlib.decompressobj()
    try:
        stored = inflater.decompress(compressed, needed + 1)
    except zlib.error as error:
        raise ValueError(f"its IDAT cannot be inflated: {error}") from None
    if len(stored) < needed or not (inflater.eof or len(stored) > needed):
        raise ValueError(f"its IDAT ends after {len(stored)} bytes of pixels; its header asks for {needed}")
    return stored[:needed]


def unpacked(line: bytes, depth: int) -> Sequence[int]:
    """The samples in these bytes, the left one in the higher bits, and what fills up the last byte (7.2)."""
    if depth == 8:
        return line
    if depth == 16:
        return struct.unpack(f">{len(line) // 2}H", line)
    return [byte >> shift & 2**depth - 1 for byte in line for shift in range(8 - depth, -1, -depth)]
