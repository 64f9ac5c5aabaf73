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

    As those of Pillow it has ``size``, ``mode`` and ``getpixel``, to which numbers are bytes from 0 to 255.

    >>> image = Image(Matrix([[0.0, 1.0, 0.2, 0.4]]), channels=2, height=1, width=2)
    >>> image.pixels[:, 2:]  # its alpha
    Matrix([[0.2, 0.4]])
    >>> image.mode, image.size, image.getpixel((1, 0))
    ('LA', (2, 1), (255, 102))
    """

    pixels: Matrix
    channels: int
    height: int
    width: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def mode(self) -> str:
        """The channels: "L", "LA", "RGB" or "RGBA"."""
        return ("L", "LA", "RGB", "RGBA")[self.channels - 1]

    def getpixel(self, xy: tuple[int, int]) -> int | tuple[int, ...]:
        """The pixel at (x, y), counted from the top left: a number of 0 to 255, or one for each channel."""
        x, y = xy
        if not (0 <= x < self.width and 0 <= y < self.height):
            raise IndexError(f"Image.getpixel: (x, y) is from (0, 0) to below {self.size}, got {xy!r}")
        start, step = y * self.width + x, self.width * self.height
        found = tuple([round(255 * value) for value in self.pixels.rows[0][start::step]])
        return found if len(found) > 1 else found[0]

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
