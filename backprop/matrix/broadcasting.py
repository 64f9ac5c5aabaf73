"""Arithmetic entry by entry: a dimension of size 1 is repeated, as in NumPy."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.kernel import Rows


def power_of(base: Any, exponent: Any) -> Any:
    """base ** exponent; beyond the largest float it is ±∞, as products are.

    >>> power_of(3, 2), power_of(-1e200, 3)
    (9, -inf)
    """
    try:
        return base**exponent
    except OverflowError:
        if (abs(base) < 1) == (exponent > 0):  # an int too large for a float, and no result too large
            return 0.0
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": power_of,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def elementwise(left: Rows, symbol: str, right: Rows) -> Rows:
    """The operator of all pairs of entries; every result is a real number, or the error says where there is none.

    >>> elementwise([[1, 2], [3, 4]], "+", [[10, 20]])
    [[11, 22], [13, 24]]
    """
    function = OPERATORS[symbol]
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        left, right = broadcast((left, right), symbol)
    try:
        results = [list(map(function, p, q)) for p, q in zip(left, right)]
    except ArithmeticError:
        raise _located(left, symbol, right) from None
    if symbol == "**" and any(complex in map(type, row) for row in results):
        raise _located(left, symbol, right)
    return results


def broadcast(tables: Sequence[Rows], name: str) -> list[Rows]:
    """All tables repeated to a common shape: in each dimension they have the same size, or the size 1.

    >>> broadcast(([[1, 2]], [[5], [6]]), "+")
    [[[1, 2], [1, 2]], [[5, 5], [6, 6]]]
    """
    rows, widths = max(map(len, tables)), [len(table[0]) for table in tables]
    columns = max(widths) if all(widths) else 0
    for table in tables:
        if len(table) not in (1, rows) or len(table[0]) not in (1, columns):
            shapes = " and ".join(f"{len(table)}×{len(table[0])}" for table in tables)
            raise ValueError(
                f"Matrix {name}: shapes {shapes} do not fit; in each dimension they must be the same, or one of them 1"
            )
    return [broadcast_rows(table, rows, columns) for table in tables]


def broadcast_rows(table: Rows, rows: int, columns: int) -> Rows:
    """The single row, the single column or both, as often as needed.

    >>> broadcast_rows([[1], [2]], 2, 3)
    [[1, 1, 1], [2, 2, 2]]
    """
    if len(table[0]) != columns:
        table = [row * columns for row in table]
    return table if len(table) == rows else table * rows


def _located(left: Rows, symbol: str, right: Rows) -> Exception:
    """The error of the first pair of entries that has no real result, with its position and its numbers."""
    for i, (p, q) in enumerate(zip(left, right)):
        for j, (x, y) in enumerate(zip(p, q)):
            where = f"Matrix {symbol}: {short(x)} {symbol} {short(y)} at [{i}, {j}]"
            try:
                result = OPERATORS[symbol](x, y)
            except ZeroDivisionError:
                return ZeroDivisionError(f"{where} divides by zero")
            except OverflowError:
                return OverflowError(f"{where} is beyond the largest float")
            if isinstance(result, complex):
                return ValueError(f"{where} is not a real number")
    raise AssertionError("unreachable: some pair of entries has no real result")
