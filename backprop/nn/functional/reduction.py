"""What the losses share: the sum or the mean of single losses, its gradient, and weights of classes or entries.

The losses of a table, and their derivatives, are in one list, row after row: most often a row has a single one, and a
list for each would cost more than the arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Tensor
from backprop.matrix import Matrix, Number, flatten, format_shape, native, same_shape, trusted, unflatten
from backprop.validation import check_choice, check_number

Weights = Union[Tensor, Matrix, Sequence[Number], Sequence[Sequence[Number]]]
REDUCTIONS = ("mean", "sum", "none")


def check_reduction(name: str, reduction: Any) -> None:
    """ValueError unless it is "mean", "sum" or "none".

    >>> check_reduction("mse_loss", "average")
    Traceback (most recent call last):
    ValueError: mse_loss: reduction is 'mean', 'sum' or 'none', got 'average'
    """
    check_choice(name, "reduction", reduction, REDUCTIONS)


def reduced(losses: list[Any], columns: int, reduction: str, divisor: float | None = None) -> Matrix:
    """L = Σ ℓ / divisor as 1×1, or for "none" the losses ℓ as they are; see ``divisor_of``. The mean of no losses is NaN.

    >>> reduced([1.0, 5.0], 2, "mean"), reduced([1.0, 5.0], 2, "none")
    (Matrix([[3.0]]), Matrix([[1.0, 5.0]]))
    """
    if reduction == "none":
        return trusted(unflatten(losses, columns))
    divisor = divisor_of(len(losses), columns, reduction) if divisor is None else divisor
    return trusted([[sum(losses) / divisor if divisor else math.nan]])


def reduced_to(reduction: str) -> tuple[int, ...] | None:
    """The shape of what ``reduced`` gave: no axes, or for "none" that of the input."""
    return None if reduction == "none" else ()


def entry_gradients(d: Matrix, slopes: list[Any], columns: int, reduction: str) -> Matrix:
    """∂L/∂x = ∂L/∂ℓ·∂ℓ/∂x entry by entry, for d = ∂L/∂(what ``reduced`` gave) and ``slopes`` = ∂ℓ/∂x.

    >>> entry_gradients(Matrix([[1.0]]), [2.0, -4.0], 2, "mean")
    Matrix([[1.0, -2.0]])
    """
    if reduction == "none":
        return trusted(unflatten([g * s for g, s in zip(flatten(d.rows), slopes)], columns))
    g, divisor = d.item(), divisor_of(len(slopes), columns, reduction)
    return trusted(unflatten([s * g / divisor for s in slopes], columns))


def row_gradients(d: Matrix, count: int, reduction: str, divisor: float) -> list[Any]:
    """∂L/∂ℓ for each of ``count`` rows that have one loss each.

    >>> row_gradients(Matrix([[3.0]]), 2, "mean", 2)
    [1.5, 1.5]
    """
    if reduction == "none":
        return flatten(d.rows)
    return [d.item() / divisor if divisor else math.nan] * count


def divisor_of(count: int, columns: int, reduction: str) -> int:
    """What the sum of ``count`` losses is divided by: their number, for "batchmean" that of rows, for "sum" 1."""
    if reduction == "sum":
        return 1
    return count // columns if reduction == "batchmean" else count


def check_same_shape(name: str, first: Matrix, second: Matrix, names: str = "input and target") -> None:
    """ValueError unless both have the same shape: nothing is broadcast."""
    if not same_shape(first, second):
        raise ValueError(
            f"{name} needs {names} of the same shape, got {format_shape(first.shape)} and {format_shape(second.shape)}"
        )


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
        value = value.matrix
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
