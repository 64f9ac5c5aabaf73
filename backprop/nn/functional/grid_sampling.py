"""Grid sampling: an image read at places that a grid says, which may be learned; the grid of an affine map."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.nn.functional.rectifiers import hardtanh
from backprop.tensors.arithmetic import abs, remainder
from backprop.tensors.concatenation import stack
from backprop.tensors.moves import broadcast_tensors
from backprop.tensors.ranges import linspace
from backprop.tensors.rounding import floor, round
from backprop.tensors.scattering import gather
from backprop.tensors.selection import where
from backprop.validation import ArgumentError, check_bool, check_choice, is_positive_int

MODES = ("bilinear", "nearest", "bicubic")
PADDING_MODES = ("zeros", "border", "reflection")


@composed
def grid_sample(
    input: TensorLike,
    grid: TensorLike,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """y[n, c, i, j] is x[n, c] read at the place (gx, gy) = grid[n, i, j], with gradients to both, ∂L/∂x and ∂L/∂grid.

    ``input`` is (N, C, H, W) with ``grid`` (N, H', W', 2), or (N, C, D, H, W) with (N, D', H', W', 3); y is (N, C, H', W') or
    (N, C, D', H', W'). From −1 to 1 a coordinate goes over the image, from the middle of its first pixel to that of its last
    with ``align_corners``, else from edge to edge: it is at the pixel ((g + 1)·n − 1)/2 of n. ``mode`` says how x is read
    between its pixels, as in ``interpolate``: "bilinear" (also of three axes), "nearest" (at ½ the even one), "bicubic" (of two
    axes). ``padding_mode`` says what is outside: "zeros", the nearest pixel ("border"), the image mirrored ("reflection").

    Jaderberg et al., "Spatial Transformer Networks" (2015). Raises ValueError for shapes and settings that do not fit.

    >>> x = Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> grid_sample(x, Tensor([[[[0.0, 0.0], [-1.0, -1.0]]]]), align_corners=True)
    tensor([[[[2.5000, 1.0000]]]])
    """
    name = "grid_sample"
    x, places = as_tensor(input, name), as_tensor(grid, name)
    check_choice(name, "mode", mode, MODES)
    check_choice(name, "padding_mode", padding_mode, PADDING_MODES)
    aligned = _aligned(name, align_corners)
    axes = len(x.shape) - 2
    if axes not in ((2,) if mode == "bicubic" else (2, 3)):
        needed = "(N, C, H, W)" if mode == "bicubic" else "(N, C, H, W) or (N, C, D, H, W)"
        raise ArgumentError(f"{name}: input is {needed} for mode {mode!r}, got the shape {list(x.shape)}")
    count, channels, *image = x.shape
    if len(places.shape) != axes + 2 or places.shape[0] != count or places.shape[-1] != axes or 0 in image:
        raise ArgumentError(
            f"{name}: grid has {axes} coordinates for each place of each of the {count} images, (N, …, {axes}), got the shape "
            f"{list(places.shape)} for an input of {list(x.shape)}"
        )
    output = places.shape[1:-1]
    # The last coordinate of the grid is that along the first axis of the image.
    taps = [
        _taps(places[..., axes - 1 - k].reshape(count, 1, -1), n, mode, padding_mode, aligned)
        for k, n in enumerate(image)
    ]
    flat, steps = x.reshape(count, channels, -1), [prod(image[k + 1 :]) for k in range(axes)]
    parts = []
    for chosen in product(*taps):
        index = stack([i * step for (i, _), step in zip(chosen, steps)]).sum(0)
        read = gather(flat, 2, index.expand(count, channels, -1))
        parts.append(prod([weight for _, weight in chosen], start=read))
    return sum(parts[1:], start=parts[0]).reshape(count, channels, *output)


def _taps(coordinates: Tensor, n: int, mode: str, padding_mode: str, aligned: bool) -> list[tuple[Tensor, Tensor]]:
    """Along an axis of n pixels: the indices that are read for each place, and how much each counts, 0 outside."""
    place = (coordinates + 1) / 2 * (n - 1) if aligned else ((coordinates + 1) * n - 1) / 2
    if mode != "bicubic":
        place = _inside(place, n, padding_mode, aligned)
    first = (round(place) if mode == "nearest" else floor(place)).detach()
    t = place - first
    if mode == "nearest":
        weighted = [(first, t * 0 + 1)]
    elif mode == "bilinear":
        weighted = [(first, 1 - t), (first + 1, t)]
    else:
        weighted = [(_inside(first + k, n, padding_mode, aligned), w) for k, w in zip((-1, 0, 1, 2), _cubic(t))]
    return [
        (i.nan_to_num(-1.0).clamp(0, n - 1).long(), where((i >= 0) & (i <= n - 1), weight, 0.0))
        for i, weight in weighted
    ]


def _inside(place: Tensor, n: int, padding_mode: str, aligned: bool) -> Tensor:
    """The place in the image that stands for one outside of it; with zeros that itself."""
    if padding_mode == "zeros":
        return place
    if padding_mode == "reflection":
        low, span = (0.0, n - 1.0) if aligned else (-0.5, float(n))
        if not span:
            return place * 0
        # There and back again: a wave of slopes 1 and −1, whose period is two spans.
        place = low + span - abs(remainder(place - low, 2 * span) - span)
    return hardtanh(place, 0.0, n - 1.0)


def _cubic(t: Tensor) -> list[Tensor]:
    """How much the four pixels around a place count, t beyond the second: Keys' cubic with a = −¾."""
    a = -0.75
    near = [((a + 2) * s - (a + 3)) * s * s + 1 for s in (t, 1 - t)]
    far = [((a * s - 5 * a) * s + 8 * a) * s - 4 * a for s in (t + 1, 2 - t)]
    return [far[0], *near, far[1]]


@composed
def affine_grid(theta: TensorLike, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The places (x, y, 1)·θᵀ for all pixels (x, y) of an image, as ``grid_sample`` takes them: (N, H, W, 2).

    ``theta`` is (N, 2, 3) and ``size`` (N, C, H, W), or (N, 3, 4) and (N, C, D, H, W) for (N, D, H, W, 3). ``align_corners``
    is that of ``grid_sample``. Raises ValueError for shapes that do not fit.

    >>> affine_grid(Tensor([[[1.0, 0.0, 0.25], [0.0, 1.0, 0.0]]]), (1, 1, 1, 2))
    tensor([[[[-0.2500,  0.0000],
              [ 0.7500,  0.0000]]]])
    """
    name = "affine_grid"
    maps, image = as_tensor(theta, name), tuple(size)[2:]
    aligned = _aligned(name, align_corners)
    axes = len(image)
    if axes not in (2, 3) or not all(map(is_positive_int, size)) or maps.shape != (size[0], axes, axes + 1):
        raise ArgumentError(
            f"{name}: theta is (N, 2, 3) for the size (N, C, H, W), or (N, 3, 4) for (N, C, D, H, W), got the shape "
            f"{list(maps.shape)} and {tuple(size)}"
        )
    ends = [(1.0 if aligned else (n - 1) / n) if n > 1 else 0.0 for n in image]
    lines = [
        linspace(-end, end, n, dtype=maps.dtype).reshape(*[n if k == axis else 1 for k in range(axes)])
        for axis, (n, end) in enumerate(zip(image, ends))
    ]
    ones = lines[0] * 0 + 1
    places = stack(broadcast_tensors(*reversed(lines), ones), -1).reshape(1, -1, axes + 1)
    return (places @ maps.mT).reshape(size[0], *image, axes)


def _aligned(name: str, align_corners: bool | None) -> bool:
    if align_corners is not None:
        check_bool(name, align_corners=align_corners)
    return bool(align_corners)
