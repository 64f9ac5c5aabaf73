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
from operator import add
from typing import Any

from backprop.autograd import Result, operation
from backprop.kernel import Rows, float_products, scaled
from backprop.matrix import Matrix, format_shape, trusted
from backprop.nn.functional.windows import Gather, Pair, Setting, Window, covered, gather, image_size, sizes, sliding
from backprop.validation import is_positive_int


@operation
def conv2d(
    input: Matrix,
    weight: Matrix,
    bias: Matrix | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
    *,
    kernel_size: Setting,
    input_size: Setting | None = None,
) -> Result:
    """y[o, q] = b[o] + Σ over c, k of w[o, c, k]·x[c, s·q + d·k − p] for output position q and kernel position k.

    ∂L/∂x[c, i] = Σ over o and all k, q with s·q + d·k − p = i of ∂L/∂y[o, q]·w[o, c, k],  ∂L/∂w[o, c, k] = Σ over q of
    ∂L/∂y[o, q]·x[c, s·q + d·k − p], summed over the batch,  ∂L/∂b[o] = Σ ∂L/∂y[o, q]; s, d, p are stride, dilation,
    padding, and the channels c are those of o's group. x is 0 outside of the image.

    ``input`` has a row of C·H·W numbers for each image, ``weight`` is (out, C/groups·kh·kw), PyTorch's tensor flattened,
    ``bias`` (1, out); the result has rows of out·H'·W' with H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1.
    ``kernel_size`` is the shape of a kernel, which PyTorch reads from the tensor, and ``input_size`` is (H, W) or one
    int for a square; None infers the square from the row. ``padding`` is an int, a pair, "valid" (0) or "same" (H' = H,
    for stride 1; an odd number of zeros has one more below and on the right).

    batch·out·H'·W'·C/groups·kh·kw multiply-adds forward, and the same number for each gradient.
    LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition" (1989).

    Raises ValueError for shapes and settings that do not fit.

    >>> image = Matrix([[1, 2, 3, 4, 5, 6, 7, 8, 9]])
    >>> conv2d(image, Matrix([[1, 0, 0, 1]]), kernel_size=2)
    Tensor([[6, 8, 12, 14]])
    """
    kernel = sizes("conv2d", "kernel_size", kernel_size, 1)
    channels = _channels("conv2d", weight, bias, kernel, groups)
    image = image_size("conv2d", input.shape[1], channels, input_size)
    window = sliding("conv2d", channels, image, kernel, stride, padding, dilation)
    return _convolution(input, weight, bias, window, groups)


