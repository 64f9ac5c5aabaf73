"""Regression: how far predicted numbers are from the true ones.

Targets and predictions are lists of numbers, or tables of the same shape, a Matrix or Tensor; of several columns the
result is the mean of each column's, scikit-learn's ``uniform_average``.

A column's figure is a ratio of integers, since every float is one: nothing is lost to cancellation, nothing overflows
on the way, and the order of the examples does not matter. It is rounded once, at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import sub
from typing import Any, Callable, NamedTuple

from backprop.kernel import dot
from backprop.metrics.validation import Numbers, check_lengths, check_rows, number_rows


def r2(y_true: Numbers, y_pred: Numbers) -> float:
    """R² = 1 − Σ (t − y)² / Σ (t − mean t)², the coefficient of determination: 1 for perfect predictions y of the
    targets t, 0 for ones no better than the mean, and below for worse.

    Where all targets are the same it is 1.0 if the predictions are, too, and 0.0 if not, as in scikit-learn.

    Raises TypeError or ValueError, as all of these do, for what is not a finite number, for no examples, and for
    predictions of another shape than the targets.

    >>> r2([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    0.9486081370449678
    """
    return mean_over(checked_columns("r2", y_true, y_pred), r2_of)


def mean_absolute_error(y_true: Numbers, y_pred: Numbers) -> float:
    """1/n Σ |t − y|.

    >>> mean_absolute_error([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    0.5
    """
    return mean_over(checked_columns("mean_absolute_error", y_true, y_pred), mean_absolute_of)


def root_mean_squared_error(y_true: Numbers, y_pred: Numbers) -> float:
    """√(1/n Σ (t − y)²).

    >>> root_mean_squared_error([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    0.6123724356957945
    """
    return mean_over(checked_columns("root_mean_squared_error", y_true, y_pred), root_mean_square_of)


class Column(NamedTuple):
    """Targets and their errors t − y as integers, each so many times 1/unit."""

    targets: list[int]
    errors: list[int]
    unit: int


def r2_of(column: Column) -> float:
    """1 − n·Σ e² / (n·Σ t² − (Σ t)²): the divisor, n² times the variance, would cancel in floats."""
    targets, errors, _ = column
    total = len(targets) * dot(targets, targets) - sum(targets) ** 2
    rest = len(errors) * dot(errors, errors)
    if not total:
        return 0.0 if rest else 1.0
    return _quotient(total - rest, total)


def mean_absolute_of(column: Column) -> float:
    """Σ |e| / n."""
    return _quotient(sum(map(abs, column.errors)), len(column.errors) * column.unit)


def root_mean_square_of(column: Column) -> float:
    """√(Σ e² / n)."""
    square, divisor = dot(column.errors, column.errors), len(column.errors) * column.unit**2
    # So many times 4 that the integer root has 64 bits or more, where a float has 53.
    doublings = max(0, 65 + (divisor.bit_length() - square.bit_length()) // 2)
    return _quotient(math.isqrt((square << 2 * doublings) // divisor), 1 << doublings)


def mean_over(columns: Sequence[Column], figure: Callable[[Column], float]) -> float:
    """The mean of the columns' figures."""
    return math.fsum(map(figure, columns)) / len(columns)


def checked_columns(name: str, y_true: Numbers, y_pred: Numbers) -> list[Column]:
    """What fits together, column by column."""
    true, predicted = number_rows(name, "y_true", y_true), number_rows(name, "y_pred", y_pred)
    check_lengths(name, true, predicted)
    if len(true[0]) != len(predicted[0]):
        raise ValueError(f"{name} got predictions of {len(predicted[0])} numbers for targets of {len(true[0])}")
    for what, rows in (("y_true", true), ("y_pred", predicted)):
        check_rows(name, what, rows, _are_finite, "all numbers must be finite")
    return [_as_integers(t, y) for t, y in zip(zip(*true), zip(*predicted))]


def _are_finite(row: list[Any]) -> bool:
    return all(-math.inf < x < math.inf for x in row)


def _as_integers(targets: Sequence[Any], predictions: Sequence[Any]) -> Column:
    """Over one denominator, exactly.

    >>> _as_integers([0.5, 2], [0.75, 1.0])
    Column(targets=[2, 8], errors=[-1, 4], unit=4)
    """
    ratios = [[x.as_integer_ratio() for x in numbers] for numbers in (targets, predictions)]
    unit = math.lcm(*{d for column in ratios for _, d in column})
    true, predicted = ([n * (unit // d) for n, d in column] for column in ratios)
    return Column(true, list(map(sub, true, predicted)), unit)


def _quotient(a: int, b: int) -> float:
    """The float nearest to a/b, infinite beyond the largest."""
    try:
        return a / b
    except OverflowError:
        return math.inf if a > 0 else -math.inf
