"""Convolution: the same small weights at every position of an image, as products of rows with rows.

The numbers that the kernel covers at one position, its patch, are gathered from the row of the image by one
``operator.itemgetter``, made once for each size and kept; padding is one zero appended to the row, to which every
position outside of the image refers. A patch times the weights of a channel is then one dot product. The backward pass
gathers too: each pixel collects from all the outputs that it is part of, so nothing is added up entry by entry.

Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), draws all of the cases.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from math import prod
from operator import add
from typing import Any

from backprop.autograd import Result, Size, Tensor, TensorLike, as_tensor, operation
from backprop.autograd.operation import composed
from backprop.kernel import Rows, float_products, scaled
from backprop.matrix import Matrix, format_shape, trusted
from backprop.nn.functional.windows import (
    Gather,
    Setting,
    Sizes,
    Window,
    area,
    as_images,
    as_matrix,
    covered_pixels,
    gather,
    image_shape,
    rows_of_images,
    sizes,
    sliding,
)
from backprop.shape_errors import shape_error
from backprop.validation import ArgumentError, SettingError, is_positive_int


@composed
def conv2d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
) -> Tensor:
    """y[o, q] = b[o] + Σ over c, k of w[o, c, k]·x[c, s·q + d·k − p] for output position q and kernel position k; s, d, p are
    stride, dilation, padding, and the channels c are those of o's group. x is 0 outside of the image.

    ``input`` is (N, C, H, W), or (C, H, W) for a single image; ``weight`` (out, C/groups, kh, kw), ``bias`` (out,); the
    result is (N, out, H', W') with H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1. ``padding`` is an int, a
    pair, "valid" (0) or "same" (H' = H, for stride 1; an odd number of zeros has one more below and on the right).

    N·out·H'·W'·C/groups·kh·kw multiply-adds forward, and the same number for each gradient.
    LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition" (1989).

    Raises ValueError for shapes and settings that do not fit.

    >>> image = Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]])
    >>> conv2d(image, Tensor([[[[1.0, 0.0], [0.0, 1.0]]]]))
    tensor([[[ 6.,  8.],
             [12., 14.]]])
    """
    return _convolved("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


@composed
def conv1d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
) -> Tensor:
    """``conv2d`` along one axis: ``input`` is (N, C, L) or (C, L), ``weight`` (out, C/groups, k), the result (N, out, L').

    >>> conv1d(Tensor([[1.0, 2.0, 4.0, 8.0]]), Tensor([[[-1.0, 1.0]]]))
    tensor([[1., 2., 4.]])
    """
    return _convolved("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


@composed
def conv3d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
) -> Tensor:
    """``conv2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W), ``weight`` (out, C/groups, kd, kh, kw).

    >>> conv3d(Tensor([[[[1.0, 2.0]]]]), Tensor([[[[[10.0]]]]]))
    tensor([[[[10., 20.]]]])
    """
    return _convolved("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


@composed
def conv_transpose2d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
) -> Tensor:
    """y[o, i] = b[o] + Σ over c and all k, q with s·q + d·k − p = i of x[c, q]·w[c, o, k], as ``conv2d`` does to a
    gradient.

    ``input`` is (N, C, H, W) or (C, H, W), ``weight`` (C, out/groups, kh, kw), ``bias`` (out,); the result is (N, out, H', W')
    with H' = (H − 1)·stride − 2·padding + dilation·(kh − 1) + output_padding + 1. ``conv2d`` of stride s gives the same H
    from s different H'; ``output_padding`` chooses among them.

    Zeiler et al., "Deconvolutional Networks" (2010). Raises ValueError for shapes and settings that do not fit.

    >>> conv_transpose2d(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), Tensor([[[[1.0, 10.0]]]]))
    tensor([[[ 1., 12., 20.],
             [ 3., 34., 40.]]])
    """
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


@composed
def conv_transpose1d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
) -> Tensor:
    """``conv_transpose2d`` along one axis: ``input`` is (N, C, L) or (C, L), ``weight`` (C, out/groups, k).

    >>> conv_transpose1d(Tensor([[1.0, 2.0]]), Tensor([[[1.0, 10.0]]]))
    tensor([[ 1., 12., 20.]])
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


