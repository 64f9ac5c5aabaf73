"""Householder's reflections: a matrix made triangular by mirrors, which change no length and lose no accuracy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import repeat
from typing import Any, NamedTuple

from backprop.kernel import Rows, dot
from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.algorithms.elimination import solve_triangular
from backprop.linalg.algorithms.scaling import scaled_lines, unscaled
from backprop.linalg.algorithms.tables import hstack, tril
from backprop.linalg.algorithms.validation import LinAlgError, check_matrix, floats
from backprop.matrix import Matrix, trusted
from backprop.validation import check_choice


class QRResult(NamedTuple):
    """A = Q·R."""

    Q: Matrix
    R: Matrix


class Reflection(NamedTuple):
    """H = I − v·vᵀ/h with h = vᵀv/2, which acts on the entries of a column from ``start`` on; H·x = image·e₁."""

    start: int
    v: list[float]
    h: float
    image: float


def _qr_differential(result: QRResult, matrices: list[Matrix], changes: list[Matrix], mode: str = "reduced") -> Any:
    """dR = (QᵀdA·R₁⁻¹ − Ω)·R₁ and dQ = Q·Ω + (I − Q·Qᵀ)·dA·R₁⁻¹ for the antisymmetric Ω with the lower triangle of
    QᵀdA·R₁⁻¹, where R₁ is the square part of R; what stands beside it is Qᵀ·A."""
    (q, r), (change,) = result, changes
    k = min(r.shape)
    if q.shape[1] > k:
        raise LinAlgError("qr: a complete Q has no derivative where A has more rows than columns")
    first = change[:, :k]
    moved = solve_triangular(r[:k, :k].T, first.T, upper=False).T
    inner = q.T @ moved
    skew = tril(inner, -1) - tril(inner, -1).T
    to_q = q @ (skew - inner) + moved
    to_r = (inner - skew) @ r[:k, :k]
    if r.shape[1] > k:
        to_r = hstack([to_r, to_q.T @ matrices[0][:, k:] + q.T @ change[:, k:]])
    return to_q, to_r


@with_differential(_qr_differential)
def qr(a: Matrix, mode: str = "reduced") -> QRResult:
    """A = Q·R with QᵀQ = I and R upper triangular: Q is (m, k), R (k, n) for A (m, n), k = min(m, n).

    With ``mode="complete"`` Q is (m, m) and R (m, n).

    Column by column a reflection turns what is below the diagonal to 0; Q is their product. Fractions and
    integers become floats, since a square root is taken. Householder, "Unitary Triangularization of a
    Nonsymmetric Matrix" (1958); Golub and Van Loan, "Matrix Computations" (4th ed., 2013), section 5.2.

    Cost: about 2·n²·(m − n/3) multiply-adds for m ≥ n, half of them for Q. Error: ‖QᵀQ − I‖ is a small multiple of
    m·n·2⁻⁵³, and that of each column of Q·R as small a part of its length, whatever the matrix.

    Raises TypeError for what is not a Matrix, ValueError for another ``mode``, LinAlgError for NaN or infinity, and for a
    column whose length is beyond the largest float.

    >>> q, r = qr(Matrix([[3.0, 1.0], [4.0, 2.0]]))
    >>> r.map(lambda x: round(x, 12))
    Matrix([[-5.0, -2.2], [0.0, 0.4]])
    >>> (q @ r).allclose(Matrix([[3, 1], [4, 2]])), (q.T @ q).allclose(Matrix([[1, 0], [0, 1]]), abs_tol=1e-15)
    (True, True)
    """
    check_matrix("qr", a)
    check_choice("qr", "mode", mode, ("reduced", "complete"))
    m, n = a.shape
    k = m if mode == "complete" else min(m, n)
    # A power of two on a column of A is one on that of R, and leaves Q as it is.
    columns, exponents = scaled_lines(zip(*floats("qr", a)))
    reflections = triangularize(columns, m)
    columns = [unscaled("qr", column, repeat(e)) for column, e in zip(columns, exponents)]
    r = [[column[i] if i <= j else 0.0 for j, column in enumerate(columns)] for i in range(k)]
    q = reflected(reversed(reflections), unit_columns(m, range(k)))
    return QRResult(trusted(list(map(list, zip(*q)))), trusted(r))


def geqrf(a: Matrix) -> tuple[Matrix, list[float]]:
    """A = Q·R as LAPACK's dgeqrf leaves it: a table (m, n) with R on and above the diagonal, and below it the vectors vⱼ of the
    reflections I − τⱼ·vⱼ·vⱼᵀ whose product Q is, which have 1 on the diagonal; and the min(m, n) factors τⱼ, 0 for none.

    Cost, error and what is raised are those of ``qr``, less what Q costs.

    >>> geqrf(Matrix([[3.0], [4.0]]))
    (Matrix([[-5.0], [0.5]]), [1.6])
    """
    check_matrix("geqrf", a)
    columns, exponents = scaled_lines(zip(*floats("geqrf", a)))
    reflections = triangularize(columns, len(a))
    columns = [unscaled("geqrf", column, repeat(e)) for column, e in zip(columns, exponents)]
    factors = [0.0] * min(a.shape)
    for k, v, h, _ in reflections:
        columns[k][k + 1 :] = [x / v[0] for x in v[1:]]
        factors[k] = h
    return trusted(list(map(list, zip(*columns)))), factors


def triangularize(columns: Rows, m: int) -> list[Reflection]:
    """The reflections H₁, H₂, … that make a table of columns, each with ``m`` entries, upper triangular, in place."""
    reflections = []
    for k in range(min(m - 1, len(columns))):
        column = columns[k]
        reflection = reflection_onto_axis(column[k:], k)
        if reflection is not None:
            reflections.append(reflection)
            columns[k] = column[:k] + [reflection.image] + [0.0] * (m - k - 1)
            columns[k + 1 :] = reflected([reflection], columns[k + 1 :])
    return reflections


def reflection_onto_axis(x: list[float], start: int) -> Reflection | None:
    """The mirror between x and ∓‖x‖·e₁, which swaps the two; None where all below x₁ is 0 already.

    v = x/‖x‖ ± e₁ with the sign of x₁, so that nothing cancels, and vᵀv/2 = |v₁|. By the largest entry first: ‖x‖
    alone could be so small that it has few bits.
    """
    if not any(x[1:]):
        return None
    size = max(map(abs, x))
    scaled = [entry / size for entry in x]
    length = math.hypot(*scaled)
    v = [entry / length for entry in scaled]
    v[0] += math.copysign(1.0, v[0])
    return Reflection(start, v, abs(v[0]), -math.copysign(length * size, x[0]))


def reflected(reflections: Iterable[Reflection], columns: Rows) -> Rows:
    """The columns c after one reflection after the other: c ← H·c = c − v·(vᵀc/h)."""
    for start, v, h, _ in reflections:
        moved = []
        for column in columns:
            tail = column[start:]
            s = dot(v, tail) / h
            moved.append(column[:start] + [c - s * w for c, w in zip(tail, v)])
        columns = moved
    return columns


def unit_columns(m: int, which: Iterable[int]) -> Rows:
    """The columns of I, ``m`` entries each, of these numbers."""
    return [[1.0 if i == j else 0.0 for i in range(m)] for j in which]
