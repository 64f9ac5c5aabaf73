"""Scores as probabilities: softmax and its logarithm.

Both first subtract the largest score, which changes nothing in exact arithmetic (it divides above and below by
the same factor) and leaves no exponential above 1.
"""

from __future__ import annotations

import math
from typing import Any, Callable

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation, transpose
from backprop.kernel import dot
from backprop.matrix import Matrix, trusted
from backprop.validation import check_dim


def softmax(input: TensorLike, dim: int = -1) -> Tensor:
    """Probabilities in each row (``dim`` 1 or -1) or in each column (0): above 0, with the sum 1.

    The equation is that of ``softmax_rows``. Raises ValueError for another dim.

    >>> softmax(Matrix([[1000.0, 1000.0], [0.0, -1000.0]]))
    Tensor([[0.5, 0.5], [1.0, 0.0]])
    """
    return _along("softmax", dim, softmax_rows, input)


def log_softmax(input: TensorLike, dim: int = -1) -> Tensor:
    """The logarithms of ``softmax``, exact even where a probability is too small for a float.

    The equation is that of ``log_softmax_rows``. Raises ValueError for another dim.

    >>> log_softmax(Matrix([[1000.0, 0.0]]))
    Tensor([[0.0, -1000.0]])
    """
    return _along("log_softmax", dim, log_softmax_rows, input)


@operation
def softmax_rows(x: Matrix) -> Result:
    """yⱼ = eˣʲ / Σₖ eˣᵏ,  ∂L/∂xⱼ = yⱼ·(∂L/∂yⱼ − Σₖ ∂L/∂yₖ·yₖ), row by row.

    Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs" (1990).
    """
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


@operation
def log_softmax_rows(x: Matrix) -> Result:
    """yⱼ = xⱼ − ln Σₖ eˣᵏ,  ∂L/∂xⱼ = ∂L/∂yⱼ − eʸʲ·Σₖ ∂L/∂yₖ, row by row."""
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


def _along(name: str, dim: int, rows_operation: Callable[..., Tensor], input: TensorLike) -> Tensor:
    check_dim(name, dim)
    input = as_tensor(input, name)
    if dim in (1, -1):
        return rows_operation(input)
    return transpose(rows_operation(transpose(input)))
