"""PNG: chunks with checksums, among them a header, the compressed scanlines, a palette, a transparent colour.

The sections named below are those of W3C, "Portable Network Graphics (PNG) Specification" (third edition, 2025).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from reprlib import repr as short

from backprop.datasets.images.image import Image, levels, unpack_samples
from backprop.matrix import trusted

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# The order of the chunks (5.6): those that are read, and any number of others, whose names begin with a lower-case
# letter.
_OTHERS = "(?:(?!tRNS)[a-z][A-Za-z]{3} )*"
_ORDER = re.compile(f"IHDR {_OTHERS}(?:PLTE {_OTHERS})?(?:tRNS {_OTHERS})?(?:IDAT )+{_OTHERS}IEND ")
# For each colour type how many samples a pixel has, and how many bits a sample may have (11.2.1).
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6
_COLOURS = {
    _GREY: (1, (1, 2, 4, 8, 16)),
    _RGB: (3, (8, 16)),
    _PALETTE: (1, (1, 2, 4, 8)),
    _GREY_ALPHA: (2, (8, 16)),
    _RGBA: (4, (8, 16)),
}
# The passes of an image (8.1), each with its first column and line and its steps: one pass of all pixels, or with
# interlacing one of each 64th pixel, then those halfway between, until none is left.
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
# A thousand bytes can inflate to eight million pixels, so that a small file could take any amount of memory.
_MAX_SAMPLES = 2**26


def decode(content: bytes) -> Image:
    """The image in the bytes of a file. ValueError if the file is not valid."""
    chunks = list(_chunks(content))
    order = "".join(f"{name} " for name, _ in chunks)
    if not _ORDER.fullmatch(order):
        raise ValueError(f"its chunks are {short(order)}; PNG has IHDR, PLTE, tRNS, IDAT and IEND in this order")
    parts = dict(chunks)
    width, height, per_pixel, depth, colour, interlaced = _header(parts["IHDR"])
    compressed = b"".join(data for name, data in chunks if name == "IDAT")
    samples = samples_of(compressed, width, height, per_pixel, depth, interlaced)
    palette, transparent = parts.get("PLTE"), parts.get("tRNS")
    if colour == _PALETTE:
        channels = _palette_channels(samples[0], depth, palette, transparent)
    else:
        channels = _scaled_channels(samples, depth, transparent)
    return Image(trusted([list(chain.from_iterable(channels))]), len(channels), height, width)


def encode(image: Image) -> bytes:
    """The bytes of a file with this image, 8 bits a sample, its lines unfiltered.

    >>> image = Image(trusted([[0.0, 0.2, 1.0]]), 3, 1, 1)
    >>> decode(encode(image)) == image
    True
    """
    samples = bytes([round(255 * min(max(x, 0.0), 1.0)) for x in image.pixels.rows[0]])
    size, length = image.height * image.width, image.channels * image.width
    mixed = bytearray(len(samples))
    for channel in range(image.channels):
        mixed[channel :: image.channels] = samples[channel * size : (channel + 1) * size]
    lines = b"".join([b"\0" + mixed[start : start + length] for start in range(0, len(mixed), length)])
    colour = (_GREY, _GREY_ALPHA, _RGB, _RGBA)[image.channels - 1]
    header = struct.pack(">2I5B", image.width, image.height, 8, colour, 0, 0, 0)
    chunks = [b"IHDR" + header, b"IDAT" + zlib.compress(lines), b"IEND"]
    return SIGNATURE + b"".join(
        [struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks]
    )


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and data of each chunk up to IEND: 4 bytes of length, then name, data, and a checksum of both (5.3)."""
    start, name = len(SIGNATURE), ""
    while name != "IEND":
        end = start + 12 + int.from_bytes(content[start : start + 4], "big")
        if end > len(content):
            raise ValueError(f"it ends within the chunk that begins at byte {start}")
        data, checksum = content[start + 4 : end - 4], content[end - 4 : end]
        name = data[:4].decode("latin-1")
        if zlib.crc32(data) != int.from_bytes(checksum, "big"):
            raise ValueError(f"the chunk {short(name)} at byte {start} does not fit its checksum")
        yield name, data[4:]
        start = end


def _header(data: bytes) -> tuple[int, int, int, int, int, bool]:
    """(width, height, samples of a pixel, bits of a sample, colour type, interlaced)."""
    if len(data) != 13:
        raise ValueError(f"its IHDR has {len(data)} bytes; they are 13")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">2I5B", data)
    per_pixel, depths = _COLOURS.get(colour, (0, ()))
    if depth not in depths:
        raise ValueError(f"its IHDR says colour type {colour} with {depth} bits, which there is not")
    if not 0 < width * height * per_pixel <= _MAX_SAMPLES:
        raise ValueError(
            f"its IHDR says {width}×{height} pixels of {per_pixel} samples; read are 1 to {_MAX_SAMPLES:,} in all"
        )
    if compression or filtering or interlace > 1:
        raise ValueError(
            f"its IHDR says compression {compression}, filter {filtering} and interlace {interlace}; "
            "known are 0, 0, and 0 or 1"
        )
    return width, height, per_pixel, depth, colour, interlace == 1


