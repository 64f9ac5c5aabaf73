"""Norms, which say how large a matrix is, and the condition number, which says how far it magnifies errors."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Union

from backprop.linalg.algorithms.elimination import inv
from backprop.linalg.algorithms.scaling import scaled
from backprop.linalg.algorithms.singular import decomposed
from backprop.linalg.algorithms.tables import largest
from backprop.linalg.algorithms.validation import LinAlgError, check_matrix, check_square, floats
from backprop.matrix import Entry, Matrix, Number, trusted

Order = Union[str, int, float, None]


def norm(a: Matrix, ord: Order = None) -> Entry:
    """‖A‖ as ``ord`` says:

    - None or "fro", Frobenius: √Σ aᵢⱼ², the length of A as one long vector
    - 1: the largest column sum of |aᵢⱼ|;  inf: the largest row sum
    - 2: the largest singular value;  "nuc", nuclear: the sum of all singular values

    For a column that is the vector norm of the same name. 1 and inf are exact where no entry is a float; the
    others turn Fractions and integers into floats. Squares and sums on the way neither overflow nor underflow. Golub and Van Loan, "Matrix Computations" (4th ed., 2013), section 2.3.

    Cost: m·n operations, for 2 and "nuc" that of ``svd``. Error: a small multiple of 2⁻⁵³·‖A‖, for 2 and "nuc" that
    of ``svd``. Raises LinAlgError for NaN, infinity or a norm beyond the largest float, ValueError for another ``ord``.

    >>> a = Matrix([[3, 4], [0, 0]])
    >>> norm(a), norm(a, 1), norm(a, math.inf), norm(a, "nuc")
    (5.0, 4, 7, 5.0)
    """
    check_matrix("norm", a)
    if isinstance(ord, bool) or ord not in (None, "fro", 1, 2, math.inf, "nuc"):
        raise ValueError(f"norm: ord is None, 'fro', 1, 2, inf or 'nuc', got {ord!r}")
    rows = floats("norm", a)
    size: Number = math.inf
    try:
        if ord is None or ord == "fro":
            size = math.hypot(*(x for row in rows for x in row))
        elif ord == 1:
            size = _largest_sum(zip(*a.rows))
        elif ord == math.inf:
            size = _largest_sum(a.rows)
        else:
            _, values, _, exponent = decomposed("norm", a)
            size = math.ldexp(values[0] if ord == 2 else math.fsum(values), exponent)
    except OverflowError:
        pass
    if size == math.inf:
        raise LinAlgError("norm: the result is beyond the largest float")
    return size


def _largest_sum(rows: Iterable[Sequence[Any]]) -> Any:
    return largest(trusted([[sum(map(abs, row)) for row in rows]]))


def cond(a: Matrix, p: Order = None) -> float:
    """κ(A) = ‖A‖·‖A⁻¹‖: by up to how many times A·x = b magnifies a relative error of b in x.

    Infinite if A is singular, or so nearly that no float is as large.

    For ``p`` None or 2 it is σ₁/σₙ, for any A; for the other norms A must be square.

    Cost: that of ``svd``, or of ``inv``. Raises LinAlgError for NaN, infinity or a shape that does not fit,
    ValueError for another ``p``.

    >>> cond(Matrix([[2.0, 0.0], [0.0, 0.5]])), cond(Matrix([[1.0, 1.0], [1.0, 1.0]]), 1)
    (4.0, inf)
    """
    check_matrix("cond", a)
    if p is None or p == 2:
        values = decomposed("cond", a).values
        return values[0] / values[-1] if values[-1] else math.inf
    check_square("cond", a)
    rows, _ = scaled(floats("cond", a))
    unit = trusted(rows)
    size = norm(unit, p)
    try:
        return float(size * norm(inv(unit), p))
    except LinAlgError:
        return math.inf
