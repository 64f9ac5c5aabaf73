"""Shapes changed: the same entries seen along other axes, or moved to other places. Reading is a gather, its gradient a
scatter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import prod
from operator import itemgetter
from typing import Any

from backprop.autograd.cuts import recut
from backprop.autograd.operation import Result, _expand, operation
from backprop.autograd.shapes import (
    Size,
    as_shape,
    expanded_shape,
    infer_size,
    inverse_order,
    permute_order,
    permuted_shape,
    strides,
    transpose_order,
)
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import Matrix, trusted
from backprop.matrix import flatten as all_entries
from backprop.matrix import unflatten as cut_into_rows


@operation(name="view", write=lambda base, value, size: recut(value, len(base.rows)))
def _view(input: Matrix, size: Size) -> Result:
    """The same entries, row-major, in another shape;  ∂L/∂x is ∂L/∂y in the shape of x."""
    return input, lambda d: d, size


def view(input: TensorLike, *shape: Any) -> Tensor:
    """The same entries, row-major, in another shape; one size may be −1, which is then what is left.

    >>> from backprop import Tensor
    >>> view(Tensor([[1.0, 2.0], [3.0, 4.0]]), -1)
    tensor([1., 2., 3., 4.])
    """
    x = as_tensor(input, "view")
    return _view(x, infer_size("view", as_shape("view", shape, -1), x._shape.numel()))


def reshape(input: TensorLike, *shape: Any) -> Tensor:
    """The same entries, row-major, in another shape; one size may be −1, which is then what is left.

    >>> from backprop import Tensor
    >>> reshape(Tensor([[1.0, 2.0], [3.0, 4.0]]), (4,))
    tensor([1., 2., 3., 4.])
    """
    x = as_tensor(input, "reshape")
    return _view(x, infer_size("reshape", as_shape("reshape", shape, -1), x._shape.numel()))


def _permute_back(base: Matrix, value: Matrix, shape: Size, order: tuple[int, ...]) -> Matrix:
    return recut(permuted(value, permuted_shape(shape, order), inverse_order(order)), len(base.rows))


@operation(name="permute", write=_permute_back)
def _permute(input: Matrix, shape: Size, order: tuple[int, ...]) -> Result:
    """y[i_order] = x[i]: the axes in another order;  ∂L/∂x has them in the first order again."""
    turned = permuted_shape(shape, order)
    return permuted(input, shape, order), lambda d: permuted(d, turned, inverse_order(order)), turned


def permute(input: TensorLike, *dims: Any) -> Tensor:
    """The axes in another order: axis i of the result is axis ``dims[i]``.

    >>> from backprop import Tensor
    >>> permute(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 0)
    tensor([[1., 3.],
            [2., 4.]])
    """
    x = as_tensor(input, "permute")
    return _permute(x, x._shape, permute_order("permute", as_shape("permute", dims, -len(x._shape)), len(x._shape)))


def transpose(input: TensorLike, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged.

    >>> from backprop import Tensor
    >>> transpose(Tensor([[[1.0], [2.0]]]), 0, -1).shape
    torch.Size([1, 2, 1])
    """
    x = as_tensor(input, "transpose")
    return _permute(x, x._shape, transpose_order("transpose", dim0, dim1, len(x._shape)))


def T(input: Tensor) -> Tensor:
    """The transpose: all axes in the reverse order.

    >>> from backprop import Tensor
    >>> Tensor([[1.0, 2.0]]).T
    tensor([[1.],
            [2.]])
    """
    return _permute(input, input._shape, tuple(range(len(input._shape)))[::-1])


def permuted(matrix: Matrix, shape: Sequence[int], order: tuple[int, ...]) -> Matrix:
    """The entries with their axes in another order, cut before the last one.

    Axes that stay at the end move as blocks: as whole rows, where the entries lie so.
    """
    ndim = len(shape)
    if order == tuple(range(ndim)) or not matrix.rows[0]:
        return matrix
    if ndim == 2:
        return matrix.T
    kept = ndim
    while kept and order[kept - 1] == kept - 1:
        kept -= 1
    places, turn = _places(tuple(shape[:kept]), order[:kept])
    if kept < ndim:
        blocks = recut(matrix, prod(shape[:kept])).rows
        moved = trusted(list(turn(blocks)))
        return moved
    entries = list(turn(all_entries(matrix.rows)))
    return trusted(cut_into_rows(entries, shape[order[-1]]))


@lru_cache(maxsize=256)
def _places(shape: tuple[int, ...], order: tuple[int, ...]) -> tuple[list[int], Any]:
    """Where each entry of the result stands before."""
    steps = strides(shape)
    places = [0]
    for axis in order:
        step = steps[axis]
        places = [start + k * step for start in places for k in range(shape[axis])]
    return places, itemgetter(*places) if len(places) > 1 else (lambda entries: list(entries))


def expand(input: TensorLike, *sizes: Any) -> Tensor:
    """The entries repeated along axes of size 1, and along new axes in front; −1 keeps a size.

    >>> from backprop import Tensor
    >>> expand(Tensor([[1.0], [2.0]]), -1, 3)
    tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """
    x = as_tensor(input, "expand")
    size = expanded_shape("expand", x._shape, as_shape("expand", sizes, -1))
    return x if size == x._shape else _expand(x, x._shape, size)
