"""Pooling: each channel of an image made smaller, by the largest or the mean number in a window.

The first numbers of all windows are gathered from a row at once, then all second ones, and so on: the numbers of a
window are then side by side, and ``max`` or ``sum`` is one call a window. The indices to gather are computed once for
each size and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product
from math import prod
from operator import getitem
from reprlib import repr as short
from typing import Any, NamedTuple, Optional, Union

from backprop.autograd import Result, Size, Tensor, TensorLike, as_tensor, constant, operation, recut
from backprop.autograd.operation import composed
from backprop.dtypes import int64
from backprop.kernel import Rows
from backprop.matrix import Matrix, format_shape
from backprop.nn.functional.gathering import Sums, _gathered, side_by_side, sums_of
from backprop.nn.functional.windows import (
    Gather,
    Setting,
    Sizes,
    Window,
    area,
    as_gradient,
    as_images,
    as_matrix,
    covered_pixels,
    crossed,
    image_shape,
    rows_of_images,
    sizes,
    sliding,
)
from backprop.validation import ArgumentError, check_bool, check_number, is_positive_int

OutputSize = Union[int, None, Sequence[Optional[int]]]
Pooled = Union[Tensor, "tuple[Tensor, Tensor]"]


@composed
def max_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """y = max of the x in the window,  ∂L/∂x = Σ of the ∂L/∂y whose maximum it is.

    ``input`` is (N, C, H, W) or (C, H, W), the result (N, C, H', W') with
    H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1, rounded up with ``ceil_mode`` where the last window still
    begins in the image or the padding before it. ``stride`` None is ``kernel_size``: windows side by side. With
    ``return_indices`` there is a second result, the places of the maxima, counted row by row in the channel.

    Of equal maxima the first in the window, row by row, gets the gradient, as in PyTorch; a NaN is larger than all (of
    several the last is taken, as there). Padding is never the maximum.
    Scherer, Müller and Behnke, "Evaluation of Pooling Operations in Convolutional Architectures" (2010).

    Raises ValueError for shapes and settings that do not fit.

    >>> max_pool2d(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), 2)
    tensor([[[4.]]])
    """
    return _largest_in_windows(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@composed
def max_pool1d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """``max_pool2d`` along one axis: ``input`` is (N, C, L) or (C, L).

    >>> max_pool1d(Tensor([[1.0, 2.0, 4.0, 3.0]]), 2, return_indices=True)
    (tensor([[2., 4.]]), tensor([[1, 2]]))
    """
    return _largest_in_windows(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@composed
def max_pool3d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """``max_pool2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W)."""
    return _largest_in_windows(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@composed
def avg_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """y = 1/n Σ of the x in a window of n numbers,  ∂L/∂x = Σ of the ∂L/∂y / n of all the windows that it is in.

    With ``count_include_pad`` the zeros of the padding count as numbers, else the mean is over the others only;
    ``divisor_override`` is taken for n instead. Shapes are those of ``max_pool2d``.
    LeCun et al., "Gradient-Based Learning Applied to Document Recognition" (1998), subsample so.

    >>> avg_pool2d(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), 2)
    tensor([[[2.5000]]])
    """
    check_divisor("avg_pool2d", divisor_override)
    return _mean_of_windows(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


@composed
def avg_pool1d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """``avg_pool2d`` along one axis: ``input`` is (N, C, L) or (C, L).

    >>> avg_pool1d(Tensor([[1.0, 2.0, 4.0]]), 2, stride=1)
    tensor([[1.5000, 3.0000]])
    """
    return _mean_of_windows("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


@composed
def avg_pool3d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """``avg_pool2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W)."""
    check_divisor("avg_pool3d", divisor_override)
    return _mean_of_windows(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


@composed
def lp_pool1d(
    input: TensorLike, norm_type: float, kernel_size: Setting, stride: Setting | None = None, ceil_mode: bool = False
) -> Tensor:
    """``lp_pool2d`` along one axis: ``input`` is (N, C, L) or (C, L)."""
    return _norm_of_windows("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


@composed
def lp_pool2d(
    input: TensorLike, norm_type: float, kernel_size: Setting, stride: Setting | None = None, ceil_mode: bool = False
) -> Tensor:
    """y = (Σ xᵖ)^(1/p) over a window, p = ``norm_type``: between the sum (1) and the maximum (∞).

    >>> lp_pool2d(Tensor([[[3.0, 4.0]]]), 2, (1, 2))
    tensor([[[5.]]])
    """
    return _norm_of_windows("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


@composed
def lp_pool3d(
    input: TensorLike, norm_type: float, kernel_size: Setting, stride: Setting | None = None, ceil_mode: bool = False
) -> Tensor:
    """``lp_pool2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W)."""
    return _norm_of_windows("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


@composed
def adaptive_avg_pool2d(input: TensorLike, output_size: OutputSize) -> Tensor:
    """y = 1/n Σ of the x in a part of n numbers: H'·W' parts of each channel, whatever its size.

    ``output_size`` is (H', W') or one int; None in it keeps the input's. Part i of an axis of n numbers is ⌊i·n/n'⌋ to
    ⌈(i + 1)·n/n'⌉ − 1, so that parts overlap where n' does not divide n.

    >>> adaptive_avg_pool2d(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]), (1, 3))
    tensor([[[4., 5., 6.]]])
    """
    return _adaptive_mean("adaptive_avg_pool2d", 2, input, output_size)


@composed
def adaptive_avg_pool1d(input: TensorLike, output_size: OutputSize) -> Tensor:
    """``adaptive_avg_pool2d`` along one axis: ``input`` is (N, C, L) or (C, L)."""
    return _adaptive_mean("adaptive_avg_pool1d", 1, input, output_size)


@composed
def adaptive_avg_pool3d(input: TensorLike, output_size: OutputSize) -> Tensor:
    """``adaptive_avg_pool2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W)."""
    return _adaptive_mean("adaptive_avg_pool3d", 3, input, output_size)


@composed
def adaptive_max_pool2d(input: TensorLike, output_size: OutputSize, return_indices: bool = False) -> Any:
    """y = the largest x in each part, parts as those of ``adaptive_avg_pool2d``, maxima and indices those of ``max_pool2d``.

    >>> adaptive_max_pool2d(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), 1)
    tensor([[[6.]]])
    """
    return _adaptive_largest("adaptive_max_pool2d", 2, input, output_size, return_indices)


@composed
def adaptive_max_pool1d(input: TensorLike, output_size: OutputSize, return_indices: bool = False) -> Any:
    """``adaptive_max_pool2d`` along one axis: ``input`` is (N, C, L) or (C, L)."""
    return _adaptive_largest("adaptive_max_pool1d", 1, input, output_size, return_indices)


@composed
def adaptive_max_pool3d(input: TensorLike, output_size: OutputSize, return_indices: bool = False) -> Any:
    """``adaptive_max_pool2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W)."""
    return _adaptive_largest("adaptive_max_pool3d", 3, input, output_size, return_indices)


@composed
def max_unpool1d(
    input: TensorLike,
    indices: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """``max_unpool2d`` along one axis: ``input`` is (N, C, L) or (C, L).

    >>> max_unpool1d(Tensor([[2.0, 4.0]]), Tensor([[1, 2]]), 2)
    tensor([[0., 2., 4., 0.]])
    """
    return _unpooled("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


@composed
def max_unpool2d(
    input: TensorLike,
    indices: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """y = x at the place that ``indices`` names in its channel, and else 0: what ``max_pool2d`` took, put back.

    The settings are those of the pooling. ``output_size`` chooses among the sizes that it made the same of, as (H, W) or
    the whole shape. Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014).
    """
    return _unpooled("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


@composed
def max_unpool3d(
    input: TensorLike,
    indices: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """``max_unpool2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W)."""
    return _unpooled("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


# -------------------------------------------------------------------- the two rules beside that of sums


class Choices(NamedTuple):
    """For each output the indices of the numbers of which the largest is taken, as many for all, and their gathers; and
    the window that they are in, if there is one."""

    indices: list[list[int]]
    gathers: list[Gather]
    window: Window | None = None


@operation(cut=1)
def _max_pool(input: Matrix, *, choices: Choices, shape: Size) -> Result:
    """y = max of the x in the window,  ∂L/∂x = Σ of the ∂L/∂y whose maximum it is."""
    rows = rows_of_images(input)
    largest = _maxima(rows, choices)

    def pullback(d: Matrix) -> Matrix:
        gradient = []
        for row, ys, ds in zip(rows, largest, rows_of_images(d)):
            slopes: list[Any] = [0] * len(row)
            for winner, slope in zip(_winners(row, ys, choices), ds):
                slopes[winner] += slope
            gradient.append(slopes)
        return as_gradient(gradient, input)

    return as_matrix(largest), pullback, shape


@operation(cut=1)
def _unpool(input: Matrix, *, places: Rows, size: int, shape: Size) -> Result:
    """y = x at its place, else 0,  ∂L/∂x = ∂L/∂y at that place; of several x at one place y is the last."""
    rows = []
    for row, own in zip(rows_of_images(input), places):
        spread = [0.0] * size
        for place, x in zip(own, row):
            spread[place] = x
        rows.append(spread)
    return (
        as_matrix(rows),
        lambda d: as_gradient([[ds[place] for place in own] for ds, own in zip(rows_of_images(d), places)], input),
        shape,
    )


def _maxima(rows: Rows, choices: Choices) -> Rows:
    largest = []
    for row in rows:
        windows = zip(*[take(row) for take in choices.gathers])
        total = sum(row)
        largest.append(list(map(max, windows)) if total == total else list(map(_largest, windows)))
    return largest


def _winners(row: list[Any], largest: list[Any], choices: Choices) -> Iterable[int]:
    """The index of each maximum in its row."""
    windows = zip(*[take(row) for take in choices.gathers])
    total = sum(largest)
    if total == total:
        return map(getitem, choices.indices, map(tuple.index, windows, largest))
    return [
        own[entries.index(y) if y == y else _last_nan(entries)]
        for own, entries, y in zip(choices.indices, windows, largest)
    ]


def _largest(entries: Sequence[Any]) -> Any:
    """max, which would lose a NaN that does not come first."""
    return next((x for x in entries if x != x), max(entries))


def _last_nan(entries: Sequence[Any]) -> int:
    return max(i for i, x in enumerate(entries) if x != x)


# -------------------------------------------------------------------- shapes and settings


def _largest_in_windows(
    name: str,
    axes: int,
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None,
    padding: Setting,
    dilation: Setting,
    ceil_mode: bool,
    return_indices: bool,
) -> Pooled:
    x, lead = as_images(name, input, axes)
    check_bool(name, ceil_mode=ceil_mode, return_indices=return_indices)
    window = _window(name, x, axes, kernel_size, stride, padding, dilation, ceil_mode)
    shape = image_shape(lead, window.channels, window.output)
    return _with_indices(x, _choices(window), shape, area(window.image), return_indices)


def _adaptive_largest(name: str, axes: int, input: TensorLike, output_size: OutputSize, return_indices: bool) -> Pooled:
    x, lead = as_images(name, input, axes)
    check_bool(name, return_indices=return_indices)
    image, output = tuple(x.shape[2:]), _adaptive_output(name, x, output_size, axes)
    shape = image_shape(lead, x.shape[1], output)
    return _with_indices(x, _adaptive_choices(x.shape[1], image, output), shape, area(image), return_indices)


def _with_indices(x: Tensor, choices: Choices, shape: Size, pixels: int, return_indices: bool) -> Pooled:
    y = _max_pool(x, choices=choices, shape=shape)
    if not return_indices:
        return y
    rows = rows_of_images(_in_rows(x))
    largest = _maxima(rows, choices)
    places = [[winner % pixels for winner in _winners(row, ys, choices)] for row, ys in zip(rows, largest)]
    return y, constant(as_matrix(places), shape, int64)


def _mean_of_windows(
    name: str,
    axes: int,
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None,
    padding: Setting,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Tensor:
    x, lead = as_images(name, input, axes)
    check_bool(name, ceil_mode=ceil_mode, count_include_pad=count_include_pad)
    window = _window(name, x, axes, kernel_size, stride, padding, 1, ceil_mode)
    sums, divisors = _means(window, count_include_pad)
    if divisor_override is not None:
        divisors = [divisor_override] * len(divisors)
    shape = image_shape(lead, window.channels, window.output)
    return _gathered(x, sums=sums, divisors=divisors, shape=shape)


def _adaptive_mean(name: str, axes: int, input: TensorLike, output_size: OutputSize) -> Tensor:
    x, lead = as_images(name, input, axes)
    image, output = tuple(x.shape[2:]), _adaptive_output(name, x, output_size, axes)
    sums, divisors = _adaptive_means(x.shape[1], image, output)
    return _gathered(x, sums=sums, divisors=divisors, shape=image_shape(lead, x.shape[1], output))


def _norm_of_windows(
    name: str,
    axes: int,
    input: TensorLike,
    norm_type: float,
    kernel_size: Setting,
    stride: Setting | None,
    ceil_mode: bool,
) -> Tensor:
    check_number(name, "norm_type", norm_type)
    x = as_tensor(input, name)
    mean = _mean_of_windows(name, axes, x**norm_type, kernel_size, stride, 0, ceil_mode, True, None)
    norm: Tensor = (mean * prod(sizes(name, "kernel_size", kernel_size, 1, axes))) ** (1.0 / norm_type)
    return norm


def _unpooled(
    name: str,
    axes: int,
    input: TensorLike,
    indices: TensorLike,
    kernel_size: Setting,
    stride: Setting | None,
    padding: Setting,
    output_size: Sequence[int] | None,
) -> Tensor:
    x, lead = as_images(name, input, axes)
    at, _ = as_images(name, indices, axes)
    if at.shape != x.shape:
        raise ArgumentError(f"{name}: indices have the shape of the input, {list(x.shape)}, got {list(at.shape)}")
    kernel = sizes(name, "kernel_size", kernel_size, 1, axes)
    steps = kernel if stride is None else sizes(name, "stride", stride, 1, axes)
    before = sizes(name, "padding", padding, 0, axes)
    image: Sequence[int] = [(n - 1) * s - 2 * p + k for n, s, p, k in zip(x.shape[2:], steps, before, kernel)]
    if output_size is not None:
        wanted = list(output_size)[-axes:]
        if len(wanted) < axes or any(not n - s < size < n + s for size, n, s in zip(wanted, image, steps)):
            raise ArgumentError(
                f"{name}: output_size is within a stride of {format_shape(image)}, got {format_shape(output_size)}"
            )
        image = wanted
    pixels, outputs = area(image), area(x.shape[2:])
    places = []
    for row in rows_of_images(_in_rows(at)):
        outside = next((place for place in row if type(place) is not int or not 0 <= place < pixels), None)
        if outside is not None:
            raise ArgumentError(f"{name}: indices are ints from 0 to {pixels - 1} in a channel, got {outside!r}")
        places.append([i // outputs * pixels + place for i, place in enumerate(row)])
    shape = image_shape(lead, x.shape[1], image)
    return _unpool(x, places=places, size=x.shape[1] * pixels, shape=shape)


def _in_rows(x: Tensor) -> Matrix:
    """The images, one in each row."""
    return recut(x._matrix, x.shape[0])


def _window(
    name: str,
    x: Tensor,
    axes: int,
    kernel_size: Setting,
    stride: Setting | None,
    padding: Setting,
    dilation: Setting,
    ceil_mode: bool,
) -> Window:
    kernel = sizes(name, "kernel_size", kernel_size, 1, axes)
    before = check_padding(name, padding, kernel, dilation)
    image = tuple(x.shape[2:])
    steps = kernel if stride is None or stride in ((), []) else stride
    window = sliding(name, x.shape[1], image, kernel, steps, before, dilation, ceil_mode)
    if any(max(pixels) < 0 for pixels in covered_pixels(window)):
        raise ArgumentError(f"{name}: with these settings a window lies outside of the image of {format_shape(image)}")
    return window


def check_divisor(name: str, divisor_override: Any) -> None:
    """ValueError unless it is None or an int other than 0."""
    if divisor_override is not None and (type(divisor_override) is not int or not divisor_override):
        raise ArgumentError(f"{name}: divisor_override is an int other than 0, got {short(divisor_override)}")


def check_padding(name: str, padding: Any, kernel: Sizes, dilation: Any) -> Sizes:
    """The padding of each axis; more than half of the kernel's extent would make windows of padding alone."""
    both: Sizes = sizes(name, "padding", padding, 0, len(kernel))
    extents = [d * (k - 1) + 1 for k, d in zip(kernel, sizes(name, "dilation", dilation, 1, len(kernel)))]
    if any(2 * p > extent for p, extent in zip(both, extents)):
        raise ArgumentError(
            f"{name}: padding is at most half of the kernel, got {format_shape(both)} for {format_shape(extents)}"
        )
    return both


