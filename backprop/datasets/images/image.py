"""Image: a picture as one row of numbers, which is the input of a layer; and the samples that files store."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backprop.matrix import Matrix


@dataclass(frozen=True)
class Image:
    """``pixels``, a single row of ``channels``·``height``·``width`` numbers from 0.0 (dark) to 1.0 (bright).

    The row has channel after channel, and in each channel line after line from the top: PyTorch's (C, H, W), flattened.
    There are 1 (grey), 2 (grey, alpha), 3 (red, green, blue) or 4 channels (with alpha: 0.0 transparent, 1.0 opaque).

    >>> image = Image(Matrix([[0.0, 1.0, 0.5, 0.5]]), channels=2, height=1, width=2)
    >>> image.pixels[:, 2:]  # its alpha
    Matrix([[0.5, 0.5]])
    """

    pixels: Matrix
    channels: int
    height: int
    width: int

    def __repr__(self) -> str:
        return f"{type(self).__name__}(channels={self.channels}, height={self.height}, width={self.width})"


@lru_cache(maxsize=4)
def levels(maxval: int) -> tuple[float, ...]:
    """0/maxval, 1/maxval, …, 1: the numbers that the samples 0 to ``maxval`` stand for.

    All pixels share these float objects, so that a pixel takes 8 bytes and not 32.

    >>> levels(4)
    (0.0, 0.25, 0.5, 0.75, 1.0)
    """
    return tuple(sample / maxval for sample in range(maxval + 1))


def unpack_samples(line: bytes, depth: int) -> Sequence[int]:
    """The samples of ``depth`` bits in these bytes, the first one in the highest bits, with the padding of the last
    byte."""
    if depth == 8:
        return line
    if depth == 16:
        return struct.unpack(f">{len(line) // 2}H", line)
    return [byte >> shift & 2**depth - 1 for byte in line for shift in range(8 - depth, -1, -depth)]
