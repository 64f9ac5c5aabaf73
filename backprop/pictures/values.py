"""The numbers that a drawing is given, as floats."""

from __future__ import annotations

import math
from typing import Any

from backprop.matrix import Matrix
from backprop.matrix.entries import as_list, as_number


def numbers(name: str, values: Any) -> list[float]:
    """The numbers of a list, or of a Matrix row after row, as floats; TypeError for what is none.

    >>> numbers("loss", [1, 2.5]), numbers("weight", Matrix([[1, 2], [3, 10**400]]))
    ([1.0, 2.5], [1.0, 2.0, 3.0, inf])
    """
    given = [x for row in values for x in row] if isinstance(values, Matrix) else as_list(name, values)
    return [_float(as_number(x, f"{name}[{i}]")) for i, x in enumerate(given)]


def _float(x: Any) -> float:
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf
