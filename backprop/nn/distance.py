"""Distances and angles between two tensors as modules: each calls the function of its name."""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike
from backprop.nn.module import Module
from backprop.tensors.distances import cosine_similarity, pairwise_distance
from backprop.validation import as_int, check_bool, check_number, check_order


class PairwiseDistance(Module):
    """‖x − y + ε‖ₚ along the last axis, for p = ``p`` and ε = ``eps``.

    >>> PairwiseDistance(eps=0.0)(Tensor([[1.0, 2.0]]), Tensor([[4.0, 6.0]]))
    tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        check_number(self._get_name(), "eps", eps)
        check_bool(self._get_name(), keepdim=keepdim)
        check_order(self._get_name(), "p", p)
        self.norm, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: TensorLike, x2: TensorLike) -> Tensor:
        return pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class CosineSimilarity(Module):
    """x·y/(max(‖x‖, ε)·max(‖y‖, ε)) along the axis ``dim``, for ε = ``eps``.

    >>> CosineSimilarity()(Tensor([[3.0, 0.0], [0.0, 4.0]]), Tensor([[2.0, 0.0], [6.0, 0.0]]))
    tensor([1., 0.])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        check_number(self._get_name(), "eps", eps)
        self.dim, self.eps = as_int(self._get_name(), "dim", dim, bools=False), eps

    def forward(self, x1: TensorLike, x2: TensorLike) -> Tensor:
        return cosine_similarity(x1, x2, self.dim, self.eps)
