"""Reduction: the losses of a batch each as they are, their sum or their mean, and the way back through it."""

from __future__ import annotations

import math
from typing import Any

from backprop.dot import Rows
from backprop.matrix import Matrix, by, fits, trusted
from backprop.settings import check_word

REDUCTIONS = ("mean", "sum", "none")


def check_reduction(name: str, reduction: Any) -> None:
    """ValueError unless it is "mean", "sum" or "none".

    >>> check_reduction("mse_loss", "average")
    Traceback (most recent call last):
    ValueError: mse_loss: reduction is 'mean', 'sum' or 'none', got 'average'
    """
    check_word(name, "reduction", reduction, REDUCTIONS)


def reduced(losses: Rows, reduction: str, divisor: float | None = None) -> Matrix:
    """L = Σ ℓ / divisor as 1×1, or for "none" the losses ℓ as they are; see ``divisor_of``. Nothing has the mean NaN.

    >>> reduced([[1.0, 5.0]], "mean"), reduced([[1.0, 5.0]], "none")
    (Matrix([[3.0]]), Matrix([[1.0, 5.0]]))
    """
    if reduction == "none":
        return trusted(losses)
    divisor = divisor_of(losses, reduction) if divisor is None else divisor
    total = sum(map(sum, losses))
    return trusted([[total / divisor if divisor else math.nan]])


def pulled_back(d: Matrix, slopes: Rows, reduction: str) -> Matrix:
    """∂L/∂x = ∂L/∂ℓ·∂ℓ/∂x entry by entry, for d = ∂L/∂(what ``reduced`` gave) and ``slopes`` = ∂ℓ/∂x.

    >>> pulled_back(Matrix([[1.0]]), [[2.0, -4.0]], "mean")
    Matrix([[1.0, -2.0]])
    """
    if reduction == "none":
        return trusted([[g * s for g, s in zip(gs, ss)] for gs, ss in zip(d.rows, slopes)])
    g, divisor = d.item(), divisor_of(slopes, reduction)
    return trusted([[s * g / divisor for s in row] for row in slopes])


def row_gradients(d: Matrix, count: int, reduction: str, divisor: float) -> list[Any]:
    """∂L/∂ℓ for each of ``count`` rows that have one loss each.

    >>> row_gradients(Matrix([[3.0]]), 2, "mean", 2)
    [1.5, 1.5]
    """
    if reduction == "none":
        return [g for (g,) in d.rows]
    return [d.item() / divisor if divisor else math.nan] * count


def divisor_of(losses: Rows, reduction: str) -> int:
    """What the sum is divided by: the number of losses, for "batchmean" that of rows, for "sum" 1."""
    if reduction == "sum":
        return 1
    return len(losses) if reduction == "batchmean" else len(losses) * len(losses[0])


def check_same_shape(name: str, first: Matrix, second: Matrix, names: str = "input and target") -> None:
    """ValueError unless both have the same shape: nothing is broadcast."""
    if not fits(first, second):
        raise ValueError(f"{name} needs {names} of the same shape, got {by(first.shape)} and {by(second.shape)}")
