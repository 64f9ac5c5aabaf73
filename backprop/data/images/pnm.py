"""PGM and PPM, the plainest image files there are: a header to read, then the samples, as text or as bytes.

The formats are those of the Netpbm manual, pages "pgm" and "ppm", with one image a file.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from io import BytesIO
from reprlib import repr as short

from backprop.data.images.image import Image, levels
from backprop.matrix import trusted

# What a file begins with, and what its samples are: channels, and whether they are text.
KINDS = {b"P2": (1, True), b"P3": (3, True), b"P5": (1, False), b"P6": (3, False)}

_COMMENT = rb"#[^\r\n]*[\r\n]"
# The search remembers each comment, so that a large file of nothing else would take very much memory without a bound.
_BETWEEN = rb"(?=[\s#])\s*(?:" + _COMMENT + rb"\s*){0,999}"
# A single white space or comment stands before the samples: a byte of theirs may look like one.
_HEADER = re.compile(rb"P\d" + (_BETWEEN + rb"(\d{1,9})") * 3 + rb"(?:\s|" + _COMMENT + rb")")


def decoded(content: bytes) -> Image:
    """The image that the bytes of a file hold; ValueError for what is wrong with them.

    >>> image = decoded(b"P6 1 1 255\\n\\xff\\x00\\x33")
    >>> image, image.pixels
    (Image(channels=3, height=1, width=1), Matrix([[1.0, 0.0, 0.2]]))
    """
    channels, text = KINDS[content[:2]]
    header = _HEADER.match(content)
    if not header:
        raise ValueError(f"its header needs width, height and maxval, three numbers, got {short(content[2:40])}")
    width, height, maxval = map(int, header.groups())
    if not (width and height and 0 < maxval < 65536):
        raise ValueError(f"its header says {width}×{height} pixels from 0 to {maxval}; they go from 0 to 1 up to 65535")
    count = channels * height * width
    raster = content[header.end() :]
    samples = _written(raster, count) if text else _packed(raster, count, 1 if maxval < 256 else 2)
    if max(samples) > maxval:
        raise ValueError(f"a sample is {max(samples)}, above its maxval {maxval}")
    values = levels(maxval)
    pixels = [values[sample] for channel in range(channels) for sample in samples[channel::channels]]
    return Image(trusted([pixels]), channels, height, width)


def _written(raster: bytes, count: int) -> Sequence[int]:
    """``count`` samples as decimal numbers with white space, and perhaps comments, between them."""
    lines = BytesIO(raster.replace(b"\r", b"\n"))
    words = [word for line in lines for word in line.partition(b"#")[0].split()]
    if len(words) != count:
        raise ValueError(f"it has {len(words)} samples; its header says {count}")
    for word in words:
        if not word.isdigit() or len(word) > 9:
            raise ValueError(f"{short(word)} is not a sample")
    return list(map(int, words))


def _packed(raster: bytes, count: int, size: int) -> Sequence[int]:
    """``count`` samples of ``size`` bytes, the more significant byte first."""
    if len(raster) != count * size:
        raise ValueError(f"{len(raster)} bytes follow its header, which says {count} samples of {size}")
    return raster if size == 1 else struct.unpack(f">{count}H", raster)
