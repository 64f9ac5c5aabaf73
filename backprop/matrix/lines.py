"""What becomes of one line of numbers, a row or a column: its sum, its largest entry, its order."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import accumulate
from math import nan
from typing import Any

Line = Sequence[Any]


def largest(line: Line) -> Any:
    """The largest entry; NaN if there is one."""
    return nan if _has_nan(line) else max(line)


def smallest(line: Line) -> Any:
    """The smallest entry; NaN if there is one."""
    return nan if _has_nan(line) else min(line)


def place_of_largest(line: Line) -> int:
    """Where the largest entry stands, the first of equals; a NaN is before all."""
    return _places_of_nan(line).index(True) if _has_nan(line) else line.index(max(line))


def place_of_smallest(line: Line) -> int:
    """Where the smallest entry stands, the first of equals; a NaN is before all."""
    return _places_of_nan(line).index(True) if _has_nan(line) else line.index(min(line))


def variance(line: Line, ddof: int) -> Any:
    """Σ (x − mean)²/(n − ddof), in two passes: the one-pass formula Σx² − n·mean² cancels.

    >>> variance([1e9, 1e9 + 2.0], 0)
    1.0
    """
    if not isinstance(ddof, int) or ddof >= len(line):
        raise ValueError(f"var and std of {len(line)} entries: ddof is an int below that, got {ddof!r}")
    mean = sum(line) / len(line)
    return sum([(x - mean) ** 2 for x in line]) / (len(line) - ddof)


def running_sums(line: Line) -> list[Any]:
    """Each entry and all before it, added up."""
    return list(accumulate(line))


def in_order(line: Line) -> list[Any]:
    """The entries from small to large, NaN last."""
    return sorted(line, key=_nan_last)


def order(line: Line) -> list[int]:
    """The places of the entries from small to large, equal ones in their order, NaN last."""
    return sorted(range(len(line)), key=lambda k: _nan_last(line[k]))


def _nan_last(x: Any) -> tuple[bool, Any]:
    return x != x, x


def _has_nan(line: Line) -> bool:
    return any(map(operator.ne, line, line))


def _places_of_nan(line: Line) -> list[bool]:
    return list(map(operator.ne, line, line))
