"""What PyTorch has in ``linalg`` of products, powers and diagonals."""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.matrix import trusted
from backprop.tensors import contractions


def cross(input: TensorLike, other: TensorLike, *, dim: int = -1) -> Tensor:
    """u × v along the axis ``dim``, of size 3.

    >>> cross(Tensor([1.0, 0.0, 0.0]), Tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    return contractions.cross(input, other, dim)


def diagonal(A: TensorLike, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The entries aᵢ,ᵢ₊ₒ of each matrix, o = ``offset``, as the last axis.

    >>> diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]]), offset=1)
    tensor([2.])
    """
    return as_tensor(A, "diagonal").diagonal(offset, dim1, dim2)


@composed
def vander(x: TensorLike, *, N: int | None = None) -> Tensor:
    """Vandermonde's matrix: the powers x⁰, x¹, …, xᴺ⁻¹ of each entry, as a new last axis; by default as many as entries.

    >>> vander(Tensor([2.0, 3.0]), N=3)
    tensor([[1., 2., 4.],
            [1., 3., 9.]])
    """
    base = as_tensor(x, "vander")
    count = (base.shape[-1] if base.shape else 1) if N is None else N
    if count < 2 and N is not None:
        raise ValueError(f"vander: N is an int from 2 up, got {N}")
    return base.unsqueeze(-1) ** trusted([list(range(count))])
