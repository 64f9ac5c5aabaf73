"""Norms, which say how large a matrix is, and the condition number, which says how far it magnifies errors."""

from __future__ import annotations

import math
from typing import Union

from backprop.linalg.door import LinAlgError, check_matrix, check_square, floats
from backprop.linalg.elimination import inv
from backprop.linalg.singular import svd
from backprop.matrix import Matrix, Number

Order = Union[str, int, float, None]


def norm(a: Matrix, ord: Order = None) -> Number:
    """‖A‖ as ``ord`` says:

    - None or "fro", Frobenius: √Σ aᵢⱼ², the length of A as one long vector
    - 1: the largest column sum of |aᵢⱼ|;  inf: the largest row sum
    - 2: the largest singular value;  "nuc", nuclear: the sum of all singular values

    For a column that is the vector norm of the same name. 1 and inf are exact where no entry is a float; the
    others turn Fractions and integers into floats. Entries around 10^±200 neither overflow nor underflow.
    Golub and Van Loan, "Matrix Computations" (4th ed., 2013), section 2.3.

    Cost: m·n operations, for 2 and "nuc" that of ``svd``. Error: a small multiple of 2⁻⁵³·‖A‖, for 2 and "nuc" that
    of ``svd``. Raises LinAlgError for NaN or infinity, ValueError for another ``ord``.

    >>> a = Matrix([[3, 4], [0, 0]])
    >>> norm(a), norm(a, 1), norm(a, math.inf), norm(a, "nuc")
    (5.0, 4, 7, 5.0)
    """
    check_matrix("norm", a)
    rows = floats("norm", a)
    if ord is None or ord == "fro":
        return math.hypot(*(x for row in rows for x in row))
    if ord == 1:
        return abs(a).sum(axis=0).max()
    if ord == math.inf:
        return abs(a).sum(axis=1).max()
    if ord == 2:
        return svd(a, full_matrices=False).S[0]
    if ord == "nuc":
        return math.fsum(svd(a, full_matrices=False).S)
    raise ValueError(f"norm: ord is None, 'fro', 1, 2, inf or 'nuc', got {ord!r}")


def cond(a: Matrix, p: Order = None) -> float:
    """κ(A) = ‖A‖·‖A⁻¹‖: by up to how many times A·x = b magnifies a relative error of b in x; infinite if A is singular.

    For ``p`` None or 2 it is σ₁/σₙ, for any A; for the other norms A must be square.

    Cost: that of ``svd``, or of ``inv``. Raises LinAlgError for NaN, infinity or a shape that does not fit,
    ValueError for another ``p``.

    >>> cond(Matrix([[2.0, 0.0], [0.0, 0.5]])), cond(Matrix([[1.0, 1.0], [1.0, 1.0]]), 1)
    (4.0, inf)
    """
    check_matrix("cond", a)
    if p is None or p == 2:
        values = svd(a, full_matrices=False).S
        return values[0] / values[-1] if values[-1] else math.inf
    check_square("cond", a)
    size = norm(a, p)
    try:
        return float(size * norm(inv(a), p))
    except LinAlgError:
        return math.inf
