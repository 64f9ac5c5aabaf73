"""Resampling: images made larger or smaller by reading them between their pixels, and pixels moved between channels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from math import floor, prod
from typing import Any, Union

from backprop.autograd import Size, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.nn.functional.gathering import Sums, _gathered, sums_of
from backprop.nn.functional.pooling import _adaptive_mean
from backprop.nn.functional.windows import Sizes, crossed
from backprop.tensors.shaping import permute, view
from backprop.validation import ArgumentError, check_bool, check_choice, is_number, is_positive_int

Scale = Union[float, Sequence[float], None]

# The number of axes that each mode is for, 0 for any.
_AXES = {"nearest": 0, "nearest-exact": 0, "area": 0, "linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}
MODES = tuple(_AXES)


@composed
def interpolate(
    input: TensorLike,
    size: int | Sequence[int] | None = None,
    scale_factor: Scale = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
) -> Tensor:
    """The image (N, C, …) with ``size`` pixels along each axis, or ``scale_factor`` times as many: y[i] is x at the place
    of i, (i + ½)·n/n' − ½, or i·(n − 1)/(n' − 1) with ``align_corners``.

    ``mode`` says how x is read between its pixels: "nearest" (the pixel at ⌊i·n/n'⌋), "nearest-exact" (at ⌊(i + ½)·n/n'⌋),
    "linear", "bilinear" and "trilinear" (on a straight line, one axis after the other), "bicubic" (on a cubic through four
    pixels: Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with a = −¾), "area" (the mean, as
    ``adaptive_avg_pool2d``). PyTorch's antialias is left out.

    Raises ValueError for shapes and settings that do not fit.

    >>> interpolate(Tensor([[[1.0, 3.0]]]), scale_factor=2, mode="linear")
    tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    x = as_tensor(input, "interpolate")
    check_choice("interpolate", "mode", mode, MODES)
    axes = len(x.shape) - 2
    if not 1 <= axes <= 3 or _AXES[mode] not in (0, axes):
        needed = f"{_AXES[mode]}" if _AXES[mode] else "1 to 3"
        raise ArgumentError(
            f"interpolate: input is (N, C, …) with {needed} more axes for mode {mode!r}, got the shape {list(x.shape)}"
        )
    if align_corners is not None:
        check_bool("interpolate", align_corners=align_corners)
        if not _AXES[mode]:
            raise ArgumentError(
                f"interpolate: align_corners is for the linear modes and bicubic, got it with mode {mode!r}"
            )
    image = tuple(x.shape[2:])
    output, scales = _output("interpolate", image, size, scale_factor, bool(recompute_scale_factor))
    if mode == "area":
        return _adaptive_mean("interpolate", axes, x, output)
    if _AXES[mode]:
        sums = _between(image, output, scales, bool(align_corners), mode == "bicubic")
    else:
        sums = _nearest(image, output, scales, 0.5 if mode == "nearest-exact" else 0.0)
    flat = view(x, x.shape[:2].numel(), prod(image))
    return _gathered(flat, sums=sums, shape=Size((*x.shape[:2], *output)))


@composed
def upsample(
    input: TensorLike,
    size: int | Sequence[int] | None = None,
    scale_factor: Scale = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """``interpolate`` by its old name."""
    return interpolate(input, size, scale_factor, mode, align_corners)


@composed
def upsample_nearest(input: TensorLike, size: int | Sequence[int] | None = None, scale_factor: Scale = None) -> Tensor:
    """``interpolate`` with mode "nearest"."""
    return interpolate(input, size, scale_factor)


@composed
def upsample_bilinear(input: TensorLike, size: int | Sequence[int] | None = None, scale_factor: Scale = None) -> Tensor:
    """``interpolate`` with mode "bilinear" and aligned corners."""
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)


