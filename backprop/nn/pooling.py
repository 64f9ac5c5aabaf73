"""The poolings as layers: each calls the function of its name, where shapes and equation are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

from backprop.autograd import Tensor, TensorLike
from backprop.nn.functional import pooling as F
from backprop.nn.functional.fractional_pooling import (
    Ratio,
    fractional_max_pool2d,
    fractional_max_pool3d,
    fractional_settings,
)
from backprop.nn.functional.pooling import OutputSize, adaptive_size, check_padding
from backprop.nn.functional.windows import Setting, sizes
from backprop.nn.module import Module
from backprop.validation import check_bool, check_number


class _Pool(Module):
    """What the poolings by windows have in common: how the windows lie and move over the channels of an image."""

    axes = 2
    function: Callable[..., Any]
    stride: Setting | None

    def __init__(self, kernel_size: Setting, stride: Setting | None, padding: Setting, dilation: Setting = 1) -> None:
        super().__init__()
        name = self._get_name()
        kernel = sizes(name, "kernel_size", kernel_size, 1, self.axes)
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        sizes(name, "stride", self.stride, 1, self.axes)
        check_padding(name, padding, kernel, dilation)
        self.padding = padding


class MaxPool2d(_Pool):
    """y = the largest x in each window of each channel; of equal ones the first gets the gradient. NaN is largest.

    (N, C, H, W) becomes (N, C, H', W'), H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1; ``stride`` None is
    ``kernel_size``. Padding is never the largest. ``return_indices`` and ``ceil_mode`` are those of
    ``functional.max_pool2d``.

    Raises ValueError for settings that make no sense, a ``padding`` above half of the kernel, shapes that do not fit.

    >>> MaxPool2d(2)(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[4.]]])
    """

    function: Callable[..., Any] = staticmethod(F.max_pool2d)

    def __init__(
        self,
        kernel_size: Setting,
        stride: Setting | None = None,
        padding: Setting = 0,
        dilation: Setting = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, dilation)
        check_bool(self._get_name(), return_indices=return_indices, ceil_mode=ceil_mode)
        self.dilation, self.return_indices, self.ceil_mode = dilation, return_indices, ceil_mode

    def forward(self, input: TensorLike) -> Any:
        return self.function(
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            f"ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(MaxPool2d):
    """``MaxPool2d`` along one axis: (N, C, L) or (C, L)."""

    axes = 1
    function = staticmethod(F.max_pool1d)


class MaxPool3d(MaxPool2d):
    """``MaxPool2d`` in three axes: (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(F.max_pool3d)


class MaxUnpool2d(_Pool):
    """The numbers that MaxPool2d with ``return_indices`` took, put back to their places among zeros.

    >>> y, indices = MaxPool2d(2, return_indices=True)(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    >>> MaxUnpool2d(2)(y, indices)
    tensor([[[0., 0.],
             [0., 4.]]])
    """

    function: Callable[..., Tensor] = staticmethod(F.max_unpool2d)

    def __init__(self, kernel_size: Setting, stride: Setting | None = None, padding: Setting = 0) -> None:
        super().__init__(kernel_size, stride, padding)

    def forward(self, input: TensorLike, indices: TensorLike, output_size: Sequence[int] | None = None) -> Tensor:
        return self.function(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        values = [sizes("", "", own, 0, self.axes) for own in (self.kernel_size, self.stride, self.padding)]
        return "kernel_size={}, stride={}, padding={}".format(*values)


class MaxUnpool1d(MaxUnpool2d):
    """``MaxUnpool2d`` along one axis: (N, C, L) or (C, L)."""

    axes = 1
    function = staticmethod(F.max_unpool1d)


class MaxUnpool3d(MaxUnpool2d):
    """``MaxUnpool2d`` in three axes: (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(F.max_unpool3d)


class AvgPool2d(_Pool):
    """y = the mean of the x in each window of each channel.

    Shapes and what is raised are those of MaxPool2d. With ``count_include_pad`` the zeros of the padding count as
    numbers, else the mean is over the others only; ``divisor_override`` is taken for their number.

    >>> AvgPool2d(2)(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[2.5000]]])
    """

    function: Callable[..., Tensor] = staticmethod(F.avg_pool2d)

    def __init__(
        self,
        kernel_size: Setting,
        stride: Setting | None = None,
        padding: Setting = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding)
        check_bool(self._get_name(), ceil_mode=ceil_mode, count_include_pad=count_include_pad)
        F.check_divisor(self._get_name(), divisor_override)
        self.ceil_mode, self.count_include_pad, self.divisor_override = ceil_mode, count_include_pad, divisor_override

    def forward(self, input: TensorLike) -> Tensor:
        own = () if self.axes == 1 else (self.divisor_override,)
        return self.function(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, *own
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(AvgPool2d):
    """``AvgPool2d`` along one axis: (N, C, L) or (C, L)."""

    axes = 1
    function = staticmethod(F.avg_pool1d)

    def __init__(
        self,
        kernel_size: Setting,
        stride: Setting | None = None,
        padding: Setting = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)

    def extra_repr(self) -> str:
        own = [sizes("", "", value, 0, 1) for value in (self.kernel_size, self.stride, self.padding)]
        return "kernel_size={}, stride={}, padding={}".format(*own)


class AvgPool3d(AvgPool2d):
    """``AvgPool2d`` in three axes: (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(F.avg_pool3d)


class LPPool2d(_Pool):
    """y = (Σ xᵖ)^(1/p) over each window of each channel, p = ``norm_type``.

    >>> LPPool2d(2, (1, 2))(Tensor([[[3.0, 4.0]]]))
    tensor([[[5.]]])
    """

    function: Callable[..., Tensor] = staticmethod(F.lp_pool2d)

    def __init__(
        self, norm_type: float, kernel_size: Setting, stride: Setting | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__(kernel_size, stride, 0)
        check_bool(self._get_name(), ceil_mode=ceil_mode)
        check_number(self._get_name(), "norm_type", norm_type, above=0)
        self.norm_type, self.stride, self.ceil_mode = norm_type, stride, ceil_mode

    def forward(self, input: TensorLike) -> Tensor:
        return self.function(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(LPPool2d):
    """``LPPool2d`` along one axis: (N, C, L) or (C, L)."""

    axes = 1
    function = staticmethod(F.lp_pool1d)


class LPPool3d(LPPool2d):
    """``LPPool2d`` in three axes: (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(F.lp_pool3d)


class AdaptiveAvgPool2d(Module):
    """y = the mean of each of H'·W' parts of each channel: the same output for images of any size.

    ``output_size`` is (H', W') or one int; None in it keeps the input's. AdaptiveAvgPool2d(1) leaves one number a
    channel: Lin, Chen and Yan, "Network In Network" (2013).

    Raises ValueError for settings that make no sense and shapes that do not fit.

    >>> AdaptiveAvgPool2d(1)(Tensor([[[1.0, 2.0, 3.0, 4.0]], [[10.0, 20.0, 30.0, 40.0]]]))
    tensor([[[ 2.5000]],
    <BLANKLINE>
            [[25.0000]]])
    """

    axes = 2
    function: Callable[..., Tensor] = staticmethod(F.adaptive_avg_pool2d)

    def __init__(self, output_size: OutputSize) -> None:
        super().__init__()
        adaptive_size(self._get_name(), output_size, self.axes)
        self.output_size = output_size

    def forward(self, input: TensorLike) -> Tensor:
        return self.function(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(AdaptiveAvgPool2d):
    """``AdaptiveAvgPool2d`` along one axis: (N, C, L) or (C, L)."""

    axes = 1
    function = staticmethod(F.adaptive_avg_pool1d)


class AdaptiveAvgPool3d(AdaptiveAvgPool2d):
    """``AdaptiveAvgPool2d`` in three axes: (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(F.adaptive_avg_pool3d)


class AdaptiveMaxPool2d(Module):
    """y = the largest x of each of H'·W' parts of each channel, which are those of AdaptiveAvgPool2d.

    >>> AdaptiveMaxPool2d(1)(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[4.]]])
    """

    axes = 2
    function: Callable[..., Any] = staticmethod(F.adaptive_max_pool2d)

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        super().__init__()
        adaptive_size(self._get_name(), output_size, self.axes)
        check_bool(self._get_name(), return_indices=return_indices)
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, input: TensorLike) -> Any:
        return self.function(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(AdaptiveMaxPool2d):
    """``AdaptiveMaxPool2d`` along one axis: (N, C, L) or (C, L)."""

    axes = 1
    function = staticmethod(F.adaptive_max_pool1d)


class AdaptiveMaxPool3d(AdaptiveMaxPool2d):
    """``AdaptiveMaxPool2d`` in three axes: (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(F.adaptive_max_pool3d)


class FractionalMaxPool2d(Module):
    """y = the largest x in windows that begin at random places of each channel, drawn at each call:
    ``functional.fractional_max_pool2d``. The ``output_size``, or ``output_ratio`` times the size of the input, is that of y.

    Raises ValueError unless one of both is given, and for settings that make no sense.

    >>> FractionalMaxPool2d(2, output_ratio=0.5)(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[4.]]])
    """

    axes = 2
    function: Callable[..., Any] = staticmethod(fractional_max_pool2d)
    _random_samples: Tensor | None

    def __init__(
        self,
        kernel_size: Setting,
        output_size: Setting | None = None,
        output_ratio: Ratio = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> None:
        super().__init__()
        fractional_settings(self._get_name(), self.axes, kernel_size, output_size, output_ratio)
        check_bool(self._get_name(), return_indices=return_indices)
        self.kernel_size, self.output_size, self.output_ratio = kernel_size, output_size, output_ratio
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)

    def forward(self, input: TensorLike) -> Any:
        return self.function(
            input, self.kernel_size, self.output_size, self.output_ratio, self.return_indices, self._random_samples
        )


class FractionalMaxPool3d(FractionalMaxPool2d):
    """``FractionalMaxPool2d`` in three axes: (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(fractional_max_pool3d)
