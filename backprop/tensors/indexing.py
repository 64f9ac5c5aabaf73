"""Indexing: the entries that ``x[index]`` chooses. One rule gathers entries from their places, one scatters them there, and
one puts others in their place; all that moves entries is made of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop import dtypes
from backprop.autograd.cuts import recut
from backprop.autograd.operation import Result, operation
from backprop.autograd.size import Size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.matrix import Matrix, flatten, trusted
from backprop.matrix.entries import is_array
from backprop.tensors.casts import cast
from backprop.tensors.from_data import tensor
from backprop.tensors.in_place import assign, broadcast, zero
from backprop.tensors.indices import IndexArray, select
from backprop.tensors.labels import labelled
from backprop.tensors.positions import Selection, taken


def _gather(input: Matrix, starts: Sequence[int], length: int, shape: Size, step: int = 1) -> Result:
    """y = the entries of x that were chosen;  ∂L/∂x = ∂L/∂y where they came from, summed where one was chosen several
    times, 0 elsewhere."""
    rows, columns = input.shape
    return (
        trusted(taken(input.rows, starts, length, step)),
        lambda d: scattered(d, starts, length, rows * columns, step),
        shape,
    )


@operation(name="scatter", same_dtype=True, linear=True)
def _scatter(input: Matrix, starts: Sequence[int], length: int, shape: Size, step: int = 1) -> Result:
    """y = the entries of x at the places that were chosen, summed where several have one place, 0 elsewhere;
    ∂L/∂x = ∂L/∂y at these places."""
    return (
        scattered(input, starts, length, shape.numel(), step),
        lambda d: trusted(taken(d.rows, starts, length, step)),
        shape,
    )


@operation(cut=-1, name="copy_slices", same_dtype=True, linear=True)
def _put(input: Matrix, value: Matrix, starts: Sequence[int], length: int, shape: Size, step: int = 1) -> Result:
    """y = x with other entries at some places;  ∂L/∂x is 0 there, and ∂L/∂value is ∂L/∂y there."""
    return placed(input, value, starts, length, shape, step), (
        lambda d: placed(d, value.map(zero), starts, length, shape, step),
        lambda d: trusted(taken(d.rows, starts, length, step)),
    )


def scattered(matrix: Matrix, starts: Sequence[int], length: int, count: int, step: int = 1) -> Matrix:
    """A row of ``count`` entries: those of the ``matrix`` in blocks from ``starts`` on, added up, and 0.

    >>> scattered(Matrix([[1, 2, 3, 4]]), [2, 0], 2, 5), scattered(Matrix([[1, 2]]), [1, 1], 1, 3)
    (Matrix([[3, 4, 1, 2, 0]]), Matrix([[0, 3, 0]]))
    """
    if not starts or not length:
        return trusted([[0] * count])
    spread: list[Any] = [zero(matrix.rows[0][0])] * count
    if length == 1:
        for p, x in zip(starts, flatten(matrix.rows)):
            spread[p] += x
        return trusted([spread])
    blocks = recut(matrix, len(starts)).rows
    if len(set(starts)) == len(starts):  # blocks that begin at different places do not overlap
        for p, block in zip(starts, blocks):
            spread[p : p + length * step : step] = block
    else:
        for p, block in zip(starts, blocks):
            spread[p : p + length * step : step] = [a + x for a, x in zip(spread[p : p + length * step : step], block)]
    return trusted([spread])


def placed(base: Matrix, value: Matrix, starts: Sequence[int], length: int, shape: Size, step: int = 1) -> Matrix:
    """The entries of ``base`` with those in blocks of ``length`` from ``starts`` on replaced by those of ``value``.

    >>> placed(Matrix([[1, 2], [3, 4]]), Matrix([[10, 20]]), [0, 3], 1, Size((2,)))
    Matrix([[10, 2], [3, 20]])
    """
    entries = flatten(base.rows)
    if length == 1:
        for p, x in zip(starts, flatten(value.rows)):
            entries[p] = x
    else:
        for p, block in zip(starts, recut(value, len(starts)).rows if starts else []):
            entries[p : p + length * step : step] = block
    return recut(trusted([entries]), len(base.rows))


_gather_view = operation(_gather, name="getitem", linear=True, write=placed)
_gather_copy = operation(_gather, name="getitem", same_dtype=True, linear=True)


def gathered(x: Tensor, selection: Selection, label: str, is_view: bool = False) -> Tensor:
    """The Tensor of the selected entries; ``label`` names it in the graph."""
    starts, length, shape, step = selection
    gather = _gather_view if is_view else _gather_copy
    return labelled(gather(x, starts=starts, length=length, shape=shape, step=step), label)


def scattered_at(value: Tensor, selection: Selection, shape: Size, label: str) -> Tensor:
    """The Tensor of this ``shape`` with the ``value`` at the selected places, where it is added up, and 0 elsewhere."""
    return labelled(_scatter(value, selection.starts, selection.length, shape, selection.step), label)


def put_at(x: Tensor, value: Tensor, selection: Selection, label: str, name: str | None = None) -> Tensor:
    """The Tensor x with the ``value``, broadcast, at the selected places; messages call it ``name``."""
    given = cast(broadcast(name or label, value, selection.shape), x.dtype)
    return labelled(_put(x, given, *selection), label)


def places(entries: list[int], shape: Sequence[int] | None = None) -> Tensor:
    """A Tensor of ints, which tell places; along one axis without a ``shape``.

    >>> places([2, 0])
    tensor([2, 0])
    """
    return constant(trusted([entries]), (len(entries),) if shape is None else shape, dtypes.int64)


def as_array(x: Any) -> IndexArray | None:
    """A Tensor, or an array of NumPy, as what may stand in an index; one of bytes is a mask."""
    if is_array(x):
        x = tensor(x)
    if not isinstance(x, Tensor):
        return None
    dtype = x.dtype
    if dtype.is_floating_point:
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors; write index.long()")
    entries = flatten(x._matrix.rows)
    if dtype is dtypes.uint8:
        entries = list(map(bool, entries))
    return IndexArray(entries, tuple(x._shape), dtype in (dtypes.bool, dtypes.uint8))


def getitem(input: TensorLike, index: Any) -> Tensor:
    """The entries that ``x[index]`` chooses: ints, slices, None, ``...``, lists and Tensors of ints, and masks of bools.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[0], x[:, 1], x[[1, 1], [0, 1]], x[x > 2]
    (tensor([1., 2.]), tensor([2., 4.]), tensor([3., 4.]), tensor([3., 4.]))
    """
    x = as_tensor(input)
    selection, is_view = select(x._shape, index, as_array)
    return gathered(x, selection, _called(index) if is_view else "index", is_view)


def _called(index: Any) -> str:
    """What a view is called: the last of the functions that choose it one after the other."""
    if type(index) is int:
        return "select"
    for item in reversed(index if isinstance(index, tuple) else (index,)):
        if item is None:
            return "unsqueeze"
        if isinstance(item, slice):
            if item != slice(None) or item is index:
                return "slice"
        elif item is not Ellipsis:
            return "select"
    return "alias"


def setitem(input: Tensor, index: Any, value: Any) -> None:
    """``x[index] = value``, by the rules of what is changed in place; ``value`` is broadcast to what the index chooses.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[0] = 7; x[:, 1] = Tensor([8.0, 9.0]); x
    tensor([[7., 8.],
            [3., 9.]])
    """
    selection, is_view = select(input._shape, index, as_array)
    name, label = "x[index] = …", "copy_slices" if is_view else "index_put"
    assign(input, put_at(input, as_tensor(value, name), selection, label, name), name)
