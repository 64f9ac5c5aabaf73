"""Image: a picture as one row of numbers, the form in which the layers take it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from backprop.matrix import Matrix


@dataclass(frozen=True)
class Image:
    """``pixels``, a single row of ``channels``·``height``·``width`` numbers from 0.0 (dark) to 1.0 (bright).

    The row has channel after channel, in each line after line from the top, PyTorch's (C, H, W) read in order. There
    are 1 (grey), 2 (grey, alpha), 3 (red, green, blue) or 4 channels (with alpha: 0.0 transparent, 1.0 opaque).

    >>> image = Image(Matrix([[0.0, 1.0, 0.5, 0.5]]), channels=2, height=1, width=2)
    >>> image.pixels.reshape(image.channels, -1)[1]  # its alpha
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
    """0/maxval, 1/maxval, …, 1: what the samples 0 to ``maxval`` stand for.

    The same few float objects serve every pixel of every image, which then takes 8 bytes and not 32.

    >>> levels(4)
    (0.0, 0.25, 0.5, 0.75, 1.0)
    """
    return tuple(sample / maxval for sample in range(maxval + 1))
