"""EmbeddingBag: several rows of a weight, chosen by their numbers, brought together to one."""

from __future__ import annotations

import random
from typing import Any

from backprop.autograd import Tensor, TensorLike
from backprop.dtypes import DType
from backprop.nn.functional.embedding_bag import check_settings, embedding_bag
from backprop.nn.linear import _Embeddings


class EmbeddingBag(_Embeddings):
    """yᵦ = the mean of the rows W[index] for all indices of bag b, or by ``mode`` their "sum" or "max": (bags, embedding_dim).

    It is ``Embedding`` and then the mean, without the rows between. ``layer(input, offsets, per_sample_weights)`` takes what
    ``functional.embedding_bag`` takes; W is as that of ``Embedding``.

    >>> layer = EmbeddingBag.from_pretrained(Tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 6.0]]))
    >>> layer([1, 2, 1], offsets=[0, 2])
    tensor([[2., 4.],
            [1., 2.]])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        check_settings(self._get_name(), mode, sparse, include_last_offset, scale_grad_by_freq)
        own = num_embeddings, embedding_dim, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse
        super().__init__(*own, _weight, False, device, dtype, rng=rng)
        self.mode, self.include_last_offset = mode, include_last_offset

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: TensorLike | None = None) -> Tensor:
        return embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            self.sparse,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def extra_repr(self) -> str:
        settings = [f"{self.num_embeddings}, {self.embedding_dim}"]
        for name, default in (("max_norm", None), ("norm_type", 2.0), ("scale_grad_by_freq", False)):
            if getattr(self, name) != default:
                settings.append(f"{name}={getattr(self, name)!r}")
        settings.append(f"mode={self.mode!r}")
        if self.padding_idx is not None:
            settings.append(f"padding_idx={self.padding_idx}")
        return ", ".join(settings)
