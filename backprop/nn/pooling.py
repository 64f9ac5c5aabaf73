"""The poolings as layers: each calls the function of its name, where sizes and equation are.

A row does not tell how many channels are in it, so ``in_channels`` has to be said, which PyTorch reads from the tensor;
``input_size`` is (H, W), or one int for a square, and None infers a square from the row. PyTorch's ceil_mode,
return_indices and divisor_override are left out; what comes after them there is by keyword here.
"""

from __future__ import annotations

from typing import Any

from backprop.autograd import Tensor, TensorLike
from backprop.nn.functional.pooling import (
    OutputSize,
    adaptive_avg_pool2d,
    adaptive_size,
    avg_pool2d,
    check_padding,
    max_pool2d,
)
from backprop.nn.functional.windows import Setting, sizes
from backprop.nn.module import Module
from backprop.validation import check_bool, check_positive_int


class _Pool(Module):
    """What the poolings by windows have in common: how the windows lie and move over the channels of an image."""

    def __init__(
        self,
        kernel_size: Setting,
        stride: Setting | None,
        padding: Setting,
        dilation: Setting,
        in_channels: int,
        input_size: Setting | None,
    ) -> None:
        name = self._get_name()
        check_positive_int(name, in_channels=in_channels)
        kernel = sizes(name, "kernel_size", kernel_size, 1)
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        sizes(name, "stride", self.stride, 1)
        check_padding(name, padding, kernel, dilation)
        self.padding, self.in_channels = padding, in_channels
        self.input_size = None if input_size is None else sizes(name, "input_size", input_size, 1)


class MaxPool2d(_Pool):
    """y = the largest x in each window of each channel; of equal ones the first gets the gradient. NaN is largest.

    Rows of C·H·W numbers become rows of C·H'·W', H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1, for
    C = in_channels; ``stride`` None is ``kernel_size``. Padding is never the largest.

    Raises ValueError for settings that make no sense, a ``padding`` above half of the kernel, rows that do not fit.

    >>> from backprop import Matrix
    >>> MaxPool2d(2, in_channels=1)(Matrix([[1, 2, 3, 4]])).matrix
    Matrix([[4]])
    """

    def __init__(
        self,
        kernel_size: Setting,
        stride: Setting | None = None,
        padding: Setting = 0,
        dilation: Setting = 1,
        *,
        in_channels: int,
        input_size: Setting | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, dilation, in_channels, input_size)
        self.dilation = dilation

    def forward(self, input: TensorLike) -> Tensor:
        return max_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            in_channels=self.in_channels,
            input_size=self.input_size,
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            f"in_channels={self.in_channels}" + _size(self.input_size)
        )


class AvgPool2d(_Pool):
    """y = the mean of the x in each window of each channel.

    Sizes and what is raised are those of MaxPool2d. With ``count_include_pad`` the zeros of the padding count as
    numbers, else the mean is over the others only.

    >>> from backprop import Matrix
    >>> AvgPool2d(2, in_channels=1)(Matrix([[1, 2, 3, 4]])).matrix
    Matrix([[2.5]])
    """

    def __init__(
        self,
        kernel_size: Setting,
        stride: Setting | None = None,
        padding: Setting = 0,
        *,
        count_include_pad: bool = True,
        in_channels: int,
        input_size: Setting | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, 1, in_channels, input_size)
        check_bool(self._get_name(), count_include_pad=count_include_pad)
        self.count_include_pad = count_include_pad

    def forward(self, input: TensorLike) -> Tensor:
        return avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            count_include_pad=self.count_include_pad,
            in_channels=self.in_channels,
            input_size=self.input_size,
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"count_include_pad={self.count_include_pad}, in_channels={self.in_channels}" + _size(self.input_size)
        )


class AdaptiveAvgPool2d(Module):
    """y = the mean of each of H'·W' parts of each channel: the same output for images of any size.

    ``output_size`` is (H', W') or one int; None in it keeps the input's. AdaptiveAvgPool2d(1) leaves one number a
    channel: Lin, Chen and Yan, "Network In Network" (2013).

    Raises ValueError for settings that make no sense and rows that do not fit.

    >>> from backprop import Matrix
    >>> AdaptiveAvgPool2d(1, in_channels=2)(Matrix([[1, 2, 3, 4, 10, 20, 30, 40]])).matrix
    Matrix([[2.5, 25.0]])
    """

    def __init__(self, output_size: OutputSize, *, in_channels: int, input_size: Setting | None = None) -> None:
        name = self._get_name()
        check_positive_int(name, in_channels=in_channels)
        adaptive_size(name, output_size)
        self.output_size, self.in_channels = output_size, in_channels
        self.input_size = None if input_size is None else sizes(name, "input_size", input_size, 1)

    def forward(self, input: TensorLike) -> Tensor:
        return adaptive_avg_pool2d(
            input,
            self.output_size,
            in_channels=self.in_channels,
            input_size=self.input_size,
        )

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}, in_channels={self.in_channels}" + _size(self.input_size)


def _size(input_size: Any) -> str:
    return "" if input_size is None else f", input_size={input_size}"
