"""PBM, PGM and PPM, the simplest image files: a header in text, then the samples, as text or as bytes.

The formats are those of the Netpbm manual, pages "pbm", "pgm" and "ppm". The first image of a file is read.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from io import BytesIO
from reprlib import repr as short

from backprop.datasets.images.image import Image, levels, unpack_samples
from backprop.matrix import trusted

# The first two bytes of a file, and its samples: the number of channels, and whether they are text.
KINDS = {b"P1": (1, True), b"P2": (1, True), b"P3": (3, True), b"P4": (1, False), b"P5": (1, False), b"P6": (3, False)}
_BITMAPS = (b"P1", b"P4")  # their samples are 0, which is white, and 1; no maxval stands in their header

_COMMENT = rb"#[^\r\n]*[\r\n]"
# The regular expression stores each comment; the bound limits the memory for a large file of comments only.
_BETWEEN = rb"(?=[\s#])\s*(?:" + _COMMENT + rb"\s*){0,999}"
# Only one white space or comment precedes the samples, whose bytes may look like more.
_BITMAP_HEADER, _HEADER = (
    re.compile(rb"P\d" + (_BETWEEN + rb"(\d{1,9})") * numbers + rb"(?:\s|" + _COMMENT + rb")") for numbers in (2, 3)
)


def decode(content: bytes) -> Image:
    """The image in the bytes of a file; bytes after it are ignored. ValueError if the file is not valid.

    >>> image = decode(b"P6 1 1 255\\n\\xff\\x00\\x33")
    >>> image, image.pixels
    (Image(channels=3, height=1, width=1), Matrix([[1.0, 0.0, 0.2]]))
    >>> decode(b"P1 3 1 011").pixels
    Matrix([[1.0, 0.0, 0.0]])
    """
    channels, text = KINDS[content[:2]]
    is_bitmap = content[:2] in _BITMAPS
    header = (_BITMAP_HEADER if is_bitmap else _HEADER).match(content)
    if not header:
        needed = "width and height, two numbers" if is_bitmap else "width, height and maxval, three numbers"
        raise ValueError(f"its header needs {needed}, got {short(content[2:40])}")
    width, height, maxval = map(int, (*header.groups(), b"1")[:3])
    if not (width and height and 0 < maxval < 65536):
        raise ValueError(f"its header says {width}×{height} pixels from 0 to {maxval}; they go from 0 to 1 up to 65535")
    count = channels * height * width
    raster = content[header.end() :]
    if is_bitmap:
        samples = _digits(raster, count) if text else _bits(raster, width, height)
    else:
        samples = _numbers(raster, count) if text else _packed(raster, count, 1 if maxval < 256 else 2)
    if max(samples) > maxval:
        raise ValueError(f"a sample is {max(samples)}, above its maxval {maxval}")
    values = levels(maxval)[:: -1 if is_bitmap else 1]
    pixels = [values[sample] for channel in range(channels) for sample in samples[channel::channels]]
    return Image(trusted([pixels]), channels, height, width)


def _words(raster: bytes) -> list[bytes]:
    """The words between white space and comments."""
    lines = BytesIO(raster.replace(b"\r", b"\n"))
    return [word for line in lines for word in line.partition(b"#")[0].split()]


def _numbers(raster: bytes, count: int) -> Sequence[int]:
    """``count`` samples as decimal numbers with white space, and perhaps comments, between them."""
    words = _words(raster)[:count]
    if len(words) < count:
        raise ValueError(f"it has {len(words)} samples; its header says {count}")
    for word in words:
        if not word.isdigit() or len(word) > 9:
            raise ValueError(f"{short(word)} is not a sample")
    return list(map(int, words))


def _digits(raster: bytes, count: int) -> Sequence[int]:
    """``count`` samples as digits, with or without white space between them."""
    digits = b"".join(_words(raster))[:count]
    if len(digits) < count:
        raise ValueError(f"it has {len(digits)} samples; its header says {count}")
    wrong = digits.translate(None, b"01")
    if wrong:
        raise ValueError(f"{short(wrong[:1])} is not a sample; they are 0 and 1")
    return [digit - ord("0") for digit in digits]


def _bits(raster: bytes, width: int, height: int) -> Sequence[int]:
    """The samples as bits, each line padded to whole bytes."""
    size = (width + 7) // 8
    bits = unpack_samples(bytes(_packed(raster, size * height, 1)), 1)
    return [bit for start in range(0, 8 * size * height, 8 * size) for bit in bits[start : start + width]]


def _packed(raster: bytes, count: int, size: int) -> Sequence[int]:
    """``count`` samples of ``size`` bytes, the more significant byte first."""
    if len(raster) < count * size:
        raise ValueError(f"{len(raster)} bytes follow its header, which says {count} samples of {size}")
    return raster[:count] if size == 1 else struct.unpack_from(f">{count}H", raster)
