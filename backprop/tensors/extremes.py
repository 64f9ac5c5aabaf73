"""Extremes: the largest and the smallest entries over some axes, and where they stand."""

from __future__ import annotations

from builtins import max as largest_of
from builtins import min as smallest_of
from collections.abc import Sequence
from typing import Any, Callable

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.size import Dims, Size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.dtypes import int64
from backprop.matrix import Matrix, flatten, trusted
from backprop.tensors import ordering, return_types
from backprop.tensors.axes import check_not_empty, from_rows_along, nothing, rows_along
from backprop.tensors.indexing import gathered
from backprop.tensors.labels import labelled
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.positions import Selection, every_place, strided
from backprop.tensors.selection import maximum, minimum
from backprop.tensors.shapes import reduced_shape, reduction_dims, resolve_dim, strides

Table = Sequence[Sequence[Any]]
Find = Callable[[Table], "list[int]"]
"""What gives the index of one entry of each row."""
Choose = Callable[[Table], "list[Any]"]
"""What gives one entry of each row."""


@operation
def _shared(input: Matrix, choose: Choose, dims: tuple[int, ...], dim: Dims, size: Size, shape: Size) -> Result:
    """y = one of the x,  ∂L/∂x = ∂L/∂y shared evenly by all x = y, and 0 for the others; NaN equals NaN here."""
    rows = rows_along(input, size, dims)
    found = choose(rows)

    def pullback(d: Matrix) -> Matrix:
        shares = []
        for row, y, one in zip(rows, found, flatten(d.rows)):
            if y == y:
                equal, sought = row, y
            else:
                equal, sought = [x != x for x in row], True
            count, place = equal.count(sought), -1
            share = one / count if count > 1 else one
            gradient: list[Any] = [0] * len(row)
            for _ in range(count):
                place = equal.index(sought, place + 1)
                gradient[place] = share
            shares.append(gradient)
        return from_rows_along(shares, size, dims)

    return trusted([found]), pullback, shape


def one_of(name: str, choose: Choose, input: TensorLike, dim: Dims, keepdim: bool) -> Tensor:
    """The entry over some axes that ``choose`` gives; all that equal it share its gradient evenly.

    IndexError where there are no entries.
    """
    x = as_tensor(input, name)
    dims = reduction_dims(name, dim, len(x._shape))
    check_not_empty(name, x, dims)
    shape = reduced_shape(x._shape, dims, keepdim)
    if 0 in x._shape:
        return nothing(x, 0, shape)
    return _shared(x, choose=choose, dims=dims, dim=dim, size=x._shape, shape=shape)


def at_one(name: str, find: Find, pair: type[Any], input: TensorLike, dim: int, keepdim: bool) -> Any:
    """The pair (values, indices) of the entries along an axis that ``find`` gives the indices of; they get the gradient."""
    x = as_tensor(input, name)
    axis = resolve_dim(name, dim, len(x._shape))
    check_not_empty(name, x, (axis,))
    shape, found = reduced_shape(x._shape, (axis,), keepdim), find(rows_along(x._matrix, x._shape, (axis,)))
    sizes, steps = tuple(x._shape) or (1,), strides(x._shape) or (1,)
    firsts = strided(0, [*zip(sizes[:axis], steps), *zip(sizes[axis + 1 :], steps[axis + 1 :])], shape)
    starts = [p + k * steps[axis] for p, k in zip(every_place(firsts), found)]
    values = gathered(x, Selection(starts, 1, shape), name)
    return pair(values, constant(trusted([found]), shape, int64))


def maxima(rows: Table) -> list[Any]:
    """The largest entry of each row; NaN is the largest.

    >>> maxima([[1, 3, 3], [2.0, float("nan"), 4.0]])
    [3, nan]
    """
    return list(map(ordering.nan_max if _may_have_nan(rows) else largest_of, rows))


def minima(rows: Table) -> list[Any]:
    """The smallest entry of each row; NaN is the smallest."""
    return list(map(ordering.nan_min if _may_have_nan(rows) else smallest_of, rows))


def argmaxes(rows: Table) -> list[int]:
    """The index of the largest entry of each row, the first of equal ones; NaN is the largest.

    >>> argmaxes([[1, 3, 3], [2.0, float("nan"), 4.0]])
    [1, 1]
    """
    if _may_have_nan(rows):
        return list(map(ordering.argmax, rows))
    return [row.index(largest_of(row)) for row in rows]


