"""Windows: how a kernel slides over an image, and which numbers of a row it covers at each step.

An image is a row of C·H·W numbers. What a window covers is gathered from that row by one ``operator.itemgetter``.
Convolution and pooling share this geometry.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from reprlib import repr as short
from typing import Any, Callable, NamedTuple, Union

from backprop.matrix import format_shape
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


def covered(window: Window, axis: int) -> list[list[int]]:
    """Along an axis: the pixels under the kernel for each output, −1 for one outside of the image."""
    size, kernel, stride, before, dilation, output = (pair[axis] for pair in window[1:])
    return [
        [y if 0 <= y < size else -1 for y in range(start, start + kernel * dilation, dilation)]
        for start in range(-before, output * stride - before, stride)
    ]


def gather(indices: Sequence[int]) -> Gather:
    """The entries of a row at these indices.

    >>> gather([2, 0])("abc"), gather([1])(["a", "b"])
    (('c', 'a'), ['b'])
    """
    if len(indices) > 1:
        return itemgetter(*indices)
    start = indices[0] if indices else 0
    return itemgetter(slice(start, start + len(indices)))  # an itemgetter of one index gives no sequence


# -------------------------------------------------------------------- settings


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
