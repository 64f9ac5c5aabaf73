"""The normalizations as modules: each has a weight γ and a bias β for what comes out with mean 0 and variance 1.

γ starts as 1 and β as 0. The equations are those of the functions in ``functional.normalization``. Standardize has
neither, and learns nothing: it brings the data to mean 0 and variance 1, since a network learns slowly from numbers of
unequal size.
"""

from __future__ import annotations

from reprlib import repr as short
from typing import Any

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.nn.functional.normalization import batch_norm, check_divides, group_norm, layer_norm, rms_norm
from backprop.nn.module import Module, validated_input
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

    >>> layer = BatchNorm1d(1)
    >>> layer(Matrix([[1.0], [3.0]])).matrix.map(lambda x: round(x, 4))
    Matrix([[-1.0], [1.0]])
    >>> layer.running_mean.matrix, layer.running_var.matrix, layer.num_batches_tracked.matrix
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
        name = self._get_name()
        check_positive_int(name, num_features=num_features)
        check_bool(name, affine=affine, track_running_stats=track_running_stats, bias=bias)
        check_number(name, "eps", eps, low=0)
        if momentum is not None:
            check_number(name, "momentum", momentum, 0, 1)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight, self.bias = _scale_and_shift(num_features, affine, bias)
        shape = (num_features,)
        self.running_mean = Buffer([0.0] * num_features) if track_running_stats else None
        self.running_var = Buffer([1.0] * num_features) if track_running_stats else None
        self.num_batches_tracked = Buffer(0) if track_running_stats else None

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
            self.num_batches_tracked.data = self.num_batches_tracked.matrix + 1
        return output

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm2d(BatchNorm1d):
    """BatchNorm1d for images: rows of num_features·H·W numbers, mean and variance of a channel over batch and places.

    >>> layer = BatchNorm2d(2)
    >>> layer(Matrix([[1.0, 3.0, 5.0, 5.0]])).matrix.map(lambda x: round(x, 4))
    Matrix([[-1.0, 1.0, 0.0, 0.0]])
    """


class LayerNorm(Module):
    """y = γ∘(x − μ)/√(σ² + ε) + β, with mean and variance of each row: what batches are made of does not matter.

    Rows hold ``normalized_shape`` numbers, an int: rows are flat, so PyTorch's (C, H, W) is C·H·W here. γ and β have the
    same length; ``elementwise_affine=False`` leaves out both, ``bias=False`` β.
    Ba, Kiros and Hinton, "Layer Normalization" (2016).

    Raises ValueError for settings that make no sense and rows of another length.

    >>> LayerNorm(2)(Matrix([[1.0, 3.0], [70.0, 50.0]])).matrix.map(lambda x: round(x, 4))
    Matrix([[-1.0, 1.0], [1.0, -1.0]])
    """

    def __init__(
        self, normalized_shape: int, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True
    ) -> None:
        name = self._get_name()
        check_positive_int(name, normalized_shape=normalized_shape)
        check_bool(name, elementwise_affine=elementwise_affine, bias=bias)
        check_number(name, "eps", eps, low=0)
        self.normalized_shape, self.eps, self.elementwise_affine = normalized_shape, eps, elementwise_affine
        self.weight, self.bias = _scale_and_shift(normalized_shape, elementwise_affine, bias)

    def forward(self, input: TensorLike) -> Tensor:
        input = validated_input(self, input, self.normalized_shape)
        return layer_norm(input, self.weight, self.bias, eps=self.eps)

    def extra_repr(self) -> str:
        return (
            f"({self.normalized_shape},), eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class GroupNorm(Module):
    """y = γ·(x − μ)/√(σ² + ε) + β, with mean and variance of each group of channels in each row.

    Rows hold num_channels·L numbers, channel after channel; γ and β are (1, num_channels). One group normalizes over
    the whole row, a group for each channel each channel by itself.
    Wu and He, "Group Normalization" (2018).

    Raises ValueError for groups that do not divide the channels, other settings that make no sense, and rows that do
    not fit.

    >>> GroupNorm(2, 4)(Matrix([[1.0, 3.0, 70.0, 50.0]])).matrix.map(lambda x: round(x, 4))
    Matrix([[-1.0, 1.0, 1.0, -1.0]])
    """

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, *, bias: bool = True
    ) -> None:
        name = self._get_name()
        check_divides(name, num_groups, num_channels)
        check_bool(name, affine=affine, bias=bias)
        check_number(name, "eps", eps, low=0)
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight, self.bias = _scale_and_shift(num_channels, affine, bias)

    def forward(self, input: TensorLike) -> Tensor:
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps, num_channels=self.num_channels)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


