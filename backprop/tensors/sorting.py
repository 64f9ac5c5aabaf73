"""Sorting: the entries along an axis by size, and the first of them."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from backprop.autograd.operation import composed
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.tensors import ordering, return_types
from backprop.tensors.axes import count_along, picked, rows_along
from backprop.tensors.extremes import Table, at_one
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.shapes import resolve_dim
from backprop.validation import is_positive_int


@numpy_names
def sort(input: TensorLike, dim: int = -1, descending: bool = False, *, stable: bool = False) -> return_types.sort:
    """(values, indices): the entries along the axis from small to large, or the other way, NaN being the largest, and where
    they stood. Equal entries stay in their order, ``stable`` or not.

    >>> from backprop import Tensor
    >>> values, indices = sort(Tensor([3.0, 1.0, 2.0]))
    >>> values, indices
    (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    x = as_tensor(input, "sort")
    axis = resolve_dim("sort", dim, len(x._shape))
    places = [_argsort(row, descending) for row in rows_along(x._matrix, x._shape, (axis,))]
    return return_types.sort(*picked(x, axis, places, x._shape, "sort"))


@numpy_names
def argsort(input: TensorLike, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Tensor:
    """The indices that ``sort`` gives.

    >>> from backprop import Tensor
    >>> argsort(Tensor([3.0, 1.0, 2.0]))
    tensor([1, 2, 0])
    """
    return sort(input, dim, descending).indices


@composed
def msort(input: TensorLike) -> Tensor:
    """The entries sorted along the first axis."""
    return sort(input, 0).values


@numpy_names
def topk(input: TensorLike, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> return_types.topk:
    """(values, indices) of the ``k`` largest entries along the axis, or smallest, in their order of size.

    >>> from backprop import Tensor
    >>> values, indices = topk(Tensor([3.0, 1.0, 2.0]), 2)
    >>> values, indices
    (tensor([3., 2.]), tensor([0, 2]))
    """
    x = as_tensor(input, "topk")
    axis = resolve_dim("topk", dim, len(x._shape))
    count = count_along(x, (axis,))
    if not is_positive_int(k, 0) or k > count:
        raise RuntimeError(f"topk: k is an int from 0 to {count}, the size along dim {dim}, got {k!r}")
    places = [_argsort(row, largest)[:k] for row in rows_along(x._matrix, x._shape, (axis,))]
    shape = trusted_size([k if i == axis else n for i, n in enumerate(x._shape)])
    return return_types.topk(*picked(x, axis, places, shape, "topk"))


@numpy_names
def kthvalue(input: TensorLike, k: int, dim: int = -1, keepdim: bool = False) -> return_types.kthvalue:
    """(values, indices) of the ``k``-th smallest entry along the axis, counted from 1.

    >>> from backprop import Tensor
    >>> kthvalue(Tensor([3.0, 1.0, 2.0]), 2).values
    tensor(2.)
    """
    x = as_tensor(input, "kthvalue")
    axis = resolve_dim("kthvalue", dim, len(x._shape))
    count = count_along(x, (axis,))
    if not is_positive_int(k) or k > count:
        raise RuntimeError(f"kthvalue: k is an int from 1 to {count}, the size along dim {dim}, got {k!r}")

    def find(rows: Table) -> list[int]:
        return [ordering.argsort(row)[k - 1] for row in rows]

    return at_one("kthvalue", find, return_types.kthvalue, x, axis, keepdim)  # type: ignore[no-any-return]


def _argsort(row: Sequence[Any], descending: bool) -> list[int]:
    """The indices by size of the entries, equal ones in their order; NaN is the largest."""
    if not descending:
        return ordering.argsort(row)
    return builtins.sorted(range(len(row)), key=lambda k: (row[k] != row[k], row[k]), reverse=True)
