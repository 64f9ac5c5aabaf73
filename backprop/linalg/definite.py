"""Cholesky's square root of a positive definite matrix: elimination where symmetry makes pivoting needless."""

from __future__ import annotations

import math

from backprop.kernel import Rows, dot
from backprop.linalg.scaling import shifted
from backprop.linalg.validation import LinAlgError, check_square, check_symmetric, floats
from backprop.matrix import Matrix, trusted


def cholesky(a: Matrix) -> Matrix:
    """L with A = L·Lᵀ, lower triangular with a positive diagonal, for A symmetric and positive definite.

    lᵢⱼ = (aᵢⱼ − Σₖ lᵢₖ·lⱼₖ)/lⱼⱼ for j < i and lᵢᵢ = √(aᵢᵢ − Σₖ lᵢₖ²), row by row. Fractions and integers become
    floats. The diagonal is first scaled to about 1, by powers of two, as the unit of xᵢ does in xᵀ·A·x. Golub and Van Loan, "Matrix Computations" (4th ed., 2013), section 4.2; Cholesky (1910).

    Cost: n³/6 multiply-adds. Error: that of entry i, j of L·Lᵀ is at most about (n + 1)·2⁻⁵³·√(aᵢᵢ·aⱼⱼ), without any
    pivoting, whatever the sizes of the entries.

    Raises LinAlgError where A is not square, not symmetric or not positive definite, for NaN or infinity.

    >>> cholesky(Matrix([[4.0, 2.0], [2.0, 10.0]]))
    Matrix([[2.0, 0.0], [1.0, 3.0]])
    """
    check_square("cholesky", a)
    rows = floats("cholesky", a)
    check_symmetric("cholesky", a)
    exponents = [(math.frexp(row[i])[1] + 1) // 2 for i, row in enumerate(rows)]
    lower: Rows = []
    for i, entries in enumerate(rows):
        entries = [math.ldexp(x, -exponents[i] - e) for x, e in zip(entries, exponents)]
        row: list[float] = []
        for other in lower:
            row.append((entries[len(row)] - dot(other[:-1], row)) / other[-1])
        pivot = entries[i] - dot(row, row)
        if not pivot > 0.0:
            pivot = math.ldexp(pivot, 2 * exponents[i])
            raise LinAlgError(f"cholesky: pivot {i} is {pivot!r}; the matrix is not positive definite")
        row.append(math.sqrt(pivot))
        lower.append(row)
    n = len(rows)
    return trusted([shifted(row, e) + [0.0] * (n - len(row)) for row, e in zip(lower, exponents)])
