"""Comparisons entry by entry, and what is asked of each entry: the results are bool tensors, which have no gradient."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from backprop import dtypes
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import flatten
from backprop.numbers import math
from backprop.tensors.entries import entry_by_entry


def _truths(name: str, function: Callable[..., Any], *inputs: TensorLike) -> Tensor:
    return entry_by_entry(name, function, *inputs, dtype=dtypes.bool)


def eq(input: TensorLike, other: TensorLike) -> Tensor:
    """Where A = B, entry by entry; NaN equals nothing.

    >>> eq(Tensor([1.0, 2.0]), 2)
    tensor([False,  True])
    """
    return _truths("eq", operator.eq, input, other)


def ne(input: TensorLike, other: TensorLike) -> Tensor:
    """Where A ≠ B, entry by entry."""
    return _truths("ne", operator.ne, input, other)


def lt(input: TensorLike, other: TensorLike) -> Tensor:
    """Where A < B, entry by entry."""
    return _truths("lt", operator.lt, input, other)


def le(input: TensorLike, other: TensorLike) -> Tensor:
    """Where A ≤ B, entry by entry."""
    return _truths("le", operator.le, input, other)


def gt(input: TensorLike, other: TensorLike) -> Tensor:
    """Where A > B, entry by entry."""
    return _truths("gt", operator.gt, input, other)


def ge(input: TensorLike, other: TensorLike) -> Tensor:
    """Where A ≥ B, entry by entry."""
    return _truths("ge", operator.ge, input, other)


def isnan(input: TensorLike) -> Tensor:
    """Where the entry is NaN.

    >>> isnan(Tensor([1.0, math.nan]))
    tensor([False,  True])
    """
    return _truths("isnan", lambda x: x != x, input)


def isinf(input: TensorLike) -> Tensor:
    """Where the entry is infinite."""
    return _truths("isinf", lambda x: x in (math.inf, -math.inf), input)


def isposinf(input: TensorLike) -> Tensor:
    """Where the entry is +∞."""
    return _truths("isposinf", lambda x: x == math.inf, input)


def isneginf(input: TensorLike) -> Tensor:
    """Where the entry is −∞."""
    return _truths("isneginf", lambda x: x == -math.inf, input)


def isfinite(input: TensorLike) -> Tensor:
    """Where the entry is neither infinite nor NaN."""
    return _truths("isfinite", lambda x: -math.inf < x < math.inf, input)


def isreal(input: TensorLike) -> Tensor:
    """True everywhere: there are no complex numbers."""
    return _truths("isreal", lambda x: True, input)


def signbit(input: TensorLike) -> Tensor:
    """Where the sign is −, also that of −0."""
    return _truths("signbit", lambda x: math.copysign(1.0, x) < 0, input)


def isclose(
    input: TensorLike, other: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Where |A − B| ≤ atol + rtol·|B|, entry by entry; NaN is close to NaN with ``equal_nan``.

    >>> isclose(Tensor([0.3, 1.0]), Tensor([0.1 + 0.2, 1.1]))
    tensor([ True, False])
    """
    if not (rtol >= 0 and atol >= 0):
        raise RuntimeError(f"isclose: rtol and atol are numbers from 0 up, got {rtol!r} and {atol!r}")

    def close(x: Any, y: Any) -> bool:
        if x == y or (equal_nan and x != x and y != y):
            return True
        return -math.inf < y < math.inf and bool(abs(x - y) <= atol + rtol * abs(y))

    return _truths("isclose", close, input, other)


def allclose(
    input: TensorLike, other: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether all entries are close, as ``isclose`` says.

    >>> allclose(Tensor([0.3]), Tensor([0.1 + 0.2]))
    True
    """
    return all(map(all, isclose(input, other, rtol, atol, equal_nan)._matrix.rows))


def equal(input: TensorLike, other: TensorLike) -> bool:
    """Whether both have the same shape and the same entries.

    >>> equal(Tensor([1.0, 2.0]), Tensor([1.0, 2.0])), equal(Tensor([1.0]), Tensor([[1.0]]))
    (True, False)
    """
    a, b = as_tensor(input, "equal"), as_tensor(other, "equal")
    return a._shape == b._shape and all(map(operator.eq, flatten(a._matrix.rows), flatten(b._matrix.rows)))


def isin(
    elements: TensorLike, test_elements: TensorLike, *, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """Where the entry is one of the ``test_elements``; with ``invert`` where it is none.

    >>> isin(Tensor([1.0, 2.0, 3.0]), Tensor([1.0, 3.0]))
    tensor([ True, False,  True])
    """
    members = set(flatten(as_tensor(test_elements, "isin")._matrix.rows))
    return _truths("isin", lambda x: (x in members and x == x) != invert, elements)


def _contains(tensor: Tensor, element: TensorLike) -> bool:
    """Whether an entry of the Tensor equals the number."""
    return any(map(any, eq(tensor, element)._matrix.rows))


# Their other names.
greater, greater_equal, less, less_equal, not_equal = gt, ge, lt, le, ne
