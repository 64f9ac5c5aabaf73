"""Solving, symmetric eigenvalues and singular values against the same algorithms by hand: times as long.

The hand-written ones have no checks, no scaling and no Matrix, only rows and the standard library's fastest operations
on them. Nothing needs to be installed: python3 benchmarks/linalg.py
"""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix
from backprop.linalg import eigh, solve, svd
from kernel import dot
from report import program
from timing import TURN, compared


def hand_solve(a, b):
    """Elimination column by column with partial pivoting, then both triangles."""
    n = len(a)
    order = list(range(n))
    lower, upper = [[] for _ in a], []
    for j, entries in enumerate(zip(*a)):
        column = [entries[i] for i in order]
        for i in range(1, j):
            column[i] -= dot(lower[i], column[:i])
        head = column[:j]
        upper.append(head)
        column = [x - dot(row, head) for x, row in zip(column[j:], lower[j:])]
        p = max(range(n - j), key=lambda i: abs(column[i]))
        column[0], column[p] = column[p], column[0]
        order[j], order[j + p] = order[j + p], order[j]
        lower[j], lower[j + p] = lower[j + p], lower[j]
        pivot = column[0]
        head.append(pivot)
        for row, x in zip(lower[j + 1 :], column[1:]):
            row.append(x / pivot)
    x = [b[i] for i in order]
    for i in range(1, n):
        x[i] -= dot(lower[i], x[:i])
    for i in reversed(range(n)):
        row = [column[i] for column in upper[i:]]
        x[i] = (x[i] - dot(row[1:], x[i + 1 :])) / row[0]
    return x


def hand_rounds(n):
    """Who turns with whom: each pair once, n/2 pairs a round, for an even n."""
    seats = list(range(n))
    rounds = []
    for _ in range(n - 1):
        rounds.append([(min(seats[k], seats[-1 - k]), max(seats[k], seats[-1 - k])) for k in range(n // 2)])
        seats[1:] = [seats[-1], *seats[1:-1]]
    return rounds


def hand_turn(rows, turns):
    for p, q, c, s in turns:
        x, y = rows[p], rows[q]
        rows[p] = [c * u - s * v for u, v in zip(x, y)]
        rows[q] = [s * u + c * v for u, v in zip(x, y)]


def hand_angle(alpha, beta, gamma):
    zeta = (beta - alpha) / (2.0 * gamma)
    t = math.copysign(1.0, zeta) / (abs(zeta) + math.sqrt(1.0 + zeta * zeta))
    c = 1.0 / math.sqrt(1.0 + t * t)
    return c, c * t, t * gamma


def hand_eigh(a):
    """Jacobi's rotations from both sides, a round of disjoint pairs at a time."""
    n = len(a)
    rounds = hand_rounds(n)
    vectors = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    turned = True
    while turned:
        turned = False
        for pairs in rounds:
            turns, corners = [], []
            for p, q in pairs:
                alpha, beta, gamma = a[p][p], a[q][q], a[p][q]
                if abs(gamma) > 2.0**-53 * math.sqrt(abs(alpha * beta)):
                    c, s, shift = hand_angle(alpha, beta, gamma)
                    turns.append((p, q, c, s))
                    corners.append((alpha - shift, beta + shift))
            if turns:
                turned = True
                hand_turn(a, turns)
                a = list(map(list, zip(*a)))
                hand_turn(a, turns)
                hand_turn(vectors, turns)
                for (p, q, _, _), (alpha, beta) in zip(turns, corners):
                    a[p][p], a[q][q], a[p][q], a[q][p] = alpha, beta, 0.0, 0.0
    return sorted((a[k][k], vectors[k]) for k in range(n))


def hand_triangle(columns):
    """The rows of R, and the reflections (k, v, vᵀv/2 = v₁) that make a square matrix of columns triangular."""
    reflections = []
    for k in range(len(columns) - 1):
        v = columns[k][k:]
        length = math.copysign(math.sqrt(dot(v, v)), v[0])
        columns[k][k] = -length
        v = [x / length for x in v]
        v[0] += 1.0
        h = v[0]
        reflections.append((k, v, h))
        columns[k + 1 :] = hand_reflected(k, v, h, columns[k + 1 :])
    return [[c[i] if i <= j else 0.0 for j, c in enumerate(columns)] for i in range(len(columns))], reflections


def hand_reflected(k, v, h, columns):
    moved = []
    for c in columns:
        tail = c[k:]
        s = dot(v, tail) / h
        moved.append(c[:k] + [x - s * y for x, y in zip(tail, v)])
    return moved


def hand_svd(a):
    """Two factorizations by reflections, then rotations of the rows of the second triangle, for a square a."""
    n = len(a)
    rows, outer = hand_triangle(list(map(list, zip(*a))))
    rows, inner = hand_triangle(rows)
    right = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    rounds = hand_rounds(n)
    widest = 1.0
    while widest > (n + 4) * 2.0**-53:
        widest = 0.0
        squares = [dot(row, row) for row in rows]
        for pairs in rounds:
            turns = []
            for p, q in pairs:
                alpha, beta, gamma = squares[p], squares[q], dot(rows[p], rows[q])
                cosine = abs(gamma) / math.sqrt(alpha * beta)
                widest = max(widest, cosine)
                if cosine > math.sqrt(n) * 2.0**-53:
                    c, s, shift = hand_angle(alpha, beta, gamma)
                    turns.append((p, q, c, s))
                    squares[p], squares[q] = alpha - shift, beta + shift
            hand_turn(rows, turns)
            hand_turn(right, turns)
    lengths = [math.sqrt(dot(row, row)) for row in rows]
    order = sorted(range(n), key=lambda k: -lengths[k])
    left = [[x / lengths[k] for x in rows[k]] for k in order]
    right = [right[k] for k in order]
    for k, v, h in reversed(outer):
        left = hand_reflected(k, v, h, left)
    for k, v, h in reversed(inner):
        right = hand_reflected(k, v, h, right)
    return left, [lengths[k] for k in order], right


def tasks(n):
    """{name: (library, by hand, whether both come to the same)} for n×n."""
    rng = random.Random(0)
    a = tables.normal(n, n, rng=rng)
    b = tables.normal(n, 1, rng=rng)
    symmetric = a + a.T
    side = [row[0] for row in b]
    # A change of a part in 10¹¹ covers the rounding of both, here where the condition is some thousands at most.
    return {
        "solve": (
            lambda: solve(a, b),
            lambda: hand_solve(a.rows, side),
            lambda x, y: x.allclose(Matrix([y]).T, rel_tol=1e-8, abs_tol=1e-10),
        ),
        "eigh": (
            lambda: eigh(symmetric),
            lambda: hand_eigh(symmetric.tolist()),
            lambda x, y: Matrix([x.eigenvalues]).allclose(Matrix([[v for v, _ in y]]), abs_tol=1e-11),
        ),
        "svd": (
            lambda: svd(a),
            lambda: hand_svd(a.rows),
            lambda x, y: Matrix([x.S]).allclose(Matrix([y[1]]), rel_tol=1e-9, abs_tol=1e-11),
        ),
    }


def measure(quick):
    rows, rounds, turn = {}, *((3, 0.001) if quick else (11, TURN))
    for name, n in (("solve", 200), ("eigh", 60), ("svd", 60)):
        n = 6 if quick else n
        library, hand, same = tasks(n)[name]
        assert same(library(), hand()), f"{name}: the two do not come to the same"
        rows[f"{name}, {n}×{n}"] = compared({"library": library, "by hand": hand}, "", rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
