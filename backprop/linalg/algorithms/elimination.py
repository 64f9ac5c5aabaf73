"""Elimination: a matrix as a lower times an upper triangle, by Gauss and, where it is positive definite, by Cholesky;
and what that gives: solutions, inverse, determinant."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import sub
from typing import Any, Callable, NamedTuple

from backprop.kernel import Rows, dot, row_products
from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.algorithms.products import trace
from backprop.linalg.algorithms.scaling import equilibrated, scaled_lines, shifted, unscaled
from backprop.linalg.algorithms.tables import hstack, identity, tril, triu, vstack, zeros
from backprop.linalg.algorithms.validation import (
    LinAlgError,
    PivotError,
    check_matrix,
    check_square,
    check_symmetric,
    floats,
    fractions,
    is_exact,
)
from backprop.matrix import Entry, Matrix, trusted
from backprop.validation import check_bool

# ln 2 in two parts, the first of 33 bits: an exponent times it is exact.
_LN2, _REST_OF_LN2 = 0.6931471803691238, 1.9082149292705877e-10


class LUResult(NamedTuple):
    """A = P·L·U."""

    P: Matrix
    L: Matrix
    U: Matrix


class LUFactorResult(NamedTuple):
    """U and, below the diagonal, L without its 1s in one table; ``pivots[k]`` is the row, counted from 1, with which
    row k + 1 was swapped in step k."""

    LU: Matrix
    pivots: list[int]


class SlogdetResult(NamedTuple):
    """det A = sign·e^logabsdet."""

    sign: float
    logabsdet: float


class Factors(NamedTuple):
    """P·A = L·U in parts: ``order`` are the rows of A in their new order, ``sign`` is det P, the rows of ``lower``
    are those of L left of the diagonal (on which L has 1), the columns of ``upper`` those of U down to it."""

    order: list[int]
    sign: int
    lower: Rows
    upper: Rows


def _lu_differential(result: LUResult, matrices: list[Matrix], changes: list[Matrix]) -> Any:
    """With A = P·L·U: dL = L·tril₋₁(F), dU = triu(F)·U for F = L⁻¹·Pᵀ·dA·U⁻¹, of the square part; the rest follows."""
    p, lower, upper = result
    return None, *_triangles_differential(lower, upper, p.T @ changes[0])


def _triangles_differential(lower: Matrix, upper: Matrix, change: Matrix) -> tuple[Matrix, Matrix]:
    (m, k), n = lower.shape, upper.shape[1]
    f = solve_triangular(lower[:k], change[:k, :k], upper=False, unitriangular=True)
    f = solve_triangular(upper[:, :k].T, f.T, upper=False).T
    to_lower, to_upper = lower[:k] @ tril(f, -1), triu(f) @ upper[:, :k]
    if m > k:  # what is below: A₂ = L₂·U₁
        below = change[k:, :k] - lower[k:] @ to_upper
        to_lower = vstack([to_lower, solve_triangular(upper[:, :k].T, below.T, upper=False).T])
    if n > k:  # what is beside: A₂ = L₁·U₂
        beside = change[:k, k:] - to_lower[:k] @ upper[:, k:]
        to_upper = hstack([to_upper, solve_triangular(lower[:k], beside, upper=False, unitriangular=True)])
    return to_lower, to_upper


@with_differential(_lu_differential)
def lu(a: Matrix) -> LUResult:
    """A = P·L·U: P a permutation, L lower triangular with 1 on the diagonal, U upper triangular.

    For A (m, n) and k = min(m, n): P (m, m), L (m, k), U (k, n). The pivot of each column is its largest entry in
    absolute value (partial pivoting), so no entry of L is above 1. Exact where an entry is a Fraction and none is
    a float; integers alone become floats. Turing, "Rounding-off errors in matrix processes" (1948); Golub and Van
    Loan, "Matrix Computations" (4th ed., 2013), section 3.4.

    Cost: n³/3 multiply-adds for n×n. Error: ‖P·L·U − A‖ is a small multiple of n·2⁻⁵³·‖L‖·‖U‖.

    Raises TypeError for what is not a Matrix, LinAlgError for NaN or infinity and for an entry of U beyond the largest
    float.

    >>> from fractions import Fraction
    >>> p, l, u = lu(Matrix([[Fraction(1), 2], [3, 4]]))
    >>> p, l.map(float), u.map(float)
    (Matrix([[0, 1], [1, 0]]), Matrix([[1.0, 0.0], [0.3333333333333333, 1.0]]), Matrix([[3.0, 4.0], [0.0, 0.6666666666666666]]))
    >>> p @ l @ u
    Matrix([[Fraction(1, 1), Fraction(2, 1)], [Fraction(3, 1), Fraction(4, 1)]])
    """
    check_matrix("lu", a)
    m, n = a.shape
    k = min(m, n)
    order, _, below, columns = _factored("lu", a)
    p = [[1 if order[j] == i else 0 for j in range(m)] for i in range(m)]
    lower = [(row + [1] + [0] * k)[:k] for row in below]
    upper = [[column[i] if i < len(column) else 0 for column in columns] for i in range(k)]
    return LUResult(trusted(p), trusted(lower), trusted(upper))


def _lu_factor_differential(result: LUFactorResult, matrices: list[Matrix], changes: list[Matrix]) -> Any:
    table, pivots = result
    k = min(table.shape)
    rows = list(changes[0].rows)
    for i, pivot in enumerate(pivots):
        rows[i], rows[pivot - 1] = rows[pivot - 1], rows[i]
    lower, upper = tril(table[:, :k], -1), triu(table[:k])
    lower = lower + vstack([identity(k), zeros(len(table) - k, k)]) if len(table) > k else lower + identity(k)
    to_lower, to_upper = _triangles_differential(lower, upper, trusted(rows))
    (m, n), below, beside = table.shape, to_lower.rows, to_upper.rows
    joined = [[below[i][j] if j < i and j < k else beside[i][j] for j in range(n)] for i in range(m)]
    return trusted(joined), None


@with_differential(_lu_factor_differential)
def lu_factor(a: Matrix) -> LUFactorResult:
    """The factors of ``lu`` in one table (m, n), and the min(m, n) swaps of rows that P stands for, as LAPACK has them.

    Exactness, cost, error and what is raised are those of ``lu``.

    >>> lu_factor(Matrix([[0.0, 2.0], [4.0, 5.0]]))
    LUFactorResult(LU=Matrix([[4.0, 5.0], [0.0, 2.0]]), pivots=[2, 2])
    """
    check_matrix("lu_factor", a)
    order, _, lower, columns = _factored("lu_factor", a)
    table = [[*row, *(column[i] for column in columns[len(row) :])] for i, row in enumerate(lower)]
    rows, pivots = list(range(len(a))), []
    for k, i in enumerate(order[: min(a.shape)]):
        position = rows.index(i)
        rows[k], rows[position] = rows[position], rows[k]
        pivots.append(position + 1)
    return LUFactorResult(trusted(table), pivots)


def _solve_differential(x: Matrix, matrices: list[Matrix], changes: list[Matrix]) -> Matrix:
    """dX = A⁻¹·(dB − dA·X)."""
    return solve(matrices[0], changes[1] - changes[0] @ x)


@with_differential(_solve_differential)
def solve(a: Matrix, b: Matrix) -> Matrix:
    """X with A·X = B, for A (n, n) and B (n, k), one right side a column.

    P·A = L·U, then L·Y = P·B from the top down and U·X = Y from the bottom up. Exact where an entry is a Fraction
    and none is a float. Over floats rows and columns are first scaled by powers of two, to a largest entry of about
    1: then entries of any size that a float can have are as good as others. Sources as for ``lu``.

    Cost: n³/3 + k·n² multiply-adds. Error: (A + E)·x = b for each column, with |eᵢⱼ| ≤ 12·n²·2⁻⁵³·ρ·maxⱼ|aᵢⱼ|, where ρ is how
    much larger than 1 the scaled entries grow in the elimination: at most 2ⁿ⁻¹, hardly ever above 10. X itself is wrong
    by up to ``cond(a)`` times that share, and by the spacing of floats where it is below 2⁻¹⁰²².

    Raises LinAlgError where A is not square, B has another number of rows, a column has no pivot but 0 (A is
    singular; one that is nearly so is solved), for NaN or infinity, or for a result beyond the largest float.

    >>> solve(Matrix([[2.0, 1.0], [1.0, 3.0]]), Matrix([[3.0], [5.0]]))
    Matrix([[0.8], [1.4]])
    """
    check_square("solve", a)
    check_matrix("solve", b)
    if len(a) != len(b):
        raise LinAlgError(f"solve: a has {len(a)} rows and b has {len(b)}; they must be equal")
    return solved("solve", a, b)


def _triangular_differential(
    x: Matrix, matrices: list[Matrix], changes: list[Matrix], *, upper: bool, unitriangular: bool = False
) -> Matrix:
    """dX = A⁻¹·(dB − dA·X), where only what is read of A can change."""
    (a, _), (da, db) = matrices, changes
    read = (triu if upper else tril)(da, (1 if upper else -1) if unitriangular else 0)
    return solve_triangular(a, db - read @ x, upper=upper, unitriangular=unitriangular)


@with_differential(_triangular_differential)
def solve_triangular(a: Matrix, b: Matrix, *, upper: bool, unitriangular: bool = False) -> Matrix:
    """X with A·X = B for a triangular A (n, n) and B (n, k), row by row from the one that has a single unknown.

    What stands in the other triangle is not read; with ``unitriangular`` the diagonal is not either, and counts as 1.

    Cost: k·n²/2 multiply-adds. Exactness, error and what is raised are those of ``solve``, without growth: ρ = 1.

    >>> solve_triangular(Matrix([[2.0, 7.0], [1.0, 4.0]]), Matrix([[4.0], [6.0]]), upper=False)
    Matrix([[2.0], [1.0]])
    """
    check_square("solve_triangular", a)
    check_matrix("solve_triangular", b)
    check_bool("solve_triangular", upper=upper, unitriangular=unitriangular)
    if len(a) != len(b):
        raise LinAlgError(f"solve_triangular: a has {len(a)} rows and b has {len(b)}; they must be equal")
    triangle = triu(a) if upper else tril(a)
    if unitriangular:
        triangle = trusted([[*row[:i], 1, *row[i + 1 :]] for i, row in enumerate(triangle.rows)])
    if upper:
        return solved("solve_triangular", triangle, b, _upper_factors)
    # With rows and columns in reverse, a lower triangle is an upper one.
    return solved("solve_triangular", triangle[::-1][:, ::-1], b[::-1], _upper_factors)[::-1]


@with_differential(lambda y, a, da: -(y @ da[0] @ y))
def inv(a: Matrix) -> Matrix:
    """A⁻¹, with A·A⁻¹ = A⁻¹·A = I: the solution of A·X = I. To solve a system, ``solve`` is cheaper and nearer.

    Cost: 4/3·n³ multiply-adds. Exactness, error, sources and what is raised are those of ``solve``.

    >>> from fractions import Fraction
    >>> inv(Matrix([[Fraction(1), 2], [3, 4]]))
    Matrix([[Fraction(-2, 1), Fraction(1, 1)], [Fraction(3, 2), Fraction(-1, 2)]])
    """
    check_square("inv", a)
    return solved("inv", a, identity(len(a)))


@with_differential(lambda y, a, da: y * trace(solve(a[0], da[0])))
def det(a: Matrix) -> Entry:
    """det A: by how much A stretches volumes; 0 where it is singular. The product of U's diagonal, and P's sign.

    Exact where no entry is a float: an int for integers, else a Fraction. Cost: n³/3 multiply-adds. Error: that
    of the determinant of a matrix as near to A as for ``solve``; what is below the smallest float becomes 0.

    Raises LinAlgError where A is not square, for NaN or infinity; OverflowError where the result is beyond the
    largest float (``slogdet`` gives its logarithm).

    >>> det(Matrix([[1, 2], [3, 4]])), det(Matrix([[0.5, 2.0], [3.0, 4.0]]))
    (-2, -4.0)
    """
    check_square("det", a)
    types = {type(x) for row in a.rows for x in row}
    if float not in types:
        factors = eliminate(zip(*fractions(a)))
        exact = factors.sign * math.prod([column[-1] for column in factors.upper])
        return int(exact) if types == {int} else exact
    mantissa, exponent = _determinant(floats("det", a))
    try:
        return math.ldexp(mantissa, exponent) + 0.0  # 0, never −0
    except OverflowError:
        raise OverflowError("det is beyond the largest float; slogdet gives its logarithm") from None


@with_differential(lambda y, a, da: (None, trace(solve(a[0], da[0]))))
def slogdet(a: Matrix) -> SlogdetResult:
    """The sign of det A (1.0, −1.0 or 0.0) and ln |det A| (−∞ for 0), where the determinant itself is no float.

    Fractions become floats. Cost, error and what is raised are those of ``det``.

    >>> slogdet(Matrix([[-1e200, 0], [0, 1e200]]))
    SlogdetResult(sign=-1.0, logabsdet=921.0340371976183)
    """
    check_square("slogdet", a)
    mantissa, exponent = _determinant(floats("slogdet", a))
    if not mantissa:
        return SlogdetResult(0.0, -math.inf)
    # A determinant near 1 has a small logarithm, which must not come out as the difference of larger ones.
    if abs(mantissa) < math.sqrt(0.5):
        mantissa, exponent = 2.0 * mantissa, exponent - 1
    logarithm = math.fsum([math.log(abs(mantissa)), exponent * _LN2, exponent * _REST_OF_LN2])
    return SlogdetResult(math.copysign(1.0, mantissa), logarithm)


def _cholesky_differential(lower: Matrix, matrices: list[Matrix], changes: list[Matrix]) -> Matrix:
    """dL = L·Φ(L⁻¹·dA·L⁻ᵀ), where Φ halves the diagonal and drops what is above it."""
    f = solve_triangular(lower, changes[0], upper=False)
    f = solve_triangular(lower, f.T, upper=False).T
    return lower @ ((tril(f) + tril(f, -1)) * 0.5)


@with_differential(_cholesky_differential)
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
            raise PivotError(f"cholesky: pivot {i} is {pivot!r}; the matrix is not positive definite", i)
        row.append(math.sqrt(pivot))
        lower.append(row)
    n = len(rows)
    return trusted([shifted(row, e) + [0.0] * (n - len(row)) for row, e in zip(lower, exponents)])


def _factored(name: str, a: Matrix) -> Factors:
    """P·A = L·U for the function of that name."""
    if is_exact(a):
        return eliminate(zip(*fractions(a)))
    # A power of two on a column of A is one on that of U, and leaves P and L as they are.
    scaled, exponents = scaled_lines(zip(*floats(name, a)))
    factors = eliminate(scaled)
    return factors._replace(upper=[unscaled(name, c, repeat(e)) for c, e in zip(factors.upper, exponents)])


def _upper_factors(columns: Iterable[Sequence[Any]]) -> Factors:
    """P·A = L·U for an upper triangle: P = L = I and U = A."""
    upper = [list(column[: j + 1]) for j, column in enumerate(columns)]
    return Factors(list(range(len(upper))), 1, [[0] * i for i in range(len(upper))], upper)


def eliminate(columns: Iterable[Sequence[Any]]) -> Factors:
    """P·A = L·U, a column at a time from left to right, each entry with one dot product.

    uᵢⱼ = aᵢⱼ − Σₖ lᵢₖ·uₖⱼ for i ≤ j, and lᵢⱼ = (aᵢⱼ − Σₖ lᵢₖ·uₖⱼ)/uⱼⱼ below. A column that has nothing but 0 to offer
    as a pivot is left with 0 on the diagonal.
    """
    columns = list(columns)
    m = len(columns[0])
    order, sign = list(range(m)), 1
    lower: Rows = [[] for _ in order]
    upper = []
    for j, entries in enumerate(columns):
        column = [entries[i] for i in order]
        for i in range(1, min(j, m)):
            column[i] -= dot(lower[i], column[:i])
        upper.append(column[: j + 1])
        if j < m:
            (products,) = row_products([column[:j]], lower[j:])
            rest = list(map(sub, column[j:], products))
            largest = max(map(abs, rest))
            p = j + next(i for i, x in enumerate(rest) if abs(x) == largest)
            if p != j:
                rest[0], rest[p - j] = rest[p - j], rest[0]
                order[j], order[p] = order[p], order[j]
                lower[j], lower[p] = lower[p], lower[j]
                sign = -sign
            pivot = rest[0]
            upper[j][j] = pivot
            for row, x in zip(lower[j + 1 :], rest[1:]):
                row.append(x / pivot if pivot else x)
    return Factors(order, sign, lower, upper)


def _determinant(rows: Rows) -> tuple[float, int]:
    """det A = mantissa·2ᵉ, ½ ≤ |mantissa| < 1 or 0: a product that is in range must not overflow half-way."""
    columns, of_rows, of_columns = equilibrated(rows)
    factors = eliminate(columns)
    mantissa, exponent = float(factors.sign), sum(of_columns) - sum(of_rows)
    for column in factors.upper:
        mantissa, shift = math.frexp(mantissa * column[-1])
        exponent += shift
    return mantissa, exponent


def solved(
    name: str, a: Matrix, b: Matrix, factors_of: Callable[[Iterable[Sequence[Any]]], Factors] = eliminate
) -> Matrix:
    """X with A·X = B, for the function of that name."""
    if is_exact(a, b):
        solution = substituted(name, factors_of(zip(*fractions(a))), zip(*fractions(b)))
    else:
        left, right = floats(name, a), floats(name, b)
        columns, of_rows, of_columns = equilibrated(left)
        sides, exponents = [], []
        for side in zip(*right):
            exponents.append(max((math.frexp(x)[1] + e for x, e in zip(side, of_rows) if x), default=0))
            sides.append([math.ldexp(x, e - exponents[-1]) for x, e in zip(side, of_rows)])
        solution = [
            unscaled(name, x, [exponent - e for e in of_columns])
            for x, exponent in zip(substituted(name, factors_of(columns), sides), exponents)
        ]
    return trusted(list(map(list, zip(*solution))))


def substituted(name: str, factors: Factors, sides: Iterable[Sequence[Any]]) -> Rows:
    """x with L·U·x = P·b for each side b; LinAlgError where U has a 0 on its diagonal."""
    order, _, lower, columns = factors
    for j, column in enumerate(columns):
        if not column[j]:
            raise PivotError(f"{name}: the largest pivot of column {j} is 0; the matrix is singular", j)
    n = len(columns)
    upper = [[column[i] for column in columns[i:]] for i in range(n)]
    solution = []
    for side in sides:
        x: list[Any] = [side[i] for i in order]
        for i in range(1, n):
            x[i] -= dot(lower[i], x[:i])
        for i in reversed(range(n)):
            x[i] = (x[i] - dot(upper[i][1:], x[i + 1 :])) / upper[i][0]
        solution.append(x)
    return solution
