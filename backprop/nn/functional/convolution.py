"""Convolution: the same small weights at every place of an image, as products of rows with rows.

An image is a row of C·H·W numbers. What the kernel sees at one place, its patch, is gathered from that row by one
``operator.itemgetter``, made once for each size and kept; padding is one zero appended to the row, which every place
outside of the image stands for. A patch times the weights of a channel is then one dot product. The way back gathers
too: a place of the image collects from all the outputs that saw it, so nothing is added up entry by entry.

Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), draws all of the cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from operator import add, itemgetter
from reprlib import repr as short
from typing import Any, Callable, NamedTuple, Union

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation
from backprop.kernel import Rows, float_products, scaled
from backprop.matrix import Matrix, format_shape, trusted
from backprop.validation import is_positive_int

Pair = tuple[int, int]
Setting = Union[int, Sequence[int]]
Gather = Callable[[Sequence[Any]], Sequence[Any]]


class Window(NamedTuple):
    """How a kernel slides over an image; each pair is (vertical, horizontal)."""

    channels: int
    image: Pair
    kernel: Pair
    stride: Pair
    before: Pair  # what padding adds above and to the left
    dilation: Pair
    output: Pair


def conv2d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
    *,
    kernel_size: Setting,
    input_size: Setting | None = None,
    name: str = "conv2d",
) -> Tensor:
    """The images' correlation with the weights; the equation is that of ``correlation``.

    ``input`` has a row of C·H·W numbers for each image, ``weight`` is (out, C/groups·kh·kw), PyTorch's tensor flattened,
    ``bias`` (1, out); the result has rows of out·H'·W' with H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1.
    ``kernel_size`` says how the weight's columns lie, which PyTorch reads from the tensor, and ``input_size`` is
    (H, W) or one int for a square; None infers the square from the row. ``padding`` is an int, a pair, "valid" (0) or
    "same" (H' = H, for stride 1; an odd number of zeros has one more below and on the right).

    Raises ValueError for shapes and settings that do not fit.

    >>> image = Matrix([[1, 2, 3, 4, 5, 6, 7, 8, 9]])
    >>> conv2d(image, Matrix([[1, 0, 0, 1]]), kernel_size=2)
    Tensor([[6, 8, 12, 14]])
    """
    kernel = sizes(name, "kernel_size", kernel_size, 1)
    weight = as_tensor(weight, name)
    input = as_tensor(input, name)
    channels = _channels(name, weight, bias, kernel, groups)
    image = image_size(name, input.shape[1], channels, input_size)
    window = sliding(name, channels, image, kernel, stride, padding, dilation)
    return correlation(input, weight, bias, window=window, groups=groups)


def conv1d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
    *,
    kernel_size: Setting,
    name: str = "conv1d",
) -> Tensor:
    """``conv2d`` along one axis: rows of C·L numbers, ``weight`` (out, C/groups·k), the result rows of out·L'.

    >>> conv1d(Matrix([[1, 2, 4, 8]]), Matrix([[-1, 1]]), kernel_size=2)
    Tensor([[1, 2, 4]])
    """
    kernel = (1, *sizes(name, "kernel_size", kernel_size, 1, 1))
    weight = as_tensor(weight, name)
    input = as_tensor(input, name)
    channels = _channels(name, weight, bias, kernel, groups)
    if input.shape[1] % channels:
        raise ValueError(
            f"{name} got rows of {input.shape[1]} numbers; it needs {channels}·L for its {channels} channels"
        )
    image = (1, input.shape[1] // channels)
    steps, spread = (1, *sizes(name, "stride", stride, 1, 1)), (1, *sizes(name, "dilation", dilation, 1, 1))
    padding = padding if isinstance(padding, str) else (0, *sizes(name, "padding", padding, 0, 1))
    window = sliding(name, channels, image, kernel, steps, padding, spread)
    return correlation(input, weight, bias, window=window, groups=groups)


def conv_transpose2d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
    *,
    kernel_size: Setting,
    input_size: Setting | None = None,
    name: str = "conv_transpose2d",
) -> Tensor:
    """The transpose of ``conv2d``'s map, from its outputs' shape to its inputs'; the equation is that of
    ``transposed_correlation``.

    ``input`` has rows of C·H·W numbers, ``weight`` is (C, out/groups·kh·kw), ``bias`` (1, out); the result has rows of
    out·H'·W' with H' = (H − 1)·stride − 2·padding + dilation·(kh − 1) + output_padding + 1. ``conv2d`` of stride s
    gives the same H from s different H'; ``output_padding`` chooses among them.

    Raises ValueError for shapes and settings that do not fit.

    >>> conv_transpose2d(Matrix([[1, 2, 3, 4]]), Matrix([[1, 10]]), kernel_size=(1, 2))
    Tensor([[1, 12, 20, 3, 34, 40]])
    """
    kernel, strides = sizes(name, "kernel_size", kernel_size, 1), sizes(name, "stride", stride, 1)
    pads, spread = sizes(name, "padding", padding, 0), sizes(name, "dilation", dilation, 1)
    extra = check_output_padding(name, output_padding, strides, spread)
    weight = as_tensor(weight, name)
    input = as_tensor(input, name)
    channels, columns = weight.shape
    taps = kernel[0] * kernel[1]
    check_groups(name, groups, channels)
    if columns % taps:
        raise ValueError(
            f"{name}: a kernel of {format_shape(kernel)} needs weight rows of a multiple of {taps}, got {columns}"
        )
    outputs = columns // taps * groups
    _check_bias(name, bias, outputs)
    small = image_size(name, input.shape[1], channels, input_size)
    big = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, s, p, d, k, e in zip(small, strides, pads, spread, kernel, extra)
    )
    if min(big) < 1:
        raise ValueError(
            f"{name}: an image of {format_shape(small)} with these settings gives one of {format_shape(big)}"
        )
    window = Window(outputs, (big[0], big[1]), kernel, strides, pads, spread, small)
    return transposed_correlation(input, weight, bias, window=window, groups=groups)


@operation
def correlation(x: Matrix, weight: Matrix, bias: Matrix | None = None, *, window: Window, groups: int) -> Result:
    """y[o, q] = b[o] + Σ over c, k of w[o, c, k]·x[c, s·q + d·k − p] for output place q and kernel place k.

    ∂L/∂x[c, i] = Σ over o and all k, q with s·q + d·k − p = i of ∂L/∂y[o, q]·w[o, c, k],  ∂L/∂w[o, c, k] = Σ over q of
    ∂L/∂y[o, q]·x[c, s·q + d·k − p], summed over the batch,  ∂L/∂b[o] = Σ ∂L/∂y[o, q]; s, d, p are stride, dilation,
    padding, and the channels c are those of o's group. x is 0 outside of the image.

    batch·out·H'·W'·C/groups·kh·kw multiply-adds forward, and as many for each gradient.
    LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition" (1989).
    """
    rows = _correlated(x.rows, weight.rows, window, groups)
    return trusted(_plus_bias(rows, bias, window.output)), (
        lambda d: trusted(_spread(d.rows, weight.rows, window, groups)),
        lambda d: trusted(_weight_gradient(x.rows, d.rows, weight.shape[0], window, groups)),
        lambda d: _bias_gradient(d, window.output),
    )


@operation
def transposed_correlation(
    x: Matrix, weight: Matrix, bias: Matrix | None = None, *, window: Window, groups: int
) -> Result:
    """y[o, i] = b[o] + Σ over c and all k, q with s·q + d·k − p = i of x[c, q]·w[c, o, k]: what ``correlation`` does to
    a gradient. So ∂L/∂x is the correlation of ∂L/∂y, and ∂L/∂w that of ``correlation`` with x and ∂L/∂y exchanged.

    Zeiler et al., "Deconvolutional Networks" (2010).
    """
    rows = _spread(x.rows, weight.rows, window, groups)
    return trusted(_plus_bias(rows, bias, window.image)), (
        lambda d: trusted(_correlated(d.rows, weight.rows, window, groups)),
        lambda d: trusted(_weight_gradient(d.rows, x.rows, weight.shape[0], window, groups)),
        lambda d: _bias_gradient(d, window.image),
    )


# -------------------------------------------------------------------- the three products


def _correlated(rows: Rows, weight: Rows, window: Window, groups: int) -> Rows:
    """Each patch times each row of weights of its group."""
    share = len(weight) // groups
    blocks = [(weight[g * share : (g + 1) * share], seen) for g, seen in enumerate(patches(window, groups))]
    return _products(rows, blocks)


def _spread(rows: Rows, weight: Rows, window: Window, groups: int) -> Rows:
    """The transpose of ``_correlated``: each place of the image times the weights through which it was seen."""
    share, taps = len(weight) // groups, window.kernel[0] * window.kernel[1]
    views, arrange = _views(window, len(weight), groups)
    blocks = []
    for g, view in enumerate(views):
        own = weight[g * share : (g + 1) * share]
        for kernel_places, seeing in view:
            turned = [
                [w[start + k] for w in own for k in kernel_places]
                for start in range(0, window.channels // groups * taps, taps)
            ]
            blocks.append((turned, seeing))
    return [list(arrange(row)) for row in _products(rows, blocks)]


def _weight_gradient(rows: Rows, slopes: Rows, outputs: int, window: Window, groups: int) -> Rows:
    """For each output channel its slopes at all places of the batch, times what each weight saw at these places."""
    places, share = window.output[0] * window.output[1], outputs // groups
    extended = [[*row, 0] for row in rows]
    gradient: Rows = []
    for g, seen in enumerate(patches(window, groups)):
        columns = list(zip(*[gather(row) for row in extended for gather in seen]))
        channels = range(g * share * places, (g + 1) * share * places, places)
        own = [list(chain.from_iterable([row[start : start + places] for row in slopes])) for start in channels]
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
    places = range(output[0] * output[1])
    biases = [b for b in bias.rows[0] for _ in places]
    return [list(map(add, row, biases)) for row in rows]


def _bias_gradient(d: Matrix, output: Pair) -> Matrix:
    places = output[0] * output[1]
    totals = d.sum(axis=0).rows[0]
    return trusted([[sum(totals[start : start + places]) for start in range(0, len(totals), places)]])


# -------------------------------------------------------------------- which entries meet which weights


@lru_cache(maxsize=64)
def patches(window: Window, groups: int) -> list[list[Gather]]:
    """For each group and each output place the gather of its patch, from a row with a zero appended."""
    height, width = window.image
    places = list(range(window.channels * height * width + 1))  # one int object an entry, however often it is gathered
    share = window.channels // groups
    return [
        [
            gather(
                [
                    places[(c * height + y) * width + x if y >= 0 and x >= 0 else -1]
                    for c in range(g * share, (g + 1) * share)
                    for y in ys
                    for x in xs
                ]
            )
            for ys in seen(window, 0)
            for xs in seen(window, 1)
        ]
        for g in range(groups)
    ]


@lru_cache(maxsize=64)
def _views(window: Window, outputs: int, groups: int) -> tuple[list[list[tuple[list[int], list[Gather]]]], Gather]:
    """``patches`` the other way: for each group which kernel places see a place of the image, and the gather of the
    outputs that they see it for; then the order that puts the results into a row.

    With a stride of s only every s-th place of the kernel sees a place: those that the same ones see are together.
    """
    (height, width), (rows, columns) = window.image, window.output
    places = list(range(outputs * rows * columns + 1))
    share, channels = outputs // groups, window.channels // groups
    views, order = [], []
    for g in range(groups):
        view = []
        for vertical, ys in _seen_by(window, 0).items():
            for horizontal, xs in _seen_by(window, 1).items():
                gathers = [
                    gather(
                        [
                            places[(o * rows + i) * columns + j if i >= 0 and j >= 0 else -1]
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


def seen(window: Window, axis: int) -> list[list[int]]:
    """For each output place along an axis the image's places under the kernel, −1 for one outside."""
    size, kernel, stride, before, dilation, output = (pair[axis] for pair in window[1:])
    return [
        [y if 0 <= y < size else -1 for y in range(start, start + kernel * dilation, dilation)]
        for start in range(-before, output * stride - before, stride)
    ]


def _seen_by(window: Window, axis: int) -> dict[tuple[int, ...], dict[int, list[int]]]:
    """For the kernel places that see an image's place along an axis: those places, each with the outputs for which
    it is seen, −1 for one that is not there."""
    size, kernel, stride, before, dilation, output = (pair[axis] for pair in window[1:])
    views: dict[tuple[int, ...], dict[int, list[int]]] = {}
    for y in range(size):
        starts = {k: y + before - k * dilation for k in range(kernel) if not (y + before - k * dilation) % stride}
        outputs = [start // stride for start in starts.values()]
        views.setdefault(tuple(starts), {})[y] = [i if 0 <= i < output else -1 for i in outputs]
    return views


def gather(places: Sequence[int]) -> Gather:
    """The entries at these places of a row.

    >>> gather([2, 0])("abc"), gather([1])(["a", "b"])
    (('c', 'a'), ['b'])
    """
    if len(places) > 1:
        return itemgetter(*places)
    start = places[0] if places else 0
    return itemgetter(slice(start, start + len(places)))  # an itemgetter of one place gives no sequence


# -------------------------------------------------------------------- checks at the door


def sizes(name: str, setting: str, value: Any, least: int, count: int = 2) -> Any:
    """A setting as ``count`` ints, of which each is ``least`` or more; one int stands for all.

    >>> sizes("conv2d", "kernel_size", 3, 1)
    (3, 3)
    """
    several = tuple(value) if isinstance(value, (tuple, list)) else (value,) * count
    if len(several) != count or not all(is_positive_int(n, least) for n in several):
        pair = " or a pair of them" if count == 2 else ""
        raise ValueError(f"{name}: {setting} is an int from {least} up{pair}, got {short(value)}")
    return several


def image_size(name: str, columns: int, channels: int, input_size: Setting | None) -> Pair:
    """(H, W) of the images in rows of C·H·W numbers."""
    if input_size is None:
        side = round((columns / channels) ** 0.5)
        if channels * side * side != columns:
            raise ValueError(
                f"{name} got rows of {columns} numbers; it needs {channels}·H·W with H = W, or input_size=(H, W)"
            )
        return side, side
    height, width = sizes(name, "input_size", input_size, 1)
    if channels * height * width != columns:
        raise ValueError(
            f"{name} got rows of {columns} numbers; it needs {channels}·{height}·{width} = {channels * height * width}"
        )
    return height, width


def sliding(
    name: str,
    channels: int,
    image: Pair,
    kernel: Pair,
    stride: Setting,
    padding: Setting | str,
    dilation: Setting,
) -> Window:
    """The Window of these settings, or the sentence that says why there is none."""
    steps, spread = sizes(name, "stride", stride, 1), sizes(name, "dilation", dilation, 1)
    before, after = pads(name, padding, kernel, steps, spread)
    height, width = (
        (n + b + a - d * (k - 1) - 1) // s + 1 for n, b, a, d, k, s in zip(image, before, after, spread, kernel, steps)
    )
    if height < 1 or width < 1:
        raise ValueError(
            f"{name}: a kernel of {format_shape(kernel)} with dilation {format_shape(spread)} does not fit into an image of {format_shape(image)} "
            f"padded to {format_shape(map(sum, zip(image, before, after)))}"
        )
    return Window(channels, image, kernel, steps, before, spread, (height, width))


def pads(name: str, padding: Any, kernel: Pair, stride: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """The zeros before and after each axis."""
    if padding == "valid":
        padding = 0
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f'{name}: padding="same" needs a stride of 1, got {stride}')
        (v, h), (w, j) = kernel, dilation
        total = (w * (v - 1), j * (h - 1))
        before = (total[0] // 2, total[1] // 2)
        return before, (total[0] - before[0], total[1] - before[1])
    both = sizes(name, 'padding, unless "same" or "valid",', padding, 0)
    return both, both


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


def _channels(name: str, weight: Tensor, bias: TensorLike | None, kernel: Pair, groups: int) -> int:
    """How many channels the input has, as the weight tells."""
    outputs, columns = weight.shape
    taps = kernel[0] * kernel[1]
    check_groups(name, groups, outputs)
    if columns % taps:
        raise ValueError(
            f"{name}: a kernel of {format_shape(kernel)} needs weight rows of a multiple of {taps}, got {columns}"
        )
    _check_bias(name, bias, outputs)
    return columns // taps * groups


def _check_bias(name: str, bias: TensorLike | None, outputs: int) -> None:
    if bias is not None and (shape := as_tensor(bias).shape) != (1, outputs):
        raise ValueError(f"{name} got a bias of {format_shape(shape)}; for {outputs} output channels it is 1×{outputs}")
