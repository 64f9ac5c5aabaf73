"""The normalizations as layers: each has a weight γ and a bias β for what comes out with mean 0 and variance 1.

γ starts as 1 and β as 0. The equations are those of the functions in ``functional.normalization``.
"""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike
from backprop.nn.functional.normalization import batch_norm, check_divides, group_norm, layer_norm, rms_norm
from backprop.nn.module import Module, of_length
from backprop.nn.parameters import Buffer, Parameter
from backprop.validation import check_bool, check_number, check_positive_int


class BatchNorm1d(Module):
    """y = γ·(x − μ)/√(σ² + ε) + β, with mean and variance of each feature over the batch while it learns.

    Rows hold num_features numbers, or for sequences num_features·L, channel after channel (PyTorch's (N, C, L)); a row
    does not tell L, so any multiple is taken. γ and β are (1, num_features). In training mode μ and σ² (biased) are those of the batch, and running_mean and running_var
    (unbiased), which start as 0 and 1, move towards them by ``momentum``; None makes them the plain averages of all
    batches so far. After ``eval()`` they are used instead, unless ``track_running_stats`` is False.
    ``affine=False`` leaves out γ and β, ``bias=False`` β.
    Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift"
    (2015).

    Raises ValueError for settings that make no sense, rows of another length, and for a single number a feature to
    learn from.

    >>> from backprop import Matrix
    >>> layer = BatchNorm1d(1)
    >>> layer(Matrix([[1.0], [3.0]])).data.map(lambda x: round(x, 4))
    Matrix([[-1.0], [1.0]])
    >>> layer.running_mean.data, layer.running_var.data, layer.num_batches_tracked.data
    (Matrix([[0.2]]), Matrix([[1.1]]), Matrix([[1]]))
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
    ) -> None:
        name = type(self).__name__
        check_positive_int(name, num_features=num_features)
        check_bool(name, affine=affine, track_running_stats=track_running_stats, bias=bias)
        check_number(name, "eps", eps, low=0)
        if momentum is not None:
            check_number(name, "momentum", momentum, 0, 1)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        shape = (num_features,)
        self.weight = Parameter([[1.0] * num_features], tensor_shape=shape) if affine else None
        self.bias = Parameter([[0.0] * num_features], tensor_shape=shape) if affine and bias else None
        self.running_mean = Buffer([[0.0] * num_features], tensor_shape=shape) if track_running_stats else None
        self.running_var = Buffer([[1.0] * num_features], tensor_shape=shape) if track_running_stats else None
        self.num_batches_tracked = Buffer(0, tensor_shape=()) if track_running_stats else None

    def forward(self, input: TensorLike) -> Tensor:
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / (self.num_batches_tracked.item() + 1) if self.num_batches_tracked is not None else 0.0
        output = batch_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
            num_features=self.num_features,
        )
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.data = self.num_batches_tracked.data + 1
        return output

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm2d(BatchNorm1d):
    """BatchNorm1d for images: rows of num_features·H·W numbers, mean and variance of a channel over batch and places.

    >>> from backprop import Matrix
    >>> layer = BatchNorm2d(2)
    >>> layer(Matrix([[1.0, 3.0, 5.0, 5.0]])).data.map(lambda x: round(x, 4))
    Matrix([[-1.0, 1.0, 0.0, 0.0]])
    """


class LayerNorm(Module):
    """y = γ∘(x − μ)/√(σ² + ε) + β, with mean and variance of each row: what batches are made of does not matter.

    Rows hold ``normalized_shape`` numbers, an int: rows are flat, so PyTorch's (C, H, W) is C·H·W here. γ and β are as
    long; ``elementwise_affine=False`` leaves out both, ``bias=False`` β.
    Ba, Kiros and Hinton, "Layer Normalization" (2016).

    Raises ValueError for settings that make no sense and rows of another length.

    >>> from backprop import Matrix
    >>> LayerNorm(2)(Matrix([[1.0, 3.0], [70.0, 50.0]])).data.map(lambda x: round(x, 4))
    Matrix([[-1.0, 1.0], [1.0, -1.0]])
    """

    def __init__(
        self, normalized_shape: int, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True
    ) -> None:
        check_positive_int("LayerNorm", normalized_shape=normalized_shape)
        check_bool("LayerNorm", elementwise_affine=elementwise_affine, bias=bias)
        check_number("LayerNorm", "eps", eps, low=0)
        self.normalized_shape, self.eps, self.elementwise_affine = normalized_shape, eps, elementwise_affine
        shape = (normalized_shape,)
        self.weight = Parameter([[1.0] * normalized_shape], tensor_shape=shape) if elementwise_affine else None
        self.bias = Parameter([[0.0] * normalized_shape], tensor_shape=shape) if elementwise_affine and bias else None

    def forward(self, input: TensorLike) -> Tensor:
        input = of_length("LayerNorm", input, self.normalized_shape)
        return layer_norm(input, self.weight, self.bias, eps=self.eps)

    def extra_repr(self) -> str:
        return (
            f"({self.normalized_shape},), eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class GroupNorm(Module):
    """y = γ·(x − μ)/√(σ² + ε) + β, with mean and variance of each group of channels in each row.

    Rows hold num_channels·L numbers, channel after channel; γ and β are (1, num_channels). One group normalizes over
    the whole row, as many groups as channels each channel by itself.
    Wu and He, "Group Normalization" (2018).

    Raises ValueError for groups that do not divide the channels, other settings that make no sense, and rows that do
    not fit.

    >>> from backprop import Matrix
    >>> GroupNorm(2, 4)(Matrix([[1.0, 3.0, 70.0, 50.0]])).data.map(lambda x: round(x, 4))
    Matrix([[-1.0, 1.0, 1.0, -1.0]])
    """

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, *, bias: bool = True
    ) -> None:
        check_divides("GroupNorm", num_groups, num_channels)
        check_bool("GroupNorm", affine=affine, bias=bias)
        check_number("GroupNorm", "eps", eps, low=0)
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        shape = (num_channels,)
        self.weight = Parameter([[1.0] * num_channels], tensor_shape=shape) if affine else None
        self.bias = Parameter([[0.0] * num_channels], tensor_shape=shape) if affine and bias else None

    def forward(self, input: TensorLike) -> Tensor:
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps, num_channels=self.num_channels)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


class RMSNorm(Module):
    """y = γ∘x/√(mean x² + ε) over each row: LayerNorm without the mean.

    Rows hold ``normalized_shape`` numbers, an int, and γ as many; ``eps`` None is 2⁻⁵², as in PyTorch.
    Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    Raises ValueError for settings that make no sense and rows of another length.

    >>> from backprop import Matrix
    >>> RMSNorm(2)(Matrix([[3.0, -3.0]])).data
    Matrix([[1.0, -1.0]])
    """

    def __init__(self, normalized_shape: int, eps: float | None = None, elementwise_affine: bool = True) -> None:
        check_positive_int("RMSNorm", normalized_shape=normalized_shape)
        check_bool("RMSNorm", elementwise_affine=elementwise_affine)
        if eps is not None:
            check_number("RMSNorm", "eps", eps, low=0)
        self.normalized_shape, self.eps, self.elementwise_affine = normalized_shape, eps, elementwise_affine
        shape = (normalized_shape,)
        self.weight = Parameter([[1.0] * normalized_shape], tensor_shape=shape) if elementwise_affine else None

    def forward(self, input: TensorLike) -> Tensor:
        return rms_norm(of_length("RMSNorm", input, self.normalized_shape), self.weight, eps=self.eps)

    def extra_repr(self) -> str:
        return f"({self.normalized_shape},), eps={self.eps}, elementwise_affine={self.elementwise_affine}"
