"""Cholesky's square root of a positive definite matrix: elimination where symmetry makes pivoting needless."""

from __future__ import annotations

import math

from backprop.dot import Rows, dot
from backprop.linalg.door import LinAlgError, check_square, check_symmetric, floats
from backprop.matrix import Matrix, trusted


def cholesky(a: Matrix) -> Matrix:
    """L with A = L·Lᵀ, lower triangular with a positive diagonal, for A symmetric and positive definite.

    lᵢⱼ = (aᵢⱼ − Σₖ lᵢₖ·lⱼₖ)/lⱼⱼ for j < i and lᵢᵢ = √(aᵢᵢ − Σₖ lᵢₖ²), row by row. Fractions and integers become
    floats. Golub and Van Loan, "Matrix Computations" (4th ed., 2013), section 4.2; Cholesky (1910).

    Cost: n³/6 multiply-adds. Error: ‖L·Lᵀ − A‖ is a small multiple of n·2⁻⁵³·‖A‖, without any pivoting.

    Raises LinAlgError where A is not square, not symmetric or not positive definite, for NaN or infinity.

    >>> cholesky(Matrix([[4.0, 2.0], [2.0, 10.0]]))
    Matrix([[2.0, 0.0], [1.0, 3.0]])
    """
    check_square("cholesky", a)
    rows = floats("cholesky", a)
    check_symmetric("cholesky", a)
    lower: Rows = []
    for i, entries in enumerate(rows):
        row: list[float] = []
        for other in lower:
            row.append((entries[len(row)] - dot(other[:-1], row)) / other[-1])
        pivot = entries[i] - dot(row, row)
        if not pivot > 0.0:
            raise LinAlgError(f"cholesky: pivot {i} is {pivot!r}; the matrix is not positive definite")
        row.append(math.sqrt(pivot))
        lower.append(row)
    n = len(rows)
    return trusted([row + [0.0] * (n - len(row)) for row in lower])
