"""Ranges: numbers that are evenly spaced, and the places of triangles."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from reprlib import repr as short
from typing import Any

from backprop.autograd.tensor import Tensor
from backprop.dtypes import DType, get_default_dtype, int64
from backprop.dtypes import bool as bool_
from backprop.numbers import math
from backprop.tensors.factory import factory, made, number
from backprop.tensors.shapes import as_shape
from backprop.validation import as_int, warn


@factory
def arange(start: Any = None, end: Any = None, step: Any = 1, *, dtype: DType | None = None) -> Tensor:
    """start + i·step for i = 0, 1, …, ⌈(end − start)/step⌉ − 1; ``arange(end)`` starts from 0. Ints make an int64 Tensor.

    Whether a float that should be ``end`` itself is there depends on how floats round, as in PyTorch; ``linspace`` gives a
    fixed number of them. Raises RuntimeError for a step of 0 or of the wrong sign, and for ends that are not finite.

    >>> arange(3), arange(1, 2, 0.5), arange(5, 0, -2)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]), tensor([5, 3, 1]))
    """
    if end is None:
        start, end = 0, start
    if end is None:
        raise TypeError("arange: needs the end, arange(3), or start and end, arange(1, 3)")
    given = [number("arange", name, x) for name, x in (("start", start or 0), ("end", end), ("step", step))]
    if dtype is None:
        dtype = int64 if all(isinstance(x, int) for x in given) else get_default_dtype()
    if dtype is bool_:
        raise NotImplementedError("arange: there is no range of bools; write dtype=int64")
    if not all(map(math.isfinite, given)):
        raise RuntimeError(f"arange: start, end and step are finite, got {short(given)}")
    first, last, width = map(int, given) if dtype is int64 else given
    if not width or (last - first) * width < 0:
        raise RuntimeError(f"arange: the step leads from start to end, got {first}, {last}, {width}")
    count = -((first - last) // width) if dtype is int64 else math.ceil((last - first) / width)
    if not dtype.is_floating_point:
        first, width = int(first), int(width)
    return made([first + i * width for i in builtins.range(count)], (count,), dtype)


@factory
def range(start: Any = 0, end: Any = None, step: Any = 1, *, dtype: DType | None = None) -> Tensor:
    """start + i·step up to ``end``, which is included, unlike that of ``arange``: deprecated in PyTorch, with a UserWarning.

    >>> range(1, 3)
    tensor([1., 2., 3.])
    """
    warn("range: it is deprecated in PyTorch; write arange, which leaves out the end")
    if end is None:
        raise TypeError("range: needs start and end, range(1, 3)")
    first, last, width = [number("range", name, x) for name, x in (("start", start), ("end", end), ("step", step))]
    if not all(map(math.isfinite, (first, last, width))) or not width or (last - first) * width < 0:
        raise RuntimeError(f"range: the step leads from start to end, got {first}, {last}, {width}")
    count = int((last - first) / width) + 1
    dtype = dtype or get_default_dtype()
    if not dtype.is_floating_point:
        first, width = int(first), int(width)
    return made([first + i * width for i in builtins.range(count)], (count,), dtype)


@factory
def linspace(start: Any, end: Any, steps: int, *, dtype: DType | None = None) -> Tensor:
    """``steps`` numbers from ``start`` to ``end``, both included.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    entries, dtype = _spaced("linspace", start, end, steps, dtype)
    return made(entries, (len(entries),), dtype)


@factory
def logspace(start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: DType | None = None) -> Tensor:
    """``base`` to the powers of ``linspace``; a power that is no real number is nan.

    >>> logspace(0, 2, 3), logspace(0, 1, 3, base=-2)
    (tensor([  1.,  10., 100.]), tensor([ 1., nan, -2.]))
    """
    powers, dtype = _spaced("logspace", start, end, steps, dtype)
    factor = float(number("logspace", "base", base))
    return made([_power(factor, x) for x in powers], (len(powers),), dtype)


def _power(base: float, x: float) -> float:
    try:
        return math.pow(base, x)
    except OverflowError:
        return -math.inf if base < 0 and x % 2 else math.inf
    except ValueError:
        return math.nan if base else math.inf


def _spaced(name: str, start: Any, end: Any, steps: Any, dtype: DType | None) -> tuple[list[Any], DType]:
    """The numbers of ``linspace``, and the dtype; for one of ints the ends are cut off before, as PyTorch does it."""
    first, last, count = number(name, "start", start), number(name, "end", end), as_int(name, "steps", steps)
    if count < 0:
        raise RuntimeError(f"{name}: steps is an int from 0 up, got {count}")
    dtype = dtype or get_default_dtype()
    if not dtype.is_floating_point:
        first, last = int(first), int(last)
    if count < 2:
        return [first] * count, dtype
    step = (last - first) / (count - 1)
    # From both ends, so that it is symmetric.
    return [first + i * step if i < count // 2 else last - (count - 1 - i) * step for i in builtins.range(count)], dtype


@factory
def tril_indices(row: int, col: int, offset: int = 0, *, dtype: DType | None = None) -> Tensor:
    """The rows and the columns of the entries on or below a diagonal, (2, n).

    >>> tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _places("tril_indices", row, col, dtype, lambda i, j: j - i <= offset)


@factory
def triu_indices(row: int, col: int, offset: int = 0, *, dtype: DType | None = None) -> Tensor:
    """The rows and the columns of the entries on or above a diagonal, (2, n)."""
    return _places("triu_indices", row, col, dtype, lambda i, j: j - i >= offset)


def _places(name: str, row: Any, col: Any, dtype: DType | None, chosen: Callable[[int, int], bool]) -> Tensor:
    rows, columns = as_shape(name, (row, col))
    pairs = [(i, j) for i in builtins.range(rows) for j in builtins.range(columns) if chosen(i, j)]
    return made([i for i, _ in pairs] + [j for _, j in pairs], (2, len(pairs)), dtype or int64)
