"""Scaling: columns brought to mean 0 and variance 1, since a network learns slowly from numbers of unequal size."""

from __future__ import annotations

from reprlib import repr as short

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.nn.module import Module, of_length
from backprop.nn.parameters import Buffer
from backprop.validation import check_positive_int


class Standardize(Module):
    """y = (x − mean)/std, column by column, with the mean and the standard deviation of the data given to ``fit``.

    Fit it to the training data alone, and put it before the first layer: as Buffers ``mean`` and ``std``, both
    (1, num_features), they are saved and loaded with the model, which takes raw numbers from then on. The variance is
    biased, Σ (x − mean)²/n over n rows, as in scikit-learn's ``StandardScaler``; a column that is everywhere the same
    but for roundings, as 0.3 beside 0.1 + 0.2 is, has the std 1. So has every column before ``fit``, and the mean 0.
    LeCun et al., "Efficient BackProp" (1998), section 4.3.

    Raises ValueError when called with rows of another length than num_features.

    >>> scale = Standardize(2).fit(Matrix([[1.0, 7.0], [3.0, 7.0]]))
    >>> scale(Matrix([[1.0, 7.0], [3.0, 7.0], [6.0, 8.0]])).data
    Matrix([[-1.0, 0.0], [1.0, 0.0], [4.0, 1.0]])
    """

    def __init__(self, num_features: int) -> None:
        check_positive_int("Standardize", num_features=num_features)
        self.num_features = num_features
        self.mean = Buffer([[0.0] * num_features], tensor_shape=(num_features,))
        self.std = Buffer([[1.0] * num_features], tensor_shape=(num_features,))

    def fit(self, inputs: Matrix) -> Standardize:
        """Set ``mean`` and ``std`` to those of the columns of ``inputs``; the layer itself comes back.

        Raises ValueError for rows of another length, and for a number that is NaN or beyond ±1e100.
        """
        if not isinstance(inputs, Matrix):
            raise TypeError(f"Standardize: fit needs a Matrix, as dataset.inputs is, got a {type(inputs).__name__}")
        of_length("Standardize", inputs, self.num_features)
        for i, row in enumerate(inputs.rows):
            for j, x in enumerate(row):
                if not -1e100 <= x <= 1e100:
                    raise ValueError(f"Standardize: fit needs numbers within ±1e100, entry [{i}, {j}] is {short(x)}")
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
        return (of_length("Standardize", input, self.num_features) - self.mean) / self.std

    def inverse(self, output: TensorLike) -> Tensor:
        """x = y·std + mean, the way back: where targets were standardized, what a prediction means.

        >>> scale = Standardize(1).fit(Matrix([[10.0], [30.0]]))
        >>> scale.inverse(Matrix([[-1.0], [0.5]])).data
        Matrix([[10.0], [25.0]])
        """
        return of_length("Standardize", output, self.num_features) * self.std + self.mean

    def extra_repr(self) -> str:
        return str(self.num_features)
