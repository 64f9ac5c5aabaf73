"""Resizing: each new pixel is a weighted mean of the old ones near it, along the rows and then along the columns.

With the ratio r = old size/new size, new pixel i has its centre at c = (i + ½)·r, and old pixel j the weight f((j + ½ − c)/s),
s = max(r, 1), divided by the sum of all: where the image shrinks the filter f is as wide as the pixels that fall together.
Without that (``antialias=False``) s is 1.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from itertools import accumulate
from operator import mul
from typing import Any

from backprop.autograd import Tensor, constant
from backprop.datasets.images.image import Image, levels
from backprop.kernel import Rows
from backprop.matrix import flatten, trusted, unflatten

_BITS = 22  # of the fraction of a weight where pixels are bytes, as in Pillow


class InterpolationMode(Enum):
    """The filters: the nearest pixel, linear and cubic interpolation."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


def bilinear(x: float) -> float:
    """1 − |x|, and 0 beyond 1."""
    return max(0.0, 1.0 - abs(x))


def bicubic(x: float) -> float:
    """Keys, "Cubic Convolution Interpolation for Digital Image Processing" (1981), with a = −½; 0 beyond 2."""
    x = abs(x)
    if x < 1.0:
        return (1.5 * x - 2.5) * x * x + 1.0
    return (((x - 5.0) * x + 8.0) * x - 4.0) * -0.5 if x < 2.0 else 0.0


_FILTERS = {InterpolationMode.BILINEAR: (bilinear, 1.0), InterpolationMode.BICUBIC: (bicubic, 2.0)}


@lru_cache(maxsize=64)
def weights(old: int, new: int, mode: InterpolationMode, antialias: bool) -> list[tuple[int, list[float]]]:
    """For each new pixel the number of the first old one that counts, and the weights from there on.

    >>> weights(4, 2, InterpolationMode.BILINEAR, False)
    [(0, [0.5, 0.5]), (2, [0.5, 0.5])]
    """
    ratio, found = old / new, []
    for i in range(new):
        centre = (i + 0.5) * ratio
        if mode not in _FILTERS:
            found.append((int(i * ratio if mode is InterpolationMode.NEAREST else centre), [1.0]))
            continue
        function, support = _FILTERS[mode]
        spread = max(ratio, 1.0) if antialias else 1.0
        first, end = max(int(centre - support * spread + 0.5), 0), min(int(centre + support * spread + 0.5), old)
        raw = [function((j - centre + 0.5) * (1.0 / spread)) for j in range(first, end)]  # to Pillow's last bit
        found.append((first, [w / sum(raw) for w in raw]))
    return found


def resized_tensor(x: Tensor, height: int, width: int, mode: InterpolationMode, antialias: bool) -> Tensor:
    """The Tensor (…, height, width) with other sizes: the product with the weights from the left and from the right."""
    above, beside = (_matrix(old, new, mode, antialias) for old, new in zip(x.shape[-2:], (height, width)))
    y = above @ (x.to(above.dtype) if not x.dtype.is_floating_point else x) @ beside.mT
    return y if x.dtype.is_floating_point else y.round().clamp(0, 255).to(x.dtype)


def _matrix(old: int, new: int, mode: InterpolationMode, antialias: bool) -> Tensor:
    rows = [[0.0] * first + w + [0.0] * (old - first - len(w)) for first, w in weights(old, new, mode, antialias)]
    return constant(trusted(rows), (new, old))


def resized_image(image: Image, height: int, width: int, mode: InterpolationMode) -> Image:
    """The Image with another size, computed in bytes as Pillow does; where one side grows and the other shrinks, Pillow from 13
    on may take the columns first, and be one level off."""
    beside, below = (
        weights(old, new, mode, True) if mode in _FILTERS else _nearest(old, new)
        for old, new in ((image.width, width), (image.height, height))
    )
    rows = unflatten([round(255 * x) for x in image.pixels.rows[0]], image.width)
    rows = _resampled(rows, beside)
    pixels: list[Any] = []
    for channel in range(image.channels):
        own = rows[channel * image.height : (channel + 1) * image.height]
        pixels += flatten(zip(*_resampled(list(map(list, zip(*own))), below)))
    values = levels(255)
    return Image(trusted([[values[x] for x in pixels]]), image.channels, height, width)


def _nearest(old: int, new: int) -> list[tuple[int, list[float]]]:
    """The pixel that is nearest, the centres added up and so rounded as Pillow does."""
    return [(int(centre), [1.0]) for centre in accumulate([old / new] * (new - 1), initial=0.5 * old / new)]


def _resampled(rows: Rows, found: list[tuple[int, list[float]]]) -> Rows:
    """The rows of bytes with as many pixels as there are weights."""
    half, whole = 1 << _BITS - 1, 1 << _BITS
    scaled = [(first, first + len(w), [int(x * whole + (0.5 if x > 0 else -0.5)) for x in w]) for first, w in found]
    return [
        [min(max(half + sum(map(mul, row[first:end], w)) >> _BITS, 0), 255) for first, end, w in scaled] for row in rows
    ]
