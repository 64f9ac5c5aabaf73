"""Diagonals: tensors made of them, and what is on one side of them."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import Matrix, trusted
from backprop.tensors import positions
from backprop.tensors.concatenation import cat
from backprop.tensors.in_place import zero
from backprop.tensors.indexing import gathered, scattered_at
from backprop.tensors.labels import labelled
from backprop.tensors.positions import Selection
from backprop.tensors.shapes import resolve_dim
from backprop.tensors.shaping import atleast_2d, flatten, view
from backprop.validation import ArgumentError, as_int


@operation(cut=-1, same_dtype=True, linear=True)
def _triangle(input: Matrix, kept: list[list[bool]]) -> Result:
    """y = x where it is ``kept``, else 0;  ∂L/∂x = ∂L/∂y there, else 0."""
    return _only(input, kept), lambda d: _only(d, kept)


def _only(matrix: Matrix, kept: list[list[bool]]) -> Matrix:
    nothing = zero(matrix.rows[0][0]) if matrix.rows[0] else 0
    return trusted(
        [
            [x if keep else nothing for x, keep in zip(row, which)]
            for row, which in zip(matrix.rows, cycle(kept or [[]]))
        ]
    )


def tril(input: TensorLike, diagonal: int = 0) -> Tensor:
    """The entries on the ``diagonal`` of the last two axes and below, else 0.

    >>> from backprop import Tensor
    >>> tril(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]])
    """
    return _half("tril", input, diagonal, upper=False)


def triu(input: TensorLike, diagonal: int = 0) -> Tensor:
    """The entries on the ``diagonal`` of the last two axes and above, else 0.

    >>> from backprop import Tensor
    >>> triu(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([[0., 2.],
            [0., 0.]])
    """
    return _half("triu", input, diagonal, upper=True)


def _half(name: str, input: TensorLike, diagonal: int, upper: bool) -> Tensor:
    x = as_tensor(input, name)
    kept = positions.triangle(name, x._shape, diagonal, upper)
    return labelled(_triangle(x, kept), name)


def diag(input: TensorLike, diagonal: int = 0) -> Tensor:
    """The diagonal of a matrix, or the matrix with a row of entries on its diagonal and 0 elsewhere.

    >>> from backprop import Tensor
    >>> diag(Tensor([1.0, 2.0])), diag(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    (tensor([[1., 0.],
            [0., 2.]]), tensor([2.]))
    """
    x = as_tensor(input, "diag")
    if len(x._shape) not in (1, 2):
        raise RuntimeError(f"diag: needs one axis or two, got the shape {list(x._shape)}")
    if len(x._shape) == 1:
        return diag_embed(x, diagonal)
    return gathered(x, positions.diagonal("diag", x._shape, diagonal), "diag")


def diagflat(input: TensorLike, offset: int = 0) -> Tensor:
    """The matrix with all entries on its diagonal and 0 elsewhere."""
    return diag_embed(flatten(input), offset)


def diag_embed(input: TensorLike, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The entries along the last axis on the diagonal of two new axes, ``dim1`` and ``dim2``; 0 elsewhere.

    >>> from backprop import Tensor
    >>> diag_embed(Tensor([[1.0, 2.0]])).shape
    torch.Size([1, 2, 2])
    """
    x = as_tensor(input, "diag_embed")
    if not x._shape:
        raise RuntimeError("diag_embed: needs an axis at least, got a number")
    *rest, count = x._shape
    ndim, side = len(x._shape) + 1, count + abs(as_int("diag_embed", "offset", offset))
    axes = resolve_dim("diag_embed", dim1, ndim), resolve_dim("diag_embed", dim2, ndim)
    if axes[0] == axes[1]:
        raise ArgumentError(f"diag_embed: dim1 and dim2 are two axes, got {dim1} and {dim2}")
    sizes = iter(rest)
    shape = trusted_size([side if axis in axes else next(sizes) for axis in range(ndim)])
    return scattered_at(x, positions.diagonal("diag_embed", shape, offset, *axes), shape, "diag_embed")


@composed
def block_diag(*tensors: Any) -> Tensor:
    """The matrices along the diagonal of one, 0 elsewhere; what has one axis is a row.

    >>> from backprop import Tensor
    >>> block_diag(Tensor([[1.0, 2.0]]), Tensor(3.0))
    tensor([[1., 2., 0.],
            [0., 0., 3.]])
    """
    blocks = [atleast_2d(as_tensor(x, "block_diag")) for x in tensors]
    if any(len(x._shape) > 2 for x in blocks):
        raise RuntimeError("block_diag: needs matrices, one has more than two axes")
    shape = trusted_size([sum([x._shape[axis] for x in blocks]) for axis in (0, 1)])
    starts: list[int] = []
    row = column = 0
    for x in blocks:
        for i in range(row, row + x._shape[0]):
            starts += range(i * shape[1] + column, i * shape[1] + column + x._shape[1])
        row, column = row + x._shape[0], column + x._shape[1]
    if not blocks:
        return view(as_tensor([]), 1, 0)
    return scattered_at(cat([flatten(x) for x in blocks]), Selection(starts, 1, shape), shape, "block_diag")
