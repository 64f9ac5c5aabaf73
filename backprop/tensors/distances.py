"""Distances between tensors, and between their rows."""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.grad_mode import no_grad
from backprop.autograd.operation import composed
from backprop.autograd.size import broadcast_shapes
from backprop.tensors.moves import broadcast_tensors
from backprop.tensors.norms import norm
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.reductions import sum
from backprop.tensors.selection import clamp
from backprop.tensors.shapes import resolve_dim
from backprop.validation import ArgumentError, check_bool, check_number, check_order


@composed
def dist(input: TensorLike, other: TensorLike, p: float = 2) -> Tensor:
    """‖x − y‖ₚ over all entries.

    >>> dist(Tensor([1.0, 2.0]), Tensor([4.0, 6.0]))
    tensor(5.)
    """
    check_order("dist", "p", p)
    return norm(as_tensor(input, "dist") - as_tensor(other, "dist"), p)


@composed
def cdist(
    x1: TensorLike, x2: TensorLike, p: float = 2.0, compute_mode: str = "use_mm_for_euclid_dist_if_necessary"
) -> Tensor:
    """‖xᵢ − yⱼ‖ₚ of each row of (…, n, d) from each row of (…, m, d): (…, n, m).

    All are computed from the differences, whatever ``compute_mode`` says.

    >>> cdist(Tensor([[0.0, 0.0], [3.0, 0.0]]), Tensor([[0.0, 4.0]]))
    tensor([[4.],
            [5.]])
    """
    a, b = as_tensor(x1, "cdist"), as_tensor(x2, "cdist")
    if a.shape[-1] != b.shape[-1]:
        raise ArgumentError(f"cdist: x1 and x2 have the same number of columns, got {a.shape[-1]} and {b.shape[-1]}")
    check_order("cdist", "p", p, 0)
    differences = a.unsqueeze(-2) - b.unsqueeze(-3)
    return norm(differences, p, -1) if a.shape[-1] else differences.sum(-1)


@numpy_names
@composed
def renorm(input: TensorLike, p: float, dim: int, maxnorm: float) -> Tensor:
    """Each part along axis ``dim`` whose norm ‖·‖ₚ is above ``maxnorm``, scaled down to it.

    >>> renorm(Tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1.0)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    check_order("renorm", "p", p)
    check_number("renorm", "maxnorm", maxnorm, 0)
    x = as_tensor(input, "renorm")
    if len(x.shape) < 2:
        raise RuntimeError(f"renorm: needs two axes or more, got the shape {list(x.shape)}")
    axis = resolve_dim("renorm", dim, len(x.shape))
    norms = norm(x, p, [k for k in range(len(x.shape)) if k != axis], keepdim=True)
    # PyTorch keeps clear of a division by 0 by so much.
    return x * (maxnorm / (norms + 1e-7)).where(norms > maxnorm, 1.0)


@composed
def pairwise_distance(
    x1: TensorLike, x2: TensorLike, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """‖x − y + ε‖ₚ along the last axis, for ε = ``eps``, which keeps the gradient off 0.

    >>> pairwise_distance(Tensor([[1.0, 2.0]]), Tensor([[4.0, 6.0]]), eps=0.0)
    tensor([5.])
    """
    name = "pairwise_distance"
    check_bool(name, keepdim=keepdim)
    check_order(name, "p", p)
    check_number(name, "eps", eps)
    x, y = as_tensor(x1, name), as_tensor(x2, name)
    broadcast_shapes(name, x._shape, y._shape)
    return norm(x - y + eps, p, -1, keepdim)


@composed
def pdist(input: TensorLike, p: float = 2.0) -> Tensor:
    """‖xᵢ − xⱼ‖ₚ of all pairs of rows i < j, in their order.

    >>> pdist(Tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]]))
    tensor([5., 4., 3.])
    """
    x = as_tensor(input, "pdist")
    if len(x.shape) != 2:
        raise RuntimeError(f"pdist: input is (N, M), got the shape {list(x.shape)}")
    check_order("pdist", "p", p, 0)
    pairs = [(i, j) for i in range(len(x)) for j in range(i + 1, len(x))]
    return norm(x[[i for i, _ in pairs]] - x[[j for _, j in pairs]], p, -1)


@numpy_names
@composed
def cosine_similarity(x1: TensorLike, x2: TensorLike, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """x·y/(max(‖x‖, ε)·max(‖y‖, ε)) along the axis ``dim``, for ε = ``eps``: 1 where they point the same way, 0 at a right
    angle.

    >>> cosine_similarity(Tensor([[3.0, 0.0], [0.0, 4.0]]), Tensor([[2.0, 0.0], [6.0, 0.0]]))
    tensor([1., 0.])
    """
    name = "cosine_similarity"
    check_number(name, "eps", eps)
    x, y = as_tensor(x1, name), as_tensor(x2, name)
    axis = resolve_dim(name, dim, len(broadcast_shapes(name, x._shape, y._shape)))
    x, y = broadcast_tensors(x, y)
    return sum(_directed(x, axis, eps) * _directed(y, axis, eps), axis)


def _directed(x: Tensor, dim: int, eps: float) -> Tensor:
    """x with the length 1; the gradient goes through the length as if there were no ε."""
    length = norm(x, 2, dim, keepdim=True)
    with no_grad():
        short = clamp(length, min=eps) - length
    return x / (length + short)