@composed
def conv_transpose3d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
) -> Tensor:
    """``conv_transpose2d`` in three axes: ``input`` is (N, C, D, H, W), ``weight`` (C, out/groups, kd, kh, kw).

    >>> conv_transpose3d(Tensor([[[[1.0, 2.0]]]]), Tensor([[[[[1.0, 10.0]]]]]))
    tensor([[[[ 1., 12., 20.]]]])
    """
    return _transposed("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)


# -------------------------------------------------------------------- the two rules


@operation(cut=1, multilinear=True)
def _convolution(
    input: Matrix, weight: Matrix, bias: Matrix | None = None, *, window: Window, groups: int, shape: Size
) -> Result:
    """y[o, q] = b[o] + Σ over c, k of w[o, c, k]·x[c, s·q + d·k − p] with stride s, dilation d and padding p,
    ∂L/∂x[c, i] = Σ over o and all k, q with s·q + d·k − p = i of ∂L/∂y[o, q]·w[o, c, k],  ∂L/∂w[o, c, k] = Σ over q of
    ∂L/∂y[o, q]·x[c, s·q + d·k − p], summed over the batch,  ∂L/∂b[o] = Σ ∂L/∂y[o, q].

    A row of ``input`` is an image, C·H·W numbers; a row of ``weight`` the kernels of one output channel."""
    rows, positions = rows_of_images(input), area(window.output)
    return (
        as_matrix(_plus_bias(_correlated(rows, weight.rows, window, groups), bias, positions)),
        (
            lambda d: as_matrix(_spread(rows_of_images(d), weight.rows, window, groups)),
            lambda d: trusted(_weight_gradient(rows, rows_of_images(d), weight, window, groups)),
            lambda d: _bias_gradient(d, positions, len(weight.rows)),
        ),
        shape,
    )


@operation(cut=1, multilinear=True)
def _transposed_convolution(
    input: Matrix, weight: Matrix, bias: Matrix | None = None, *, window: Window, groups: int, shape: Size
) -> Result:
    """y[o, i] = b[o] + Σ over c and all k, q with s·q + d·k − p = i of x[c, q]·w[c, o, k], stride s, dilation d, padding p,
    ∂L/∂x = the convolution of ∂L/∂y with w,  ∂L/∂w = that of a convolution with x and ∂L/∂y exchanged,
    ∂L/∂b[o] = Σ ∂L/∂y[o, i]."""
    rows, pixels = rows_of_images(input), area(window.image)
    return (
        as_matrix(_plus_bias(_spread(rows, weight.rows, window, groups), bias, pixels)),
        (
            lambda d: as_matrix(_correlated(rows_of_images(d), weight.rows, window, groups)),
            lambda d: trusted(_weight_gradient(rows_of_images(d), rows, weight, window, groups)),
            lambda d: _bias_gradient(d, pixels, window.channels),
        ),
        shape,
    )


def _convolved(
    name: str,
    axes: int,
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None,
    stride: Setting,
    padding: Setting | str,
    dilation: Setting,
    groups: int,
) -> Tensor:
    x, lead = as_images(name, input, axes)
    w = as_tensor(weight, name)
    kernel = _kernel(name, w, axes, "(out, C/groups, …)")
    outputs, share = w.shape[:2]
    check_groups(name, groups, outputs)
    _check_channels(name, x, share * groups, w, f"groups={groups}")
    b = _checked_bias(name, bias, outputs)
    window = sliding(name, share * groups, x.shape[2:], kernel, stride, padding, dilation)
    return _convolution(x, w, b, window=window, groups=groups, shape=image_shape(lead, outputs, window.output))


def _transposed(
    name: str,
    axes: int,
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None,
    stride: Setting,
    padding: Setting,
    output_padding: Setting,
    groups: int,
    dilation: Setting,
) -> Tensor:
    x, lead = as_images(name, input, axes)
    w = as_tensor(weight, name)
    kernel = _kernel(name, w, axes, "(C, out/groups, …)")
    steps, spread = sizes(name, "stride", stride, 1, axes), sizes(name, "dilation", dilation, 1, axes)
    pads, extra = sizes(name, "padding", padding, 0, axes), check_output_padding(name, output_padding, steps, spread)
    channels, outputs = w.shape[0], w.shape[1] * groups
    check_groups(name, groups, channels)
    _check_channels(name, x, channels, w, "transposed=1")
    b = _checked_bias(name, bias, outputs)
    small = x.shape[2:]
    image = tuple(
        [
            (n - 1) * s - 2 * p + d * (k - 1) + e + 1
            for n, s, p, d, k, e in zip(small, steps, pads, spread, kernel, extra)
        ]
    )
    if min(image) < 1:
        raise ArgumentError(
            f"{name}: an image of {format_shape(small)} with these settings gives one of {format_shape(image)}"
        )
    window = Window(outputs, image, kernel, steps, pads, spread, tuple(small))
    return _transposed_convolution(x, w, b, window=window, groups=groups, shape=image_shape(lead, outputs, image))


# -------------------------------------------------------------------- the three products


def _correlated(rows: Rows, weight: Rows, window: Window, groups: int) -> Rows:
    """Each patch times each row of weights of its group."""
    share = len(weight) // groups
    blocks = [
        (weight[g * share : (g + 1) * share], patch_gathers) for g, patch_gathers in enumerate(patches(window, groups))
    ]
    return _products(rows, blocks)


def _spread(rows: Rows, weight: Rows, window: Window, groups: int) -> Rows:
    """The transpose of ``_correlated``: for each pixel of the image the outputs it is part of, times their weights."""
    share, taps = len(weight) // groups, prod(window.kernel_size)
    views, arrange = _views(window, len(weight), groups)
    blocks = []
    for g, view in enumerate(views):
        own = weight[g * share : (g + 1) * share]
        for kernel_positions, gathers in view:
            turned = [
                [w[start + k] for w in own for k in kernel_positions]
                for start in range(0, window.channels // groups * taps, taps)
            ]
            blocks.append((turned, gathers))
    return [list(arrange(row)) for row in _products(rows, blocks)]


def _weight_gradient(rows: Rows, slopes: Rows, weight: Matrix, window: Window, groups: int) -> Rows:
    """For each output channel its gradients at all positions of the batch, times the numbers under each weight there."""
    if not rows:
        return [[0.0] * len(row) for row in weight.rows]
    positions, share = area(window.output), len(weight.rows) // groups
    extended = [[*row, 0] for row in rows]
    gradient: Rows = []
    for g, patch_gathers in enumerate(patches(window, groups)):
        columns = list(zip(*[gather(row) for row in extended for gather in patch_gathers]))
        channels = range(g * share * positions, (g + 1) * share * positions, positions)
        own = [list(chain.from_iterable([row[start : start + positions] for row in slopes])) for start in channels]
        gradient += float_products(own, columns)
    return gradient


def _products(rows: Rows, blocks: list[tuple[Rows, list[Gather]]]) -> Rows:
    result = []
    kept = [(scaled(weights, len(gathers)), gathers) for weights, gathers in blocks]
    for row in rows:
        extended = [*row, 0]
        parts: Rows = []
        for weights, gathers in kept:
            parts += float_products(weights, [gather(extended) for gather in gathers])
        result.append(list(chain.from_iterable(parts)))
    return result


def _plus_bias(rows: Rows, bias: Matrix | None, pixels: int) -> Rows:
    if bias is None:
        return rows
    biases = [b for b in bias.rows[0] for _ in range(pixels)]
    return [list(map(add, row, biases)) for row in rows]


def _bias_gradient(d: Matrix, pixels: int, channels: int) -> Matrix:
    totals = list(map(sum, zip(*d.rows))) if d.rows[0] else [0.0] * (pixels * channels)
    return trusted([[sum(totals[start : start + pixels]) for start in range(0, len(totals), pixels)]])


# -------------------------------------------------------------------- which entries go with which weights


@lru_cache(maxsize=64)
def patches(window: Window, groups: int) -> list[list[Gather]]:
    """For each group and each output position the gather of its patch, from a row with a zero appended."""
    pixels = area(window.image)
    indices = list(range(window.channels * pixels + 1))  # one int object an entry, however often it is gathered
    share, covered = window.channels // groups, covered_pixels(window)
    return [
        [
            gather(
                [
                    indices[c * pixels + pixel if pixel >= 0 else -1]
                    for c in range(g * share, (g + 1) * share)
                    for pixel in patch
                ]
            )
            for patch in covered
        ]
        for g in range(groups)
    ]


@lru_cache(maxsize=64)
def _views(window: Window, outputs: int, groups: int) -> tuple[list[list[tuple[Sizes, list[Gather]]]], Gather]:
    """The inverse of ``patches``: for each group the kernel positions that cover a pixel, and the gather of the outputs
    for which they cover it; then the order that puts the results into a row.

    With a stride of s only every s-th position of the kernel covers a pixel: pixels with the same ones are together.
    """
    pixels, positions = area(window.image), area(window.output)
    indices = list(range(outputs * positions + 1))
    share, channels = outputs // groups, window.channels // groups
    views, order = [], []
    for g in range(groups):
        view = []
        for kernel_positions, seen in _covering(window).items():
            gathers = [
                gather(
                    [
                        indices[o * positions + q if q >= 0 else -1]
                        for o in range(g * share, (g + 1) * share)
                        for q in qs
                    ]
                )
                for qs in seen.values()
            ]
            view.append((kernel_positions, gathers))
            order += [c * pixels + pixel for c in range(g * channels, (g + 1) * channels) for pixel in seen]
        views.append(view)
    return views, gather(sorted(range(len(order)), key=order.__getitem__))


def _covering(window: Window) -> dict[Sizes, dict[int, list[int]]]:
    """The kernel positions that cover a pixel, and each pixel that they cover, with the outputs for which they do; −1 for
    an output that is not there."""
    views: dict[Sizes, dict[int, list[int]]] = {(0,): {0: [0]}}
    for size, kernel, stride, before, dilation, output in zip(*window[1:]):
        wider: dict[Sizes, dict[int, list[int]]] = {}
        for y in range(size):
            starts = {k: y + before - k * dilation for k in range(kernel) if not (y + before - k * dilation) % stride}
            outputs = [start // stride if 0 <= start // stride < output else -1 for start in starts.values()]
            for positions, seen in views.items():
                own = wider.setdefault(tuple([p * kernel + k for p in positions for k in starts]), {})
                for pixel, qs in seen.items():
                    own[pixel * size + y] = [q * output + i if q >= 0 and i >= 0 else -1 for q in qs for i in outputs]
        views = wider
    return views


# -------------------------------------------------------------------- validation


def check_groups(name: str, groups: Any, *channels: int) -> None:
    """ValueError unless ``groups`` divides all these numbers of channels."""
    if not is_positive_int(groups) or any(count % groups for count in channels):
        raise SettingError(
            f"{name}: groups is an int from 1 up that divides {' and '.join(map(str, channels))} channels, got {groups!r}"
        )


def check_output_padding(name: str, output_padding: Any, stride: Sizes, dilation: Sizes) -> Sizes:
    """For each axis, smaller than the stride or the dilation: more would only append zeros."""
    extra: Sizes = sizes(name, "output_padding", output_padding, 0, len(stride))
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation)):
        raise ArgumentError(
            f"{name}: output_padding is smaller than stride or dilation, got {extra} for {stride} and {dilation}"
        )
    return extra


def _kernel(name: str, weight: Tensor, axes: int, form: str) -> Sizes:
    """The size of a kernel, from the weight."""
    if len(weight.shape) != axes + 2 or not weight.shape.numel():
        raise ArgumentError(
            f"{name}: weight is {form.replace('…', ', '.join(['kd', 'kh', 'kw'][-axes:] if axes > 1 else 'k'))}, "
            f"got the shape {list(weight.shape)}"
        )
    return tuple(weight.shape[2:])


def _check_channels(name: str, x: Tensor, channels: int, weight: Tensor, given: str) -> None:
    shape = x.shape
    if shape[1] != channels:
        advice = ""
        if shape[-1] == channels:
            advice = f"; channels come first: write input.movedim(-1, {-len(shape) + 1})"
        elif channels == shape[0] == 1:
            advice = "; a batch of images of one channel is input.unsqueeze(1)"
        words = f"Given {given}, weight of size {list(weight.shape)}, expected input{list(shape)} to have {channels} channels"
        raise shape_error(f"{name}: {words}, but got {shape[1]} channels instead", advice, input=x, weight=weight)


def _checked_bias(name: str, bias: TensorLike | None, outputs: int) -> Tensor | None:
    if bias is None:
        return None
    b = as_tensor(bias, name)
    if b.shape != (outputs,):
        raise ArgumentError(
            f"{name}: bias has the shape [{outputs}], a number for each output channel, got {list(b.shape)}"
        )
    return b
