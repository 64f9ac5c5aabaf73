"""Impute: numbers in the place of missing ones, learned from the data like the mean and the deviation of Standardize."""

from __future__ import annotations

from statistics import median

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.nn.module import Module, validated_input
from backprop.nn.parameters import Buffer
from backprop.tensors.filled import zeros
from backprop.tensors.selection import where
from backprop.validation import check_positive_int


class Impute(Module):
    """y = x, and where x is NaN, which stands for a missing cell, the median of its column in the data given to ``fit``.

    Fit it to the training data alone, and put it first: the Buffer ``median``, (num_features,), is saved and loaded with
    the model. So does scikit-learn's ``SimpleImputer(strategy="median")``. Before ``fit``, and for a column without any
    number, it is 0.

    Raises ValueError when called with rows of another length than num_features.

    >>> import math
    >>> impute = Impute(2).fit(Tensor([[1.0, math.nan], [5.0, 3.0], [math.nan, 4.0]]))
    >>> impute(Tensor([[math.nan, math.nan], [7.0, 8.0]]))
    tensor([[3.0000, 3.5000],
            [7.0000, 8.0000]])
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        check_positive_int(self._get_name(), num_features=num_features)
        self.num_features = num_features
        self.median = Buffer(zeros(num_features))

    def fit(self, inputs: Tensor | Matrix) -> Impute:
        """Set ``median`` to those of the columns of ``inputs``, NaN left out; gives the module itself.

        Raises ValueError for rows of another length.
        """
        rows = validated_input(self, inputs, self.num_features).matrix.rows
        known = ([x for x in column if x == x] for column in zip(*rows))
        self.median.data = Matrix([[median(column) if column else 0.0 for column in known]])
        return self

    def forward(self, input: TensorLike) -> Tensor:
        input = validated_input(self, input, self.num_features)
        return where(input.isnan(), self.median, input)

    def extra_repr(self) -> str:
        return str(self.num_features)
