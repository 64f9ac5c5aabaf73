"""Embedding as a layer: words, letters or items as rows of numbers, which are learned."""

from __future__ import annotations

import random
from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.embedding import checked_padding, embedding
from backprop.nn.module import Module
from backprop.nn.parameters import Parameter
from backprop.validation import check_positive_int


class Embedding(Module):
    """yᵢ = W[indexᵢ]: a row of W for each index in a list of ints.

    W is (num_embeddings, embedding_dim) and starts normal, N(0, 1), as in PyTorch; the row ``padding_idx`` (negative:
    from the end) starts as 0 and gets no gradient. A batch of sequences is one list, the sequences one after the other.
    PyTorch's max_norm, norm_type, scale_grad_by_freq and sparse are left out.
    Bengio et al., "A Neural Probabilistic Language Model" (2003).

    Raises ValueError for sizes below 1, TypeError or ValueError for an index that is no int from 0 to
    num_embeddings − 1, with its place.

    >>> layer = Embedding(3, 2, padding_idx=0)
    >>> layer([2, 0, 2]).shape, layer([0]).data
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
        check_positive_int("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = checked_padding("Embedding", padding_idx, num_embeddings)
        rows = Matrix.normal(num_embeddings, embedding_dim, rng=rng).tolist()
        if self.padding_idx is not None:
            rows[self.padding_idx] = [0.0] * embedding_dim
        self.weight = Parameter(trusted(rows))

    def forward(self, input: Sequence[int]) -> Tensor:
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
