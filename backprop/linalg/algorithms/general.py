"""The eigenvalues of a general real matrix: reflections on both sides, A → QᵀAQ, until it is as good as triangular."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, frexp, hypot, ldexp, sqrt
from typing import NamedTuple, Union

from backprop.kernel import Rows, dot
from backprop.linalg.algorithms.elimination import eliminate, substituted
from backprop.linalg.algorithms.scaling import equilibrated
from backprop.linalg.algorithms.validation import LinAlgError, check_square, floats
from backprop.matrix import Matrix, trusted

Eigenvalue = Union[float, complex]

_ROUNDOFF = 2.0**-52
# The power of two of the largest entry may be at most this: its square, summed up, is still a float.
_LARGEST_EXPONENT = 450
# What is this small beside a largest entry of at least 1/2 is zero: smaller numbers have no 53 bits.
_NEGLIGIBLE = 2.0**-960
# ‖A·v − λ·v‖ in units of n·‖A‖: what is above cannot come from rounding alone.
_MOST_RESIDUAL = 30 * 2.0**-53
_SWEEPS_PER_EIGENVALUE = 30
_SWEEPS_BETWEEN_EXCEPTIONS = 10


class EigResult(NamedTuple):
    """λ₁ … λₙ, and their eigenvectors in the columns of a real Matrix, laid out as ``eig`` says."""

    eigenvalues: list[Eigenvalue]
    eigenvectors: Matrix


def eigvals(a: Matrix) -> list[Eigenvalue]:
    """The eigenvalues of a square matrix: the n numbers λ with A·v = λ·v for some v ≠ 0, as often as they are
    roots of det(A − λI).

    A real one is a ``float``. Those with an imaginary part are ``complex`` and come in neighbouring pairs, exact
    conjugates, the one with the positive imaginary part first. Otherwise they stand in no promised order.

    The algorithm is that of ``eig`` without the vectors, in about 7n³ multiply-adds, and gives the same numbers.
    They are the eigenvalues of some A + E with ‖E‖ of a few n·2⁻⁵³·‖A‖; a simple λ is wrong by at most κ·‖E‖ to
    first order, where 1/κ is the cosine between its left and its right eigenvector, and one of a Jordan block of
    size m by about ‖E‖¹ᐟᵐ.

    Raises LinAlgError for a matrix that is not square, for NaN or infinity, for an eigenvalue beyond the largest
    float, and if the iteration does not converge.

    >>> eigvals(Matrix([[2, 1], [1, 2]]))
    [3.0, 1.0]
    >>> eigvals(Matrix([[0, -2], [2, 0]]))
    [2j, -2j]
    """
    rows, shift = _scaled("eigvals", a)
    m, _, _ = _balanced(rows)
    _reduce_to_hessenberg(m)
    _reduce_to_schur("eigvals", m)
    return _scaled_back("eigvals", _eigenvalues(m), shift)


def eig(a: Matrix) -> EigResult:
    """The eigenvalues of a square matrix, as ``eigvals`` gives them, and an eigenvector to each: A·v = λ·v, ‖v‖ = 1.

    A Matrix has real entries, so the vectors stand in V as LAPACK's dgeev lays them out: that of a real λⱼ is the
    column V[:, j]; those of a pair λⱼ, λⱼ₊₁ are V[:, j] ± i·V[:, j+1], the plus for λⱼ. Then A·V = V·D, where D is
    real and has on its diagonal each real λ and for each pair λ = α ± iβ the block [[α, β], [−β, α]]. Each vector is
    turned so that its largest entry is positive (and real, up to rounding).

    Balancing, A → D⁻¹·A·D with D of powers of two (Parlett and Reinsch, 1969); reflections (Householder) to
    Hessenberg form; Francis's QR iteration with two implicit shifts (1961) to real Schur form QᵀAQ = T, triangular
    but for 2×2 blocks of complex pairs; back substitution for the eigenvectors of T. All of this is in Golub and
    Van Loan, "Matrix Computations" (4th ed., 2013), 7.4 to 7.6. About 18n³ multiply-adds.

    ‖A·V − V·D‖ is a few n·2⁻⁵³·‖A‖. Where balancing has changed the scales so much that a vector would miss that, it
    is found by inverse iteration, (A − λI)·y = b, instead (Wielandt, 1944; Golub and Van Loan, section 7.6.1). How far V is from the exact eigenvectors depends on how well they are determined; a defective matrix has fewer
    than n independent ones, and then columns of V are the same or nearly so.

    Raises LinAlgError as ``eigvals`` does.

    >>> eig(Matrix([[2, 0], [0, 3]]))
    EigResult(eigenvalues=[2.0, 3.0], eigenvectors=Matrix([[1.0, 0.0], [0.0, 1.0]]))
    >>> values, vectors = eig(Matrix([[0, -2], [2, 0]]))
    >>> values, vectors.allclose(Matrix([[0.5**0.5, 0], [0, -(0.5**0.5)]]))
    ([2j, -2j], True)
    """
    rows, shift = _scaled("eig", a)
    balanced, order, exponents = _balanced(rows)
    n = len(rows)
    m = [row + [float(i == j) for j in range(n)] for i, row in enumerate(balanced)]
    _reduce_to_hessenberg(m)
    _reduce_to_schur("eig", m)
    t, q = [row[:n] for row in m], list(zip(*(row[n:] for row in m)))
    values = _eigenvalues(t)
    columns: Rows = []
    most = _MOST_RESIDUAL * n * hypot(*(hypot(*row) for row in rows))
    for j, value in enumerate(values):
        if value.imag >= 0.0:
            x = _schur_vector(t, j, value)
            v = _unit_vector([dot(row, x) for row in q], order, exponents)
            if any(exponents) and _residual(rows, value, v) > most:
                v = min(v, _inverse_iterated(rows, value), key=lambda v: _residual(rows, value, v))
            columns += [[x.real for x in v], [x.imag for x in v]] if isinstance(value, complex) else [v]
    return EigResult(_scaled_back("eig", values, shift), trusted(list(map(list, zip(*columns)))))


# -------------------------------------------------------------------- scaling


def _scaled(name: str, a: Matrix) -> tuple[Rows, int]:
    """2ˢ·A and s, so that the largest entry lies between 1/2 and 2⁴⁵⁰ and no product overflows."""
    check_square(name, a)
    rows = floats(name, a)
    exponent = frexp(max(max(map(abs, row)) for row in rows))[1]
    shift = min(max(exponent, 0), _LARGEST_EXPONENT) - exponent
    return [[ldexp(x, shift) for x in row] for row in rows], shift


def _scaled_back(name: str, values: list[Eigenvalue], shift: int) -> list[Eigenvalue]:
    try:
        return [_ldexp(value, -shift) for value in values]
    except OverflowError:
        raise LinAlgError(f"{name}: an eigenvalue is beyond the largest float") from None


def _ldexp(z: Eigenvalue, exponent: int) -> Eigenvalue:
    """z·2ᵉ, also for a complex z."""
    return ldexp(z, exponent) if isinstance(z, float) else complex(ldexp(z.real, exponent), ldexp(z.imag, exponent))


def _balanced(rows: Rows) -> tuple[Rows, list[int], list[int]]:
    """D⁻¹·Pᵀ·A·P·D, the order of the permutation P, and the exponents of D = diag(2ᵉ).

    P brings what is triangular already to the corners; D makes rows and columns of the rest about equally long, so
    that the rounding errors of the large entries do not cover the small ones.
    """
    order, low, high = _isolating_order(rows)
    m = [[rows[i][j] for j in order] for i in order]
    exponents = [0] * len(m)
    settled = False
    while not settled:
        settled = True
        for i in range(low, high):
            c, r = hypot(*(row[i] for row in m)), hypot(*m[i])
            e = round((frexp(r)[1] - frexp(c)[1]) / 2)
            # Each change makes ‖M‖ smaller, by a part of the row and column at least, and so there is a last one.
            if hypot(ldexp(c, e), ldexp(r, -e)) < 0.95 * hypot(c, r):
                m[i] = [ldexp(x, -e) for x in m[i]]
                for row in m:
                    row[i] = ldexp(row[i], e)
                exponents[i] += e
                settled = False
    return m, order, exponents


def _isolating_order(rows: Rows) -> tuple[list[int], int, int]:
    """The order of rows and columns in which A is triangular before ``low`` and from ``high`` on.

    A column that has only zeros beside its diagonal goes first, such a row last; so do those of the remaining matrix.
    """
    first: list[int] = []
    last: list[int] = []
    rest = list(range(len(rows)))
    while True:
        for i in rest:
            if not any(rows[j][i] for j in rest if j != i):
                first.append(i)
                break
            if not any(rows[i][j] for j in rest if j != i):
                last.insert(0, i)
                break
        else:
            return first + rest + last, len(first), len(first) + len(rest)
        rest.remove(i)


# -------------------------------------------------------------------- reflections


def _reflector(x: list[float]) -> tuple[list[float], float]:
    """u and α with (I − u·uᵀ)·x = α·e₁ and ‖u‖² = 2; u is empty where x is α·e₁ already.

    For t = x/∓‖x‖ with t₁ ≥ 0, 1 + t₁ has no cancellation, and ‖e₁ + t‖² = 2(1 + t₁).
    """
    if not any(x[1:]):
        return [], x[0]
    # ‖x‖ alone could be so small that it has only a few bits.
    size = max(map(abs, x))
    x = [y / size for y in x]
    norm = -copysign(hypot(*x), x[0])
    head = sqrt(1.0 - x[0] / norm)
    scale = -1.0 / (norm * head)
    return [head, *[y * scale for y in x[1:]]], norm * size


def _reflect(m: Rows, u: list[float], k: int, left: int, right: int, top: int, bottom: int) -> None:
    """M ← P·M·P for P = I − u·uᵀ in rows and columns k, k+1, …: the rows P·M from ``left`` to ``right``, then the
    columns of ·P from ``top`` to ``bottom``.

    M is the matrix alone, or has I to its right: [A | I], of which the rows of P·[A | I] make [T | Qᵀ].
    """
    end = k + len(u)
    block = [row[left:right] for row in m[k:end]]
    w = [dot(u, column) for column in zip(*block)]
    for row, part, s in zip(m[k:end], block, u):
        row[left:right] = [x - s * y for x, y in zip(part, w)]
    for row in m[top:bottom]:
        part = row[k:end]
        s = dot(u, part)
        row[k:end] = [x - s * y for x, y in zip(part, u)]


def _reduce_to_hessenberg(m: Rows) -> None:
    """QᵀAQ with zeros below its first subdiagonal: column after column is reflected onto its first two entries."""
    n, width = len(m), len(m[0])
    for k in range(n - 2):
        u, alpha = _reflector([row[k] for row in m[k + 1 :]])
        for row in m[k + 1 :]:
            row[k] = 0.0
        m[k + 1][k] = alpha
        if u:
            _reflect(m, u, k + 1, k + 1, width, 0, n)


# -------------------------------------------------------------------- the QR iteration


def _reduce_to_schur(name: str, m: Rows) -> None:
    """Sweeps over what is not triangular yet, whose last row is ``high``, until subdiagonal entries vanish there."""
    high, stalled, sweeps = len(m) - 1, 0, 0
    while high > 0:
        low = _start_of_block(m, high)
        if low >= high - 1:
            if low == high - 1:
                _split(m, low)
            high, stalled = low - 1, 0
            continue
        if sweeps == _SWEEPS_PER_EIGENVALUE * len(m):
            raise LinAlgError(f"{name}: rows {low} to {high} have not converged in {sweeps} sweeps of the QR iteration")
        stalled, sweeps = stalled + 1, sweeps + 1
        _sweep(m, low, high, _first_column(m, low, high, exceptional=stalled % _SWEEPS_BETWEEN_EXCEPTIONS == 0))


def _start_of_block(m: Rows, high: int) -> int:
    """The first row of the block that ends with row ``high``: before it, the subdiagonal is no more than rounding."""
    below = [0.0, *(abs(m[k][k - 1]) for k in range(1, high + 1)), 0.0]
    for k in range(high, 0, -1):
        # The diagonal may be zero, as in a permutation; then what is small beside the neighbours does not count.
        size = abs(m[k - 1][k - 1]) + abs(m[k][k]) + _ROUNDOFF * (below[k - 1] + below[k + 1])
        if below[k] <= max(_ROUNDOFF * size, _NEGLIGIBLE):
            m[k][k - 1] = 0.0
            return k
    return 0


def _first_column(m: Rows, low: int, high: int, exceptional: bool) -> list[float]:
    """The first column of (H − σI)(H − τI) up to a factor: real, though σ and τ, the eigenvalues of the last 2×2
    block, may be complex.

    Shifts that make no progress, as in a cyclic permutation, are from time to time replaced by others, of the size
    of the last subdiagonal entries; the factors are those of EISPACK and LAPACK, and arbitrary.
    """
    (a, b), (c, d) = m[high - 1][high - 1 : high + 1], m[high][high - 1 : high + 1]
    if exceptional:
        size = abs(c) + abs(m[high - 1][high - 2])
        a, b, c, d = d + 0.75 * size, -0.4375 * size, size, d + 0.75 * size
    (p, q), (r, s) = m[low][low : low + 2], m[low + 1][low : low + 2]
    size = abs(p - a) + abs(c) + abs(r)
    r /= size
    return [(p - a) / size * (p - d) - b * (c / size) + q * r, r * ((p - a) + (s - d)), r * m[low + 2][low + 1]]


def _sweep(m: Rows, low: int, high: int, column: list[float]) -> None:
    """One step of Francis: a reflection that begins as the QR factorisation of (H − σI)(H − τI) does, then those
    that chase its bulge of three rows down the subdiagonal and make a Hessenberg matrix again.

    Without Q, the rows and columns outside of the block are not needed and left as they are.
    """
    top, right = (0, len(m[0])) if len(m[0]) > len(m) else (low, high + 1)
    for k in range(low, high):
        rows = m[k : min(k + 3, high + 1)]
        if k > low:
            column = [row[k - 1] for row in rows]
        u, alpha = _reflector(column)
        if k > low:
            for row in rows:
                row[k - 1] = 0.0
            m[k][k - 1] = alpha
        if u:
            _reflect(m, u, k, k, right, top, min(k + 4, high + 1))


def _split(m: Rows, k: int) -> None:
    """The 2×2 block at k made triangular if its eigenvalues are real: (λ − d, c) is the eigenvector to λ."""
    (a, b), (c, d) = m[k][k : k + 2], m[k + 1][k : k + 2]
    first, second = _roots(a, b, c, d)
    if isinstance(first, float):
        u, _ = _reflector([first - d, c])
        if u:
            _reflect(m, u, k, k, len(m[0]), 0, k + 2)
        m[k][k], m[k + 1][k], m[k + 1][k + 1] = first, 0.0, second


def _roots(a: float, b: float, c: float, d: float) -> tuple[Eigenvalue, Eigenvalue]:
    """The eigenvalues of [[a, b], [c, d]]: d + p ± √(p² + bc) with p = (a − d)/2, c ≠ 0."""
    p = 0.5 * (a - d)
    scale = max(abs(p), abs(b), abs(c))
    discriminant = (p / scale) ** 2 + (b / scale) * (c / scale)
    root = scale * sqrt(abs(discriminant))
    if discriminant < 0.0:
        return complex(d + p, root), complex(d + p, -root)
    # One z = p ± √(p² + bc) has no cancellation, and the product of both is −bc.
    z = p + copysign(root, p)
    return d + z, d - (b / z * c if z else 0.0)


# -------------------------------------------------------------------- reading the Schur form


def _eigenvalues(t: Rows) -> list[Eigenvalue]:
    """The diagonal entries of T, and the pairs of its 2×2 blocks."""
    values: list[Eigenvalue] = []
    while len(values) < len(t):
        k = len(values)
        if k + 1 < len(t) and t[k + 1][k]:
            values += _roots(*t[k][k : k + 2], *t[k + 1][k : k + 2])
        else:
            values.append(t[k][k])
    return values


def _schur_vector(t: Rows, j: int, value: Eigenvalue) -> list[Eigenvalue]:
    """x with (T − λI)·x = 0 by back substitution from the diagonal block at j, which λ belongs to; zeros below it."""
    x: list[Eigenvalue] = [1.0]
    if isinstance(value, complex):
        (a, b), (c, d) = t[j][j : j + 2], t[j + 1][j : j + 2]
        x = [1.0, (value - a) / b] if abs(b) > abs(c) else [(value - d) / c, 1.0]
    end = j + len(x)
    # λ is known up to its rounding; an equal one above is moved off by that, or by a trifle if λ = 0.
    least = max(_ROUNDOFF * abs(value), 2.0**-400)
    i = j
    while i:
        start = i - 2 if i > 1 and t[i - 1][i - 2] else i - 1
        right = [-dot(t[k][i:end], x) for k in range(start, i)]
        x = [*_solved([row[start:i] for row in t[start:i]], value, right, least), *x]
        largest = max(map(abs, x[: i - start]))
        # The vectors of a defective matrix grow by a factor of 1/least from entry to entry.
        if largest > 2.0**100:
            x = [y / largest for y in x]
        i = start
    return x + [0.0] * (len(t) - end)


def _solved(block: Rows, value: Eigenvalue, right: list[Eigenvalue], least: float) -> list[Eigenvalue]:
    """The solution of (B − λI)·y = right for B of size 1 or 2, by elimination; pivots are no smaller than ``least``."""
    if len(block) == 1:
        return [right[0] / _pivot(block[0][0] - value, least)]
    (a, b), (c, d) = block
    upper, lower = (a - value, b, right[0]), (c, d - value, right[1])
    if abs(upper[0]) < abs(lower[0]):
        upper, lower = lower, upper
    factor = lower[0] / upper[0]
    y = (lower[2] - factor * upper[2]) / _pivot(lower[1] - factor * upper[1], least)
    return [(upper[2] - upper[1] * y) / upper[0], y]


def _pivot(gap: Eigenvalue, least: float) -> Eigenvalue:
    return gap if abs(gap) > least else least


def _unit_vector(v: list[Eigenvalue], order: Sequence[int], exponents: Sequence[int]) -> list[Eigenvalue]:
    """w/‖w‖ for w = P·D·v, with its largest entry positive."""
    # Beside a factor, which brings the largest entry of D·v to about 1: no power of two overflows.
    largest = max(frexp(abs(x))[1] + e for x, e in zip(v, exponents) if x)
    w = [x for _, x in sorted((i, _ldexp(x, e - largest)) for i, x, e in zip(order, v, exponents))]
    peak = max(w, key=abs)
    factor = peak.conjugate() / abs(peak) / hypot(*map(abs, w))
    return [x * factor for x in w]


# -------------------------------------------------------------------- where balancing was too much


def _residual(rows: Rows, value: Eigenvalue, v: list[Eigenvalue]) -> float:
    """‖A·v − λ·v‖."""
    return hypot(*(abs(dot(row, v) - value * x) for row, x in zip(rows, v)))


def _inverse_iterated(rows: Rows, value: Eigenvalue) -> list[Eigenvalue]:
    """y/‖y‖ with (A − λI)·y = b: as A − λI is nearly singular, y is nearly an eigenvector, whatever b; b is 1 … 1.

    For λ = α + iβ and y = p + iq it is the real system of twice the size
    [[A − αI, βI], [−βI, A − αI]]·[p; q] = b.
    """
    n, alpha, beta = len(rows), value.real, value.imag
    m = [[x - alpha if i == j else x for j, x in enumerate(row)] for i, row in enumerate(rows)]
    if beta:
        side = [[beta if i == j else 0.0 for j in range(n)] for i in range(n)]
        m = [p + q for p, q in zip(m, side)] + [[-x for x in q] + p for p, q in zip(m, side)]
    columns, of_rows, of_columns = equilibrated(m)
    factors = eliminate(columns)
    for column in factors.upper:
        column[-1] = _pivot(column[-1], _ROUNDOFF / 256)
    (y,) = substituted("eig", factors, [[ldexp(1.0, e - max(of_rows)) for e in of_rows]])
    parts = _unit_vector(y, range(len(m)), [-e for e in of_columns])
    if not beta:
        return parts
    return _unit_vector(list(map(complex, parts[:n], parts[n:])), range(n), [0] * n)
