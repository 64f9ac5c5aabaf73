"""Jacobi's idea, for ``eigh`` and ``svd``: rotate two rows of a matrix at a time, all pairs, until nothing turns.

Every rotation makes one pair orthogonal and spoils others, but less each time; the first sweeps over all pairs bring
order, the last ones square what is left. Jacobi, "Über ein leichtes Verfahren, die in der Theorie der
Säcularstörungen vorkommenden Gleichungen numerisch aufzulösen" (1846).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backprop.kernel import Rows
from backprop.linalg.algorithms.validation import LinAlgError

SWEEPS = 60


class Rotation(NamedTuple):
    """The rows x and y, of index ``p`` and ``q``, become c·x − s·y and s·x + c·y; [α γ; γ β] becomes diagonal."""

    p: int
    q: int
    c: float
    s: float
    alpha: float
    beta: float


def rotation(p: int, q: int, alpha: float, beta: float, gamma: float) -> Rotation:
    """The rotation by at most an eighth of a turn that makes [α γ; γ β] diagonal, for γ ≠ 0.

    Of the two roots of t² + 2ζt − 1 = 0, ζ = (β − α)/2γ, the tangent is the smaller, written so that nothing
    cancels: with the larger one the sweeps need not converge. The diagonal is then α − tγ and β + tγ.
    Rutishauser, "The Jacobi method for real symmetric matrices" (1966); Golub and Van Loan, "Matrix Computations"
    (4th ed., 2013), section 8.5.

    >>> rotation(0, 1, 2.0, 2.0, 1.0)[4:]
    (1.0, 3.0)
    """
    zeta = (beta - alpha) / (2.0 * gamma)
    t = math.copysign(1.0, zeta) / (abs(zeta) + math.hypot(1.0, zeta))
    c = 1.0 / math.hypot(1.0, t)
    return Rotation(p, q, c, c * t, alpha - t * gamma, beta + t * gamma)


def rotate(rows: Rows, rotations: Iterable[Rotation]) -> None:
    """Turn the rows, in place; 4 multiplications for each pair of entries."""
    for p, q, c, s, _, _ in rotations:
        x, y = rows[p], rows[q]
        rows[p] = [c * u - s * v for u, v in zip(x, y)]
        rows[q] = [s * u + c * v for u, v in zip(x, y)]


def tournament(n: int) -> list[list[tuple[int, int]]]:
    """All pairs p < q of n players in rounds in which each plays at most once, so that a round is one rotation.

    Two rows of seats face each other; after a round all but the first player move up by one. Brent and Luk, "The
    solution of singular-value and symmetric eigenvalue problems on multiprocessor arrays" (1985).

    >>> tournament(4)
    [[(0, 3), (1, 2)], [(0, 2), (1, 3)], [(0, 1), (2, 3)]]
    """
    seats = list(range(n + n % 2))  # for odd n the last is an empty chair: whoever faces it rests
    rounds = []
    for _ in seats[1:]:
        facing = zip(seats[: len(seats) // 2], reversed(seats))
        rounds.append(sorted((min(pair), max(pair)) for pair in facing if max(pair) < n))
        seats[1:] = [seats[-1], *seats[1:-1]]
    return rounds


def sweeps(name: str) -> Iterator[int]:
    """As many sweeps as it may take; LinAlgError when they are used up. Ten are usual, thirty rare."""
    yield from range(SWEEPS)
    raise LinAlgError(f"{name}: not converged after {SWEEPS} sweeps")
