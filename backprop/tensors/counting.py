"""Counting: how many entries there are of a kind, and whether some or all are not 0."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Sequence
from typing import Any, Callable

from backprop import dtypes
from backprop.autograd.size import Dims
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.matrix import trusted
from backprop.tensors import return_types
from backprop.tensors.axes import rows_along
from backprop.tensors.extremes import at_one
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.shapes import reduced_shape, reduction_dims
from backprop.validation import check_positive_int


@numpy_names
def all(input: TensorLike, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Whether no entry is 0, over the axes ``dim`` or over all: bools.

    >>> from backprop import Tensor
    >>> all(Tensor([[1.0, 0.0], [2.0, 3.0]]), 1)
    tensor([False,  True])
    """
    return _tested("all", builtins.all, input, dim, keepdim)


@numpy_names
def any(input: TensorLike, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Whether some entry is not 0, over the axes ``dim`` or over all: bools.

    >>> from backprop import Tensor
    >>> any(Tensor([[1.0, 0.0], [0.0, 0.0]]), 1)
    tensor([ True, False])
    """
    return _tested("any", builtins.any, input, dim, keepdim)


def _tested(name: str, test: Callable[[Any], bool], input: TensorLike, dim: Dims, keepdim: bool) -> Tensor:
    x = as_tensor(input, name)
    dims = reduction_dims(name, dim, len(x._shape))
    found = trusted([list(map(test, rows_along(x._matrix, x._shape, dims)))])
    dtype = dtypes.uint8 if x._dtype is dtypes.uint8 else dtypes.bool
    return constant(dtypes.converted(found, dtype), reduced_shape(x._shape, dims, keepdim), dtype)


@numpy_names
def count_nonzero(input: TensorLike, dim: Dims = None) -> Tensor:
    """The number of entries other than 0, over the axes ``dim`` or over all.

    >>> from backprop import Tensor
    >>> count_nonzero(Tensor([[1.0, 0.0], [2.0, 3.0]]), 0)
    tensor([2, 1])
    """
    x = as_tensor(input, "count_nonzero")
    dims = reduction_dims("count_nonzero", dim, len(x._shape))
    counts = [len(row) - row.count(0) for row in rows_along(x._matrix, x._shape, dims)]
    return constant(trusted([counts]), reduced_shape(x._shape, dims), dtypes.int64)


@numpy_names
def mode(input: TensorLike, dim: int = -1, keepdim: bool = False) -> return_types.mode:
    """(values, indices) of the most frequent entry along the axis, the smallest of those as frequent, where it stands last.

    >>> from backprop import Tensor
    >>> values, indices = mode(Tensor([3.0, 1.0, 3.0, 1.0, 2.0]))
    >>> values, indices
    (tensor(1.), tensor(3))
    """
    return at_one("mode", lambda rows: list(map(_most_frequent, rows)), return_types.mode, input, dim, keepdim)  # type: ignore[no-any-return]


def _most_frequent(row: Sequence[Any]) -> int:
    counts = Counter(row)
    most = max(counts.values())
    value = min([x for x, count in counts.items() if count == most])
    return len(row) - 1 - row[::-1].index(value)


def bincount(input: TensorLike, weights: TensorLike | None = None, minlength: int = 0) -> Tensor:
    """yₖ = how often k stands in ``input``, ints from 0 up along one axis; with ``weights`` the sum of those that belong to k.

    Their number is what the largest k needs, and at least ``minlength``. Raises RuntimeError for another input.

    >>> from backprop import Matrix
    >>> bincount(constant(Matrix([[0, 3, 3]]), (3,)))
    tensor([1, 0, 0, 2])
    """
    x = as_tensor(input, "bincount")
    check_positive_int("bincount", 0, minlength=minlength)
    classes = x._matrix.rows[0]
    if len(x._shape) != 1 or not builtins.all(isinstance(k, int) and k >= 0 for k in classes):
        raise RuntimeError(f"bincount: input has one axis of ints from 0 up, got {x!r}")
    size = max(minlength, max(classes, default=-1) + 1)
    if weights is None:
        found = Counter(classes)
        return constant(trusted([[found[k] for k in range(size)]]), (size,), dtypes.int64)
    w = as_tensor(weights, "bincount")
    if w._shape != x._shape:
        raise RuntimeError(f"bincount: weights has the shape of input, {list(x._shape)}, got {list(w._shape)}")
    sums = [0.0] * size
    for k, weight in zip(classes, w._matrix.rows[0]):
        sums[k] += weight
    return constant(trusted([sums]), (size,), w._dtype if w._dtype is dtypes.float32 else dtypes.float64)
