"""The normalizations as modules: each has a weight γ and a bias β for what comes out with mean 0 and variance 1.

γ starts as 1 and β as 0. The equations are those of the functions in ``functional.normalization``. Standardize has
neither, and learns nothing: it brings the data to mean 0 and variance 1, since a network learns slowly from numbers of
unequal size.
"""

from __future__ import annotations

from math import sqrt
from reprlib import repr as short
from typing import Any

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType, int64
from backprop.matrix import Matrix
from backprop.nn.functional.normalization import (
    Shape,
    as_normalized_shape,
    batch_norm,
    check_divides,
    group_norm,
    instance_norm,
    layer_norm,
    local_response_norm,
    rms_norm,
)
from backprop.nn.module import Module, validated_input
from backprop.nn.parameters import Buffer, Parameter
from backprop.tensors.filled import ones, zeros
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, SettingError, check_bool, check_number, check_positive_int


class ChannelNorm(Module):
    """What the normalizations over batches and over examples have in common: γ, β and what is kept of all batches."""

    form: str
    ndims: tuple[int, ...]

    weight: Parameter | Any
    bias: Parameter | Any
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: DType | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_positive_int(name, num_features=num_features)
        check_bool(name, affine=affine, track_running_stats=track_running_stats, bias=bias)
        check_number(name, "eps", eps, low=0)
        if momentum is not None:
            check_number(name, "momentum", momentum, 0, 1)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        _register_scale_and_shift(self, num_features, affine, bias, device, dtype)
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", ones(num_features, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", zeros((), dtype=int64) if tracked else None)

    def forward(self, input: TensorLike) -> Tensor:
        x = self._validated(input)
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / (self.num_batches_tracked.item() + 1) if self.num_batches_tracked is not None else 0.0
        output = batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked._matrix = self.num_batches_tracked.matrix + 1
        return output

    def _validated(self, input: TensorLike) -> Tensor:
        x = as_tensor(input, self._get_name())
        if len(x.shape) not in self.ndims or x.shape[1] != self.num_features:
            raise self._misfit(x)
        return x

    def _misfit(self, x: Tensor) -> SettingError:
        count = self.num_features
        return SettingError(
            f"{self._get_name()}({count}): input is {self.form} with C = {count}, got the shape {list(x.shape)}"
        )

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(ChannelNorm):
    """y = γ·(x − μ)/√(σ² + ε) + β, with mean and variance of each channel over the batch while it learns.

    The input is (N, C) or (N, C, L) for C = num_features; γ and β are (C,). In training mode μ and σ² (biased) are those
    of the batch, and running_mean and running_var (unbiased), which start as 0 and 1, move towards them by ``momentum``;
    None makes them the plain averages of all batches so far. After ``eval()`` they are used instead, unless
    ``track_running_stats`` is False. ``affine=False`` leaves out γ and β, ``bias=False`` β.
    Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift"
    (2015).

    Raises ValueError for settings that make no sense, other shapes, and for a single number a channel to learn from.

    >>> layer = BatchNorm1d(1, affine=False)
    >>> layer(Tensor([[1.0], [3.0]]))
    tensor([[-1.0000],
            [ 1.0000]])
    >>> layer.running_mean.data, layer.running_var.data, layer.num_batches_tracked.item()
    (tensor([0.2000]), tensor([1.1000]), 1)
    """

    form = "(N, C) or (N, C, L)"
    ndims = (2, 3)


class BatchNorm2d(ChannelNorm):
    """BatchNorm1d for images, (N, C, H, W): mean and variance of a channel over batch and places.

    >>> layer = BatchNorm2d(2, affine=False)
    >>> layer(Tensor([[[[1.0, 3.0]], [[5.0, 5.0]]]]))
    tensor([[[[-1.0000,  1.0000]],
    <BLANKLINE>
             [[ 0.0000,  0.0000]]]])
    """

    form = "(N, C, H, W)"
    ndims = (4,)


class BatchNorm3d(ChannelNorm):
    """BatchNorm1d for volumes, (N, C, D, H, W)."""

    form = "(N, C, D, H, W)"
    ndims = (5,)


