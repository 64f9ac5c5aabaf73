"""Indexing: the entries that ``x[index]`` chooses, and all that moves entries to other places. One rule gathers them; its
gradient goes back to where they came from."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from backprop.autograd.cuts import recut
from backprop.autograd.operation import Result, operation
from backprop.autograd.shapes import Size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import Matrix, flatten, trusted
from backprop.tensors.in_place import assign, cast
from backprop.tensors.indices import IndexArray, select
from backprop.tensors.positions import Selection, taken
from backprop.tensors.shaping import expand, view


def _gather(input: Matrix, starts: Sequence[int], length: int, shape: Size) -> Result:
    """y = the entries of x in blocks of ``length`` from ``starts`` on;  ∂L/∂x = ∂L/∂y where they came from, summed where
    one was chosen several times, 0 elsewhere."""
    rows, columns = input.shape

    def scatter(d: Matrix) -> Matrix:
        # Beside exact entries the exact 0: 0.0 would turn Fractions into floats.
        zero = 0 if d.rows[0] and isinstance(d.rows[0][0], (int, Fraction)) else 0.0
        spread: list[Any] = [zero] * (rows * columns)
        blocks = recut(d, len(starts)).rows if starts else []
        if length == 1:
            for p, (x,) in zip(starts, blocks):
                spread[p] += x
        elif len(set(starts)) == len(starts):  # blocks that begin at different places do not overlap
            for p, block in zip(starts, blocks):
                spread[p : p + length] = block
        else:
            for p, block in zip(starts, blocks):
                spread[p : p + length] = [a + x for a, x in zip(spread[p : p + length], block)]
        return trusted([spread])

    return trusted(taken(input.rows, starts, length)), scatter, shape


def placed(base: Matrix, value: Matrix, starts: Sequence[int], length: int, shape: Size) -> Matrix:
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
            entries[p : p + length] = block
    return recut(trusted([entries]), len(base.rows))


_gather_view = operation(_gather, name="getitem", write=placed)
_gather_copy = operation(_gather, name="getitem")


def gathered(x: Tensor, selection: Selection, label: str, is_view: bool = True) -> Tensor:
    """The Tensor of the selected entries; ``label`` names it in the graph."""
    result = (_gather_view if is_view else _gather_copy)(x, selection.starts, selection.length, selection.shape)
    if result.grad_fn is not None:
        result.grad_fn.label = label
    return result


def as_array(x: Any) -> IndexArray | None:
    """A Tensor as what may stand in an index."""
    if not isinstance(x, Tensor):
        return None
    dtype = x.dtype
    if dtype.is_floating_point:
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors; write index.long()")
    return IndexArray(flatten(x._matrix.rows), tuple(x._shape), dtype.name == "bool")


def getitem(input: TensorLike, index: Any) -> Tensor:
    """The entries that ``x[index]`` chooses: ints, slices, None, ``...``, lists and Tensors of ints, and masks of bools.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[0], x[:, 1], x[[1, 1], [0, 1]], x[x > 2]
    (tensor([1., 2.]), tensor([2., 4.]), tensor([3., 4.]), tensor([3., 4.]))
    """
    x = as_tensor(input)
    selection, is_view = select(x._shape, index, as_array)
    label = "select" if type(index) is int else "slice" if isinstance(index, slice) else "index"
    return gathered(x, selection, label, is_view)


def setitem(input: Tensor, index: Any, value: Any) -> None:
    """``x[index] = value``, by the rules of what is changed in place; ``value`` is broadcast to what the index chooses.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[0] = 7; x[:, 1] = Tensor([8.0, 9.0]); x
    tensor([[7., 8.],
            [7., 9.]])
    """
    selection, _ = select(input._shape, index, as_array)
    given = as_tensor(value, "x[index] = …")
    while len(given._shape) > len(selection.shape) and given._shape[0] == 1:
        given = view(given, *given._shape[1:])
    given = cast(expand(given, *selection.shape), input.dtype)
    assign(input, _put(input, given, selection.starts, selection.length, selection.shape), "x[index] = …")


@operation(cut=-1, name="copy_slices")
def _put(input: Matrix, value: Matrix, starts: Sequence[int], length: int, shape: Size) -> Result:
    """y = x with other entries at some places;  ∂L/∂x is 0 there, and ∂L/∂value is ∂L/∂y there."""
    kept = trusted([[0.0] * shape.numel()])
    return (
        placed(input, value, starts, length, shape),
        (
            lambda d: placed(d, kept, starts, length, shape),
            lambda d: trusted(taken(d.rows, starts, length)),
        ),
        None,
    )
