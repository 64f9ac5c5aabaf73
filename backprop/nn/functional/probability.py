"""Scores as probabilities: softmax and its logarithm.

Both first subtract the largest score. In exact arithmetic that changes nothing, since it divides numerator and
denominator by the same factor, and no exponential is above 1.
"""

from __future__ import annotations

import math
from typing import Any, Callable

from backprop.autograd import Pullback, Result, operation
from backprop.kernel import dot
from backprop.matrix import Matrix, trusted
from backprop.validation import check_dim

RowResult = tuple[Matrix, Pullback]


@operation
def softmax(input: Matrix, dim: int = -1) -> Result:
    """yⱼ = eˣʲ / Σₖ eˣᵏ,  ∂L/∂xⱼ = yⱼ·(∂L/∂yⱼ − Σₖ ∂L/∂yₖ·yₖ), in each row (``dim`` 1 or -1) or each column (0).

    Probabilities: above 0, with the sum 1. Raises ValueError for another dim.
    Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs" (1990).

    >>> softmax(Matrix([[1000.0, 1000.0], [0.0, -1000.0]]))
    Tensor([[0.5, 0.5], [1.0, 0.0]])
    """
    check_dim("softmax", dim)
    return _along(dim, _softmax_of_rows, input)


@operation
def log_softmax(input: Matrix, dim: int = -1) -> Result:
    """yⱼ = xⱼ − ln Σₖ eˣᵏ,  ∂L/∂xⱼ = ∂L/∂yⱼ − eʸʲ·Σₖ ∂L/∂yₖ, in each row (``dim`` 1 or -1) or each column (0).

    The logarithms of ``softmax``, exact even where a probability is too small for a float. Raises ValueError for
    another dim.

    >>> log_softmax(Matrix([[1000.0, 0.0]]))
    Tensor([[0.0, -1000.0]])
    """
    check_dim("log_softmax", dim)
    return _along(dim, _log_softmax_of_rows, input)


def _softmax_of_rows(x: Matrix) -> RowResult:
    rows = []
    for row in x.rows:
        powers = exponentials(row)
        total = sum(powers)
        rows.append([power / total for power in powers])
    y = trusted(rows)

    def pullback(d: Matrix) -> Matrix:
        sums = map(dot, d.rows, y.rows)
        return trusted([[y * (d - s) for d, y in zip(ds, ys)] for ds, ys, s in zip(d.rows, y.rows, sums)])

    return y, pullback


def _log_softmax_of_rows(x: Matrix) -> RowResult:
    rows = []
    for row in x.rows:
        largest, logarithm = max(row), math.log(sum(exponentials(row)))
        rows.append([(x - largest) - logarithm for x in row])
    y = trusted(rows)

    def pullback(d: Matrix) -> Matrix:
        sums = map(sum, d.rows)
        exp = math.exp
        return trusted([[d - exp(y) * s for d, y in zip(ds, ys)] for ds, ys, s in zip(d.rows, y.rows, sums)])

    return y, pullback


def exponentials(row: list[Any]) -> list[float]:
    """eˣ⁻ᵐ for the row's largest entry m: no overflow, and at least one of them is 1.

    >>> exponentials([1000.0, 999.0])
    [1.0, 0.36787944117144233]
    """
    exp, largest = math.exp, max(row)
    return [exp(x - largest) for x in row]


def _along(dim: int, of_rows: Callable[[Matrix], RowResult], x: Matrix) -> RowResult:
    if dim in (1, -1):
        return of_rows(x)
    y, pullback = of_rows(x.T)
    return y.T, lambda d: pullback(d.T).T
