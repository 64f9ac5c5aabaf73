"""What PyTorch has in ``linalg`` of products, powers and diagonals."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.matrix import trusted
from backprop.tensors import vector_products
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.products import chain_matmul
from backprop.validation import ArgumentError


@numpy_names
def cross(input: TensorLike, other: TensorLike, *, dim: int = -1) -> Tensor:
    """u × v along the axis ``dim``, of size 3.

    >>> cross(Tensor([1.0, 0.0, 0.0]), Tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    return vector_products.cross(input, other, dim)


def diagonal(A: TensorLike, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The entries aᵢ,ᵢ₊ₒ of each matrix, o = ``offset``, as the last axis.

    >>> diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]]), offset=1)
    tensor([2.])
    """
    return as_tensor(A, "diagonal").diagonal(offset, dim1, dim2)


@composed
def multi_dot(tensors: Sequence[TensorLike]) -> Tensor:
    """A·B·C⋯ of two matrices or more, in the order that takes few multiplications. The first and the last may be vectors.

    >>> multi_dot([Tensor([1.0, 2.0]), Tensor([[1.0, 0.0], [0.0, 1.0]]), Tensor([3.0, 4.0])])
    tensor(11.)
    """
    factors = [as_tensor(x, "multi_dot") for x in tensors]
    count = len(factors)
    axes = [len(x.shape) for x in factors]
    if count < 2 or {*axes[1:-1]} - {2} or {axes[0], axes[-1]} - {1, 2}:
        raise ArgumentError(
            f"multi_dot: two matrices or more, of which the first and the last may be vectors, got {axes} axes"
        )
    matrices = [
        x.reshape(1, -1) if k == 0 and axes[k] == 1 else x.unsqueeze(-1) if axes[k] == 1 else x
        for k, x in enumerate(factors)
    ]
    return chain_matmul(*matrices).reshape(*factors[0].shape[:-1], *factors[-1].shape[1:])


@composed
def vander(x: TensorLike, *, N: int | None = None) -> Tensor:
    """Vandermonde's matrix: the powers x⁰, x¹, …, xᴺ⁻¹ of each entry, as a new last axis; by default as many as entries.

    >>> vander(Tensor([2.0, 3.0]), N=3)
    tensor([[1., 2., 4.],
            [1., 3., 9.]])
    """
    base = as_tensor(x, "vander")
    count = (base.shape[-1] if base.shape else 1) if N is None else N
    if count < 2:
        raise ArgumentError(f"vander: N is an int from 2 up, by default the number of entries, got {count}")
    return base.unsqueeze(-1) ** trusted([list(range(count))])
