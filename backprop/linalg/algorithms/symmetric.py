"""Eigenvalues of a symmetric matrix: rotated from both sides until only the diagonal is left."""

from __future__ import annotations

import math
from itertools import repeat
from typing import Any, NamedTuple

from backprop.kernel import Rows
from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.algorithms.jacobi import rotate, rotation, sweeps, tournament
from backprop.linalg.algorithms.orthogonal import unit_columns
from backprop.linalg.algorithms.scaling import scaled, unscaled
from backprop.linalg.algorithms.tables import differences, quotients
from backprop.linalg.algorithms.validation import check_square, check_symmetric, floats
from backprop.matrix import Matrix, trusted


class EighResult(NamedTuple):
    """A·V = V·Λ: column k of ``eigenvectors`` belongs to ``eigenvalues[k]``."""

    eigenvalues: list[float]
    eigenvectors: Matrix


def _eigh_differential(result: EighResult, matrices: list[Matrix], changes: list[Matrix]) -> Any:
    """dλ = diag(VᵀdA·V) and dV = V·(F∘VᵀdA·V), Fᵢⱼ = 1/(λⱼ − λᵢ) beside the diagonal, on which it is 0."""
    values, v = result
    inner = v.T @ changes[0] @ v
    return [row[i] for i, row in enumerate(inner.rows)], v @ quotients(inner, differences(values))


@with_differential(_eigh_differential)
def eigh(a: Matrix) -> EighResult:
    """A = V·Λ·Vᵀ with VᵀV = I: n eigenvalues in ascending order, V (n, n), for A (n, n) symmetric.

    Jacobi's method (1846): JᵀAJ, with rotations J that turn one entry beside the diagonal to 0 each, n/2 at a time.
    Where A differs from Aᵀ by rounding, (A + Aᵀ)/2 is taken. Fractions and integers become floats. Rutishauser,
    "The Jacobi method for real symmetric matrices" (1966); Golub and Van Loan, "Matrix Computations" (4th ed.,
    2013), section 8.5.

    Cost: 6·n³ multiply-adds a sweep; 6 to 10 sweeps are usual, for graded or singular matrices up to 25. Error:
    ‖A·V − V·Λ‖, ‖A‖·‖VᵀV − I‖ and that of each eigenvalue are a small multiple of n·2⁻⁵³·‖A‖. For positive definite
    A with entries of many sizes, the small eigenvalues too have correct digits: those that scaling the diagonal to
    1 would leave them: Demmel and Veselić, "Jacobi's method is more accurate than QR" (1992).

    Raises TypeError for what is not a Matrix, LinAlgError where A is not square or not symmetric, for NaN or
    infinity, for an eigenvalue beyond the largest float, or after 60 sweeps.

    >>> values, vectors = eigh(Matrix([[2, 1], [1, 2]]))
    >>> values
    [1.0, 3.0]
    >>> (Matrix([[2, 1], [1, 2]]) @ vectors).allclose(vectors * Matrix([values]))
    True
    """
    check_square("eigh", a)
    rows = floats("eigh", a)
    check_symmetric("eigh", a)
    n = len(rows)
    # As far up as sums have room: beside the largest entries, the smallest then keep all their digits.
    rows, exponent = scaled(rows, to=1000)
    rows = [[(x + y) / 2.0 for x, y in zip(row, column)] for row, column in zip(rows, zip(*rows))]
    vectors = unit_columns(n, range(n))
    values = _diagonalize(rows, vectors)
    order = sorted(range(n), key=values.__getitem__)
    eigenvalues = unscaled("eigh", [values[k] for k in order], repeat(exponent))
    return EighResult(eigenvalues, trusted(list(map(list, zip(*(vectors[k] for k in order))))))


def _diagonalize(a: Rows, vectors: Rows) -> list[float]:
    """The diagonal of JᵀAJ once no rotation is left to do; the rows of ``vectors`` become those of Jᵀ·vectors."""
    rounds = tournament(len(a))
    for _ in sweeps("eigh"):
        resting = True
        for pairs in rounds:
            rotations = [
                rotation(p, q, a[p][p], a[q][q], a[p][q])
                for p, q in pairs
                if not _is_negligible(a[p][q], a[p][p], a[q][q])
            ]
            if not rotations:
                continue
            resting = False
            # A is symmetric, so the rows of the transpose of JᵀA are the columns of AJ: rows alone are ever turned.
            rotate(a, rotations)
            a = list(map(list, zip(*a)))
            rotate(a, rotations)
            rotate(vectors, rotations)
            for p, q, _, _, alpha, beta in rotations:
                # Nearer, where β is small beside α, than what the rows made of them: s²α + 2csγ + c²β and nearly 0.
                a[p][p], a[q][q] = alpha, beta
                a[p][q] = a[q][p] = 0.0
            # Entries and their mirror images are rounded differently; apart, they come to rest slowly.
            a = [[*column[:k], *row[k:]] for k, (row, column) in enumerate(zip(a, zip(*a)))]
        if resting:
            break
    return [row[k] for k, row in enumerate(a)]


def _is_negligible(gamma: float, alpha: float, beta: float) -> bool:
    """Whether γ is lost in the rounding of α and β, or, where these are nothing themselves, near underflow."""
    return abs(gamma) <= max(2.0**-53 * math.sqrt(abs(alpha)) * math.sqrt(abs(beta)), 2.0**-960)
