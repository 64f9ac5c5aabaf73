"""Reductions of the numbers of a row or a column: mean, variance, extremes; and their running sums and order."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import accumulate
from math import hypot, inf, nan, sqrt
from typing import Any

Values = Sequence[Any]


def nan_max(values: Values) -> Any:
    """The largest entry; NaN if there is one."""
    return nan if _has_nan(values) else max(values)


def nan_min(values: Values) -> Any:
    """The smallest entry; NaN if there is one."""
    return nan if _has_nan(values) else min(values)


def argmax(values: Values) -> int:
    """The index of the largest entry, the first of equals; a NaN comes before all."""
    return _are_nan(values).index(True) if _has_nan(values) else values.index(max(values))


def argmin(values: Values) -> int:
    """The index of the smallest entry, the first of equals; a NaN comes before all."""
    return _are_nan(values).index(True) if _has_nan(values) else values.index(min(values))


def mean(values: Values) -> Any:
    """(Σ x)/n; where the sum alone is beyond the largest float, Σ (x/n).

    >>> mean([1, 2]), mean([1e308, 1e308])
    (1.5, 1e+308)
    """
    average = sum(values) / len(values)
    return average if _is_finite(average) else sum([x / len(values) for x in values])


def variance(values: Values, ddof: int) -> Any:
    """Σ (x − mean)²/(n − ddof), in two passes: the one-pass formula Σx² − n·mean² cancels.

    >>> variance([1e9, 1e9 + 2.0], 0), variance([0.1, 0.1, 0.1], 0)
    (1.0, 0.0)
    """
    if type(ddof) is not int or ddof >= len(values):
        raise ValueError(f"var and std of {len(values)} entries: ddof is an int below that, got {ddof!r}")
    return sum([x * x for x in _deviations(values)]) / (len(values) - ddof)


def deviation(values: Values, ddof: int) -> float:
    """√variance, also where the squares overflow or vanish.

    >>> deviation([1e200, 3e200], 0), deviation([2.0**-700, 2.0**-699], 0) == 2.0**-701
    (1e+200, True)
    """
    square = variance(values, ddof)
    if square != square or 2.0**-930 < square < inf:  # below that, squares have lost digits
        return sqrt(square)
    # Down to where the difference of any two is a float, or up to where no digit is lost.
    unit = 2.0**-2 if max(map(abs, values)) > 1 else 2.0**500
    return hypot(*_deviations([x * unit for x in values])) / sqrt(len(values) - ddof) / unit


def _deviations(values: Values) -> list[Any]:
    """x − mean. What the mean misses by rounding is taken off as well: equal entries deviate by 0."""
    center = mean(values)
    center += mean([x - center for x in values])
    return [x - center for x in values]


def _is_finite(x: Any) -> bool:
    return bool(x - x == 0)  # isfinite(x) needs a float, and integers and Fractions may be larger than any


def cumsum(values: Values) -> list[Any]:
    """The sum of each entry and all before it."""
    return list(accumulate(values))


def sorted_values(values: Values) -> list[Any]:
    """The entries from small to large, NaN last."""
    return sorted(values, key=_nan_last)


def argsort(values: Values) -> list[int]:
    """The indices of the entries from small to large, equal ones in their order, NaN last."""
    return sorted(range(len(values)), key=lambda k: _nan_last(values[k]))


def _nan_last(x: Any) -> tuple[bool, Any]:
    return x != x, x


def _has_nan(values: Values) -> bool:
    try:
        total: float = sum(values)  # NaN if an entry is, which takes a fifth of the time of comparing each
    except OverflowError:
        total = nan
    return total != total and any(map(operator.ne, values, values))


def _are_nan(values: Values) -> list[bool]:
    return list(map(operator.ne, values, values))
