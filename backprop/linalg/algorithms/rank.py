"""Rank and null space: exactly over fractions, by elimination; over floats by the singular values that count as 0."""

from __future__ import annotations

from fractions import Fraction

from backprop.kernel import Rows
from backprop.linalg.algorithms.singular import decomposed, numerical_rank
from backprop.linalg.algorithms.validation import check_matrix, fractions, is_exact
from backprop.matrix import Matrix, trusted


def matrix_rank(a: Matrix, *, atol: float = 0.0, rtol: float | None = None) -> int:
    """How many columns (and rows) of A (m, n) are independent.

    Exact where no entry is a float and no bound is given. Otherwise the number of singular values above rtol·σ₁ and atol.
    By default rtol is max(m, n)·2⁻⁵², below which they cannot be distinguished from rounding errors, or 0 where ``atol``
    is given.

    Cost: that of ``svd``, or min(m, n)·m·n multiply-adds of fractions. Raises LinAlgError for NaN or infinity.

    >>> matrix_rank(Matrix([[1, 2], [2, 4]])), matrix_rank(Matrix([[0.1, 0.3], [0.2, 0.6]]))
    (1, 1)
    """
    check_matrix("matrix_rank", a)
    if rtol is None and not atol and not any(type(x) is float for row in a.rows for x in row):
        _, pivots = _reduced_echelon(a)
        return len(pivots)
    return numerical_rank("matrix_rank", decomposed("matrix_rank", a), a, rtol, atol)


def null_space(a: Matrix, *, rtol: float | None = None) -> list[Matrix]:
    """A basis of all x with A·x = 0: a list of columns (n, 1), empty where only x = 0 does it.

    Exact where an entry is a Fraction and none is a float: one vector for each column without a pivot in the
    reduced echelon form. Otherwise orthonormal: the right singular vectors whose singular value is at most rtol·σ₁,
    by default max(m, n)·2⁻⁵². Its columns are a list, a Matrix each.

    Cost: that of ``svd``, or min(m, n)·m·n multiply-adds of fractions. Raises LinAlgError for NaN or infinity.

    >>> null_space(Matrix([[Fraction(1), 2], [2, 4]]))
    [Matrix([[Fraction(-2, 1)], [Fraction(1, 1)]])]
    >>> null_space(Matrix([[1.0, 2.0], [3.0, 4.0]]))
    []
    """
    check_matrix("null_space", a)
    n = a.shape[1]
    if is_exact(a) and rtol is None:
        rows, pivots = _reduced_echelon(a)
        basis = []
        for free in (j for j in range(n) if j not in pivots):
            x = [Fraction(int(j == free)) for j in range(n)]
            for row, pivot in zip(rows, pivots):
                x[pivot] = -row[free]
            basis.append(x)
        return [Matrix([[entry] for entry in x]) for x in basis]
    parts = decomposed("null_space", a, full_matrices=True)
    rank = numerical_rank("null_space", parts, a, rtol)
    return [trusted([[entry] for entry in row]) for row in parts.vh[rank:]]


def _reduced_echelon(a: Matrix) -> tuple[Rows, list[int]]:
    """The rows after Gauss and Jordan's elimination over fractions, and the columns of their leading ones."""
    rows = fractions(a)
    pivots: list[int] = []
    for j in range(a.shape[1]):
        top = len(pivots)
        p = next((i for i in range(top, len(rows)) if rows[i][j]), None)
        if p is None:
            continue
        rows[top], rows[p] = rows[p], rows[top]
        pivot = rows[top][j]
        rows[top] = [x / pivot for x in rows[top]]
        for i, row in enumerate(rows):
            if i != top and row[j]:
                factor = row[j]
                rows[i] = [x - factor * y for x, y in zip(row, rows[top])]
        pivots.append(j)
    return rows, pivots