@operation
def conv1d(
    input: Matrix,
    weight: Matrix,
    bias: Matrix | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
    *,
    kernel_size: Setting,
) -> Result:
    """y[o, q] = b[o] + Σ over c, k of w[o, c, k]·x[c, s·q + d·k − p],  ∂L/∂x, ∂L/∂w, ∂L/∂b as those of ``conv2d``.

    ``input`` has rows of C·L numbers, ``weight`` is (out, C/groups·k), the result has rows of out·L'.

    >>> conv1d(Matrix([[1, 2, 4, 8]]), Matrix([[-1, 1]]), kernel_size=2)
    Tensor([[1, 2, 4]])
    """
    kernel = (1, *sizes("conv1d", "kernel_size", kernel_size, 1, 1))
    channels = _channels("conv1d", weight, bias, kernel, groups)
    columns = input.shape[1]
    if columns % channels:
        raise ValueError(f"conv1d got rows of {columns} numbers; it needs {channels}·L for its {channels} channels")
    strides = (1, *sizes("conv1d", "stride", stride, 1, 1))
    dilations = (1, *sizes("conv1d", "dilation", dilation, 1, 1))
    padding = padding if isinstance(padding, str) else (0, *sizes("conv1d", "padding", padding, 0, 1))
    window = sliding("conv1d", channels, (1, columns // channels), kernel, strides, padding, dilations)
    return _convolution(input, weight, bias, window, groups)


@operation
def conv_transpose2d(
    input: Matrix,
    weight: Matrix,
    bias: Matrix | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
    *,
    kernel_size: Setting,
    input_size: Setting | None = None,
) -> Result:
    """y[o, i] = b[o] + Σ over c and all k, q with s·q + d·k − p = i of x[c, q]·w[c, o, k], as ``conv2d`` does to a
    gradient. So ∂L/∂x is the convolution of ∂L/∂y, and ∂L/∂w that of ``conv2d`` with x and ∂L/∂y exchanged.

    ``input`` has rows of C·H·W numbers, ``weight`` is (C, out/groups·kh·kw), ``bias`` (1, out); the result has rows of
    out·H'·W' with H' = (H − 1)·stride − 2·padding + dilation·(kh − 1) + output_padding + 1. ``conv2d`` of stride s
    gives the same H from s different H'; ``output_padding`` chooses among them.

    Zeiler et al., "Deconvolutional Networks" (2010). Raises ValueError for shapes and settings that do not fit.

    >>> conv_transpose2d(Matrix([[1, 2, 3, 4]]), Matrix([[1, 10]]), kernel_size=(1, 2))
    Tensor([[1, 12, 20, 3, 34, 40]])
    """
    name = "conv_transpose2d"
    kernel, strides = sizes(name, "kernel_size", kernel_size, 1), sizes(name, "stride", stride, 1)
    pads, dilations = sizes(name, "padding", padding, 0), sizes(name, "dilation", dilation, 1)
    extra = check_output_padding(name, output_padding, strides, dilations)
    channels = weight.shape[0]
    check_groups(name, groups, channels)
    outputs = _channels_in_rows(name, weight, kernel) * groups
    _check_bias(name, bias, outputs)
    small = image_size(name, input.shape[1], channels, input_size)
    height, width = (
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, s, p, d, k, e in zip(small, strides, pads, dilations, kernel, extra)
    )
    if min(height, width) < 1:
        raise ValueError(f"{name}: an image of {format_shape(small)} with these settings gives one of {height}×{width}")
    window = Window(outputs, (height, width), kernel, strides, pads, dilations, small)
    rows = _spread(input.rows, weight.rows, window, groups)
    return trusted(_plus_bias(rows, bias, window.image)), (
        lambda d: trusted(_correlated(d.rows, weight.rows, window, groups)),
        lambda d: trusted(_weight_gradient(d.rows, input.rows, weight.shape[0], window, groups)),
        lambda d: _bias_gradient(d, window.image),
    )


def _convolution(x: Matrix, weight: Matrix, bias: Matrix | None, window: Window, groups: int) -> Result:
    rows = _correlated(x.rows, weight.rows, window, groups)
    return trusted(_plus_bias(rows, bias, window.output)), (
        lambda d: trusted(_spread(d.rows, weight.rows, window, groups)),
        lambda d: trusted(_weight_gradient(x.rows, d.rows, weight.shape[0], window, groups)),
        lambda d: _bias_gradient(d, window.output),
    )


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
    share, taps = len(weight) // groups, window.kernel[0] * window.kernel[1]
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


def _weight_gradient(rows: Rows, slopes: Rows, outputs: int, window: Window, groups: int) -> Rows:
    """For each output channel its gradients at all positions of the batch, times the numbers under each weight there."""
    positions, share = window.output[0] * window.output[1], outputs // groups
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


def _plus_bias(rows: Rows, bias: Matrix | None, output: Pair) -> Rows:
    if bias is None:
        return rows
    positions = range(output[0] * output[1])
    biases = [b for b in bias.rows[0] for _ in positions]
    return [list(map(add, row, biases)) for row in rows]


def _bias_gradient(d: Matrix, output: Pair) -> Matrix:
    positions = output[0] * output[1]
    totals = d.sum(axis=0).rows[0]
    return trusted([[sum(totals[start : start + positions]) for start in range(0, len(totals), positions)]])


# -------------------------------------------------------------------- which entries go with which weights


@lru_cache(maxsize=64)
def patches(window: Window, groups: int) -> list[list[Gather]]:
    """For each group and each output position the gather of its patch, from a row with a zero appended."""
    height, width = window.image
    indices = list(range(window.channels * height * width + 1))  # one int object an entry, however often it is gathered
    share = window.channels // groups
    return [
        [
            gather(
                [
                    indices[(c * height + y) * width + x if y >= 0 and x >= 0 else -1]
                    for c in range(g * share, (g + 1) * share)
                    for y in ys
                    for x in xs
                ]
            )
            for ys in covered(window, 0)
            for xs in covered(window, 1)
        ]
        for g in range(groups)
    ]


@lru_cache(maxsize=64)
def _views(window: Window, outputs: int, groups: int) -> tuple[list[list[tuple[list[int], list[Gather]]]], Gather]:
    """The inverse of ``patches``: for each group the kernel positions that cover a pixel, and the gather of the outputs
    for which they cover it; then the order that puts the results into a row.

    With a stride of s only every s-th position of the kernel covers a pixel: pixels with the same ones are together.
    """
    (height, width), (rows, columns) = window.image, window.output
    indices = list(range(outputs * rows * columns + 1))
    share, channels = outputs // groups, window.channels // groups
    views, order = [], []
    for g in range(groups):
        view = []
        for vertical, ys in _covering(window, 0).items():
            for horizontal, xs in _covering(window, 1).items():
                gathers = [
                    gather(
                        [
                            indices[(o * rows + i) * columns + j if i >= 0 and j >= 0 else -1]
                            for o in range(g * share, (g + 1) * share)
                            for i in through
                            for j in across
                        ]
                    )
                    for through in ys.values()
                    for across in xs.values()
                ]
                view.append(([v * window.kernel[1] + h for v in vertical for h in horizontal], gathers))
                order += [
                    (c * height + y) * width + x
                    for c in range(g * channels, (g + 1) * channels)
                    for y in ys
                    for x in xs
                ]
        views.append(view)
    return views, gather(sorted(range(len(order)), key=order.__getitem__))


def _covering(window: Window, axis: int) -> dict[tuple[int, ...], dict[int, list[int]]]:
    """Along an axis: the kernel positions that cover a pixel, and each pixel that they cover, with the outputs for which
    they do; −1 for an output that is not there."""
    size, kernel, stride, before, dilation, output = (pair[axis] for pair in window[1:])
    views: dict[tuple[int, ...], dict[int, list[int]]] = {}
    for y in range(size):
        starts = {k: y + before - k * dilation for k in range(kernel) if not (y + before - k * dilation) % stride}
        outputs = [start // stride for start in starts.values()]
        views.setdefault(tuple(starts), {})[y] = [i if 0 <= i < output else -1 for i in outputs]
    return views


# -------------------------------------------------------------------- validation


def check_groups(name: str, groups: Any, *channels: int) -> None:
    """ValueError unless ``groups`` divides all these numbers of channels."""
    if not is_positive_int(groups) or any(count % groups for count in channels):
        raise ValueError(
            f"{name}: groups is an int from 1 up that divides {' and '.join(map(str, channels))} channels, got {groups!r}"
        )


def check_output_padding(name: str, output_padding: Any, stride: Pair, dilation: Pair) -> Pair:
    """The pair, each smaller than the stride or the dilation: more would only append zeros."""
    extra: Pair = sizes(name, "output_padding", output_padding, 0)
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation)):
        raise ValueError(
            f"{name}: output_padding is smaller than stride or dilation, got {extra} for {stride} and {dilation}"
        )
    return extra


def _channels(name: str, weight: Matrix, bias: Matrix | None, kernel: Pair, groups: int) -> int:
    """The number of channels of the input, from the weight."""
    outputs = weight.shape[0]
    check_groups(name, groups, outputs)
    channels = _channels_in_rows(name, weight, kernel) * groups
    _check_bias(name, bias, outputs)
    return channels


def _channels_in_rows(name: str, weight: Matrix, kernel: Pair) -> int:
    columns, taps = weight.shape[1], kernel[0] * kernel[1]
    if columns % taps:
        raise ValueError(
            f"{name}: a kernel of {format_shape(kernel)} needs weight rows of a multiple of {taps}, got {columns}"
        )
    return columns // taps


def _check_bias(name: str, bias: Matrix | None, outputs: int) -> None:
    if bias is not None and bias.shape != (1, outputs):
        raise ValueError(
            f"{name} got a bias of {format_shape(bias.shape)}; for {outputs} output channels it is 1×{outputs}"
        )
