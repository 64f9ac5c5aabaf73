"""Linear: every output is a weighted sum of all inputs. Embedding: the rows of a weight, chosen by their numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from backprop.autograd import Tensor, TensorLike, constant
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.embedding import checked_padding, embedding
from backprop.nn.functional.linear import linear
from backprop.nn.module import Module, validated_input
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
    >>> layer(Matrix([[1.0, 2.0], [0.0, 0.0]])).matrix
    Matrix([[11.5], [0.5]])
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: random.Random | None = None
    ) -> None:
        name = self._get_name()
        check_positive_int(name, in_features=in_features, out_features=out_features)
        check_bool(name, bias=bias)
        self.in_features, self.out_features = in_features, out_features
        bound = in_features**-0.5
        self.weight = Parameter(Matrix.uniform(out_features, in_features, -bound, bound, rng=rng))
        self.bias: Parameter | Any = None
        if bias:
            start = Matrix.uniform(1, out_features, -bound, bound, rng=rng)
            self.bias = Parameter(constant(start, (out_features,)))

    def forward(self, input: TensorLike) -> Tensor:
        input = validated_input(self, input, self.in_features, self.out_features)
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Embedding(Module):
    """yᵢ = W[indexᵢ]: a row of W for each index in a list of ints.

    W is (num_embeddings, embedding_dim) and starts normal, N(0, 1), as in PyTorch; the row ``padding_idx`` (negative:
    from the end) starts as 0 and gets no gradient. A batch of sequences is one list, the sequences one after the other.
    PyTorch's max_norm, norm_type, scale_grad_by_freq and sparse are left out.
    Bengio et al., "A Neural Probabilistic Language Model" (2003).

    Raises ValueError for sizes below 1, TypeError or ValueError for an index that is no int from 0 to
    num_embeddings − 1, with its place.

    >>> layer = Embedding(3, 2, padding_idx=0)
    >>> layer([2, 0, 2]).shape, layer([0]).matrix
    ((3, 2), Matrix([[0.0, 0.0]]))
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        name = self._get_name()
        check_positive_int(name, num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = checked_padding(name, padding_idx, num_embeddings)
        rows = Matrix.normal(num_embeddings, embedding_dim, rng=rng).tolist()
        if self.padding_idx is not None:
            rows[self.padding_idx] = [0.0] * embedding_dim
        self.weight = Parameter(trusted(rows))

    def forward(self, input: Sequence[int]) -> Tensor:
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
