"""Axes: how a function of some axes of a tensor sees rows. The axes are moved to the end and made one, whose entries are
the columns of a Matrix."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Callable

from backprop.autograd.cuts import recut
from backprop.autograd.operation import Result, operation
from backprop.autograd.size import Size, trusted_size
from backprop.autograd.tensor import Tensor, constant
from backprop.dtypes import DType, int64
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted
from backprop.tensors.casts import cast
from backprop.tensors.indexing import gathered
from backprop.tensors.positions import Selection
from backprop.tensors.shapes import inverse_order, permuted_shape, resolve_dim
from backprop.tensors.shaping import _permute, _view, permuted


def reduced_last(x: Tensor, dims: tuple[int, ...]) -> Tensor:
    """The axes ``dims`` moved to the end and made one; the axis of a single entry where x has none.

    >>> reduced_last(constant(Matrix([[1, 2], [3, 4]]), (2, 1, 2)), (0, 1))
    tensor([[1, 3],
            [2, 4]])
    """
    size = x._shape
    order = _order(len(size), dims)
    if order != tuple(range(len(size))):
        x = _permute(x, size, order)
    if len(dims) == 1 and size:
        return x
    return _view(x, trusted_size(_rest_and_all(size, dims)))


def rows_along(matrix: Matrix, size: Size, dims: tuple[int, ...]) -> Sequence[Sequence[Any]]:
    """The entries of a tensor of this ``size`` along the axes ``dims``, a list or tuple for each place of the others.

    >>> rows_along(Matrix([[1, 2], [3, 4]]), Size((2, 2)), (0,))
    [(1, 3), (2, 4)]
    """
    sizes, first = tuple(size), dims[0] if dims else 0
    *rest, count = _rest_and_all(size, dims)
    if not prod(sizes):
        return [[] for _ in range(prod(rest))]
    if dims == (*range(first, first + len(dims)),) and dims[-1:] < (len(sizes) - 1,):  # they stand across rows
        rows = recut(matrix, prod(sizes[:first]) * count).rows
        return [line for i in range(0, len(rows), count) for line in zip(*rows[i : i + count])]
    matrix = permuted(matrix, size, _order(len(sizes), dims)) if sizes else matrix
    return recut(matrix, prod(rest)).rows


def from_rows_along(rows: Rows, size: Size, dims: tuple[int, ...]) -> Matrix:
    """The entries in the order of the tensor again: the inverse of ``rows_along``.

    >>> from_rows_along([[1, 3], [2, 4]], Size((2, 2)), (0,))
    Matrix([[1, 2], [3, 4]])
    """
    order = _order(len(size), dims)
    return permuted(trusted(rows), permuted_shape(size, order), inverse_order(order))


def along(name: str, rule: Callable[[Tensor], Tensor], x: Tensor, dim: int) -> Tensor:
    """The operation ``rule`` of rows, which gives rows as long, along the axis ``dim``."""
    ndim = len(x._shape)
    axis = resolve_dim(name, dim, ndim)
    if axis == ndim - 1 or not ndim:
        return rule(x) if 0 not in x._shape else _view(x, x._shape)
    order = _order(ndim, (axis,))
    y = along(name, rule, _permute(x, x._shape, order), -1)
    y = _permute(y, y._shape, inverse_order(order))
    if y._grad_fn is not None:
        y._grad_fn.label = name
    return y


def in_dtype(x: Tensor, dtype: DType | None) -> Tensor:
    """The numbers as those of the dtype, if one is given."""
    return x if dtype is None else cast(x, dtype)


def summable(x: Tensor, dtype: DType | None) -> Tensor:
    """The numbers of the dtype, by default int64 for bools and ints: what sums and products of them are."""
    if dtype is None and x._dtype is not None and not x._dtype.is_floating_point:
        dtype = int64
    return in_dtype(x, dtype)


def check_floating(name: str, x: Tensor) -> None:
    """RuntimeError for a Tensor of ints or bools."""
    if x._dtype is not None and not x._dtype.is_floating_point:
        raise RuntimeError(f"{name}: needs a Tensor of a floating dtype, got {x._dtype}; write tensor.float()")


def count_along(x: Tensor, dims: tuple[int, ...]) -> int:
    """The number of entries along these axes."""
    return prod([x._shape[axis] for axis in dims]) if x._shape else 1


def check_not_empty(name: str, x: Tensor, dims: tuple[int, ...]) -> None:
    """IndexError where there is no entry along these axes."""
    if not count_along(x, dims):
        raise IndexError(f"{name}: needs an entry at least along dim {list(dims)}, the shape is {list(x._shape)}")


def picked(x: Tensor, axis: int, places: Rows, shape: Size, name: str) -> tuple[Tensor, Tensor]:
    """The entries at these ``places`` along the axis, given for each row along it, and the places themselves.

    ∂L/∂x is ∂L/∂y where an entry comes from; ``name`` is that of the function in the graph.
    """
    found = gathered(x, Selection(positions(x, axis, places), 1, shape), name, is_view=False)
    inner = prod(x._shape[axis + 1 :])
    indices = [k for at in (places if inner < 2 else _turned(places, inner)) for k in at]
    return found, constant(trusted([indices]), shape, int64)


def positions(x: Tensor, axis: int, places: Rows) -> list[int]:
    """Where the entries at ``places`` along the axis stand among all, row-major, in the order of the result.

    >>> positions(constant(Matrix([[1, 2], [3, 4]]), (2, 2)), 0, [[1], [0]])
    [2, 1]
    """
    count, inner = (x._shape[axis], prod(x._shape[axis + 1 :])) if x._shape else (1, 1)
    if inner < 2:
        return [row * count + k for row, at in enumerate(places) for k in at]
    turned, wide = _turned(places, inner), len(places[0]) if places else 0
    block = count * inner
    return [n // wide * block + k * inner + i for n, at in enumerate(turned) for i, k in enumerate(at)]


def _turned(places: Rows, inner: int) -> list[Any]:
    """The places by the axis first, for each ``inner`` rows along it."""
    return [at for row in range(0, len(places), inner) for at in zip(*places[row : row + inner])]


@operation(same_dtype=True, linear=True)
def nothing(input: Matrix, value: Any, shape: Size) -> Result:
    """y = the ``value`` of a reduction of no entries, everywhere the same,  ∂L/∂x without entries too."""
    return trusted([[value] * prod(shape)]), lambda d: input, shape


def _order(ndim: int, dims: tuple[int, ...]) -> tuple[int, ...]:
    """The axes with ``dims`` at the end."""
    return (*[axis for axis in range(ndim) if axis not in dims], *[axis for axis in dims if axis < ndim])


def _rest_and_all(size: Size, dims: tuple[int, ...]) -> list[int]:
    """The sizes of the axes that are not in ``dims``, and the number of entries along those that are."""
    return [*[n for axis, n in enumerate(size) if axis not in dims], prod([size[axis] for axis in dims]) if size else 1]
