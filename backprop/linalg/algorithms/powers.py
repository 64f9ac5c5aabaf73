"""Powers and the exponential of a matrix, by repeated squaring."""

from __future__ import annotations

import math

from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.algorithms.elimination import solve, solved
from backprop.linalg.algorithms.norms import norm
from backprop.linalg.algorithms.scaling import scaled, shifted
from backprop.linalg.algorithms.tables import hstack, identity, vstack, zeros
from backprop.linalg.algorithms.validation import LinAlgError, check_square, floats
from backprop.matrix import Matrix, trusted

_PADE_DEGREE = 13
_PADE_RADIUS = 5.371920351148152  # Higham (2005), table 2.3: up to here degree 13 is right to 2⁻⁵³
_MOST_SQUARINGS = 50  # each doubles the relative error


def matrix_power(a: Matrix, n: int) -> Matrix:
    """Aⁿ = A·A⋯A for an int n; A⁰ = I, and A⁻ⁿ = (A⁻¹)ⁿ.

    By squaring: n in binary says which of A, A², A⁴, … are factors. Exact where no entry is a float (a negative n
    of integers alone is divided into floats). Knuth, "The Art of Computer Programming" 2 (3rd ed., 1997), 4.6.3.

    Cost: between log₂|n| and 2·log₂|n| products. Raises LinAlgError where A is not square, or n is negative and A
    singular, for NaN or infinity; TypeError where n is no int; OverflowError where a power is beyond the largest float.

    >>> matrix_power(Matrix([[1, 1], [1, 0]]), 100)[0, 1]
    354224848179261915075
    """
    check_square("matrix_power", a)
    if any(type(x) is float for row in a.rows for x in row):
        a = trusted(floats("matrix_power", a))
    if not isinstance(n, int) or isinstance(n, bool):
        raise TypeError(f"matrix_power: the exponent is an int, got {n!r}")
    if n < 0:
        a, n = solved("matrix_power", a, identity(len(a))), -n
    power = identity(len(a))
    while n:
        if n % 2:
            power = power @ a
        n //= 2
        if n:
            a = a @ a
    return _in_range("matrix_power", power)


def _expm_differential(result: Matrix, matrices: list[Matrix], changes: list[Matrix]) -> Matrix:
    """The upper right block of the exponential of [A dA; 0 A]."""
    (a,), (da,), n = matrices, changes, len(result)
    return expm(vstack([hstack([a, da]), hstack([zeros(n, n), a])]))[:n, n:]


@with_differential(_expm_differential)
def expm(a: Matrix) -> Matrix:
    """e^A = I + A + A²/2! + A³/3! + …, which solves x' = A·x as x(t) = e^(A·t)·x(0).

    e^A = (e^(A/2ˢ))^(2ˢ), with s such that ‖A/2ˢ‖₁ is at most 5.37; there the Padé approximant of degree 13,
    N(A)·N(−A)⁻¹ for N(A) = Σₖ bₖ·Aᵏ, is right to 2⁻⁵³. Fractions and integers become floats. Higham, "The Scaling
    and Squaring Method for the Matrix Exponential Revisited" (2005).

    Cost: 7 + s products and one solution. Error: a small multiple of n·2⁻⁵³·max(1, ‖A‖)·‖e^A‖ for a normal A, more
    where the squarings magnify it. Raises LinAlgError where A is not square, for NaN or infinity and where ‖A‖₁ is
    above 2⁵², which leaves no digit, and OverflowError where e^A is beyond the largest float.

    >>> expm(Matrix([[0.0, math.log(4.0)], [0.0, 0.0]])).allclose(Matrix([[1.0, math.log(4.0)], [0.0, 1.0]]))
    True
    """
    check_square("expm", a)
    rows, exponent = scaled(floats("expm", a))
    size = norm(trusted(rows), 1)
    squarings = max(0, math.ceil(math.log2(size / _PADE_RADIUS)) + exponent) if size else 0
    x = trusted([shifted(row, exponent - squarings) for row in rows])
    even, odd = _pade_parts(x)
    result = solve(even - odd, even + odd)
    for _ in range(squarings):
        result = result @ result
    _in_range("expm", result)
    if squarings > _MOST_SQUARINGS:
        raise LinAlgError("expm: the largest column sum of |aᵢⱼ| is above 2⁵²; rounding leaves no digit of the result")
    return result


def _pade_parts(x: Matrix) -> tuple[Matrix, Matrix]:
    """The even and the odd part of N(X) = Σₖ bₖ·Xᵏ, from X², X⁴ and X⁶ alone: N(−X) has the same even part.

    bₖ = (2q − k)!·q! / ((2q)!·k!·(q − k)!) for the degree q = 13.
    """
    q, f = _PADE_DEGREE, math.factorial
    b = [f(2 * q - k) * f(q) / (f(2 * q) * f(k) * f(q - k)) for k in range(q + 1)]
    one = identity(len(x))
    x2 = x @ x
    x4 = x2 @ x2
    x6 = x2 @ x4
    even = x6 @ (b[12] * x6 + b[10] * x4 + b[8] * x2) + b[6] * x6 + b[4] * x4 + b[2] * x2 + b[0] * one
    odd = x @ (x6 @ (b[13] * x6 + b[11] * x4 + b[9] * x2) + b[7] * x6 + b[5] * x4 + b[3] * x2 + b[1] * one)
    return even, odd


def _in_range(name: str, result: Matrix) -> Matrix:
    """The result; OverflowError where an entry is not finite."""
    # Not isfinite(x), which needs a float: integers and Fractions may be larger than any.
    if not all(entry - entry == 0 for row in result.rows for entry in row):
        raise OverflowError(f"{name}: the result is beyond the largest float")
    return result
