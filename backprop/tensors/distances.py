"""Distances between tensors, and between their rows."""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.tensors.norms import norm
from backprop.tensors.shapes import resolve_dim


@composed
def dist(input: TensorLike, other: TensorLike, p: float = 2) -> Tensor:
    """‖x − y‖ₚ over all entries.

    >>> dist(Tensor([1.0, 2.0]), Tensor([4.0, 6.0]))
    tensor(5.)
    """
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
        raise ValueError(f"cdist: x1 and x2 have the same number of columns, got {a.shape[-1]} and {b.shape[-1]}")
    if p < 0:
        raise ValueError(f"cdist: p is a number from 0 up, got {p}")
    return norm(a.unsqueeze(-2) - b.unsqueeze(-3), p, -1)


@composed
def renorm(input: TensorLike, p: float, dim: int, maxnorm: float) -> Tensor:
    """Each part along axis ``dim`` whose norm ‖·‖ₚ is above ``maxnorm``, scaled down to it.

    >>> renorm(Tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1.0)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    x = as_tensor(input, "renorm")
    axis = resolve_dim("renorm", dim, len(x.shape))
    norms = norm(x, p, [k for k in range(len(x.shape)) if k != axis], keepdim=True)
    # PyTorch keeps clear of a division by 0 by so much.
    return x * (maxnorm / (norms + 1e-7)).where(norms > maxnorm, 1.0)
