"""The weights of a loss: how much each class, or each entry, counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Tensor
from backprop.matrix import Matrix, Number, native
from backprop.validation import check_number

Weights = Union[Tensor, Matrix, Sequence[Number], Sequence[Sequence[Number]]]


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
    value = native(value)
    if not isinstance(value, Matrix):
        if not isinstance(value, (list, tuple)) or not value:
            raise TypeError(f"{name}: {setting} is a Matrix or a list of numbers, got {short(value)}")
        if not isinstance(value[0], (list, tuple)):
            _check_entries(name, setting, value)
            return Matrix([value])
        value = Matrix(value)
    for row in value.rows:
        if not sum(map(abs, row)) < math.inf:
            _check_entries(name, setting, row)
    return value


def _check_entries(name: str, setting: str, row: Sequence[Any]) -> None:
    for w in row:
        check_number(name, f"every entry of {setting}", w)
