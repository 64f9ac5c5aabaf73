"""Tables that the algorithms begin with or take apart: the identity, diagonals, triangles, and blocks put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from math import inf, nan
from typing import Any

from backprop.matrix import Matrix, flatten, trusted
from backprop.matrix.broadcasting import broadcast_rows


def zeros(rows: int, columns: int) -> Matrix:
    """Every entry is the integer 0: exact beside a float as beside a Fraction, and it takes on their type.

    >>> zeros(1, 2) + Matrix([[0.5, 2.0]])
    Matrix([[0.5, 2.0]])
    """
    return trusted([[0] * columns for _ in range(rows)])


def diagonal(values: Sequence[Any]) -> Matrix:
    """``values`` from top left to bottom right, the integer 0 elsewhere.

    >>> diagonal([2.5, 3])
    Matrix([[2.5, 0], [0, 3]])
    """
    return trusted([[x if i == j else 0 for j in range(len(values))] for i, x in enumerate(values)])


def identity(size: int) -> Matrix:
    """I, with I·A = A·I = A; its entries are the integers 0 and 1.

    >>> identity(2)
    Matrix([[1, 0], [0, 1]])
    """
    return diagonal([1] * size)


def triu(a: Matrix, k: int = 0) -> Matrix:
    """The upper triangle: the integer 0 wherever j − i < k, that is below the k-th diagonal.

    >>> triu(Matrix([[1, 2], [3, 4]]))
    Matrix([[1, 2], [0, 4]])
    """
    return trusted([[x if j - i >= k else 0 for j, x in enumerate(row)] for i, row in enumerate(a.rows)])


def tril(a: Matrix, k: int = 0) -> Matrix:
    """The lower triangle: the integer 0 wherever j − i > k, that is above the k-th diagonal.

    >>> tril(Matrix([[1, 2], [3, 4]]))
    Matrix([[1, 0], [3, 4]])
    """
    return trusted([[x if j - i <= k else 0 for j, x in enumerate(row)] for i, row in enumerate(a.rows)])


def hstack(matrices: Iterable[Matrix]) -> Matrix:
    """The matrices side by side; all have the same number of rows.

    >>> hstack([Matrix([[1], [2]]), Matrix([[3, 4], [5, 6]])])
    Matrix([[1, 3, 4], [2, 5, 6]])
    """
    return trusted([flatten(rows) for rows in zip(*(part.rows for part in matrices))])


def vstack(matrices: Iterable[Matrix]) -> Matrix:
    """The matrices below each other; all have the same number of columns.

    >>> vstack([Matrix([[1, 2]]), Matrix([[3, 4], [5, 6]])])
    Matrix([[1, 2], [3, 4], [5, 6]])
    """
    return trusted(list(chain.from_iterable(part.rows for part in matrices)))


def differences(values: Sequence[Any]) -> Matrix:
    """xⱼ − xᵢ beside the diagonal, and ∞ on it, by which nothing but 0 is left of a number.

    >>> differences([1.0, 3.0])
    Matrix([[float('inf'), 2.0], [-2.0, float('inf')]])
    """
    return trusted([[y - x if i != j else inf for j, y in enumerate(values)] for i, x in enumerate(values)])


def quotients(a: Matrix, b: Matrix) -> Matrix:
    """A/B entry by entry, B broadcast, with x/0 = ±∞ and 0/0 = NaN.

    >>> quotients(Matrix([[1.0, 0.0], [1.0, 3.0]]), Matrix([[0.0, 2.0]]))
    Matrix([[float('inf'), 0.0], [float('inf'), 1.5]])
    """
    b = trusted(broadcast_rows(b.rows, *a.shape))
    return trusted([list(map(_quotient, p, q)) for p, q in zip(a.rows, b.rows)])


def _quotient(x: Any, y: Any) -> Any:
    return x / y if y else inf if x > 0 else -inf if x < 0 else nan


def largest(a: Matrix) -> Any:
    """The largest |aᵢⱼ|; NaN if there is one.

    >>> largest(Matrix([[1, -3]]))
    3
    """
    return _nan_or_max([abs(x) for row in a.rows for x in row])


def _nan_or_max(values: Sequence[Any]) -> Any:
    return max(values) if not any(x != x for x in values) else float("nan")