def argmins(rows: Table) -> list[int]:
    """The index of the smallest entry of each row; else as ``argmaxes``."""
    if _may_have_nan(rows):
        return list(map(ordering.argmin, rows))
    return [row.index(smallest_of(row)) for row in rows]


def _may_have_nan(rows: Table) -> bool:
    try:
        total = sum(flatten(rows))
    except OverflowError:
        return True
    return bool(total != total)


@numpy_names
@composed
def amax(input: TensorLike, dim: Dims = (), keepdim: bool = False) -> Tensor:
    """The largest entry over the axes ``dim``, or over all, NaN if there is one; equal ones share its gradient evenly.

    IndexError where there are no entries.

    >>> from backprop import Tensor
    >>> amax(Tensor([[1.0, 5.0], [3.0, 4.0]]), 0)
    tensor([3., 5.])
    """
    return one_of("amax", maxima, input, dim, keepdim)


@numpy_names
@composed
def amin(input: TensorLike, dim: Dims = (), keepdim: bool = False) -> Tensor:
    """The smallest entry over the axes ``dim``, or over all; else as ``amax``.

    >>> from backprop import Tensor
    >>> amin(Tensor([[1.0, 5.0], [3.0, 4.0]]), 0)
    tensor([1., 4.])
    """
    return one_of("amin", minima, input, dim, keepdim)


@numpy_names
def aminmax(input: TensorLike, *, dim: int | None = None, keepdim: bool = False) -> return_types.aminmax:
    """``amin`` and ``amax`` in one, over one axis or all.

    >>> from backprop import Tensor
    >>> low, high = aminmax(Tensor([1.0, 5.0, 3.0]))
    >>> low, high
    (tensor(1.), tensor(5.))
    """
    low, high = (one_of("aminmax", choose, input, dim, keepdim) for choose in (minima, maxima))
    return return_types.aminmax(labelled(low, "aminmax"), labelled(high, "aminmax"))


@numpy_names
@composed
def max(input: TensorLike, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The largest entry of all, a Tensor of no axes; along an axis ``dim`` the pair (values, indices); with another
    Tensor the larger of each two entries, as ``maximum`` gives it.

    NaN is the largest. Of equal entries along an axis the first is taken and gets the gradient; over all they share it.
    IndexError where there are no entries.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 5.0], [3.0, 4.0]])
    >>> max(x), max(x, 1).values, max(x, 1).indices
    (tensor(5.), tensor([5., 4.]), tensor([1, 1]))
    """
    if other is not None or isinstance(dim, (Tensor, Matrix)):
        return maximum(input, dim if other is None else other)
    if dim is None:
        return one_of("max", maxima, input, (), False)
    return at_one("max", argmaxes, return_types.max, input, dim, keepdim)


@numpy_names
@composed
def min(input: TensorLike, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The smallest entry; else as ``max``.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 5.0], [3.0, 4.0]])
    >>> min(x), min(x, 1).values, min(x, 1).indices
    (tensor(1.), tensor([1., 3.]), tensor([0, 0]))
    """
    if other is not None or isinstance(dim, (Tensor, Matrix)):
        return minimum(input, dim if other is None else other)
    if dim is None:
        return one_of("min", minima, input, (), False)
    return at_one("min", argmins, return_types.min, input, dim, keepdim)


@numpy_names
def argmax(input: TensorLike, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest entry stands along the axis ``dim``, or among all, counted row-major; the first of equal ones.

    IndexError where there are no entries.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 5.0], [3.0, 4.0]])
    >>> argmax(x), argmax(x, 0)
    (tensor(1), tensor([1, 0]))
    """
    return _place("argmax", argmaxes, input, dim, keepdim)


@numpy_names
def argmin(input: TensorLike, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest entry stands; else as ``argmax``.

    >>> from backprop import Tensor
    >>> argmin(Tensor([[1.0, 5.0], [3.0, 4.0]]), 0)
    tensor([0, 1])
    """
    return _place("argmin", argmins, input, dim, keepdim)


def _place(name: str, find: Find, input: TensorLike, dim: int | None, keepdim: bool) -> Tensor:
    x = as_tensor(input, name)
    dims = reduction_dims(name, dim, len(x._shape))
    check_not_empty(name, x, dims)
    places = find(rows_along(x._matrix, x._shape, dims))
    return constant(trusted([places]), reduced_shape(x._shape, dims, keepdim), int64)
