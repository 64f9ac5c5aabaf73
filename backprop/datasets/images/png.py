"""PNG: chunks with checksums; a header, a compressed picture, and for some a palette or a transparent colour.

As W3C, "Portable Network Graphics (PNG) Specification" (third edition, 2025), has it, in the sections named below.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from reprlib import repr as short

from backprop.datasets.images.image import Image, levels
from backprop.datasets.images.scanlines import samples_of
from backprop.matrix import trusted

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# The order of the chunks (5.6): those that are read, and any number of others, whose names begin with a small letter.
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
# A thousand bytes can inflate to eight million pixels, so a small file could ask for any amount of memory.
_MOST = 2**26


def decoded(content: bytes) -> Image:
    """The image that the bytes of a file hold; ValueError for what is wrong with them."""
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
        channels = _looked_up(samples[0], depth, palette, transparent)
    else:
        channels = _scaled(samples, depth, transparent)
    return Image(trusted([list(chain.from_iterable(channels))]), len(channels), height, width)


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and data of each chunk up to IEND: 4 bytes of length, then name, data, and a checksum of both (5.3)."""
    start, name = len(SIGNATURE), ""
    while name != "IEND":
        end = start + 12 + int.from_bytes(content[start : start + 4], "big")
        if end > len(content):
            raise ValueError(f"it ends within the chunk that begins at byte {start}")
        checked, checksum = content[start + 4 : end - 4], content[end - 4 : end]
        name = checked[:4].decode("latin-1")
        if zlib.crc32(checked) != int.from_bytes(checksum, "big"):
            raise ValueError(f"the chunk {short(name)} at byte {start} does not fit its checksum")
        yield name, checked[4:]
        start = end


def _header(data: bytes) -> tuple[int, int, int, int, int, bool]:
    """(width, height, samples of a pixel, bits of a sample, colour type, interlaced)."""
    if len(data) != 13:
        raise ValueError(f"its IHDR has {len(data)} bytes; they are 13")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">2I5B", data)
    per_pixel, depths = _COLOURS.get(colour, (0, ()))
    if depth not in depths:
        raise ValueError(f"its IHDR says colour type {colour} with {depth} bits, which there is not")
    if not 0 < width * height * per_pixel <= _MOST:
        raise ValueError(
            f"its IHDR says {width}×{height} pixels of {per_pixel} samples; read are 1 to {_MOST:,} in all"
        )
    if compression or filtering or interlace > 1:
        raise ValueError(
            f"its IHDR says compression {compression}, filter {filtering} and interlace {interlace}; "
            "known are 0, 0, and 0 or 1"
        )
    return width, height, per_pixel, depth, colour, interlace == 1


def _looked_up(places: Sequence[int], depth: int, palette: bytes | None, alphas: bytes | None) -> list[list[float]]:
    """The colours at these places of the palette (11.2.2), whose first entries may have an alpha (11.3.1.1)."""
    if palette is None:
        raise ValueError("its pixels are places in a palette and it has no PLTE")
    if len(palette) not in range(3, 3 * 2**depth + 1, 3):
        raise ValueError(f"its PLTE has {len(palette)} bytes; they are 3 for each of 1 to {2**depth} colours")
    tables = [palette[0::3], palette[1::3], palette[2::3]]
    count = len(tables[0])
    if max(places) >= count:
        raise ValueError(f"a pixel is the place {max(places)} in a palette of {count}")
    if alphas is not None:
        if len(alphas) > count:
            raise ValueError(f"its tRNS has {len(alphas)} bytes for a palette of {count}")
        tables.append(alphas + b"\xff" * (count - len(alphas)))
    values = levels(255)
    return [[values[table[place]] for place in places] for table in tables]


def _scaled(samples: list[list[int]], depth: int, transparent: bytes | None) -> list[list[float]]:
    """sample/(2^depth − 1), and where one colour is transparent an alpha of 0 for it and 1 elsewhere (11.3.1.1)."""
    values = levels(2**depth - 1)
    channels = [[values[sample] for sample in plane] for plane in samples]
    if transparent is not None:
        if len(samples) % 2 == 0 or len(transparent) != 2 * len(samples):
            raise ValueError(f"its tRNS of {len(transparent)} bytes does not fit pixels of {len(samples)} samples")
        colour = tuple(word & 2**depth - 1 for word in struct.unpack(f">{len(samples)}H", transparent))
        channels.append([0.0 if pixel == colour else 1.0 for pixel in zip(*samples)])
    return channels
