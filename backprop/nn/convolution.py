"""The convolutions as layers: weights that are the same at every place of an image, or of a sequence.

Padding is zeros; PyTorch's padding_mode, which has other kinds, is left out.
"""

from __future__ import annotations

import random
from math import prod
from typing import Any

from backprop.autograd import Tensor, TensorLike, constant
from backprop.matrix import Matrix
from backprop.nn.functional.convolution import check_groups, check_output_padding, conv1d, conv2d, conv_transpose2d
from backprop.nn.functional.windows import Setting, pads, sizes
from backprop.nn.module import Module
from backprop.nn.parameters import Parameter
from backprop.validation import check_bool, check_positive_int


class _Convolution(Module):
    """What the convolutions have in common: channels, and how a kernel lies and moves over an image or a sequence."""

    dimensions = 2

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Setting,
        stride: Setting,
        dilation: Setting,
        groups: int,
        bias: bool,
        input_size: Setting | None = None,
    ) -> None:
        name = self._get_name()
        check_positive_int(name, in_channels=in_channels, out_channels=out_channels)
        check_bool(name, bias=bias)
        check_groups(name, groups, in_channels, out_channels)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = sizes(name, "kernel_size", kernel_size, 1, self.dimensions)
        self.stride = sizes(name, "stride", stride, 1, self.dimensions)
        self.dilation = sizes(name, "dilation", dilation, 1, self.dimensions)
        self.input_size = None if input_size is None else sizes(name, "input_size", input_size, 1)

    def _draw_parameters(self, channels: tuple[int, int], bias: bool, rng: random.Random | None) -> None:
        shape = (*channels, *self.kernel_size)
        bound = prod(shape[1:]) ** -0.5
        self.weight = Parameter(constant(Matrix.uniform(1, prod(shape), -bound, bound, rng=rng), shape))
        self.bias: Parameter | Any = None
        if bias:
            start = Matrix.uniform(1, self.out_channels, -bound, bound, rng=rng)
            self.bias = Parameter(constant(start, (self.out_channels,)))

    def extra_repr(self) -> str:
        """The settings as PyTorch shows them: those that are as usual are left out."""
        usual = {
            "padding": (0,) * self.dimensions,
            "dilation": (1,) * self.dimensions,
            "output_padding": (0, 0),
            "groups": 1,
            "input_size": None,
        }
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        for name, value in usual.items():
            own = getattr(self, name, value)
            text += f", {name}={own}" if own != value else ""
        return text if self.bias is not None else text + ", bias=False"


class Conv2d(_Convolution):
    """Y = X ⋆ W + b: every output channel is the correlation of the image with a kernel of its own.

    A row of X is an image, C·H·W numbers in row-major order, for C = in_channels; a row of Y has out_channels·H'·W'
    numbers. W is (out_channels, C/groups·kh·kw), PyTorch's tensor with its last three dimensions flattened; b is
    (1, out_channels). H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1)/stride⌋ + 1, and W' likewise. ``input_size`` is
    (H, W), or one int for a square; PyTorch reads it from the tensor, here None infers a square from the row.
    With ``groups`` the channels are split: each group of outputs sees its own group of inputs.

    W and b start uniform in ±1/√(C/groups·kh·kw), as in PyTorch: one over the root of the numbers that an output sees.
    LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition" (1989).

    Raises ValueError for settings that make no sense, ``groups`` that do not divide both numbers of channels, and
    when called with rows of another length or images smaller than the kernel.

    >>> layer = Conv2d(1, 1, 2, bias=False)
    >>> layer.load_state_dict({"weight": Matrix([[1, 0, 0, -1]])})
    >>> layer(Matrix([[1, 2, 3, 4, 5, 6, 7, 8, 10]])).matrix
    Matrix([[-4, -4, -4, -5]])
    """

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
        *,
        input_size: Setting | None = None,
        rng: random.Random | None = None,
    ) -> None:
        name = self._get_name()
        super().__init__(in_channels, out_channels, kernel_size, stride, dilation, groups, bias, input_size)
        pads(name, padding, self.kernel_size, self.stride, self.dilation)
        self.padding = padding if isinstance(padding, str) else sizes(name, "padding", padding, 0)
        self._draw_parameters((out_channels, in_channels // groups), bias, rng)

    def forward(self, input: TensorLike) -> Tensor:
        return conv2d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
            kernel_size=self.kernel_size,
            input_size=self.input_size,
        )


class Conv1d(_Convolution):
    """Y = X ⋆ W + b along one axis: every output channel is the correlation of the sequence with a kernel of its own.

    A row of X is a sequence, C·L numbers, channel after channel, for C = in_channels; a row of Y has out_channels·L'
    numbers, L' = ⌊(L + 2·padding − dilation·(kernel_size − 1) − 1)/stride⌋ + 1. W is (out_channels,
    C/groups·kernel_size), PyTorch's tensor with its last two dimensions flattened; b is (1, out_channels). L follows
    from the row. Start values and what is raised are those of Conv2d.

    >>> layer = Conv1d(1, 1, 2, bias=False)
    >>> layer.load_state_dict({"weight": Matrix([[-1, 1]])})
    >>> layer(Matrix([[1, 2, 4, 8]])).matrix
    Matrix([[1, 2, 4]])
    """

    dimensions = 1

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
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, dilation, groups, bias)
        name = self._get_name()
        if isinstance(padding, str):
            pads(name, padding, (1, *self.kernel_size), (1, *self.stride), (1, *self.dilation))
        self.padding = padding if isinstance(padding, str) else sizes(name, "padding", padding, 0, 1)
        self._draw_parameters((out_channels, in_channels // groups), bias, rng)

    def forward(self, input: TensorLike) -> Tensor:
        return conv1d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
            kernel_size=self.kernel_size,
        )


class ConvTranspose2d(_Convolution):
    """The transpose of Conv2d's map: every number of the input spreads over a kernel's worth of the output, + b.

    A row of X has C·H·W numbers for C = in_channels, a row of Y out_channels·H'·W' with H' = (H − 1)·stride −
    2·padding + dilation·(kh − 1) + output_padding + 1, and W' likewise. W is (C, out_channels/groups·kh·kw), PyTorch's
    tensor flattened; b is (1, out_channels). ``input_size`` is as in Conv2d. PyTorch also takes an
    output_size when it is called; here ``output_padding`` says it.

    W and b start uniform in ±1/√(out_channels/groups·kh·kw), as in PyTorch. Zeiler et al., "Deconvolutional Networks"
    (2010).

    Raises ValueError as Conv2d does, and for an ``output_padding`` that is smaller than neither stride nor dilation.

    >>> layer = ConvTranspose2d(1, 1, (1, 2), stride=2, bias=False)
    >>> layer.load_state_dict({"weight": Matrix([[1, 10]])})
    >>> layer(Matrix([[3]])).matrix
    Matrix([[3, 30]])
    """

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
        *,
        input_size: Setting | None = None,
        rng: random.Random | None = None,
    ) -> None:
        name = self._get_name()
        super().__init__(in_channels, out_channels, kernel_size, stride, dilation, groups, bias, input_size)
        self.padding = sizes(name, "padding", padding, 0)
        self.output_padding = check_output_padding(name, output_padding, self.stride, self.dilation)
        self._draw_parameters((in_channels, out_channels // groups), bias, rng)

    def forward(self, input: TensorLike) -> Tensor:
        return conv_transpose2d(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.output_padding,
            self.groups,
            self.dilation,
            kernel_size=self.kernel_size,
            input_size=self.input_size,
        )
