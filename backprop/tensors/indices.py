"""Indices: which entries ``x[index]`` chooses, by PyTorch's rules.

Ints, slices, None and ``...`` walk through the entries with a fixed step along each axis. Arrays of ints, one for each
of several axes, are broadcast against each other and choose together; their axes stand where the first of them was if
they are neighbours, and else first. A mask chooses where it is true, and so is an array over the axes that it covers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import chain, compress
from operator import add
from operator import index as as_int
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from backprop.autograd.size import Size, broadcast_shapes, format_sizes, trusted_size
from backprop.tensors.positions import Selection, every_place, expand, strided
from backprop.tensors.shapes import strides
from backprop.validation import ArgumentError

if TYPE_CHECKING:
    from backprop.tensors.positions import Axis

    AsArray = Callable[[Any], Union["IndexArray", None]]


class IndexArray(NamedTuple):
    """An array that chooses: its entries in one row, ints, or bools where it is a mask."""

    entries: Sequence[int]
    shape: tuple[int, ...]
    is_bool: bool = False


_ALL = slice(None)


def _no_array(_: Any) -> None:
    return None


def select(shape: Sequence[int], index: Any, as_array: AsArray = _no_array) -> tuple[Selection, bool]:
    """The entries that ``x[index]`` chooses of a tensor x of this shape, and whether PyTorch gives them as a view.

    ``as_array`` gives a Tensor in the index as an IndexArray, and None for what is none. Raises IndexError for an index
    out of range, too many indices, or arrays and masks whose shapes do not fit; TypeError for what chooses nothing.

    >>> select((2, 3), (slice(None), 1))
    (Selection(starts=range(1, 2), length=2, shape=torch.Size([2]), step=3), True)
    >>> select((2, 3, 4), ([0, 1], [2, 0]))
    (Selection(starts=[8, 12], length=4, shape=torch.Size([2, 4]), step=1), False)
    >>> select((2, 3), (0, 3))
    Traceback (most recent call last):
    IndexError: an index is from -3 to 2 for axis 1 of size 3, got 3
    """
    shape = tuple(shape)
    if type(index) is int and shape and -shape[0] <= index < shape[0]:
        length = math.prod(shape[1:])
        start = index % shape[0] * length
        return Selection(range(start, start + 1), length, trusted_size(shape[1:])), True
    # A batch of a data set: some parts by their numbers, of which none needs a look of its own.
    if (
        type(index) is list
        and shape
        and {*map(type, index)} == {int}
        and -shape[0] <= min(index) <= max(index) < shape[0]
    ):
        size, length = shape[0], math.prod(shape[1:])
        starts = [i % size * length for i in index]
        return Selection(starts, length, trusted_size((len(index), *shape[1:]))), False
    items = [_item(item, as_array) for item in _as_tuple(index)]
    used = sum(map(_axes_of, items))
    if used and not shape:
        raise IndexError(f"a tensor of 0 axes has none to index, got {short(index)}; item() gives its number")
    if used > len(shape):
        raise IndexError(f"an index has {len(shape)} axes at most for shape {format_sizes(shape)}, got {used}")
    dots = items.count(Ellipsis)
    if dots > 1:
        raise IndexError(f"an index has one ... at most, got {dots}")
    if not dots:
        items.append(Ellipsis)

    steps = strides(shape)
    start, axis = 0, 0  # axis is the next of x
    axes: list[Axis] = []
    sizes: list[int] = []
    arrays: list[_Placed] = []
    first: int | None = None  # where the axes of the arrays stand
    for item in items:
        if item is None:
            axes.append((1, 0))
            sizes.append(1)
        elif item is Ellipsis:
            end = axis + len(shape) - used
            axes += zip(shape[axis:end], steps[axis:end])
            sizes += shape[axis:end]
            axis = end
        elif isinstance(item, IndexArray):
            first = len(axes) if not arrays or first == len(axes) else 0
            arrays.append(_placed(item, shape, steps, axis))
            axis += _axes_of(item)
        else:
            size, step = shape[axis], steps[axis]
            if not isinstance(item, slice):
                start += (item if 0 <= item < size else _wrapped([item], size, axis)[0]) * step
            elif item == _ALL:
                axes.append((size, step))
                sizes.append(size)
            else:
                chosen = _sliced(item, size)
                start += chosen.start * step
                axes.append((len(chosen), chosen.step * step))
                sizes.append(len(chosen))
            axis += 1
    if first is None:
        return strided(start, axes, sizes), True
    together = _together(arrays)
    sizes[first:first] = together
    # Where nothing is chosen an index out of range is not refused, but one for an axis without entries is.
    nothing = 0 in sizes and (0 in together or all(array.size for array in arrays))
    axes.insert(first, [] if nothing else _distances(arrays, together))
    return strided(start, axes, sizes), False


def _as_tuple(index: Any) -> Sequence[Any]:
    """The index for each axis. A short list that holds more than numbers is what a tuple is, as in PyTorch."""
    if isinstance(index, IndexArray):
        return (index,)
    if isinstance(index, tuple):
        return index
    if isinstance(index, list) and len(index) < 32:
        for item in index:
            if item is None or item is Ellipsis or isinstance(item, slice) or hasattr(item, "__len__"):
                return index
    return (index,)


def _item(item: Any, as_array: AsArray) -> Any:
    """The item as an int, a slice, None, ``...`` or an IndexArray of one axis or more; True and False are masks of none."""
    if type(item) is int or item is None or item is Ellipsis or isinstance(item, slice):
        return item
    if isinstance(item, bool):
        return IndexArray([item], (), is_bool=True)
    if isinstance(item, (list, tuple, range)) and not isinstance(item, IndexArray):
        return _array(item, as_array)
    array = item if isinstance(item, IndexArray) else as_array(item)
    if array is not None:
        return array if array.shape or array.is_bool else array.entries[0]
    try:
        return as_int(item)
    except TypeError:
        raise TypeError(
            f"an index is an int, a slice, None, ..., or a list or tensor of ints or bools, got {short(item)}"
        ) from None


def _array(values: Sequence[Any], as_array: AsArray) -> IndexArray:
    """A list of ints, of bools, or of lists of the same lengths, as an array."""
    kinds = set(map(type, values))
    if kinds <= {int, bool}:
        return IndexArray(values, (len(values),), kinds == {bool})
    arrays = []
    for value in values:
        part = _item(value, as_array)
        is_list = isinstance(value, (list, tuple, range))
        if isinstance(part, IndexArray) and (is_list or part.is_bool or len(part.entries) != 1):
            arrays.append(part)
        else:  # a number, also as a tensor of one entry
            arrays.append(IndexArray(part.entries if isinstance(part, IndexArray) else [part], ()))
    shapes = sorted({array.shape for array in arrays})
    entries = list(chain.from_iterable([array.entries for array in arrays]))
    if not all(isinstance(entry, int) for entry in entries):
        raise TypeError(f"a list in an index holds ints or bools, got {short(values)}")
    if len(shapes) > 1:
        raise ArgumentError(f"lists in an index are of the same length, got {short(values)}")
    return IndexArray(entries, (len(values), *shapes[0]), all(array.is_bool for array in arrays))


def _axes_of(item: Any) -> int:
    """How many axes of x the item chooses from."""
    if item is None or item is Ellipsis:
        return 0
    return len(item.shape) if isinstance(item, IndexArray) and item.is_bool else 1


def _sliced(item: slice, size: int) -> range:
    """The indices that a slice chooses of an axis of this size."""
    try:
        chosen = range(size)[item]
    except TypeError:
        raise TypeError(f"a slice holds ints or None, got {item}") from None
    except ValueError:
        chosen = range(0, 0, -1)  # a step of 0
    if chosen.step < 0:
        raise ArgumentError(f"a slice has a step from 1 up, got {item.step}; flip(dims) reverses")
    return chosen


class _Placed(NamedTuple):
    """An array of ints on an axis of this size, whose neighbours are ``step`` apart; of a mask, whose axes count as one,
    the distances themselves, with a step of 0."""

    entries: Sequence[int]
    shape: tuple[int, ...]
    axis: int
    size: int
    step: int


def _placed(array: IndexArray, shape: Sequence[int], steps: Sequence[int], axis: int) -> _Placed:
    """The array on ``axis``, or the mask on that and the next axes."""
    if not array.is_bool:
        return _Placed(array.entries, array.shape, axis, shape[axis], steps[axis])
    end = axis + len(array.shape)
    if tuple(shape[axis:end]) != tuple(array.shape):
        raise IndexError(
            f"a mask has the sizes of the axes it chooses from, {format_sizes(shape[axis:end])} from axis {axis} on,"
            f" got shape {format_sizes(array.shape)}"
        )
    size, step = len(array.entries), steps[end - 1] if array.shape else 1
    true = list(compress(range(0, size * step, step), array.entries))
    return _Placed(true, (len(true),), axis, size, 0)


def _together(arrays: Sequence[_Placed]) -> Size:
    """The shape of all arrays broadcast against each other."""
    try:
        return broadcast_shapes("index", *[array.shape for array in arrays])
    except ValueError:
        came = " and ".join([format_sizes(array.shape) for array in arrays])
        raise IndexError(f"arrays in an index broadcast against each other, got shapes {came}") from None


def _distances(arrays: Sequence[_Placed], together: Size) -> list[int]:
    """How far each entry that the arrays choose together is from where all of them are 0."""
    total: list[int] = []
    for array in arrays:
        if array.step:
            distances = [entry * array.step for entry in _wrapped(array.entries, array.size, array.axis)]
        else:
            distances = list(array.entries)
        if array.shape != together:
            distances = [distances[p] for p in every_place(expand(array.shape, together))]
        total = list(map(add, total, distances)) if total else distances
    return total


def _wrapped(entries: Sequence[int], size: int, axis: int) -> Sequence[int]:
    """The entries with the negative ones counted from the end of an axis of this size."""
    low, high = min(entries), max(entries)
    if -size <= low and high < size:
        return [entry % size for entry in entries] if low < 0 else entries
    came = low if low < -size else high
    if not size:
        raise IndexError(f"an axis of size 0 has no entry to choose, got index {came} for axis {axis}")
    raise IndexError(f"an index is from {-size} to {size - 1} for axis {axis} of size {size}, got {came}")
