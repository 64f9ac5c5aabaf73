"""Axes: how a function of some axes of a tensor sees rows. The axes are moved to the end and made one, whose entries are
the columns of a Matrix."""

from __future__ import annotations

from functools import wraps
from math import prod
from typing import Any, Callable, TypeVar

from backprop.autograd.cuts import recut
from backprop.autograd.dtypes import DType, converted
from backprop.autograd.operation import Result, operation
from backprop.autograd.shapes import Size, inverse_order, permuted_shape, trusted_size
from backprop.autograd.tensor import Tensor, constant
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted
from backprop.tensors.shaping import _permute, _view, permuted

F = TypeVar("F", bound=Callable[..., Any])

_NUMPY = {"axis": "dim", "keepdims": "keepdim"}


def numpy_names(function: F) -> F:
    """Let a function be called with NumPy's ``axis`` and ``keepdims`` too, as PyTorch does."""

    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        for name in _NUMPY.keys() & settings:
            settings[_NUMPY[name]] = settings.pop(name)
        return function(*arguments, **settings)

    return call  # type: ignore[return-value]


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


def rows_along(x: Tensor, dims: tuple[int, ...]) -> Rows:
    """The entries along the axes ``dims``, a row for each place of the others; without a graph.

    >>> rows_along(constant(Matrix([[1, 2], [3, 4]]), (2, 2)), (0,))
    [[1, 3], [2, 4]]
    """
    size = x._shape
    *rest, count = _rest_and_all(size, dims)
    if not prod(size):
        return [[] for _ in range(prod(rest))]
    matrix = permuted(x._matrix, size, _order(len(size), dims)) if size else x._matrix
    return recut(matrix, len(matrix.rows) * len(matrix.rows[0]) // count).rows


def put_back(y: Tensor, axis: int, ndim: int) -> Tensor:
    """The last axis, which ``reduced_last`` moved there, at its own place again."""
    if not ndim:
        return _view(y, trusted_size(()))
    return y if axis == ndim - 1 else _permute(y, y._shape, inverse_order(_order(ndim, (axis,))))


def placed_back(rows: Rows, axis: int, size: Size) -> Tensor:
    """A Tensor of rows along ``axis`` of a tensor of this ``size``, whatever their length; without a graph."""
    order = _order(len(size), (axis,))
    turned = permuted_shape(size, order) if size else trusted_size((1,))
    y = constant(table(rows), (*turned[:-1], len(rows[0]) if rows else size[axis]))
    return put_back(y, axis, len(size))


def table(rows: Rows) -> Matrix:
    """A Matrix of rows, of which there may be none or that may have no entries."""
    return trusted(rows if rows and rows[0] else [[]])


def cast(x: Tensor, dtype: DType | None) -> Tensor:
    """The numbers as those of the dtype, if one is given."""
    if dtype is None or x._dtype is dtype:
        return x
    if not (x._requires_grad and dtype.is_floating_point):
        return constant(converted(x._matrix, dtype), x._shape, dtype)
    y = _view(x, x._shape)  # both are floats
    y._dtype = dtype
    return y


def check_floating(name: str, x: Tensor) -> None:
    """RuntimeError for a Tensor of ints or bools."""
    if x._dtype is not None and not x._dtype.is_floating_point:
        raise RuntimeError(f"{name}: needs a Tensor of a floating dtype, got {x._dtype}; write tensor.float()")


def check_not_empty(name: str, size: Size, dims: tuple[int, ...]) -> None:
    """IndexError where there are no entries along the axes ``dims``."""
    if size and not all([size[axis] for axis in dims]):
        raise IndexError(f"{name}: needs an entry at least along dim {list(dims)}, the shape is {list(size)}")


@operation
def chosen(input: Matrix, places: Rows, shape: Size) -> Result:
    """yᵢⱼ = xᵢₖ for k = placesᵢⱼ,  ∂L/∂xᵢₖ is the sum of the ∂L/∂yᵢⱼ with that k: of rows, the entries at these places."""
    own = recut(input, len(places))
    columns, wide = len(own.rows[0]), len(places[0])

    def pullback(d: Matrix) -> Matrix:
        found = []
        for ds, at in zip(recut(d, len(places)).rows, places):
            row: list[Any] = [0] * columns
            for one, k in zip(ds, at):
                row[k] += one
            found.append(row)
        return trusted(found)

    if wide == 1:
        return trusted([[row[at[0]]] for row, at in zip(own.rows, places)]), pullback, shape
    return trusted([[row[k] for k in at] for row, at in zip(own.rows, places)]), pullback, shape


@operation
def nothing(input: Matrix, value: Any, shape: Size) -> Result:
    """The reduction of no entries, which has the same ``value`` everywhere."""
    return trusted([[value] * prod(shape)]), lambda d: input, shape


def _order(ndim: int, dims: tuple[int, ...]) -> tuple[int, ...]:
    """The axes with ``dims`` at the end."""
    return (*[axis for axis in range(ndim) if axis not in dims], *[axis for axis in dims if axis < ndim])


def _rest_and_all(size: Size, dims: tuple[int, ...]) -> list[int]:
    """The sizes of the axes that are not in ``dims``, and the number of entries along those that are."""
    rest = [n for axis, n in enumerate(size) if axis not in dims]
    return [*rest, prod([size[axis] for axis in dims]) if size else 1]