class _InstanceNorm(ChannelNorm):
    """``InstanceNorm1d``, 2d and 3d."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: DType | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input: TensorLike) -> Tensor:
        x = as_tensor(input, self._get_name())
        if len(x.shape) == min(self.ndims):
            if x.shape[0] != self.num_features:
                raise self._misfit(x)
            return view(self.forward(view(x, 1, *x.shape)), *x.shape)
        return instance_norm(
            self._validated(x),
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum or 0.0,
            self.eps,
        )


class InstanceNorm1d(_InstanceNorm):
    """y = γ·(x − μ)/√(σ² + ε) + β, with mean and variance of each channel of each example: (N, C, L) or (C, L).

    Unlike BatchNorm1d it has by default neither γ and β nor running statistics. Where ``track_running_stats`` asks for
    these, they are used after ``eval()``.
    Ulyanov, Vedaldi and Lempitsky, "Instance Normalization: The Missing Ingredient for Fast Stylization" (2016).

    >>> InstanceNorm1d(1)(Tensor([[[1.0, 3.0]], [[70.0, 50.0]]]))
    tensor([[[-1.0000,  1.0000]],
    <BLANKLINE>
            [[ 1.0000, -1.0000]]])
    """

    form = "(N, C, L) or (C, L)"
    ndims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """InstanceNorm1d for images, (N, C, H, W) or (C, H, W)."""

    form = "(N, C, H, W) or (C, H, W)"
    ndims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """InstanceNorm1d for volumes, (N, C, D, H, W) or (C, D, H, W)."""

    form = "(N, C, D, H, W) or (C, D, H, W)"
    ndims = (4, 5)


class LayerNorm(Module):
    """y = γ∘(x − μ)/√(σ² + ε) + β, with mean and variance of each example: what batches are made of does not matter.

    ``normalized_shape`` are the sizes of the last axes, over which they are taken, or an int for the last one alone. γ and
    β have that shape; ``elementwise_affine=False`` leaves out both, ``bias=False`` β.
    Ba, Kiros and Hinton, "Layer Normalization" (2016).

    Raises ValueError for settings that make no sense and other shapes.

    >>> LayerNorm(2, elementwise_affine=False)(Tensor([[1.0, 3.0], [70.0, 50.0]]))
    tensor([[-1.0000,  1.0000],
            [ 1.0000, -1.0000]])
    """

    weight: Parameter | Any
    bias: Parameter | Any

    def __init__(
        self,
        normalized_shape: Shape,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_bool(name, elementwise_affine=elementwise_affine, bias=bias)
        check_number(name, "eps", eps, low=0)
        self.normalized_shape = as_normalized_shape(name, normalized_shape, 1)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        _register_scale_and_shift(self, self.normalized_shape, elementwise_affine, bias, device, dtype)

    def forward(self, input: TensorLike) -> Tensor:
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class GroupNorm(Module):
    """y = γ·(x − μ)/√(σ² + ε) + β, with mean and variance of each group of channels of each example.

    The input is (N, C, …) for C = num_channels; γ and β are (C,). One group normalizes over the whole example, a group for
    each channel each channel by itself.
    Wu and He, "Group Normalization" (2018).

    Raises ValueError for groups that do not divide the channels, other settings that make no sense, and shapes that do
    not fit.

    >>> GroupNorm(2, 4, affine=False)(Tensor([[1.0, 3.0, 70.0, 50.0]]))
    tensor([[-1.0000,  1.0000,  1.0000, -1.0000]])
    """

    weight: Parameter | Any
    bias: Parameter | Any

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: DType | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_divides(name, num_groups, num_channels)
        check_bool(name, affine=affine, bias=bias)
        check_number(name, "eps", eps, low=0)
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        _register_scale_and_shift(self, num_channels, affine, bias, device, dtype)

    def forward(self, input: TensorLike) -> Tensor:
        name, x = self._get_name(), as_tensor(input, self._get_name())
        if len(x.shape) < 2 or x.shape[1] != self.num_channels:
            raise ArgumentError(
                f"{name}({self.num_groups}, {self.num_channels}): input is (N, C, …) with C = {self.num_channels}, "
                f"got the shape {list(x.shape)}"
            )
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


class RMSNorm(Module):
    """y = γ∘x/√(mean x² + ε) over the last axes: LayerNorm without the mean.

    ``normalized_shape`` is as in LayerNorm, and γ has that shape; ``eps`` None is the spacing at 1 of the numbers of the
    dtype. Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    Raises ValueError for settings that make no sense and other shapes.

    >>> RMSNorm(2, elementwise_affine=False)(Tensor([[3.0, -3.0]]))
    tensor([[ 1., -1.]])
    """

    weight: Parameter | Any

    def __init__(
        self,
        normalized_shape: Shape,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_bool(name, elementwise_affine=elementwise_affine)
        if eps is not None:
            check_number(name, "eps", eps, low=0)
        self.normalized_shape = as_normalized_shape(name, normalized_shape, 1)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        _register_scale_and_shift(self, self.normalized_shape, elementwise_affine, None, device, dtype)

    def forward(self, input: TensorLike) -> Tensor:
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class LocalResponseNorm(Module):
    """y = x/(k + α·mean x²)^β, the mean over ``size`` neighbouring channels at the same place.

    Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks" (2012).
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        check_positive_int(self._get_name(), size=size)
        for setting, value in {"alpha": alpha, "beta": beta, "k": k}.items():
            check_number(self._get_name(), setting, value)
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: TensorLike) -> Tensor:
        return local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class Standardize(Module):
    """y = (x − mean)/std, column by column, with the mean and the standard deviation of the data given to ``fit``.

    Fit it to the training data alone, and put it before the first layer: as Buffers ``mean`` and ``std``, both
    (num_features,), they are saved and loaded with the model, which takes raw numbers from then on. The variance is
    biased, Σ (x − mean)²/n over n rows, as in scikit-learn's ``StandardScaler``; a column that is everywhere the same
    but for roundings, as 0.3 beside 0.1 + 0.2 is, has the std 1. So has every column before ``fit``, and the mean 0.
    LeCun et al., "Efficient BackProp" (1998), section 4.3.

    Raises ValueError when called with rows of another length than num_features.

    >>> scale = Standardize(2).fit(Tensor([[1.0, 7.0], [3.0, 7.0]]))
    >>> scale(Tensor([[1.0, 7.0], [3.0, 7.0], [6.0, 8.0]]))
    tensor([[-1.,  0.],
            [ 1.,  0.],
            [ 4.,  1.]])
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        check_positive_int(self._get_name(), num_features=num_features)
        self.num_features = num_features
        self.mean, self.std = Buffer(zeros(num_features)), Buffer(ones(num_features))

    def fit(self, inputs: Tensor | Matrix) -> Standardize:
        """Set ``mean`` and ``std`` to those of the columns of ``inputs``; gives the module itself.

        Raises ValueError for rows of another length, and for a number that is NaN or beyond ±1e100.
        """
        if not isinstance(inputs, (Tensor, Matrix)):
            raise TypeError(
                f"{self._get_name()}: fit needs a Tensor, as dataset.inputs is, got a {type(inputs).__name__}"
            )
        inputs = inputs.matrix if isinstance(inputs, Tensor) else inputs
        validated_input(self, inputs, self.num_features)
        for i, row in enumerate(inputs.rows):
            for j, x in enumerate(row):
                if not -1e100 <= x <= 1e100:
                    raise ArgumentError(
                        f"{self._get_name()}: fit needs numbers within ±1e100, entry [{i}, {j}] is {short(x)}"
                    )
        # Counted from the first row: equal numbers then have just themselves as their mean, and not a neighbour.
        first, n = inputs.rows[0], len(inputs)
        mean = [start + sum([x - start for x in column]) / n for start, column in zip(first, zip(*inputs.rows))]
        # Summing n numbers of the size of their mean rounds n times by up to half of ε = 2⁻⁵² times their sum, so a mean is
        # known to within n·ε·|mean|/2; a column that spreads no further than its numbers and their mean together may be
        # off says nothing: Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance" (1983), as in
        # scikit-learn. Below 1e-150 the squares that a std is the root of have left the range of floats.
        std = []
        for m, column in zip(mean, zip(*inputs.rows)):
            missed = sum([x - m for x in column]) / n  # by rounding
            deviation = sqrt(sum([(x - m - missed) ** 2 for x in column]) / n)
            std.append(deviation if deviation > max(n * 2.0**-52 * abs(m), 1e-150) else 1.0)
        self.mean.data, self.std.data = Matrix([mean]), Matrix([std])
        return self

    def forward(self, input: TensorLike) -> Tensor:
        return (validated_input(self, input, self.num_features) - self.mean) / self.std

    def inverse(self, output: TensorLike) -> Tensor:
        """x = y·std + mean: what a prediction means where the targets were standardized.

        >>> scale = Standardize(1).fit(Tensor([[10.0], [30.0]]))
        >>> scale.inverse(Tensor([[-1.0], [0.5]]))
        tensor([[10.],
                [25.]])
        """
        return validated_input(self, output, self.num_features) * self.std + self.mean

    def extra_repr(self) -> str:
        return str(self.num_features)


def _register_scale_and_shift(
    module: Module, shape: Shape, affine: bool, bias: bool | None, device: Any, dtype: DType | None
) -> None:
    """γ and β as they start, each None where it is left out; ``bias`` None for a layer that has no β."""
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    module.register_parameter("weight", Parameter(ones(sizes, device=device, dtype=dtype)) if affine else None)
    if bias is not None:
        beta = Parameter(zeros(sizes, device=device, dtype=dtype)) if affine and bias else None
        module.register_parameter("bias", beta)
