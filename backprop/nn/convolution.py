"""The convolutions as layers: weights that are the same at every place of an image, or of a sequence."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import prod
from typing import Any, Callable

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType
from backprop.nn.functional.convolution import (
    check_groups,
    check_output_padding,
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
from backprop.nn.functional.padding import pad, pads_of
from backprop.nn.functional.windows import Setting, Sizes, pads, sizes
from backprop.nn.module import Module
from backprop.nn.parameters import Parameter, uniform_parameter
from backprop.validation import ArgumentError, check_bool, check_choice, check_positive_int

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What the convolutions have in common: channels, and how a kernel lies and moves over an image or a sequence."""

    axes = 2
    function: Callable[..., Tensor]
    padding: Any
    bias: Parameter | Any
    output_padding: Any = None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Setting,
        stride: Setting,
        dilation: Setting,
        groups: int,
        bias: bool,
        padding_mode: str,
        modes: Sequence[str] = PADDING_MODES,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_positive_int(name, in_channels=in_channels, out_channels=out_channels)
        check_bool(name, bias=bias)
        check_groups(name, groups, in_channels, out_channels)
        check_choice(name, "padding_mode", padding_mode, modes)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = sizes(name, "kernel_size", kernel_size, 1, self.axes)
        self.stride = sizes(name, "stride", stride, 1, self.axes)
        self.dilation = sizes(name, "dilation", dilation, 1, self.axes)
        self.padding_mode = padding_mode

    def _draw_parameters(
        self, channels: tuple[int, int], bias: bool, rng: random.Random | None, device: Any, dtype: DType | None
    ) -> None:
        shape = (*channels, *self.kernel_size)
        start = prod(shape[1:]) ** -0.5, rng, device, dtype
        self.weight = uniform_parameter(shape, *start)
        self.register_parameter("bias", uniform_parameter((self.out_channels,), *start) if bias else None)

    def extra_repr(self) -> str:
        """The settings as PyTorch shows them: those that are as usual are left out."""
        usual = {"padding": (0,), "dilation": (1,), "output_padding": (0,)}
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        for name, value in usual.items():
            own = getattr(self, name)
            text += f", {name}={own}" if own not in (None, value * self.axes) else ""
        text += f", groups={self.groups}" if self.groups > 1 else ""
        text += ", bias=False" if self.bias is None else ""
        return text + (f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "")


