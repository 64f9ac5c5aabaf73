"""Positions: where the entries of a result stand among the row-major entries of the tensor it is taken from.

What is evenly apart is moved together: a Selection gives where each block starts, how long all are, and their step.
Every operation here is a walk through the entries with a fixed step along each axis of the result, as NumPy's strides
are; only its steps differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, repeat
from operator import itemgetter, mod
from typing import TYPE_CHECKING, NamedTuple, Union

from backprop.autograd.size import Size, trusted_size
from backprop.kernel import Rows
from backprop.matrix import flatten
from backprop.tensors.shapes import resolve_dim, resolve_dims, strides
from backprop.validation import ArgumentError, as_int, check_positive_int

if TYPE_CHECKING:
    # An axis of the result: how many entries and how far apart they are, or how far each is from the first.
    Axis = Union[tuple[int, int], list[int]]

_KEPT = 2**15  # a list of that many positions takes a megabyte
_SHORT = 16  # looking up fewer entries that are not neighbours takes less time than a slice of them
_LOOKUP = 16  # looking up an entry in its row takes as long as copying that many
_STEP_DOWN = 4  # and so does the next one below it


class Selection(NamedTuple):
    """The entries of a result in order, ``entries[p : p + length * step : step]`` for each p in ``starts``, and its shape.

    ``starts`` is a range where it can be one, else a list that others may hold too: it must not be changed. Where the step
    is negative they count from the end, as Python's slices want it. Blocks with different starts have no entry in common.
    """

    starts: Sequence[int]
    length: int
    shape: Size
    step: int = 1


def strided(start: int, axes: Sequence[Axis], shape: Iterable[int]) -> Selection:
    """The entries from ``start`` on, along ``axes``, as a tensor of this shape.

    >>> strided(1, [(3, 4), (2, 1)], (3, 2))
    Selection(starts=range(1, 13, 4), length=2, shape=torch.Size([3, 2]), step=1)
    """
    size = trusted_size(shape)
    # Two axes are one where the inner one ends at the next entry of the outer one.
    merged: list[Axis] = []
    for axis in axes:
        if not isinstance(axis, tuple):
            merged.append(axis)
        elif axis[0] != 1:
            outer = merged[-1] if merged else ()
            if isinstance(outer, tuple) and outer and outer[1] == axis[0] * axis[1]:
                merged[-1] = (outer[0] * axis[0], axis[1])
            else:
                merged.append(axis)
    if 0 in size:
        return Selection(range(0), 1, size)
    length = step = 1
    last = merged[-1] if merged else ()
    if isinstance(last, tuple) and last and (last[1] == 1 or (last[1] and (last[0] >= _SHORT or len(merged) == 1))):
        length, step = last
        merged.pop()
    if not merged:
        return Selection(range(start, start + 1), length, size, step)
    if len(merged) == 1 and isinstance(merged[0], tuple) and merged[0][1]:
        count, apart = merged[0]
        return Selection(range(start, start + count * apart, apart), length, size, step)
    if size.numel() > _KEPT * length or not all(isinstance(axis, tuple) for axis in merged):
        return Selection(_starts(start, merged), length, size, step)
    return Selection(_kept_starts(start, tuple(merged)), length, size, step)


def _starts(start: int, axes: Iterable[Axis]) -> list[int]:
    """``start`` plus one distance along each axis, the last changing fastest."""
    starts = [start]
    for axis in axes:
        if not isinstance(axis, tuple):
            starts = [p + distance for p in starts for distance in axis] if starts != [0] else axis
        elif axis[1] and axis[0] > 4:  # from some five on, a range each is faster than a sum each
            span = axis[0] * axis[1]
            starts = list(chain.from_iterable(map(range, starts, [p + span for p in starts], repeat(axis[1]))))
        else:
            distances = [k * axis[1] for k in range(axis[0])]
            starts = [p + distance for p in starts for distance in distances]
    return starts


_kept_starts = lru_cache(32)(_starts)  # every training step moves axes in the same ways


def taken(rows: Rows, starts: Sequence[int], length: int, step: int = 1) -> Rows:
    """The entries in blocks of ``length`` from ``starts`` on, in rows of one length: a row a block, or one for single
    entries. Rows that are taken whole are not copied, and stay several where a block is of several.

    >>> taken([[1, 2, 3], [4, 5, 6]], [3, 0], 3), taken([[1, 2, 3], [4, 5, 6]], range(2), 2, 3)
    ([[4, 5, 6], [1, 2, 3]], [[1, 4], [2, 5]])
    """
    if not starts or not length:
        return [[]]
    width, first = len(rows[0]), starts[0]
    column, count = first % width, len(rows) * width
    in_range = isinstance(starts, range) and not starts.step % width
    if in_range or len(starts) == 1 or (length > 1 and not any(map(mod, starts, repeat(width)))):
        if step == 1 and not column and length > width and not length % width:
            if length == count and len(starts) == 1:
                return rows
            return flatten([rows[p // width : (p + length) // width] for p in starts])
        if 0 <= column + (length - 1) * step < width:
            in_order = in_range and len(starts) == len(rows) and starts[-1] > first
            lines = rows if in_order else [rows[p // width] for p in starts]
            if length == width and step == 1:
                return lines
            if length == 1:
                return [[line[column] for line in lines]]
            start = column - width if step < 0 else column
            part = slice(start, start + length * step, step)
            return [line[part] for line in lines]
    if length == 1 and len(starts) * _LOOKUP < count:
        return [[rows[p // width][p % width] for p in starts]]
    if not step % width and len(starts) * length * _STEP_DOWN < count:
        places = [(p // width, p % width) for p in starts]
        return [[line[column] for line in rows[i :: step // width][:length]] for i, column in places]
    entries = rows[0] if len(rows) == 1 else flatten(rows)
    if length == 1:
        return [list(itemgetter(*starts)(entries))]
    span = length * step
    return [entries[p : p + span : step] for p in starts]


def every_place(selection: Selection) -> Sequence[int]:
    """The place of each entry.

    >>> every_place(Selection([4, 0], 2, Size((2, 2))))
    [4, 5, 0, 1]
    """
    starts, length, _, step = selection
    return starts if length == 1 else [q for p in starts for q in range(p, p + length * step, step)]


def permute(shape: Sequence[int], order: Sequence[int]) -> Selection:
    """Axis i of the result is axis ``order[i]``.

    >>> permute((2, 3), (1, 0))
    Selection(starts=[0, 3, 1, 4, 2, 5], length=1, shape=torch.Size([3, 2]), step=1)
    >>> permute((2, 3, 4), (1, 0, 2))
    Selection(starts=[0, 12, 4, 16, 8, 20], length=4, shape=torch.Size([3, 2, 4]), step=1)
    """
    sizes, steps = tuple(shape), strides(shape)
    return strided(0, [(sizes[axis], steps[axis]) for axis in order], [sizes[axis] for axis in order])


def expand(shape: Sequence[int], to: Sequence[int]) -> Selection:
    """The entries repeated along axes of size 1 and along new leading axes. ``to`` is a shape that they expand to.

    >>> expand((3, 1), (2, 3, 2))
    Selection(starts=[0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2], length=1, shape=torch.Size([2, 3, 2]), step=1)
    """
    new = len(to) - len(shape)
    steps = [0 if size == 1 else step for size, step in zip(shape, strides(shape))]
    return strided(0, list(zip(to, [0] * new + steps)), to)


def flip(name: str, shape: Sequence[int], dims: int | Sequence[int]) -> Selection:
    """The entries with those along each of ``dims`` in reverse order.

    >>> flip("flip", (2, 3), (0, 1))
    Selection(starts=range(-1, 0), length=6, shape=torch.Size([2, 3]), step=-1)
    """
    steps = list(strides(shape))
    start = 0
    for axis in resolve_dims(name, dims, len(shape)):
        if shape:
            start += (shape[axis] - 1) * steps[axis]
            steps[axis] = -steps[axis]
    selection = strided(start, list(zip(shape, steps)), shape)
    # A slice that goes back to the first entry ends where only negative places are.
    return selection if selection.step > 0 else strided(start - math.prod(shape), list(zip(shape, steps)), shape)


def roll(name: str, shape: Sequence[int], shifts: int | Sequence[int], dims: int | Sequence[int] = ()) -> Selection:
    """The entries moved by each shift along its axis; those beyond the end come first. Without ``dims`` along all
    entries as one row.

    >>> roll("roll", (3, 2), 1, 0)
    Selection(starts=[4, 0, 2], length=2, shape=torch.Size([3, 2]), step=1)
    """
    by = [as_int(name, "a shift", k) for k in (shifts if isinstance(shifts, (tuple, list)) else (shifts,))]
    along = dims if isinstance(dims, (tuple, list)) else (dims,)
    if not along and len(by) == 1:
        return roll(name, (math.prod(shape),), by, 0)._replace(shape=trusted_size(shape))
    if len(by) != len(along) or not by:
        raise ArgumentError(f"{name}: each shift has its axis in dims, got {shifts} and {dims}")
    moved = [0] * len(shape)
    for shift, dim in zip(by, along):
        moved[_axis(name, shape, dim)] += shift
    axes: list[Axis] = []
    for size, step, shift in zip(shape, strides(shape), moved):
        first = -shift % (size or 1)
        axes.append([k * step for k in chain(range(first, size), range(first))] if first else (size, step))
    return strided(0, axes, shape)


def diagonal(name: str, shape: Sequence[int], offset: int = 0, dim1: int = 0, dim2: int = 1) -> Selection:
    """The entries whose index along ``dim2`` is that along ``dim1`` plus ``offset``, along a new last axis.

    >>> diagonal("diagonal", (3, 4), 1)
    Selection(starts=range(1, 2), length=3, shape=torch.Size([3]), step=5)
    """
    first, second = resolve_dim(name, dim1, len(shape)), resolve_dim(name, dim2, len(shape))
    offset = as_int(name, "offset", offset)
    if first == second:
        raise ArgumentError(f"{name}: dim1 and dim2 are two axes, got {dim1} and {dim2}")
    steps = strides(shape)
    others = [axis for axis in range(len(shape)) if axis not in (first, second)]
    count = max(0, min(shape[first] + min(offset, 0), shape[second] - max(offset, 0)))
    start = offset * steps[second] if offset > 0 else -offset * steps[first]
    axes = [*((shape[axis], steps[axis]) for axis in others), (count, steps[first] + steps[second])]
    return strided(start, axes, [size for size, _ in axes])


def narrow(name: str, shape: Sequence[int], dim: int, start: int, length: int) -> Selection:
    """The ``length`` entries from ``start`` on along axis ``dim``; a negative start counts from the end.

    >>> narrow("narrow", (2, 5), 1, 1, 3)
    Selection(starts=range(1, 11, 5), length=3, shape=torch.Size([2, 3]), step=1)
    """
    axis = _axis(name, shape, dim)
    check_positive_int(name, 0, length=length)
    start, size = as_int(name, "start", start), shape[axis]
    if not -size <= start <= size:
        raise IndexError(f"{name}: start is an int from {-size} to {size} along axis {axis}, got {start}")
    first = start + size if start < 0 else start
    if first + length > size:
        raise ArgumentError(f"{name}: start + length is {size} at most along axis {axis}, got {first} + {length}")
    steps = strides(shape)
    sizes = [*shape[:axis], length, *shape[axis + 1 :]]
    return strided(first * steps[axis], list(zip(sizes, steps)), sizes)


def unfold(name: str, shape: Sequence[int], dim: int, size: int, step: int) -> Selection:
    """The windows of ``size`` entries along axis ``dim``, ``step`` apart; each window lies along a new last axis.

    >>> unfold("unfold", (5,), 0, 3, 2)
    Selection(starts=[0, 1, 2, 2, 3, 4], length=1, shape=torch.Size([2, 3]), step=1)
    >>> unfold("unfold", (5,), 0, 2, 2)
    Selection(starts=range(0, 1), length=4, shape=torch.Size([2, 2]), step=1)
    """
    axis = resolve_dim(name, dim, len(shape))
    check_positive_int(name, 0, size=size)
    check_positive_int(name, 1, step=step)
    own, steps = (tuple(shape), strides(shape)) if shape else ((1,), (1,))
    if size > own[axis]:
        raise ArgumentError(f"{name}: size is {own[axis]} at most, the size of axis {axis}, got {size}")
    # Windows that overlap are no blocks: each entry is one, by a list of distances, which is never merged.
    window: Axis = (size, steps[axis]) if size <= step else [k * steps[axis] for k in range(size)]
    axes: list[Axis] = [*zip(own, steps), window]
    windows = (own[axis] - size) // step + 1
    axes[axis] = (windows, step * steps[axis])
    return strided(0, axes, [*own[:axis], windows, *own[axis + 1 :], size] if shape else [size])


def triangle(name: str, shape: Sequence[int], diagonal: int, upper: bool) -> list[list[bool]]:
    """For the last two axes, True where an entry is on ``diagonal`` or below it, or where ``upper`` on it or above.

    Others may hold the lists too: they must not be changed.

    >>> triangle("tril", (3, 3), 0, False)
    [[True, False, False], [True, True, False], [True, True, True]]
    """
    if len(shape) < 2:
        raise ArgumentError(f"{name}: a tensor has two axes or more, got shape {tuple(shape)}")
    return _triangle(shape[-2], shape[-1], as_int(name, "diagonal", diagonal), upper)


@lru_cache(8)
def _triangle(rows: int, columns: int, diagonal: int, upper: bool) -> list[list[bool]]:
    below = [min(max(row + diagonal + (not upper), 0), columns) for row in range(rows)]
    return [[not upper] * count + [upper] * (columns - count) for count in below]


def _axis(name: str, shape: Sequence[int], dim: int) -> int:
    """The axis ``dim`` of a tensor that has one."""
    if not shape:
        raise IndexError(f"{name}: a tensor of 0 axes has none to choose from, got dim {dim}")
    return resolve_dim(name, dim, len(shape))