def _palette_channels(
    indices: Sequence[int], depth: int, palette: bytes | None, alphas: bytes | None
) -> list[list[float]]:
    """The colours at these indices of the palette (11.2.2), whose first entries may have an alpha (11.3.1.1)."""
    if palette is None:
        raise ValueError("its pixels are indices of a palette, but it has no PLTE")
    if len(palette) not in range(3, 3 * 2**depth + 1, 3):
        raise ValueError(f"its PLTE has {len(palette)} bytes; they are 3 for each of 1 to {2**depth} colours")
    tables = [palette[0::3], palette[1::3], palette[2::3]]
    count = len(tables[0])
    if max(indices) >= count:
        raise ValueError(f"a pixel is index {max(indices)} of a palette of {count} colours")
    if alphas is not None:
        if len(alphas) > count:
            raise ValueError(f"its tRNS has {len(alphas)} bytes for a palette of {count}")
        tables.append(alphas + b"\xff" * (count - len(alphas)))
    values = levels(255)
    return [[values[table[index]] for index in indices] for table in tables]


def _scaled_channels(samples: list[list[int]], depth: int, transparent: bytes | None) -> list[list[float]]:
    """sample/(2^depth − 1), and where one colour is transparent an alpha of 0 for it and 1 elsewhere (11.3.1.1)."""
    values = levels(2**depth - 1)
    channels = [[values[sample] for sample in plane] for plane in samples]
    if transparent is not None:
        if len(samples) % 2 == 0 or len(transparent) != 2 * len(samples):
            raise ValueError(f"its tRNS of {len(transparent)} bytes does not fit pixels of {len(samples)} samples")
        colour = tuple(word & 2**depth - 1 for word in struct.unpack(f">{len(samples)}H", transparent))
        channels.append([0.0 if pixel == colour else 1.0 for pixel in zip(*samples)])
    return channels


# -------------------------------------------------------------------- scanlines


def samples_of(
    compressed: bytes, width: int, height: int, per_pixel: int, depth: int, interlaced: bool
) -> list[list[int]]:
    """The samples of ``depth`` bits, a list of width·height for each of the ``per_pixel`` samples of a pixel.

    >>> samples_of(zlib.compress(bytes([0, 0b00011011])), 3, 1, 1, 2, False)
    [[0, 1, 2]]
    """
    passes = []
    for x, y, across, down in _ADAM7 if interlaced else _WHOLE:
        columns = range(x, width, across)
        if columns:  # a pass without columns has no lines either
            passes.append((columns, range(y, height, down), (len(columns) * per_pixel * depth + 7) // 8))
    stored = _inflate(compressed, sum(len(lines) * (1 + size) for _, lines, size in passes))

    planes = [[0] * (width * height) for _ in range(per_pixel)]
    start, step = 0, max(1, per_pixel * depth // 8)
    for columns, lines, size in passes:
        line = bytes(size)
        for y in lines:
            line = unfilter(stored[start], stored[start + 1 : start + 1 + size], line, step)
            start += 1 + size
            samples = unpack_samples(line, depth)[: len(columns) * per_pixel]
            for channel, plane in enumerate(planes):
                plane[y * width + columns.start : (y + 1) * width : columns.step] = samples[channel::per_pixel]
    return planes


def _inflate(compressed: bytes, needed: int) -> bytes:
    """The ``needed`` bytes; at most one more is inflated, and the rest is not read."""
    inflater = zlib.decompressobj()
    try:
        stored = inflater.decompress(compressed, needed + 1)
    except zlib.error as error:
        raise ValueError(f"its IDAT cannot be inflated: {error}") from None
    if len(stored) < needed or not (inflater.eof or len(stored) > needed):
        raise ValueError(f"its IDAT ends after {len(stored)} bytes of pixels; its header asks for {needed}")
    return stored[:needed]


# -------------------------------------------------------------------- filters (9.2)


def unfilter(kind: int, stored: bytes, above: bytes, step: int) -> bytes:
    """The bytes of a line whose pixels take ``step`` bytes each, stored with filter number ``kind``.

    A line is stored as its differences from a prediction p: x is a byte of the line, a the same byte of the pixel to
    its left, b the one above, c the one above a; outside of the image they are 0. Stored is x − p(a, b, c) mod 256, so
    x = stored + p(a, b, c) mod 256. Each filter takes the same byte of all pixels of a line, and of the line above.

    >>> unfilter(1, bytes([10, 100, 1, 255]), bytes(4), step=2) == bytes([10, 100, 11, 99])
    True
    """
    if kind >= len(_FILTERS):
        raise ValueError(f"a line has filter {kind}; they are 0 to {len(_FILTERS) - 1}")
    line = bytearray(stored)
    for offset in range(step):
        line[offset::step] = bytes(_FILTERS[kind](stored[offset::step], above[offset::step]))
    return bytes(line)


def _none(stored: bytes, above: bytes) -> Iterable[int]:
    """p = 0."""
    return stored


def _sub(stored: bytes, above: bytes) -> Iterable[int]:
    """p = a."""
    return [x & 255 for x in accumulate(stored)]


def _up(stored: bytes, above: bytes) -> Iterable[int]:
    """p = b."""
    return [(x + b) & 255 for x, b in zip(stored, above)]


def _average(stored: bytes, above: bytes) -> Iterable[int]:
    """p = ⌊(a + b)/2⌋."""
    line, a = [], 0
    for x, b in zip(stored, above):
        a = (x + (a + b >> 1)) & 255
        line.append(a)
    return line


def _paeth(stored: bytes, above: bytes) -> Iterable[int]:
    """p is the one of a, b, c nearest to a + b − c, the first of equal ones.

    Paeth, "Image File Compression Made Easy" (1991).
    """
    line, a, c = [], 0, 0
    for x, b in zip(stored, above):
        to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - c - c)
        a = (x + (a if to_a <= to_b and to_a <= to_c else b if to_b <= to_c else c)) & 255
        line.append(a)
        c = b
    return line


_FILTERS = (_none, _sub, _up, _average, _paeth)