def adaptive_size(name: str, output_size: Any, axes: int = 2) -> tuple[int | None, ...]:
    """The size of each axis, None to keep the input's."""
    several = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,)
    if len(several) == 1:
        several *= axes
    if len(several) != axes or not all(n is None or is_positive_int(n, 0) for n in several):
        others = ["", " or None", ", None or a pair of them", ", None or three of them"][axes]
        raise ArgumentError(f"{name}: output_size is an int from 0 up{others}, got {output_size!r}")
    return several


def _adaptive_output(name: str, x: Tensor, output_size: OutputSize, axes: int) -> Sizes:
    wanted = adaptive_size(name, output_size, axes)
    return tuple([n if size is None else size for n, size in zip(x.shape[2:], wanted)])


# -------------------------------------------------------------------- which numbers are in which window


def _inside(window: Window) -> list[list[int]]:
    """For each output the indices of its window, row by row, without those outside of the image."""
    pixels = area(window.image)
    covered = [[p for p in own if p >= 0] for own in covered_pixels(window)]
    return [[c * pixels + p for p in own] for c in range(window.channels) for own in covered]


def _parts(channels: int, image: Sizes, output: Sizes) -> list[list[int]]:
    """For each output the indices of its part."""
    axes = [[range(i * n // m, -(-(i + 1) * n // m)) for i in range(m)] for n, m in zip(image, output)]
    pixels, parts = area(image), crossed(image, axes)
    return [[c * pixels + p for p in own] for c in range(channels) for own in parts]


def _chosen(inside: list[list[int]]) -> Choices:
    """Shorter ones are filled up with their first index: that changes neither the maximum nor which is the first to have
    it."""
    most = max(map(len, inside), default=0)
    indices = [own + own[:1] * (most - len(own)) for own in inside]
    return Choices(indices, side_by_side(indices))


@lru_cache(maxsize=64)
def _choices(window: Window) -> Choices:
    return _chosen(_inside(window))._replace(window=window)


@lru_cache(maxsize=64)
def _adaptive_choices(channels: int, image: Sizes, output: Sizes) -> Choices:
    return _chosen(_parts(channels, image, output))


@lru_cache(maxsize=64)
def _means(window: Window, count_include_pad: bool) -> tuple[Sums, list[int]]:
    inside = _inside(window)
    divisors = list(map(len, inside))
    if count_include_pad:
        # With ceil_mode a window may reach beyond the padding; what is there does not count.
        counts = [
            [min(k, n + 2 * b - i * s) for i in range(o)]
            for n, k, s, b, o in zip(window.image, window.kernel_size, window.stride, window.padding, window.output)
        ]
        divisors = list(map(prod, product(*counts))) * window.channels
    return sums_of(inside, window.channels * area(window.image)), divisors


@lru_cache(maxsize=64)
def _adaptive_means(channels: int, image: Sizes, output: Sizes) -> tuple[Sums, list[int]]:
    parts = _parts(channels, image, output)
    return sums_of(parts, channels * area(image)), list(map(len, parts))
