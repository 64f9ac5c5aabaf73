"""What becomes of one line of numbers, a row or a column: its sum, its largest entry, its order."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import accumulate
from math import hypot, inf, nan, sqrt
from typing import Any

Line = Sequence[Any]


def nan_max(line: Line) -> Any:
    """The largest entry; NaN if there is one."""
    return nan if _has_nan(line) else max(line)


def nan_min(line: Line) -> Any:
    """The smallest entry; NaN if there is one."""
    return nan if _has_nan(line) else min(line)


def argmax(line: Line) -> int:
    """Where the largest entry stands, the first of equals; a NaN is before all."""
    return _places_of_nan(line).index(True) if _has_nan(line) else line.index(max(line))


def argmin(line: Line) -> int:
    """Where the smallest entry stands, the first of equals; a NaN is before all."""
    return _places_of_nan(line).index(True) if _has_nan(line) else line.index(min(line))


def mean(line: Line) -> Any:
    """Σ x/n; where the sum alone is beyond the largest float, the sum of the shares.

    >>> mean([1, 2]), mean([1e308, 1e308])
    (1.5, 1e+308)
    """
    average = sum(line) / len(line)
    return average if _is_finite(average) else sum([x / len(line) for x in line])


def variance(line: Line, ddof: int) -> Any:
    """Σ (x − mean)²/(n − ddof), in two passes: the one-pass formula Σx² − n·mean² cancels.

    >>> variance([1e9, 1e9 + 2.0], 0), variance([0.1, 0.1, 0.1], 0)
    (1.0, 0.0)
    """
    if type(ddof) is not int or ddof >= len(line):
        raise ValueError(f"var and std of {len(line)} entries: ddof is an int below that, got {ddof!r}")
    return sum([x * x for x in _deviations(line)]) / (len(line) - ddof)


def deviation(line: Line, ddof: int) -> float:
    """√variance, also where the squares overflow or vanish.

    >>> deviation([1e200, 3e200], 0), deviation([2.0**-700, 2.0**-699], 0) == 2.0**-701
    (1e+200, True)
    """
    square = variance(line, ddof)
    if square != square or 2.0**-930 < square < inf:  # below that, squares have lost digits
        return sqrt(square)
    # Down to where the difference of any two is a float, or up to where no digit is lost.
    unit = 2.0**-2 if max(map(abs, line)) > 1 else 2.0**500
    return hypot(*_deviations([x * unit for x in line])) / sqrt(len(line) - ddof) / unit


def _deviations(line: Line) -> list[Any]:
    """x − mean. What the mean misses by rounding is taken off as well: equal entries deviate by 0."""
    center = mean(line)
    center += mean([x - center for x in line])
    return [x - center for x in line]


def _is_finite(x: Any) -> bool:
    return bool(x - x == 0)  # isfinite(x) needs a float, and integers and Fractions may be larger than any


def cumsum(line: Line) -> list[Any]:
    """Each entry and all before it, added up."""
    return list(accumulate(line))


def sorted_values(line: Line) -> list[Any]:
    """The entries from small to large, NaN last."""
    return sorted(line, key=_nan_last)


def argsort(line: Line) -> list[int]:
    """The places of the entries from small to large, equal ones in their order, NaN last."""
    return sorted(range(len(line)), key=lambda k: _nan_last(line[k]))


def _nan_last(x: Any) -> tuple[bool, Any]:
    return x != x, x


def _has_nan(line: Line) -> bool:
    return any(map(operator.ne, line, line))


def _places_of_nan(line: Line) -> list[bool]:
    return list(map(operator.ne, line, line))
