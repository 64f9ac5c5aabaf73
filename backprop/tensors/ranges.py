"""Ranges: numbers that are evenly spaced, and the places of triangles."""

from __future__ import annotations

import math
from typing import Any

from backprop.autograd.dtypes import DType, get_default_dtype, int64
from backprop.autograd.shapes import as_int
from backprop.autograd.tensor import Tensor
from backprop.tensors.factory import factory, made, number


@factory
def arange(start: Any = 0, end: Any = None, step: Any = 1, *, dtype: DType | None = None) -> Tensor:
    """start, start + step, … below ``end``: ``arange(end)``, ``arange(start, end)`` or ``arange(start, end, step)``. Ints
    make an int64 Tensor.

    Raises ValueError for a step of 0, or of the wrong sign.

    >>> arange(3), arange(1, 2, 0.5)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    if end is None:
        start, end = 0, start
    start, end, step = (number("arange", name, x) for name, x in (("start", start), ("end", end), ("step", step)))
    if not step or (end - start) * step < 0:
        raise ValueError(f"arange: the step leads from start to end, got {start}, {end}, {step}")
    count = math.ceil((end - start) / step)
    if dtype is None:
        dtype = get_default_dtype() if float in map(type, (start, end, step)) else int64
    return made([start + i * step for i in range(count)], (count,), dtype)


@factory
def linspace(start: Any, end: Any, steps: int, *, dtype: DType | None = None) -> Tensor:
    """``steps`` numbers from ``start`` to ``end``, both included.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return made(_spaced("linspace", start, end, steps), (steps,), dtype or get_default_dtype())


@factory
def logspace(start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: DType | None = None) -> Tensor:
    """``base`` to the powers of ``linspace``.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    powers = [base**x for x in _spaced("logspace", start, end, steps)]
    return made(powers, (steps,), dtype or get_default_dtype())


def _spaced(name: str, start: Any, end: Any, steps: Any) -> list[Any]:
    first, last, count = number(name, "start", start), number(name, "end", end), as_int(name, "steps", steps)
    if count < 0:
        raise ValueError(f"{name}: steps is an int from 0 up, got {count}")
    if count < 2:
        return [first] * count
    step = (last - first) / (count - 1)
    # From both ends, so that it is symmetric.
    return [first + i * step if i < count // 2 else last - (count - 1 - i) * step for i in range(count)]


@factory
def tril_indices(row: int, col: int, offset: int = 0, *, dtype: DType | None = None) -> Tensor:
    """The rows and the columns of the entries on or below a diagonal, (2, n).

    >>> tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _places([(i, j) for i in range(row) for j in range(col) if j - i <= offset], dtype)


@factory
def triu_indices(row: int, col: int, offset: int = 0, *, dtype: DType | None = None) -> Tensor:
    """The rows and the columns of the entries on or above a diagonal, (2, n)."""
    return _places([(i, j) for i in range(row) for j in range(col) if j - i >= offset], dtype)


def _places(pairs: list[tuple[int, int]], dtype: DType | None) -> Tensor:
    return made([i for i, _ in pairs] + [j for _, j in pairs], (2, len(pairs)), dtype or int64)