class _Correlation(_Convolution):
    """What convolutions along one, two and three axes have in common."""

    function: Callable[..., Tensor]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Setting,
        stride: Setting = 1,
        padding: Setting | str = 0,
        dilation: Setting = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        name = self._get_name()
        super().__init__(in_channels, out_channels, kernel_size, stride, dilation, groups, bias, padding_mode)
        before, after = pads(name, padding, self.kernel_size, self.stride, self.dilation)
        self._pads = pads_of(before, after)
        self.padding = padding if isinstance(padding, str) else before
        self._draw_parameters((out_channels, in_channels // groups), bias, rng, device, dtype)

    def forward(self, input: TensorLike) -> Tensor:
        padding = self.padding
        if self.padding_mode != "zeros":
            input, padding = pad(input, self._pads, self.padding_mode), 0
        return self.function(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)


class Conv2d(_Correlation):
    """Y = X ⋆ W + b: every output channel is the correlation of the image with a kernel of its own.

    X is (N, C, H, W), or (C, H, W) for a single image, C = in_channels; Y is (N, out_channels, H', W') with
    H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1, and W' likewise. W is (out_channels, C/groups, kh, kw),
    b (out_channels,). ``padding`` is an int, a pair, "valid" (0) or "same" (H' = H); ``padding_mode`` says what it consists
    of: "zeros", or what ``functional.pad`` calls "reflect", "replicate" and "circular". With ``groups`` the channels are
    split: each group of outputs sees its own group of inputs.

    W and b start uniform in ±1/√(C/groups·kh·kw), as in PyTorch: one over the root of the numbers that an output sees.
    LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition" (1989).

    Raises ValueError for settings that make no sense, ``groups`` that do not divide both numbers of channels, and
    when called with other shapes or images smaller than the kernel.

    >>> layer = Conv2d(1, 1, 2, bias=False)
    >>> _ = layer.load_state_dict({"weight": Tensor([[[[1.0, 0.0], [0.0, -1.0]]]])})
    >>> layer(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]]]))
    tensor([[[-4., -4.],
             [-4., -5.]]], grad_fn=<ConvolutionBackward0>)
    """

    function = staticmethod(conv2d)


class Conv1d(_Correlation):
    """``Conv2d`` along one axis: every output channel is the correlation of the sequence with a kernel of its own.

    X is (N, C, L) or (C, L), W (out_channels, C/groups, kernel_size), Y (N, out_channels, L') with
    L' = ⌊(L + 2·padding − dilation·(kernel_size − 1) − 1)/stride⌋ + 1.

    >>> layer = Conv1d(1, 1, 2, bias=False)
    >>> _ = layer.load_state_dict({"weight": Tensor([[[-1.0, 1.0]]])})
    >>> layer(Tensor([[1.0, 2.0, 4.0, 8.0]]))
    tensor([[1., 2., 4.]], grad_fn=<ConvolutionBackward0>)
    """

    axes = 1
    function = staticmethod(conv1d)


class Conv3d(_Correlation):
    """``Conv2d`` in three axes: X is (N, C, D, H, W) or (C, D, H, W), W (out_channels, C/groups, kd, kh, kw)."""

    axes = 3
    function = staticmethod(conv3d)


class ConvTranspose2d(_Convolution):
    """The transpose of Conv2d's map: every number of the input spreads over a kernel's worth of the output, + b.

    X is (N, C, H, W) or (C, H, W), C = in_channels, Y (N, out_channels, H', W') with H' = (H − 1)·stride − 2·padding +
    dilation·(kh − 1) + output_padding + 1, and W' likewise. W is (C, out_channels/groups, kh, kw), b (out_channels,).
    ``output_size``, with which it may be called, is (H', W') and chooses the output_padding.

    W and b start uniform in ±1/√(out_channels/groups·kh·kw), as in PyTorch. Zeiler et al., "Deconvolutional Networks"
    (2010).

    Raises ValueError as Conv2d does, and for an ``output_padding`` that is smaller than neither stride nor dilation.

    >>> layer = ConvTranspose2d(1, 1, (1, 2), stride=2, bias=False)
    >>> _ = layer.load_state_dict({"weight": Tensor([[[[1.0, 10.0]]]])})
    >>> layer(Tensor([[[3.0]]]))
    tensor([[[ 3., 30.]]], grad_fn=<ConvolutionBackward0>)
    """

    function = staticmethod(conv_transpose2d)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Setting,
        stride: Setting = 1,
        padding: Setting = 0,
        output_padding: Setting = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Setting = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        name = self._get_name()
        super().__init__(
            in_channels, out_channels, kernel_size, stride, dilation, groups, bias, padding_mode, ("zeros",)
        )
        self.padding = sizes(name, "padding", padding, 0, self.axes)
        self.output_padding = check_output_padding(name, output_padding, self.stride, self.dilation)
        self._draw_parameters((in_channels, out_channels // groups), bias, rng, device, dtype)

    def forward(self, input: TensorLike, output_size: Sequence[int] | None = None) -> Tensor:
        extra = self.output_padding if output_size is None else self._chosen(input, output_size)
        return self.function(
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )

    def _chosen(self, input: TensorLike, output_size: Sequence[int]) -> Sizes:
        """The output_padding that gives this size."""
        image = as_tensor(input, self._get_name()).shape[-self.axes :]
        settings = zip(image, self.stride, self.padding, self.dilation, self.kernel_size)
        least = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, d, k in settings]
        extra = tuple([size - n for size, n in zip(list(output_size)[-self.axes :], least)])
        if len(extra) < self.axes or any(not 0 <= e < s for e, s in zip(extra, self.stride)):
            most = [n + s - 1 for n, s in zip(least, self.stride)]
            raise ArgumentError(f"{self._get_name()}: output_size is from {least} to {most}, got {list(output_size)}")
        return extra


class ConvTranspose1d(ConvTranspose2d):
    """``ConvTranspose2d`` along one axis: X is (N, C, L) or (C, L), W (C, out_channels/groups, kernel_size)."""

    axes = 1
    function = staticmethod(conv_transpose1d)


class ConvTranspose3d(ConvTranspose2d):
    """``ConvTranspose2d`` in three axes: X is (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3
    function = staticmethod(conv_transpose3d)
