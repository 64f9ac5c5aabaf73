"""Folding: the patches of an image as columns, and columns added up to an image again."""

from __future__ import annotations

from functools import lru_cache

from backprop.autograd import Size, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.matrix import format_shape
from backprop.nn.functional.gathering import Sums, _gathered, sums_of
from backprop.nn.functional.windows import (
    Setting,
    Sizes,
    Window,
    area,
    as_images,
    covered_pixels,
    image_shape,
    sizes,
    sliding,
)
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError


@composed
def unfold(
    input: TensorLike, kernel_size: Setting, dilation: Setting = 1, padding: Setting = 0, stride: Setting = 1
) -> Tensor:
    """y[c·K + k, q] = x[c, s·q + d·k − p]: for each position q of a kernel of K pixels the patch under it, as a column.

    ``input`` is (N, C, H, W) or (C, H, W), the result (N, C·K, L) for L positions; outside of the image x is 0. A
    convolution is the product of its weights with this table.

    >>> unfold(Tensor([[[1.0, 2.0, 3.0]]]), (1, 2))
    tensor([[1., 2.],
            [2., 3.]])
    """
    x, lead = as_images("unfold", input, 2)
    kernel, padding = check_patches("unfold", kernel_size, dilation, padding, stride)
    window = sliding("unfold", x.shape[1], x.shape[2:], kernel, stride, padding, dilation)
    shape = Size((*lead, window.channels * area(kernel), area(window.output)))
    return _gathered(x, sums=_patches(window), shape=shape)


@composed
def fold(
    input: TensorLike,
    output_size: Setting,
    kernel_size: Setting,
    dilation: Setting = 1,
    padding: Setting = 0,
    stride: Setting = 1,
) -> Tensor:
    """y[c, i] = Σ of the x[c·K + k, q] with s·q + d·k − p = i: the transpose of ``unfold``, whose shapes are exchanged.

    ``output_size`` is (H, W) or one int. Where patches overlap they add up.

    >>> fold(Tensor([[1.0, 2.0], [2.0, 3.0]]), (1, 3), (1, 2))
    tensor([[[1., 4., 3.]]])
    """
    x = as_tensor(input, "fold")
    if len(x.shape) not in (2, 3):
        raise ArgumentError(f"fold: input is (N, C·kh·kw, L) or (C·kh·kw, L), got the shape {list(x.shape)}")
    lead, (columns, positions) = x.shape[:-2], x.shape[-2:]
    image = sizes("fold", "output_size", output_size, 1)
    kernel, padding = check_patches("fold", kernel_size, dilation, padding, stride)
    if columns % area(kernel):
        raise ArgumentError(f"fold: input has a multiple of {area(kernel)} numbers in each column, got {columns}")
    channels = columns // area(kernel)
    window = sliding("fold", channels, image, kernel, stride, padding, dilation)
    if positions != area(window.output):
        raise ArgumentError(
            f"fold: a kernel of {format_shape(kernel)} has {area(window.output)} positions in {format_shape(image)} "
            f"with these settings, got {positions} columns"
        )
    batch = x if lead else view(x, 1, *x.shape)
    return _gathered(batch, sums=_patches(window).transposed(), shape=image_shape(lead, channels, image))


def check_patches(
    name: str, kernel_size: Setting, dilation: Setting, padding: Setting, stride: Setting
) -> tuple[Sizes, Sizes]:
    """The kernel and the padding along both axes, once all settings are ints in their range.

    >>> check_patches("unfold", 3, 1, (1, 0), 2)
    ((3, 3), (1, 0))
    """
    sizes(name, "dilation", dilation, 1)
    sizes(name, "stride", stride, 1)
    return sizes(name, "kernel_size", kernel_size, 1), sizes(name, "padding", padding, 0)


@lru_cache(maxsize=64)
def _patches(window: Window) -> Sums:
    pixels = area(window.image)
    patches = covered_pixels(window)
    chosen = [
        [c * pixels + pixel if pixel >= 0 else -1]
        for c in range(window.channels)
        for own in zip(*patches)
        for pixel in own
    ]
    return sums_of(chosen, window.channels * pixels)
