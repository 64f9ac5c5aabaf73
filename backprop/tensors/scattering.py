"""Gathering along an axis by a tensor of indices, and scattering: entries put, added up or reduced at the places that it
tells."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, prod
from reprlib import repr as short
from typing import Any

from backprop import dtypes
from backprop.autograd.operation import composed
from backprop.autograd.size import Size, broadcast_shapes, trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.matrix import flatten as entries_of
from backprop.matrix import trusted
from backprop.tensors.arithmetic import add, div
from backprop.tensors.casts import cast
from backprop.tensors.concatenation import cat
from backprop.tensors.indexing import as_array, gathered, getitem, places, put_at, scattered_at
from backprop.tensors.indices import select
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.parts import selected_at
from backprop.tensors.positions import Selection, diagonal, every_place, strided
from backprop.tensors.reductions import prod as product
from backprop.tensors.shapes import resolve_dim, strides
from backprop.tensors.shaping import copied, expand, flatten, reshape, view
from backprop.validation import ArgumentError, check_choice

# ---------------------------------------------------------------- an index for each entry


@numpy_names
def gather(input: TensorLike, dim: int, index: Tensor) -> Tensor:
    """y at a place = x there, but along the axis ``dim`` at the ``index`` that stands at this place.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> gather(x, 1, x.argmax(1, keepdim=True))
    tensor([[2.],
            [4.]])
    """
    x = as_tensor(input, "gather")
    return gathered(x, _places_along("gather", x._shape, dim, index), "gather")


@numpy_names
def take_along_dim(input: TensorLike, indices: Tensor, dim: int | None = None) -> Tensor:
    """``gather`` with the other axes of both broadcast against each other; without ``dim`` of all entries as one row.

    >>> from backprop import Tensor
    >>> x = Tensor([[3.0, 1.0], [2.0, 4.0]])
    >>> take_along_dim(x, x.argsort(1), 1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    x = as_tensor(input, "take_along_dim")
    if dim is None:
        return gather(flatten(x), 0, flatten(indices))
    axis = resolve_dim("take_along_dim", dim, len(x._shape))
    if len(indices._shape) != len(x._shape):
        raise RuntimeError(
            f"take_along_dim: indices have as many axes as the input, {len(x._shape)}, got {len(indices._shape)}"
        )
    size = x._shape[axis]
    indices = places([k % size if -size <= k < size else k for k in entries_of(indices._matrix.rows)], indices._shape)
    own, other = list(x._shape), list(indices._shape)
    own[axis] = other[axis] = 1
    whole = broadcast_shapes("take_along_dim", tuple(own), tuple(other))
    x = expand(x, [x._shape[axis] if a == axis else n for a, n in enumerate(whole)])
    return gather(x, axis, expand(indices, [indices._shape[axis] if a == axis else n for a, n in enumerate(whole)]))


@numpy_names
def scatter(
    input: TensorLike, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """x with the entries of ``src``, a Tensor or a number, at the places of ``gather``; with ``reduce`` "add" or
    "multiply" added to or multiplied with what is there.

    >>> from backprop import Tensor
    >>> classes = Tensor([[0.0, 1.0]]).long().T
    >>> scatter(Tensor([[0.0, 0.0], [0.0, 0.0]]), 1, classes, 1.0)
    tensor([[1., 0.],
            [0., 1.]])
    """
    x = as_tensor(input, "scatter")
    selection = _places_along("scatter", x._shape, dim, index)
    given = _source("scatter", x, index, value if src is None else src)
    if reduce is None:
        return put_at(x, given, selection, "scatter")
    check_choice("scatter", "reduce", reduce, ("add", "multiply"))
    kind = "sum" if reduce == "add" else "prod"
    return _reduced("scatter", x, given, selection, kind, include_self=True)


@numpy_names
@composed
def scatter_add(input: TensorLike, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """x plus the entries of ``src``, added up at the places of ``gather``.

    >>> from backprop import Tensor
    >>> scatter_add(Tensor([0.0, 0.0]), 0, Tensor([1.0, 1.0]).long(), Tensor([5.0, 6.0]))
    tensor([ 0., 11.])
    """
    x = as_tensor(input, "scatter_add")
    selection = _places_along("scatter_add", x._shape, dim, index)
    return add(x, scattered_at(_source("scatter_add", x, index, src), selection, x._shape, "scatter_add"))


@numpy_names
def scatter_reduce(
    input: TensorLike, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """x with the "sum", "prod", "mean", "amax" or "amin" of what ``src`` has for each of the places of ``gather``, and of
    what is there unless ``include_self=False``. Extremes that are equal share the gradient.

    >>> from backprop import Tensor
    >>> index = Tensor([0.0, 0.0, 1.0]).long()
    >>> scatter_reduce(Tensor([1.0, 1.0]), 0, index, Tensor([5.0, 6.0, 7.0]), "amax")
    tensor([6., 7.])
    """
    x = as_tensor(input, "scatter_reduce")
    check_choice("scatter_reduce", "reduce", reduce, ("sum", "prod", "mean", "amax", "amin"))
    selection = _places_along("scatter_reduce", x._shape, dim, index)
    return _reduced("scatter_reduce", x, _source("scatter_reduce", x, index, src), selection, reduce, include_self)


def _places_along(name: str, shape: Size, dim: int, index: Tensor) -> Selection:
    """For each place of the ``index`` the place among the entries of this shape."""
    if not isinstance(index, Tensor):
        raise TypeError(f"{name}: index is a Tensor of dtype int64, got {short(index)}")
    axis = resolve_dim(name, dim, len(shape))
    own, size = shape or trusted_size((1,)), index._shape or trusted_size((1,))
    chosen = entries_of(index._matrix.rows)
    if not chosen:
        return Selection(range(0), 1, index._shape)
    if index.dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError(f"{name}: index is a Tensor of dtype int64, write index.long()")
    if len(own) != len(size):
        raise RuntimeError(f"{name}: index has as many axes as the input, {len(own)}, got {len(size)}")
    if any(n > m for a, (n, m) in enumerate(zip(size, own)) if a != axis):
        raise RuntimeError(
            f"{name}: index is no larger than the input along any axis but {axis}, got {list(size)} for {list(own)}"
        )
    if min(chosen) < 0 or max(chosen) >= own[axis]:
        wrong = next(k for k in chosen if not 0 <= k < own[axis])
        raise RuntimeError(f"{name}: index {wrong} is out of bounds for dimension {axis} with size {own[axis]}")
    steps = strides(own)
    starts = every_place(strided(0, [(n, 0 if a == axis else steps[a]) for a, n in enumerate(size)], size))
    return Selection([p + k * steps[axis] for p, k in zip(starts, chosen)], 1, index._shape)


def _source(name: str, x: Tensor, index: Tensor, src: Any) -> Tensor:
    """The part of ``src`` for which there is an index."""
    if not isinstance(src, Tensor):
        return cast(as_tensor(src, name), x.dtype)
    if src.dtype is not x.dtype:
        raise RuntimeError(f"{name}: src has the dtype of the input, {x.dtype}, got {src.dtype}")
    if 0 in index._shape:
        return src
    if len(src._shape or (1,)) != len(index._shape or (1,)) or any(n > m for n, m in zip(index._shape, src._shape)):
        raise RuntimeError(
            f"{name}: src is as large as the index at least, {list(index._shape)}, got {list(src._shape)}"
        )
    return src if src._shape == index._shape else getitem(src, tuple([slice(n) for n in index._shape]))


# ---------------------------------------------------------------- an index for each entry along one axis


@numpy_names
def index_select(input: TensorLike, dim: int, index: Tensor) -> Tensor:
    """The entries at each ``index`` along the axis ``dim``.

    >>> from backprop import Tensor
    >>> index_select(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, Tensor([1.0, 1.0]).long())
    tensor([[2., 2.],
            [4., 4.]])
    """
    x = as_tensor(input, "index_select")
    selection = _rows_along("index_select", x, dim, index)
    return gathered(x, selection if x._shape else selection._replace(shape=x._shape), "index_select")


@numpy_names
@composed
def index_add(input: TensorLike, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """x plus ``alpha`` times the entries of ``source``, added up at each ``index`` along the axis ``dim``."""
    x = as_tensor(input, "index_add")
    selection = _rows_along("index_add", x, dim, index)
    given = _fitting("index_add", source, selection)
    return add(x, scattered_at(given, selection, x._shape, "index_add"), alpha=alpha)


@numpy_names
def index_copy(input: TensorLike, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """x with the entries of ``source`` at each ``index`` along the axis ``dim``."""
    x = as_tensor(input, "index_copy")
    selection = _rows_along("index_copy", x, dim, index)
    return put_at(x, _fitting("index_copy", source, selection), selection, "index_copy")


@numpy_names
def index_fill(input: TensorLike, dim: int, index: Tensor, value: Any) -> Tensor:
    """x with the number ``value`` at each ``index`` along the axis ``dim``.

    >>> from backprop import Tensor
    >>> index_fill(Tensor([1.0, 2.0, 3.0]), 0, Tensor([0.0, 2.0]).long(), -1)
    tensor([-1.,  2., -1.])
    """
    x = as_tensor(input, "index_fill")
    given = as_tensor(value, "index_fill")
    if given._shape:
        raise RuntimeError(f"index_fill: value is a number or a Tensor of no axes, got the shape {list(given._shape)}")
    selection = _rows_along("index_fill", x, dim, index, from_the_end=True)
    starts = list(dict.fromkeys(selection.starts))  # the value counts once where an index comes twice
    whole = trusted_size((len(starts), selection.length))
    return put_at(x, given, selection._replace(starts=starts, shape=whole), "index_fill")


@numpy_names
def index_reduce(
    input: TensorLike, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """x with the "prod", "mean", "amax" or "amin" of the entries of ``source`` for each ``index`` along the axis ``dim``,
    and of those that are there unless ``include_self=False``."""
    x = as_tensor(input, "index_reduce")
    check_choice("index_reduce", "reduce", reduce, ("prod", "mean", "amax", "amin"))
    selection = _rows_along("index_reduce", x, dim, index)
    given = _fitting("index_reduce", source, selection)
    return _reduced("index_reduce", x, given, selection, reduce, include_self)


def _rows_along(name: str, x: Tensor, dim: int, index: Tensor, from_the_end: bool = False) -> Selection:
    """The places at each index along the axis; IndexError for one that x does not have."""
    if not isinstance(index, Tensor):
        raise TypeError(f"{name}: index is a Tensor of dtype int64, got {short(index)}")
    if index.dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError(f"{name}: index is a Tensor of dtype int64, write index.long()")
    if len(index._shape) > 1:
        raise IndexError(f"{name}: index has one axis, got the shape {list(index._shape)}")
    shape = x._shape or trusted_size((1,))
    axis = resolve_dim(name, dim, len(shape))
    chosen = entries_of(index._matrix.rows)
    wrong = next((k for k in chosen if not (-shape[axis] if from_the_end else 0) <= k < shape[axis]), None)
    if wrong is not None:
        raise IndexError(f"{name}: index {wrong} is out of range for axis {axis} of size {shape[axis]}")
    return select(shape, (*[slice(None)] * axis, chosen))[0]


def _fitting(name: str, source: TensorLike, selection: Selection) -> Tensor:
    given = as_tensor(source, name)
    if given._shape.numel() != selection.shape.numel() or (given._shape and given._shape != selection.shape):
        raise RuntimeError(f"{name}: source has the shape {list(selection.shape)}, got {list(given._shape)}")
    return view(given, selection.shape)


# ---------------------------------------------------------------- an index for several axes, or for all entries


@composed
def index_put(input: TensorLike, indices: Sequence[Any], values: TensorLike, accumulate: bool = False) -> Tensor:
    """x with ``values`` at ``x[indices]``, broadcast; with ``accumulate`` added up to what is there.

    >>> from backprop import Tensor
    >>> one = Tensor([1.0, 1.0]).long()
    >>> index_put(Tensor([0.0, 0.0]), (one,), Tensor([5.0, 6.0]), accumulate=True)
    tensor([ 0., 11.])
    """
    x, given = as_tensor(input, "index_put"), as_tensor(values, "index_put")
    selection = select(x._shape, tuple(indices), as_array)[0]
    if not accumulate:
        return put_at(x, given, selection, "index_put")
    return add(x, scattered_at(expand(given, selection.shape), selection, x._shape, "index_put"))


@composed
def put(input: TensorLike, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """``index_put`` for x as a single row."""
    x = as_tensor(input, "put")
    return reshape(index_put(flatten(x), (flatten(index),), flatten(source), accumulate), x._shape)


def take(input: TensorLike, index: Tensor) -> Tensor:
    """The entries at each ``index`` among all, row-major.

    >>> from backprop import Tensor
    >>> take(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([3.0, -4.0]).long())
    tensor([4., 1.])
    """
    x = as_tensor(input, "take")
    selection, _ = select((x._shape.numel(),), (index,), as_array)
    return gathered(x, selection, "take")


def masked_select(input: TensorLike, mask: Tensor) -> Tensor:
    """The entries where the ``mask`` is True, in one row; both are broadcast.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> masked_select(x, x > 1)
    tensor([2., 3., 4.])
    """
    x, mask = _with_mask("masked_select", input, mask)
    return gathered(x, select(x._shape, mask, as_array)[0], "masked_select")


def masked_scatter(input: TensorLike, mask: Tensor, source: Tensor) -> Tensor:
    """x with the first entries of ``source``, in their order, where the ``mask`` is True; both are broadcast."""
    x, mask = _with_mask("masked_scatter", input, mask)
    selection = select(x._shape, mask, as_array)[0]
    count, given = selection.shape.numel(), as_tensor(source, "masked_scatter")
    if given._shape.numel() < count:
        raise RuntimeError(f"masked_scatter: source has {count} entries at least, got {given._shape.numel()}")
    return put_at(x, getitem(flatten(given), slice(count)), selection, "masked_scatter")


def _with_mask(name: str, input: TensorLike, mask: Tensor) -> tuple[Tensor, Tensor]:
    x, mask = as_tensor(input, name), as_tensor(mask, name)
    if mask.dtype is not dtypes.bool:
        raise RuntimeError(f"{name}: mask is a Tensor of dtype bool, got {mask.dtype}")
    shape = broadcast_shapes(name, x._shape, mask._shape)
    return expand(x, shape), expand(mask, shape)


def nonzero(input: TensorLike, *, as_tuple: bool = False) -> Any:
    """The indices of all entries that are not 0: a row each, or with ``as_tuple`` a Tensor for each axis.

    >>> from backprop import Tensor
    >>> nonzero(Tensor([[1.0, 0.0], [0.0, 4.0]]))
    tensor([[0, 0],
            [1, 1]])
    """
    x = as_tensor(input, "nonzero")
    found = [i for i, entry in enumerate(entries_of(x._matrix.rows)) if entry]
    if as_tuple:
        x = view(x, 1) if not x._shape else x
        return unravel_index(places(found), x._shape)
    axes = [at._matrix.rows[0] for at in unravel_index(places(found), x._shape)]
    return places([i for index in zip(*axes) for i in index], (len(found), len(x._shape)))


def argwhere(input: TensorLike) -> Tensor:
    """The indices of all entries that are not 0, a row each."""
    return nonzero(input)  # type: ignore[no-any-return]


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """The index along each axis of a tensor of this ``shape``, for places among its row-major entries.

    >>> from backprop import Tensor
    >>> unravel_index(Tensor([5.0]).long(), (2, 3))
    (tensor([1]), tensor([2]))
    """
    sizes = trusted_size([shape] if isinstance(shape, int) else shape)
    entries = entries_of(indices._matrix.rows)
    if entries and not 0 <= min(entries) <= max(entries) < prod(sizes):
        raise ArgumentError(f"unravel_index: the places are from 0 to {prod(sizes) - 1} for the shape {list(sizes)}")
    return tuple(
        [places([i // step % size for i in entries], indices._shape) for size, step in zip(sizes, strides(sizes))]
    )


# ---------------------------------------------------------------- other entries where a view is


@numpy_names
def select_scatter(input: TensorLike, src: TensorLike, dim: int, index: int) -> Tensor:
    """x with ``src`` at ``index`` along the axis ``dim``."""
    x = as_tensor(input, "select_scatter")
    return _replaced("select_scatter", x, src, selected_at(x, dim, int(index)))


@numpy_names
def slice_scatter(
    input: TensorLike, src: TensorLike, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """x with ``src`` at ``start:end:step`` along the axis ``dim``."""
    x = as_tensor(input, "slice_scatter")
    return _replaced("slice_scatter", x, src, selected_at(x, dim, slice(start, end, step)))


def diagonal_scatter(input: TensorLike, src: TensorLike, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """x with ``src`` on the diagonal of two axes.

    >>> from backprop import Tensor
    >>> diagonal_scatter(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([8.0, 9.0]))
    tensor([[8., 2.],
            [3., 9.]])
    """
    x = as_tensor(input, "diagonal_scatter")
    return _replaced("diagonal_scatter", x, src, diagonal("diagonal_scatter", x._shape, offset, dim1, dim2))


def _replaced(name: str, x: Tensor, src: TensorLike, selection: Selection) -> Tensor:
    given = as_tensor(src, name)
    if given._shape != selection.shape:
        raise RuntimeError(f"{name}: src has the shape {list(selection.shape)}, got {list(given._shape)}")
    return put_at(x, given, selection, name)


# ---------------------------------------------------------------- reduced


def _reduced(name: str, x: Tensor, src: Tensor, selection: Selection, reduce: str, include_self: bool) -> Tensor:
    """x with the reduction of what ``src`` has for each of the selected places."""
    starts = every_place(selection)
    given = flatten(expand(src, selection.shape))
    groups: dict[int, list[int]] = {}
    for j, p in enumerate(starts):
        groups.setdefault(p, []).append(j)
    touched = Selection(list(groups), 1, trusted_size((len(groups),)))
    if not groups:
        return copied(x)
    count = x._shape.numel()
    whole = cat([flatten(x), given])
    members = [([p] if include_self else []) + [count + j for j in group] for p, group in groups.items()]
    if reduce in ("amax", "amin"):
        members = _extremes(entries_of(whole._matrix.rows), members, max if reduce == "amax" else min)
        if not x.dtype.is_floating_point:
            members = [group[:1] for group in members]
    if reduce == "prod":
        longest = max(map(len, members))
        whole = cat([whole, constant(trusted([[1]]), (1,), x._dtype)])
        table = [(group + [whole._shape[0] - 1] * (longest - len(group))) for group in members]
        result = product(getitem(whole, places([i for row in table for i in row], (len(table), longest))), 1)
    else:
        flat = [i for group in members for i in group]
        at = Selection([k for k, group in enumerate(members) for _ in group], 1, trusted_size((len(flat),)))
        result = scattered_at(getitem(whole, places(flat)), at, touched.shape, name)
        if reduce == "mean" or x.dtype.is_floating_point and reduce != "sum":
            sizes = constant(trusted([[len(group) for group in members]]), touched.shape, x._dtype)
            result = div(result, sizes) if x.dtype.is_floating_point else div(result, sizes, rounding_mode="floor")
    return put_at(x, result, touched, name)


def _extremes(entries: list[Any], groups: list[list[int]], extreme: Any) -> list[list[int]]:
    """Of each group those that are its extreme, NaN before all: their mean is the extreme, and shares the gradient."""
    found = []
    for group in groups:
        best = next((entries[i] for i in group if entries[i] != entries[i]), None)
        best = extreme([entries[i] for i in group]) if best is None else best
        found.append([i for i in group if entries[i] == best or (best != best and isnan(entries[i]))])
    return found
