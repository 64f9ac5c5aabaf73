"""Linear: every output is a weighted sum of all inputs."""

from __future__ import annotations

import random
from typing import Any

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.nn.functional import linear
from backprop.nn.module import Module, of_length
from backprop.nn.parameters import Parameter
from backprop.validation import check_bool, check_positive_int


class Linear(Module):
    """Y = X·Wᵀ + b: every output is a weighted sum of all inputs.

    X is (batch, in_features), W (out_features, in_features), b (1, out_features), Y (batch, out_features).
    W and b start uniform in ±1/√in_features, as in PyTorch; the scale is that of LeCun et al., "Efficient
    BackProp" (1998): outputs of unit variance for inputs of unit variance, up to a constant.

    Raises ValueError for sizes below 1, and when called with rows of another length than in_features.

    >>> layer = Linear(2, 1)
    >>> layer.load_state_dict({"weight": Matrix([[3.0, 4.0]]), "bias": Matrix([[0.5]])})
    >>> layer(Matrix([[1.0, 2.0], [0.0, 0.0]])).data
    Matrix([[11.5], [0.5]])
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: random.Random | None = None
    ) -> None:
        check_positive_int("Linear", in_features=in_features, out_features=out_features)
        check_bool("Linear", bias=bias)
        self.in_features, self.out_features = in_features, out_features
        bound = in_features**-0.5
        self.weight = Parameter(Matrix.uniform(out_features, in_features, -bound, bound, rng=rng))
        self.bias: Parameter | Any = None
        if bias:
            start = Matrix.uniform(1, out_features, -bound, bound, rng=rng)
            self.bias = Parameter(start, tensor_shape=(out_features,))

    def forward(self, input: TensorLike) -> Tensor:
        input = of_length("Linear", input, self.in_features, self.out_features)
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
