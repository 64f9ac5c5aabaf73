"""Arithmetic entry by entry: a dimension of size 1 is repeated, as in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.kernel import Rows


def elementwise(left: Rows, symbol: str, function: Callable[[Any, Any], Any], right: Rows) -> Rows:
    """The function of all pairs of entries, or the error that says at which there is no result.

    >>> elementwise([[1, 2], [3, 4]], "max", max, [[2, 3]])
    [[2, 3], [3, 4]]
    """
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        left, right = broadcast((left, right), symbol)
    try:
        return [list(map(function, p, q)) for p, q in zip(left, right)]
    except ArithmeticError:
        for i, (p, q) in enumerate(zip(left, right)):
            for j, (x, y) in enumerate(zip(p, q)):
                try:
                    function(x, y)
                except ArithmeticError as error:
                    where = f"Matrix {symbol}: {short(x)} {symbol} {short(y)} at [{i}, {j}]"
                    raise type(error)(f"{where}: {error}") from None
        raise


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
