"""Windows: how a kernel slides over an image, and which numbers of a channel it covers at each step.

An image has any number of axes: one for a sequence, two for a picture, three for a volume. It lies in a row of C·H·W
numbers, and what a window covers is gathered from that row by one ``operator.itemgetter``. Convolution, pooling and
folding share this geometry.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from operator import itemgetter
from reprlib import repr as short
from typing import Any, Callable, NamedTuple, Union

from backprop.autograd import Size, Tensor, TensorLike, as_tensor
from backprop.kernel import Rows
from backprop.matrix import Matrix, format_shape, trusted
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, is_positive_int

Sizes = tuple[int, ...]
Setting = Union[int, Sequence[int]]
Gather = Callable[[Sequence[Any]], Sequence[Any]]


class Window(NamedTuple):
    """How a kernel slides over an image; all but the channels are numbers for each axis."""

    channels: int
    image: Sizes
    kernel_size: Sizes
    stride: Sizes
    padding: Sizes  # above and to the left
    dilation: Sizes
    output: Sizes


def covered(window: Window, axis: int) -> list[list[int]]:
    """Along an axis: the pixels under the kernel for each output, −1 for one outside of the image."""
    size, kernel, stride, before, dilation, output = (sizes[axis] for sizes in window[1:])
    return [
        [y if 0 <= y < size else -1 for y in range(start, start + kernel * dilation, dilation)]
        for start in range(-before, output * stride - before, stride)
    ]


def covered_pixels(window: Window) -> list[list[int]]:
    """The pixels of a channel under the kernel for each output, −1 for one outside of the image; both row-major."""
    return crossed(window.image, [covered(window, axis) for axis in range(len(window.image))])


def crossed(image: Sizes, axes: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
    """The pixels of a channel for each combination of what is chosen along each axis; −1 stays outside.

    >>> crossed((2, 3), [[[0], [0, 1]], [[1, -1]]])
    [[1, -1], [1, -1, 4, -1]]
    """
    result: list[list[int]] = [[0]]
    for size, choices in zip(image, axes):
        result = [
            [p * size + y if p >= 0 and y >= 0 else -1 for p in pixels for y in ys]
            for pixels in result
            for ys in choices
        ]
    return result


def gather(indices: Sequence[int]) -> Gather:
    """The entries of a row at these indices.

    >>> gather([2, 0])("abc"), gather([1])(["a", "b"])
    (('c', 'a'), ['b'])
    """
    if len(indices) > 1:
        return itemgetter(*indices)
    if indices == [-1]:
        return itemgetter(slice(-1, None))
    start = indices[0] if indices else 0
    return itemgetter(slice(start, start + len(indices)))  # an itemgetter of one index gives no sequence


# -------------------------------------------------------------------- images in rows


def as_images(name: str, input: TensorLike, axes: int) -> tuple[Tensor, Sizes]:
    """(the images in a batch, the sizes before their channels): (N, C, …) and (N,), or (1, C, …) and () for a single one
    without a batch."""
    x = as_tensor(input, name)
    shape = x.shape
    if len(shape) == axes + 1:
        return view(x, 1, *shape), ()
    if len(shape) != axes + 2:
        rest = ", ".join("DHW"[-axes:] if axes > 1 else "L")
        raise ArgumentError(f"{name}: input is (N, C, {rest}) or (C, {rest}), got the shape {list(shape)}")
    return x, shape[:1]


def rows_of_images(images: Matrix) -> Rows:
    """A row for each image: none where there are no entries."""
    return images.rows if images.rows[0] else []


def as_matrix(rows: Rows) -> Matrix:
    """The rows as a Matrix; one without entries has a single row."""
    return trusted(rows if rows and rows[0] else [[]])


def as_gradient(rows: Rows, like: Matrix) -> Matrix:
    """The rows as the gradient of ``like``: zeros where no results were there to have one."""
    return trusted(rows or [[0.0] * len(row) for row in like.rows])


# -------------------------------------------------------------------- settings


def sizes(name: str, setting: str, value: Any, least: int, count: int = 2) -> Any:
    """A setting as ``count`` ints, of which each is ``least`` or more; one int stands for all.

    >>> sizes("conv2d", "kernel_size", 3, 1)
    (3, 3)
    """
    several = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if len(several) == 1:
        several *= count
    if len(several) != count or not all(is_positive_int(n, least) for n in several):
        others = ["", "", " or a pair of them", " or three of them"][count]
        raise ArgumentError(f"{name}: {setting} is an int from {least} up{others}, got {short(value)}")
    return several


def sliding(
    name: str,
    channels: int,
    image: Sizes,
    kernel: Sizes,
    stride: Setting,
    padding: Setting | str,
    dilation: Setting,
    ceil_mode: bool = False,
) -> Window:
    """The Window of these settings, or the sentence that says why there is none.

    ``ceil_mode`` lets the last window reach beyond the padding, if it begins before it."""
    axes = len(image)
    steps, spread = sizes(name, "stride", stride, 1, axes), sizes(name, "dilation", dilation, 1, axes)
    before, after = pads(name, padding, kernel, steps, spread)
    output = []
    for n, b, a, d, k, s in zip(image, before, after, spread, kernel, steps):
        left = n + b + a - d * (k - 1) - 1
        count = left // s + 1
        if ceil_mode and left % s and count * s < n + b:
            count += 1
        output.append(count)
    if min(output) < 1:
        raise ArgumentError(
            f"{name}: a kernel of {format_shape(kernel)} with dilation {format_shape(spread)} does not fit into an image of "
            f"{format_shape(image)} padded to {format_shape(map(sum, zip(image, before, after)))}"
        )
    return Window(channels, tuple(image), kernel, steps, before, spread, tuple(output))


def pads(name: str, padding: Any, kernel: Sizes, stride: Sizes, dilation: Sizes) -> tuple[Sizes, Sizes]:
    """The zeros before and after each axis."""
    if padding == "valid":
        padding = 0
    if padding == "same":
        if max(stride) > 1:
            raise ArgumentError(f'{name}: padding="same" needs a stride of 1, got {stride}')
        total = [d * (k - 1) for d, k in zip(dilation, kernel)]
        return tuple([t // 2 for t in total]), tuple([t - t // 2 for t in total])
    both = sizes(name, 'padding, unless "same" or "valid",', padding, 0, len(kernel))
    return both, both


def image_shape(lead: Sizes, channels: int, image: Sequence[int]) -> Size:
    """(N, C, …), or (C, …) without a batch."""
    return Size((*lead, channels, *image))


def area(image: Sequence[int]) -> int:
    """The number of pixels of a channel."""
    return prod(image)
