"""Pooling: each channel of an image made smaller, by the largest or the mean number in a window.

The first numbers of all windows are gathered from a row at once, then all second ones, and so on: the numbers of a
window are then side by side, and ``max`` or ``sum`` is one call a window. The indices to gather are computed once for
each size and kept.
PyTorch's ceil_mode, return_indices and divisor_override are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import truediv
from typing import Any, NamedTuple, Optional, Union

from backprop.autograd import Result, operation
from backprop.matrix import Matrix, format_shape, trusted
from backprop.nn.functional.windows import Gather, Pair, Setting, Window, covered, gather, image_size, sizes, sliding
from backprop.validation import check_bool, check_positive_int, is_positive_int

OutputSize = Union[int, None, Sequence[Optional[int]]]


@operation
def max_pool2d(
    input: Matrix,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    *,
    in_channels: int,
    input_size: Setting | None = None,
) -> Result:
    """y = max of the x in the window,  ∂L/∂x = Σ of the ∂L/∂y whose maximum it is.

    ``input`` has rows of C·H·W numbers for C = ``in_channels``, the result rows of C·H'·W' with
    H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1. ``stride`` None is ``kernel_size``: windows side by side.
    ``input_size`` is (H, W) or one int; None infers a square. PyTorch reads both from the tensor.

    Of equal maxima the first in the window, row by row, gets the gradient, as in PyTorch; a NaN is larger than all (of
    several the last is taken, as there). Padding is never the maximum.
    Scherer, Müller and Behnke, "Evaluation of Pooling Operations in Convolutional Architectures" (2010).

    Raises ValueError for rows and settings that do not fit.

    >>> max_pool2d(Matrix([[1, 2, 3, 4]]), 2, in_channels=1)
    Tensor([[4]])
    """
    window = _window("max_pool2d", input, kernel_size, stride, padding, dilation, in_channels, input_size)
    indices = _window_indices(window)
    gathers = [gather(own) for own in zip(*indices)]
    rows = []
    for row in input.rows:
        windows = zip(*[take(row) for take in gathers])
        total = sum(row)
        rows.append(list(map(max, windows)) if total == total else list(map(_largest, windows)))

    def pullback(d: Matrix) -> Matrix:
        gradient = []
        for row, largest, ds in zip(input.rows, rows, d.rows):
            windows = zip(*[take(row) for take in gathers])
            slopes: list[Any] = [0] * len(row)
            for own, entries, y, slope in zip(indices, windows, largest, ds):
                slopes[own[entries.index(y) if y == y else _last_nan(entries)]] += slope
            gradient.append(slopes)
        return trusted(gradient)

    return trusted(rows), pullback


@operation
def avg_pool2d(
    input: Matrix,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    *,
    count_include_pad: bool = True,
    in_channels: int,
    input_size: Setting | None = None,
) -> Result:
    """y = 1/n Σ of the x in a window of n numbers,  ∂L/∂x = Σ of the ∂L/∂y / n of all the windows that it is in.

    With ``count_include_pad`` the zeros of the padding count as numbers, else the mean is over the others only. Shapes
    are those of ``max_pool2d``.
    LeCun et al., "Gradient-Based Learning Applied to Document Recognition" (1998), subsample so.

    >>> avg_pool2d(Matrix([[1, 2, 3, 4]]), 2, in_channels=1)
    Tensor([[2.5]])
    """
    window = _window("avg_pool2d", input, kernel_size, stride, padding, 1, in_channels, input_size)
    check_bool("avg_pool2d", count_include_pad=count_include_pad)
    return _means(input, _sliding_parts(window, count_include_pad))


@operation
def adaptive_avg_pool2d(
    input: Matrix, output_size: OutputSize, *, in_channels: int, input_size: Setting | None = None
) -> Result:
    """y = 1/n Σ of the x in a part of n numbers,  ∂L/∂x = Σ of the ∂L/∂y / n of all the parts that it is in: H'·W'
    parts of each channel, whatever its size.

    ``output_size`` is (H', W') or one int; None in it keeps the input's. Part i of an axis of n numbers is ⌊i·n/n'⌋ to
    ⌈(i + 1)·n/n'⌉ − 1, so that parts overlap where n' does not divide n. ``in_channels`` and ``input_size`` are those of
    ``max_pool2d``.

    >>> adaptive_avg_pool2d(Matrix([[1, 2, 3, 4, 5, 6, 7, 8, 9]]), (1, 3), in_channels=1)
    Tensor([[4.0, 5.0, 6.0]])
    """
    check_positive_int("adaptive_avg_pool2d", in_channels=in_channels)
    image = image_size("adaptive_avg_pool2d", input.shape[1], in_channels, input_size)
    wanted = adaptive_size("adaptive_avg_pool2d", output_size)
    height, width = (n if size is None else size for n, size in zip(image, wanted))
    return _means(input, _adaptive_parts(in_channels, image, (height, width)))


class Parts(NamedTuple):
    """The parts of a row that are averaged: the gathers of the first number of each part, of the second, …, from a row
    with a zero appended; the divisor of each sum; and for each number of the row the gathers of the parts it is in."""

    gathers: list[Gather]
    divisors: list[int]
    returns: list[Gather]


def _means(x: Matrix, parts: Parts) -> Result:
    gathers, divisors, returns = parts
    y = [list(map(truediv, map(sum, _beside(row, gathers)), divisors)) for row in x.rows]

    def pullback(d: Matrix) -> Matrix:
        shares = [list(map(truediv, row, divisors)) for row in d.rows]
        return trusted([list(map(sum, _beside(row, returns))) for row in shares])

    return trusted(y), pullback


def _beside(row: list[Any], gathers: list[Gather]) -> Any:
    extended = [*row, 0]
    return zip(*[take(extended) for take in gathers])


def _largest(entries: Sequence[Any]) -> Any:
    """max, which would lose a NaN that does not come first."""
    return next((x for x in entries if x != x), max(entries))


def _last_nan(entries: Sequence[Any]) -> int:
    return max(i for i, x in enumerate(entries) if x != x)


# -------------------------------------------------------------------- which numbers are in which window


@lru_cache(maxsize=64)
def _window_indices(window: Window) -> list[list[int]]:
    """For each output the indices of its window, row by row. Instead of each one outside of the image the first inside
    is repeated at the end: that changes neither the maximum nor which entry is the first to have it."""
    most = window.kernel[0] * window.kernel[1]
    return [indices + indices[:1] * (most - len(indices)) for indices in _inside(window)]


@lru_cache(maxsize=64)
def _sliding_parts(window: Window, count_include_pad: bool) -> Parts:
    inside = _inside(window)
    whole = window.kernel[0] * window.kernel[1]
    divisors = [whole if count_include_pad else len(indices) for indices in inside]
    return _parts(inside, divisors, window.channels * window.image[0] * window.image[1])


@lru_cache(maxsize=64)
def _adaptive_parts(channels: int, image: Pair, output: Pair) -> Parts:
    (height, width), (rows, columns) = image, output
    vertical, horizontal = (
        [range(i * n // m, -(-(i + 1) * n // m)) for i in range(m)] for n, m in ((height, rows), (width, columns))
    )
    inside = [
        [(c * height + y) * width + x for y in ys for x in xs]
        for c in range(channels)
        for ys in vertical
        for xs in horizontal
    ]
    return _parts(inside, list(map(len, inside)), channels * height * width)


def _inside(window: Window) -> list[list[int]]:
    height, width = window.image
    vertical, horizontal = covered(window, 0), covered(window, 1)
    return [
        [(c * height + y) * width + x for y in ys if y >= 0 for x in xs if x >= 0]
        for c in range(window.channels)
        for ys in vertical
        for xs in horizontal
    ]


def _parts(inside: list[list[int]], divisors: list[int], size: int) -> Parts:
    containing: list[list[int]] = [[] for _ in range(size)]
    for i, indices in enumerate(inside):
        for index in indices:
            containing[index].append(i)
    return Parts(_ranked(inside, size), divisors, _ranked(containing, len(inside)))


def _ranked(lists: list[list[int]], blank: int) -> list[Gather]:
    """The gathers of all first indices, all second ones, …; shorter lists are filled up with ``blank``."""
    most = max(map(len, lists))
    return [gather(own) for own in zip(*[own + [blank] * (most - len(own)) for own in lists])]


# -------------------------------------------------------------------- validation


def _window(
    name: str,
    input: Matrix,
    kernel_size: Setting,
    stride: Setting | None,
    padding: Setting,
    dilation: Setting,
    in_channels: int,
    input_size: Setting | None,
) -> Window:
    check_positive_int(name, in_channels=in_channels)
    kernel = sizes(name, "kernel_size", kernel_size, 1)
    check_padding(name, padding, kernel, dilation)
    image = image_size(name, input.shape[1], in_channels, input_size)
    window = sliding(name, in_channels, image, kernel, kernel if stride is None else stride, padding, dilation)
    if not all(max(positions) >= 0 for axis in (0, 1) for positions in covered(window, axis)):
        raise ValueError(f"{name}: with these settings a window lies outside of the image of {format_shape(image)}")
    return window


def check_padding(name: str, padding: Any, kernel: Pair, dilation: Any) -> Pair:
    """The pair; more than half of the kernel's extent would make windows of padding alone."""
    both: Pair = sizes(name, "padding", padding, 0)
    extents = [d * (k - 1) + 1 for k, d in zip(kernel, sizes(name, "dilation", dilation, 1))]
    if any(2 * p > extent for p, extent in zip(both, extents)):
        raise ValueError(
            f"{name}: padding is at most half of the kernel, got {format_shape(both)} for {format_shape(extents)}"
        )
    return both


def adaptive_size(name: str, output_size: Any) -> tuple[int | None, int | None]:
    """(H', W'), either None to keep the input's."""
    height, width = (
        output_size if isinstance(output_size, (tuple, list)) and len(output_size) == 2 else [output_size] * 2
    )
    if not all(n is None or is_positive_int(n) for n in (height, width)):
        raise ValueError(f"{name}: output_size is an int from 1 up, None or a pair of them, got {output_size!r}")
    return height, width
