"""Quantiles: what a given part of the entries is smaller than; the median above all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from math import ceil, floor, nan
from typing import Any

from backprop.autograd.operation import composed
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.matrix import flatten, trusted
from backprop.tensors import ordering, return_types
from backprop.tensors.axes import check_floating, check_not_empty, nothing, positions, rows_along
from backprop.tensors.extremes import Find, at_one, one_of
from backprop.tensors.indexing import gathered
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.positions import Selection
from backprop.tensors.shapes import reduced_shape, reduction_dims
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, check_choice


@numpy_names
@composed
def median(input: TensorLike, dim: int | None = None, keepdim: bool = False) -> Any:
    """The entry in the middle, of an even number the lower of both, NaN if there is one; along an axis ``dim`` the pair
    (values, indices).

    Equal entries share the gradient of the median of all; along an axis the one at the index gets it. Of no entries it is
    NaN, and along an axis IndexError.

    >>> from backprop import Tensor
    >>> median(Tensor([3.0, 1.0, 2.0, 4.0]))
    tensor(2.)
    """
    return _median("median", lambda rows: list(map(_middle, rows)), return_types.median, input, dim, keepdim)


@numpy_names
@composed
def nanmedian(input: TensorLike, dim: int | None = None, keepdim: bool = False) -> Any:
    """The ``median`` of the entries that are not NaN.

    >>> from backprop import Tensor
    >>> nanmedian(Tensor([3.0, float("nan"), 2.0]))
    tensor(2.)
    """
    return _median(
        "nanmedian", lambda rows: list(map(_middle_of_numbers, rows)), return_types.nanmedian, input, dim, keepdim
    )


def _median(name: str, find: Find, pair: type[Any], input: TensorLike, dim: int | None, keepdim: bool) -> Any:
    if dim is None and 0 in as_tensor(input, name)._shape:
        return nothing(input, nan, ())
    if dim is None:
        return one_of(name, lambda rows: [row[k] for row, k in zip(rows, find(rows))], input, None, False)
    return at_one(name, find, pair, input, dim, keepdim)


def _middle(row: Sequence[Any]) -> int:
    order = ordering.argsort(row)
    if row[order[-1]] == row[order[-1]]:  # NaN is sorted to the end
        return order[(len(row) - 1) // 2]
    return ordering.argmax(row)  # that of the first NaN


def _middle_of_numbers(row: Sequence[Any]) -> int:
    count = len([x for x in row if x == x])
    return ordering.argsort(row)[max(count - 1, 0) // 2]


@numpy_names
@composed
def quantile(
    input: TensorLike,
    q: float | TensorLike,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """What the part ``q``, from 0 to 1, of the entries is smaller than, along an axis or among all; NaN if there is one.

    Between two entries it is found by ``interpolation``: "linear", "lower", "higher", "midpoint" or "nearest". For several
    ``q``, a Tensor of one axis, the results stand along a new first axis.

    Raises ValueError for a ``q`` out of range and for another interpolation, RuntimeError for ints.

    >>> from backprop import Tensor
    >>> quantile(Tensor([4.0, 1.0, 2.0]), 0.75)
    tensor(3.)
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@numpy_names
@composed
def nanquantile(
    input: TensorLike,
    q: float | TensorLike,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Tensor:
    """The ``quantile`` of the entries that are not NaN.

    >>> from backprop import Tensor
    >>> nanquantile(Tensor([4.0, float("nan"), 2.0]), 0.5)
    tensor(3.)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


def _quantile(
    name: str, input: TensorLike, q: float | TensorLike, dim: int | None, keepdim: bool, interpolation: str
) -> Tensor:
    x, parts = as_tensor(input, name), as_tensor(q, name)
    check_floating(name, x)
    check_choice(name, "interpolation", interpolation, ("linear", "lower", "higher", "midpoint", "nearest"))
    if len(parts._shape) > 1:
        raise ArgumentError(f"{name}: q is a number or a Tensor of one axis, got the shape {list(parts._shape)}")
    for part in parts._matrix.rows[0]:
        if not 0 <= part <= 1:
            raise ArgumentError(f"{name}: q is a number from 0 to 1, got {part!r}")
    dims = reduction_dims(name, dim, len(x._shape))
    shape = trusted_size((*parts._shape, *reduced_shape(x._shape, dims, keepdim)))
    if dim is None:
        x, dims = view(x, -1), (0,)
    check_not_empty(name, x, dims)
    rows = rows_along(x._matrix, x._shape, dims)
    orders = list(map(ordering.argsort, rows))
    counts = [sum([entry == entry for entry in row]) for row in rows]
    if name == "quantile":  # NaN is sorted to the end: one there is the result
        lasts = [(0, len(row) - 1) if count < len(row) else (count - 1, 0) for row, count in zip(rows, counts)]
    else:
        lasts = [(max(count - 1, 0), 0) for count in counts]
    # The place of the quantile among the sorted entries of each row, for each q: a number with a fraction.
    factors, offsets = (constant(trusted([list(column)]), (len(rows),)) for column in zip(*lasts))
    place = view(view(parts, -1, 1) * factors + offsets, *shape)
    ranks = flatten(place._matrix.rows)

    def at(rounded: Callable[[float], int]) -> Tensor:
        places = [[order[rounded(rank)]] for order, rank in zip(cycle(orders), ranks)]
        starts = [
            start
            for i in range(0, len(places), len(rows))
            for start in positions(x, dims[0], places[i : i + len(rows)])
        ]
        return gathered(x, Selection(starts, 1, shape), name, is_view=False)

    if interpolation in _ROUNDED:
        return at(_ROUNDED[interpolation])
    low, high = at(floor), at(ceil)
    if interpolation == "midpoint":
        return low + (high - low) * 0.5
    return low + (high - low) * (place - constant(trusted([list(map(floor, ranks))]), shape))


_ROUNDED: dict[str, Callable[[float], int]] = {"lower": floor, "higher": ceil, "nearest": round}
