"""Distinct entries: each once, or each run of equal ones once."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from operator import ne
from typing import Any

from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.dtypes import int64
from backprop.kernel import Rows
from backprop.matrix import flatten, trusted
from backprop.tensors.axes import rows_along
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.shapes import movedim_order, resolve_dim
from backprop.tensors.shaping import _permute

Found = Any  # the Tensor, or a tuple of it and what else was asked for


@numpy_names
def unique(
    input: TensorLike,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Found:
    """The distinct entries from small to large, or along an axis ``dim`` the distinct slices; if asked for, for each entry
    of the input where it stands among them, and how often each is there. They are sorted even where ``sorted`` is False.

    >>> from backprop import Tensor
    >>> unique(Tensor([3.0, 1.0, 3.0]), return_counts=True)
    (tensor([1., 3.]), tensor([1, 2]))
    """
    x = as_tensor(input, "unique")
    items = _items("unique", x, dim)
    order = builtins.sorted(range(len(items)), key=lambda i: [(e != e, e) for e in items[i]])
    return _results(x, dim, items, order, return_inverse, return_counts)


@numpy_names
def unique_consecutive(
    input: TensorLike, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Found:
    """One entry of each run of equal ones; else as ``unique``.

    >>> from backprop import Tensor
    >>> unique_consecutive(Tensor([3.0, 3.0, 1.0, 3.0]))
    tensor([3., 1., 3.])
    """
    x = as_tensor(input, "unique_consecutive")
    items = _items("unique_consecutive", x, dim)
    return _results(x, dim, items, range(len(items)), return_inverse, return_counts)


def _items(name: str, x: Tensor, dim: int | None) -> Rows:
    """What is compared: each entry, or the entries of each slice along an axis."""
    if dim is None:
        return [[entry] for entry in flatten(x._matrix.rows)]
    axis = resolve_dim(name, dim, len(x._shape))
    if not x._shape:
        raise IndexError(f"{name}: a Tensor of 0 axes has none for dim; leave dim out")
    others = tuple([other for other in range(len(x._shape)) if other != axis])
    return list(map(list, rows_along(x._matrix, x._shape, others)))


def _results(
    x: Tensor, dim: int | None, items: Rows, order: Iterable[int], return_inverse: bool, return_counts: bool
) -> Found:
    """The first of each run of equal items in this order, and what else was asked for."""
    distinct: Rows = []
    counts: list[int] = []
    inverse = [0] * len(items)
    for i in order:
        if not distinct or any(map(ne, items[i], distinct[-1])):  # NaN is like no other
            distinct.append(items[i])
            counts.append(0)
        counts[-1] += 1
        inverse[i] = len(distinct) - 1
    axis = 0 if dim is None or not x._shape else dim % len(x._shape)
    rest = [] if dim is None else [*x._shape[:axis], *x._shape[axis + 1 :]]
    found = constant(trusted([flatten(distinct)] if distinct else [[]]), (len(distinct), *rest), x._dtype)
    if axis:
        found = _permute(found, found._shape, movedim_order("unique", 0, axis, len(x._shape)))
    places = constant(trusted([inverse]), x._shape if dim is None else (len(items),), int64)
    wanted = [(return_inverse, places), (return_counts, constant(trusted([counts]), (len(counts),), int64))]
    results = (found, *[tensor for asked, tensor in wanted if asked])
    return results if len(results) > 1 else found
