"""The small products: trace, outer and Kronecker product, all exact where no entry is a float."""

from __future__ import annotations

from backprop.linalg.algorithms.validation import check_matrix, check_square
from backprop.matrix import Entry, Matrix, Number, flatten, trusted


def _too_large(name: str) -> OverflowError:
    """Where an int or a Fraction has to become a float and no float is as large."""
    return OverflowError(f"{name}: a number is beyond the largest float; Fractions alone stay exact")


def trace(a: Matrix) -> Entry:
    """tr A = Σ aᵢᵢ, which is also the sum of the eigenvalues. n additions.

    Raises LinAlgError where A is not square.

    >>> trace(Matrix([[1, 2], [3, 4]]))
    5
    """
    check_square("trace", a)
    try:
        total: Number = sum(row[i] for i, row in enumerate(a.rows))
    except OverflowError:
        raise _too_large("trace") from None
    return total


def outer(a: Matrix, b: Matrix) -> Matrix:
    """a·bᵀ: cᵢⱼ = aᵢ·bⱼ over all entries of a and of b, row after row; m·n multiplications.

    >>> outer(Matrix([[1, 2, 3]]), Matrix([[10], [100]]))
    Matrix([[10, 100], [20, 200], [30, 300]])
    """
    for table in (a, b):
        check_matrix("outer", table)
    right = flatten(b.rows)
    try:
        return trusted([[x * y for y in right] for row in a.rows for x in row])
    except OverflowError:
        raise _too_large("outer") from None


def kron(a: Matrix, b: Matrix) -> Matrix:
    """A ⊗ B: each entry aᵢⱼ replaced by the block aᵢⱼ·B, (m·p, n·q) for A (m, n) and B (p, q); m·n·p·q multiplications.

    >>> kron(Matrix([[1, 2]]), Matrix([[1, 10], [5, 0]]))
    Matrix([[1, 10, 2, 20], [5, 0, 10, 0]])
    """
    for table in (a, b):
        check_matrix("kron", table)
    try:
        return trusted([[x * y for x in p for y in q] for p in a.rows for q in b.rows])
    except OverflowError:
        raise _too_large("kron") from None
