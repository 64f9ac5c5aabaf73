"""Singular values: every matrix is a rotation, a stretching along the axes, and another rotation."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import repeat
from typing import Any, NamedTuple

from backprop.kernel import Rows, dot, row_products, transposed
from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.algorithms.jacobi import rotate, rotation, sweeps, tournament
from backprop.linalg.algorithms.orthogonal import reflected, triangularize, unit_columns
from backprop.linalg.algorithms.scaling import exponent_of, scaled, shifted, unscaled
from backprop.linalg.algorithms.tables import differences, hstack, quotients, vstack, zeros
from backprop.linalg.algorithms.validation import LinAlgError, check_matrix, floats
from backprop.matrix import Matrix, trusted
from backprop.validation import check_bool

# Squares of lengths below have lost digits to underflow; beside the largest entry, ½ to 1, they are nothing.
_LEAST_SQUARE = 2.0**-960


class SVDResult(NamedTuple):
    """A = U·Σ·Vh, Σ with ``S`` on its diagonal."""

    U: Matrix
    S: list[float]
    Vh: Matrix


class LstsqResult(NamedTuple):
    """x with ‖A·x − b‖ least; the sums of squares left, the rank of A and its singular values."""

    x: Matrix
    residuals: list[float]
    rank: int
    s: list[float]


class Decomposition(NamedTuple):
    """The columns of U, Σ·2⁻ᵉ, the rows of Vh and e."""

    u: Rows
    values: list[float]
    vh: Rows
    exponent: int


def _svd_differential(
    result: SVDResult, matrices: list[Matrix], changes: list[Matrix], full_matrices: bool = True
) -> Any:
    """dσ = diag D for D = Uᵀ·dA·V, dU = U·(F∘(D·Σ + Σ·Dᵀ)) + (I − U·Uᵀ)·dA·V·Σ⁻¹ and dV = V·(F∘(Σ·D + Dᵀ·Σ)) +
    (I − V·Vᵀ)·dAᵀ·U·Σ⁻¹, Fᵢⱼ = 1/(σⱼ² − σᵢ²) beside the diagonal, on which it is 0. What ``full_matrices`` adds counts
    as constant."""
    (u_full, s, vh_full), (change,) = result, changes
    k, sigma = len(s), Matrix([s])
    u, v = u_full[:, :k], vh_full[:k].T
    d = u.T @ change @ v
    # (σⱼ − σᵢ)·(σⱼ + σᵢ) is nearer than the difference of squares where the two are nearly equal.
    gaps = differences(s) * (sigma + sigma.T)
    to_u = u @ quotients(d * sigma + sigma.T * d.T, gaps)
    to_v = v @ quotients(sigma.T * d + d.T * sigma, gaps)
    across, along = change @ v, change.T @ u
    if len(u) > k:
        to_u = to_u + quotients(across - u @ (u.T @ across), sigma)
    if len(v) > k:
        to_v = to_v + quotients(along - v @ (v.T @ along), sigma)
    rest_u, rest_v = u_full.shape[1] - k, len(vh_full) - k
    return (
        hstack([to_u, zeros(len(u), rest_u)]) if rest_u else to_u,
        [row[i] for i, row in enumerate(d.rows)],
        vstack([to_v.T, zeros(rest_v, len(v))]) if rest_v else to_v.T,
    )


@with_differential(_svd_differential)
def svd(a: Matrix, full_matrices: bool = True) -> SVDResult:
    """A = U·Σ·Vh with UᵀU = I, Vh·Vhᵀ = I and singular values S = [σ₁ ≥ σ₂ ≥ … ≥ 0], for A (m, n), k = min(m, n).

    U (m, m) and Vh (n, n), with k singular values; without ``full_matrices`` U (m, k) and Vh (k, n). For m ≥ n
    A = Q₁·R₁, R₁ᵀ = Q₂·R₂, and one-sided Jacobi turns the rows of R₂, which few sweeps then make orthogonal: their
    lengths are the singular values. For m < n the same with Aᵀ. Fractions and integers become floats. Hestenes,
    "Inversion of matrices by biorthogonalization and related results" (1958); Drmač and Veselić, "New fast and
    accurate Jacobi SVD algorithm" (2008).

    Cost: 4.5·n³ multiply-adds a sweep for n ≤ m, of which 5 to 10 are usual, and 3·m·n² for the reflections, for a
    full U 2·m²·n more. Error: ‖A − U·Σ·Vh‖, ‖A‖·‖UᵀU − I‖, ‖A‖·‖Vh·Vhᵀ − I‖ and that of each singular value are a
    small multiple of m·n·2⁻⁵³·‖A‖, whatever the rank.

    Raises TypeError for what is not a Matrix, LinAlgError for NaN or infinity, for a singular value beyond the
    largest float, or after 60 sweeps.

    >>> u, s, vh = svd(Matrix([[0, 2], [3, 0], [0, 0]]))
    >>> s, u.shape, vh.shape
    ([3.0, 2.0], (3, 3), (2, 2))
    >>> (u[:, :2] * Matrix([s]) @ vh).allclose(Matrix([[0, 2], [3, 0], [0, 0]]), abs_tol=1e-15)
    True
    """
    check_matrix("svd", a)
    check_bool("svd", full_matrices=full_matrices)
    u, values, vh, exponent = decomposed("svd", a, full_matrices)
    return SVDResult(trusted(list(map(list, zip(*u)))), unscaled("svd", values, repeat(exponent)), trusted(vh))


def decomposed(name: str, a: Matrix, full_matrices: bool = False) -> Decomposition:
    """The parts of A = U·Σ·Vh for the function of that name, with Σ scaled by a power of two: no quotient overflows."""
    rows, exponent = scaled(floats(name, a))
    m, n = a.shape
    if m < n:
        vh, values, u = _factors(name, rows, n, full_matrices)
    else:
        u, values, vh = _factors(name, list(map(list, zip(*rows))), m, full_matrices)
    return Decomposition(u, values, vh, exponent)


def _pinv_differential(
    y: Matrix, matrices: list[Matrix], changes: list[Matrix], rtol: float | None = None, *, atol: float = 0.0
) -> Matrix:
    """dY = −Y·dA·Y + Y·Yᵀ·dAᵀ·(I − A·Y) + (I − Y·A)·dAᵀ·Yᵀ·Y, while the rank stays as it is."""
    (a,), (da,) = matrices, changes
    left, right = y @ y.T @ da.T, da.T @ y.T @ y
    return left - left @ a @ y + right - y @ (a @ right) - y @ da @ y


@with_differential(_pinv_differential)
def pinv(a: Matrix, rtol: float | None = None, *, atol: float = 0.0) -> Matrix:
    """A⁺ (n, m), Moore and Penrose's inverse of A (m, n): A·A⁺·A = A, A⁺·A·A⁺ = A⁺, A·A⁺ and A⁺·A symmetric.

    A⁺ = V·Σ⁺·Uᵀ, where Σ⁺ has 1/σ for each σ above rtol·σ₁ and atol, and 0 for the others. By default rtol is
    max(m, n)·2⁻⁵², or 0 where ``atol`` is given.
    Fractions and integers become floats. Penrose, "A generalized inverse for matrices" (1955); Golub and Van Loan,
    "Matrix Computations" (4th ed., 2013), section 5.5.

    Cost: that of the reduced ``svd``, and m·n·min(m, n) multiply-adds. Error: ‖A⁺‖ times a small multiple of
    m·n·2⁻⁵³·σ₁/σᵣ, σᵣ the least that counts.

    Raises TypeError for what is not a Matrix, ValueError for a negative bound, LinAlgError for NaN, infinity or a
    result beyond the largest float.

    >>> pinv(Matrix([[3, 0], [4, 0]])).map(lambda x: round(x, 12))
    Matrix([[0.12, 0.16], [0.0, 0.0]])
    """
    check_matrix("pinv", a)
    parts = decomposed("pinv", a)
    u, values, vh, exponent = parts
    rank = numerical_rank("pinv", parts, a, rtol, atol)
    weighted = [[v / s if k < rank else 0.0 for k, (v, s) in enumerate(zip(row, values))] for row in zip(*vh)]
    return trusted([unscaled("pinv", row, repeat(-exponent)) for row in row_products(weighted, transposed(u))])


def _lstsq_differential(
    result: LstsqResult, matrices: list[Matrix], changes: list[Matrix], rcond: float | None = None
) -> Any:
    """dX = A⁺·(dB − dA·X) + A⁺·A⁺ᵀ·dAᵀ·(B − A·X) + (I − A⁺·A)·dAᵀ·A⁺ᵀ·X, while the rank stays as it is; the sums of
    squares left change by 2·Σ e·de for E = A·X − B."""
    (a, b), (da, db) = matrices, changes
    x, y = result.x, pinv(a, rcond)
    e = a @ x - b
    turned = da.T @ (y.T @ x)
    dx = y @ (db - da @ x) - y @ (y.T @ (da.T @ e)) + turned - y @ (a @ turned)
    de = da @ x + a @ dx - db
    return dx, [2 * dot(p, q) for p, q in zip(zip(*e.rows), zip(*de.rows))], None, None


@with_differential(_lstsq_differential)
def lstsq(a: Matrix, b: Matrix, rcond: float | None = None) -> LstsqResult:
    """x (n, k) with ‖A·x − b‖ least for each column of b, and of all such x the shortest; A (m, n), b (m, k).

    x = A⁺·b, that is Σ vᵢ·(uᵢᵀb)/σᵢ over the σᵢ above rcond·σ₁, by default rcond = max(m, n)·2⁻⁵². ``rank`` is how many
    these are, ``s`` are all of them, ``residuals`` are the sums ‖A·x − b‖² of each column where A has rank n < m, ∞ if
    beyond the largest float, else []. Fractions and integers become floats. Golub and Kahan, "Calculating the singular values and
    pseudo-inverse of a matrix" (1965); Golub and Van Loan, "Matrix Computations" (4th ed., 2013), section 5.5.

    Cost: that of the reduced ``svd``, and k·(2·m + n)·min(m, n) multiply-adds. Error: x is exactly the solution for
    an A and a b that differ by a small multiple of m·n·2⁻⁵³ of their size.

    Raises TypeError for what is not a Matrix, ValueError for a negative ``rcond``, LinAlgError where b has another
    number of rows than A, for NaN, infinity or a result beyond the largest float.

    >>> x, residuals, rank, _ = lstsq(Matrix([[1, 0], [1, 1], [1, 2]]), Matrix([[1], [2], [4]]))
    >>> [round(y, 9) for y in x.T.rows[0]], round(residuals[0], 9), rank
    ([0.833333333, 1.5], 0.166666667, 2)
    """
    check_matrix("lstsq", a)
    check_matrix("lstsq", b)
    if len(a) != len(b):
        raise LinAlgError(f"lstsq: a has {len(a)} rows and b has {len(b)}; they must be equal")
    m, n = a.shape
    rows, sides = floats("lstsq", a), list(zip(*floats("lstsq", b)))
    parts = decomposed("lstsq", a)
    u, values, vh, exponent = parts
    rank = numerical_rank("lstsq", parts, a, rcond)
    rows = [shifted(row, -exponent) for row in rows]
    solution, residuals = [], []
    for entries in sides:
        scale = exponent_of(entries)
        side = shifted(entries, -scale)
        weights = [dot(axis, side) / s for axis, s in zip(u, values[:rank])] + [0.0] * (len(values) - rank)
        (x,) = row_products([weights], transposed(vh))
        solution.append(unscaled("lstsq", x, repeat(scale - exponent)))
        if rank == n < m:
            left = [y - dot(row, x) for y, row in zip(side, rows)]
            try:
                residuals.append(math.ldexp(dot(left, left), 2 * scale))
            except OverflowError:
                residuals.append(math.inf)
    return LstsqResult(
        trusted(list(map(list, zip(*solution)))), residuals, rank, unscaled("lstsq", values, repeat(exponent))
    )


def _factors(name: str, columns: Rows, m: int, full_matrices: bool) -> tuple[Rows, list[float], Rows]:
    """The columns of U, the singular values and the rows of Vᵀ, of a matrix of columns with ``m`` entries, m ≥ n.

    W·R₂ = Σ·Z, W being all rotations and the rows of Z of length 1, makes A = Q₁·R₁ = Q₁·(Q₂·R₂)ᵀ = (Q₁·Zᵀ)·Σ·(W·Q₂ᵀ).
    """
    n = len(columns)
    outer = triangularize(columns, m)
    inner_columns = _triangle(columns)  # rows of R₁ are columns of its transpose
    inner = triangularize(inner_columns, n)
    rows, turned = _triangle(inner_columns), unit_columns(n, range(n))
    _orthogonalize(name, rows, turned)
    lengths = [math.hypot(*row) for row in rows]
    order = sorted(range(n), key=lengths.__getitem__, reverse=True)
    units = [[x / lengths[k] for x in rows[k]] for k in order if lengths[k] ** 2 > _LEAST_SQUARE]
    left = [row + [0.0] * (m - n) for row in _completed(units, n)]
    if full_matrices:
        left += unit_columns(m, range(n, m))
    right = reflected(reversed(inner), [turned[k] for k in order])
    return reflected(reversed(outer), left), [lengths[k] for k in order], right


def _triangle(columns: Rows) -> Rows:
    """The rows of the upper triangle."""
    return [[column[i] if i <= j else 0.0 for j, column in enumerate(columns)] for i in range(len(columns))]


def _orthogonalize(name: str, rows: Rows, turned: Rows) -> None:
    """Turn the rows, in place, until each is orthogonal to each other, and ``turned`` with them.

    Two rows x and y are when the cosine of their angle, x·y/‖x‖‖y‖, is no more than a dot product and a rotation may
    err: (n + 4)·2⁻⁵³. As errors mostly cancel, what is above √n·2⁻⁵³ is still worth a rotation, but not a sweep.
    """
    rounds, n = tournament(len(rows)), len(rows)
    for _ in sweeps(name):
        widest = 0.0
        # Within a sweep the squares are carried along, which costs nothing; rounding is made up for in the next.
        squares = [dot(row, row) for row in rows]
        for pairs in rounds:
            rotations = []
            for p, q in pairs:
                alpha, beta, gamma = squares[p], squares[q], dot(rows[p], rows[q])
                if min(alpha, beta) > _LEAST_SQUARE:
                    cosine = abs(gamma) / math.sqrt(alpha) / math.sqrt(beta)
                    widest = max(widest, cosine)
                    if cosine > math.sqrt(n) * 2.0**-53:
                        rotations.append(rotation(p, q, alpha, beta, gamma))
                        squares[p], squares[q] = rotations[-1].alpha, rotations[-1].beta
            rotate(rows, rotations)
            rotate(turned, rotations)
        if widest <= (n + 4) * 2.0**-53:
            return


def _completed(columns: Rows, n: int) -> Rows:
    """Orthonormal columns of n entries, and after them further ones up to n of them."""
    if len(columns) == n:
        return columns
    reflections = triangularize(list(columns), n)
    return columns + reflected(reversed(reflections), unit_columns(n, range(len(columns), n)))


def numerical_rank(name: str, parts: Decomposition, a: Matrix, rtol: float | None, atol: float = 0.0) -> int:
    """How many singular values are above rtol·σ₁ and atol, by default rtol = max(m, n)·2⁻⁵²: the others may be rounding
    errors."""
    for what, bound in (("share of the largest singular value", rtol), ("singular value", atol)):
        if bound is None:
            continue
        if not isinstance(bound, (int, float, Fraction)) or isinstance(bound, bool):
            raise TypeError(f"{name}: the {what} that counts as 0 is a number, got {bound!r}")
        if not bound >= 0.0:
            raise ValueError(f"{name}: the {what} that counts as 0 is from 0 up, got {bound!r}")
    if rtol is None:
        rtol = 0.0 if atol else max(a.shape) * 2.0**-52
    rank = sum(s > rtol * parts.values[0] for s in parts.values)
    if atol:
        rank = min(rank, sum(s > atol for s in unscaled(name, parts.values, repeat(parts.exponent))))
    return rank
