"""Cuts: how the entries of a tensor of any number of axes lie in the rows of a Matrix.

The entries are row-major. The Matrix is these entries cut into rows at one axis: its rows are all axes before the cut, its
columns all axes from there on. What has one axis is a single row, what has none is 1×1; a tensor without entries is one
row without any.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import prod
from operator import eq

from backprop.autograd.size import Size, broadcast_shapes
from backprop.matrix import Matrix, flatten, trusted, unflatten


def recut(matrix: Matrix, rows: int) -> Matrix:
    """The same entries in ``rows`` rows.

    >>> recut(Matrix([[1, 2, 3, 4]]), 2)
    Matrix([[1, 2], [3, 4]])
    """
    own = matrix.rows
    if len(own) == rows or not own[0]:
        return matrix
    entries = own[0] if len(own) == 1 else flatten(own)
    return trusted([entries] if rows == 1 else unflatten(entries, len(entries) // rows))


def rows_of(shape: Sequence[int], cut: int) -> int:
    """How many rows the entries have where the columns begin at axis ``cut``.

    >>> rows_of((2, 3, 4), -1), rows_of((2, 3, 4), 1), rows_of((5,), 1)
    (6, 2, 1)
    """
    if len(shape) < 2:
        return 1
    return prod(tuple(shape)[:cut]) or 1


def canonical_rows(shape: Sequence[int], rows: int) -> int:
    """The number of rows in which the entries of this shape lie, where they came in ``rows``: given by the shape for up to
    two axes; with more axes any that is a cut."""
    if len(shape) < 2:
        return 1
    if len(shape) == 2:
        return shape[0] or 1
    count, (*leading, _) = 1, shape
    for size in leading:
        if count == rows:
            return rows
        count *= size
    return count or 1


@lru_cache(maxsize=1024)
def arrangement(
    name: str, cut: int | None, shapes: tuple[Size, ...], present: tuple[int, ...]
) -> tuple[Size, tuple[int, ...], int | None]:
    """For an operation with this ``cut``: (the first of the ``shapes``, the rows in which each comes, None); for one without,
    (the broadcast shape, the rows in which each comes, which one must be expanded before).

    A Matrix is broadcast by itself where, on either side of one cut, its axes are those of the result or all of size 1.
    ``present`` are the rows in which the tensors lie now: a cut that some already have saves a pass.

    >>> arrangement("linear", -1, (Size([2, 3, 4]), Size([5, 4])), (2, 5))
    (torch.Size([2, 3, 4]), (6, 5), None)
    >>> arrangement("add", None, (Size([2, 3, 4]), Size([3, 4])), (6, 3))
    (torch.Size([2, 3, 4]), (2, 1), None)
    """
    if cut is not None:
        return shapes[0], tuple([rows_of(shape, cut) for shape in shapes]), None
    out = broadcast_shapes(name, *shapes)
    ndim = len(out)
    padded = [(1,) * (ndim - len(shape)) + tuple(shape) for shape in shapes]
    fits = [
        tuple([prod(s[:cut]) or 1 for s in padded])
        for cut in range(max(1, ndim - 1), 0, -1)
        if all(s[:cut] in (out[:cut], (1,) * cut) and s[cut:] in (out[cut:], (1,) * (ndim - cut)) for s in padded)
    ]
    if fits:
        return out, max(fits, key=lambda rows: sum(map(eq, rows, present))), None
    # Expand the one that has most entries of those that are not whole yet: the others may then fit.
    partial = [i for i, s in enumerate(padded) if s != tuple(out) and prod(s) > 1]
    return out, (), max(partial, key=lambda i: prod(padded[i]))