@composed
def pixel_shuffle(input: TensorLike, upscale_factor: int) -> Tensor:
    """(…, C·r², H, W) becomes (…, C, H·r, W·r): r² channels are the pixels of a square of r = ``upscale_factor``.

    Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
    Network" (2016).

    >>> pixel_shuffle(Tensor([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]), 2)
    tensor([[[1., 2.],
             [3., 4.]]])
    """
    x, r = as_tensor(input, "pixel_shuffle"), upscale_factor
    if not is_positive_int(r) or len(x.shape) < 3 or x.shape[-3] % (r * r):
        raise ArgumentError(
            f"pixel_shuffle: input is (…, C·r², H, W) for r = upscale_factor, got {r!r} and the shape {list(x.shape)}"
        )
    *lead, channels, height, width = x.shape
    x = view(x, *lead, channels // (r * r), r, r, height, width)
    n = len(lead)
    x = permute(x, *range(n + 1), n + 3, n + 1, n + 4, n + 2)
    return view(x, *lead, channels // (r * r), height * r, width * r)


@composed
def pixel_unshuffle(input: TensorLike, downscale_factor: int) -> Tensor:
    """(…, C, H·r, W·r) becomes (…, C·r², H, W), the inverse of ``pixel_shuffle``.

    >>> pixel_unshuffle(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), 2).shape
    torch.Size([4, 1, 1])
    """
    x, r = as_tensor(input, "pixel_unshuffle"), downscale_factor
    if not is_positive_int(r) or len(x.shape) < 3 or x.shape[-2] % r or x.shape[-1] % r:
        raise ArgumentError(
            f"pixel_unshuffle: input is (…, C, H·r, W·r) for r = downscale_factor, got {r!r} and the shape {list(x.shape)}"
        )
    *lead, channels, height, width = x.shape
    x = view(x, *lead, channels, height // r, r, width // r, r)
    n = len(lead)
    x = permute(x, *range(n + 1), n + 2, n + 4, n + 1, n + 3)
    return view(x, *lead, channels * r * r, height // r, width // r)


@composed
def channel_shuffle(input: TensorLike, groups: int) -> Tensor:
    """(N, C, …) with the channels of all groups in turn: the first of each, then the second of each, and so on.

    Zhang et al., "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices" (2018).

    >>> channel_shuffle(Tensor([[[1.0], [2.0], [3.0], [4.0]]]), 2)
    tensor([[[1.],
             [3.],
             [2.],
             [4.]]])
    """
    x = as_tensor(input, "channel_shuffle")
    if not is_positive_int(groups) or len(x.shape) < 3 or x.shape[1] % groups:
        raise ArgumentError(
            f"channel_shuffle: groups divides the channels of (N, C, …), got {groups!r} and the shape {list(x.shape)}"
        )
    count, channels, *image = x.shape
    x = permute(view(x, count, groups, channels // groups, prod(image)), 0, 2, 1, 3)
    return view(x, count, channels, *image)


# -------------------------------------------------------------------- where to read


@lru_cache(maxsize=64)
def _between(image: Sizes, output: Sizes, scales: tuple[float, ...], align_corners: bool, cubic: bool) -> Sums:
    """Along each axis every place has some pixels around it, with weights that are multiplied where axes cross."""
    axes = [_around(n, m, scale, align_corners, cubic) for n, m, scale in zip(image, output, scales)]
    pixels = crossed(image, [[taps[0] for taps in places] for places in axes])
    weights = [list(map(prod, product(*own))) for own in product(*[[taps[1] for taps in places] for places in axes])]
    return sums_of(pixels, prod(image), weights)


def _around(
    n: int, m: int, scale: float, align_corners: bool, cubic: bool
) -> list[tuple[list[int], tuple[float, ...]]]:
    """For each of m places along an axis of n pixels those around it, and their weights."""
    taps = []
    for i in range(m):
        place = i * ((n - 1) / (m - 1) if m > 1 else 0.0) if align_corners else (i + 0.5) * scale - 0.5
        if not cubic:
            place = max(place, 0.0)
        first = floor(place)
        t = place - first
        weights = _cubic(t) if cubic else (1.0 - t, t)
        start = first - 1 if cubic else first
        taps.append(([min(max(start + k, 0), n - 1) for k in range(len(weights))], weights))
    return taps


def _cubic(t: float, a: float = -0.75) -> tuple[float, ...]:
    """The weights of the four pixels around a place t behind the second."""

    def near(d: float) -> float:
        return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0

    def far(d: float) -> float:
        return ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a

    return far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)


@lru_cache(maxsize=64)
def _nearest(image: Sizes, output: Sizes, scales: tuple[float, ...], shift: float) -> Sums:
    sources = [
        [[min(floor((i + shift) * scale), n - 1)] for i in range(m)] for n, m, scale in zip(image, output, scales)
    ]
    return sums_of(crossed(image, sources), prod(image))


def _output(name: str, image: Sizes, size: Any, scale_factor: Any, recompute: bool) -> tuple[Sizes, tuple[float, ...]]:
    """The size of each axis, and how far apart its pixels are in the input."""
    axes = len(image)
    if (size is None) == (scale_factor is None):
        raise ArgumentError(f"{name}: either size or scale_factor is given, got {size!r} and {scale_factor!r}")
    if size is not None:
        if recompute:
            raise ArgumentError(f"{name}: recompute_scale_factor is for scale_factor, got size={size!r}")
        output = tuple(size) if isinstance(size, (tuple, list)) else (size,) * axes
        if len(output) != axes or not all(map(is_positive_int, output)):
            raise ArgumentError(f"{name}: size is an int from 1 up, or one for each of {axes} axes, got {size!r}")
        return output, tuple([n / m for n, m in zip(image, output)])
    factors = tuple(scale_factor) if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * axes
    if len(factors) != axes or not all(is_number(f) and f > 0 for f in factors):
        raise ArgumentError(
            f"{name}: scale_factor is a number above 0, or one for each of {axes} axes, got {scale_factor!r}"
        )
    output = tuple([floor(n * float(f)) for n, f in zip(image, factors)])
    if min(output) < 1:
        raise ArgumentError(
            f"{name}: scale_factor={scale_factor!r} leaves nothing of an image of the shape {list(image)}"
        )
    return output, tuple([n / m if recompute else 1.0 / f for n, m, f in zip(image, output, factors)])