class RMSNorm(Module):
    """y = γ∘x/√(mean x² + ε) over each row: LayerNorm without the mean.

    Rows hold ``normalized_shape`` numbers, an int, and γ the same number; ``eps`` None is 2⁻⁵², as in PyTorch.
    Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    Raises ValueError for settings that make no sense and rows of another length.

    >>> RMSNorm(2)(Matrix([[3.0, -3.0]])).matrix
    Matrix([[1.0, -1.0]])
    """

    def __init__(self, normalized_shape: int, eps: float | None = None, elementwise_affine: bool = True) -> None:
        name = self._get_name()
        check_positive_int(name, normalized_shape=normalized_shape)
        check_bool(name, elementwise_affine=elementwise_affine)
        if eps is not None:
            check_number(name, "eps", eps, low=0)
        self.normalized_shape, self.eps, self.elementwise_affine = normalized_shape, eps, elementwise_affine
        self.weight, _ = _scale_and_shift(normalized_shape, elementwise_affine, False)

    def forward(self, input: TensorLike) -> Tensor:
        return rms_norm(validated_input(self, input, self.normalized_shape), self.weight, eps=self.eps)

    def extra_repr(self) -> str:
        return f"({self.normalized_shape},), eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class Standardize(Module):
    """y = (x − mean)/std, column by column, with the mean and the standard deviation of the data given to ``fit``.

    Fit it to the training data alone, and put it before the first layer: as Buffers ``mean`` and ``std``, both
    (1, num_features), they are saved and loaded with the model, which takes raw numbers from then on. The variance is
    biased, Σ (x − mean)²/n over n rows, as in scikit-learn's ``StandardScaler``; a column that is everywhere the same
    but for roundings, as 0.3 beside 0.1 + 0.2 is, has the std 1. So has every column before ``fit``, and the mean 0.
    LeCun et al., "Efficient BackProp" (1998), section 4.3.

    Raises ValueError when called with rows of another length than num_features.

    >>> scale = Standardize(2).fit(Matrix([[1.0, 7.0], [3.0, 7.0]]))
    >>> scale(Matrix([[1.0, 7.0], [3.0, 7.0], [6.0, 8.0]])).matrix
    Matrix([[-1.0, 0.0], [1.0, 0.0], [4.0, 1.0]])
    """

    def __init__(self, num_features: int) -> None:
        check_positive_int(self._get_name(), num_features=num_features)
        self.num_features = num_features
        self.mean = Buffer([0.0] * num_features)
        self.std = Buffer([1.0] * num_features)

    def fit(self, inputs: Matrix) -> Standardize:
        """Set ``mean`` and ``std`` to those of the columns of ``inputs``; gives the module itself.

        Raises ValueError for rows of another length, and for a number that is NaN or beyond ±1e100.
        """
        if not isinstance(inputs, Matrix):
            raise TypeError(
                f"{self._get_name()}: fit needs a Matrix, as dataset.inputs is, got a {type(inputs).__name__}"
            )
        validated_input(self, inputs, self.num_features)
        for i, row in enumerate(inputs.rows):
            for j, x in enumerate(row):
                if not -1e100 <= x <= 1e100:
                    raise ValueError(
                        f"{self._get_name()}: fit needs numbers within ±1e100, entry [{i}, {j}] is {short(x)}"
                    )
        # Counted from the first row: equal numbers then have just themselves as their mean, and not a neighbour.
        first = inputs[0]
        mean = first + (inputs - first).mean(axis=0)
        # Summing n numbers of the size of their mean rounds n times by up to half of ε = 2⁻⁵² times their sum, so a mean is
        # known to within n·ε·|mean|/2; a column that spreads no further than its numbers and their mean together may be
        # off says nothing: Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance" (1983), as in
        # scikit-learn. Below 1e-150 the squares that a std is the root of have left the range of floats.
        noise = mean.map(lambda m: max(len(inputs) * 2.0**-52 * abs(m), 1e-150))
        spread = (inputs - mean).std(axis=0)
        std = [s if s > least else 1.0 for s, least in zip(*spread.rows, *noise.rows)]
        self.mean.data, self.std.data = mean, Matrix([std])
        return self

    def forward(self, input: TensorLike) -> Tensor:
        return (validated_input(self, input, self.num_features) - self.mean) / self.std

    def inverse(self, output: TensorLike) -> Tensor:
        """x = y·std + mean: what a prediction means where the targets were standardized.

        >>> scale = Standardize(1).fit(Matrix([[10.0], [30.0]]))
        >>> scale.inverse(Matrix([[-1.0], [0.5]])).matrix
        Matrix([[10.0], [25.0]])
        """
        return validated_input(self, output, self.num_features) * self.std + self.mean

    def extra_repr(self) -> str:
        return str(self.num_features)


def _scale_and_shift(size: int, affine: bool, bias: bool) -> tuple[Parameter | Any, Parameter | Any]:
    """γ and β as they start, None for what is left out."""
    weight = Parameter([1.0] * size) if affine else None
    return weight, Parameter([0.0] * size) if affine and bias else None
