"""Settings at the door: what a number, a word or a weight may be, or the sentence that says so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from reprlib import repr as short
from typing import Any, Union

from backprop.matrix import Matrix, Number
from backprop.tensor import Tensor

Weights = Union[Tensor, Matrix, Sequence[Number]]


def check_number(
    name: str, setting: str, value: Number, low: float = -math.inf, high: float = math.inf, *, above: float = -math.inf
) -> None:
    """ValueError unless ``value`` is a finite number from ``low`` to ``high``, or above ``above``.

    >>> check_number("HuberLoss", "delta", -1.0, above=0)
    Traceback (most recent call last):
    ValueError: HuberLoss: delta is a finite number above 0, got -1.0
    """
    if isinstance(value, Real) and -math.inf < value < math.inf and low <= value <= high and above < value:
        return
    least = f" above {above}" if above > -math.inf else f" from {low}" if low > -math.inf else ""
    most = f" to {high}" if high < math.inf else " up" if low > -math.inf else ""
    raise ValueError(f"{name}: {setting} is a finite number{least}{most}, got {short(value)}")


def check_word(name: str, setting: str, value: Any, words: Sequence[str]) -> None:
    """ValueError unless ``value`` is one of the ``words``.

    >>> check_word("GELU", "approximate", "exact", ("none", "tanh"))
    Traceback (most recent call last):
    ValueError: GELU: approximate is 'none' or 'tanh', got 'exact'
    """
    if value not in words:
        *others, last = map(repr, words)
        raise ValueError(f"{name}: {setting} is {', '.join(others)} or {last}, got {short(value)}")


def weight_matrix(name: str, setting: str, value: Weights | None) -> Matrix | None:
    """The weights of a loss as a Matrix, a list of numbers as its single row; no gradient flows to them.

    >>> weight_matrix("nll_loss", "weight", [1.0, 0.5])
    Matrix([[1.0, 0.5]])
    """
    if value is None:
        return None
    if isinstance(value, Tensor):
        if value.requires_grad:
            raise ValueError(f"{name}: no gradient flows to a {setting}; give {setting}.detach()")
        value = value.data
    weight = value if isinstance(value, Matrix) else Matrix([value])
    for row in weight.rows:
        for w in row:
            check_number(name, f"every entry of {setting}", w)
    return weight
