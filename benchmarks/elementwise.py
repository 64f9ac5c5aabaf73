"""Arithmetic, functions, sums, transposes and slices of a 64×64 Matrix against the bare comprehension: times as long.

The bare way is what one would write for plain lists of floats, the faster of ``map`` and a comprehension. What the
library does beyond it: it looks at the shapes and, in ``map``, at the type of each result.
Nothing needs to be installed: python3 benchmarks/elementwise.py
"""

from __future__ import annotations

import math
import random
import sys
from operator import add, mul, sub, truediv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix, Tensor
from backprop.nn.functional import relu, tanh
from backprop.tensors import exp
from kernel import columns, turned
from report import program
from timing import compared


def cases(size, rng):
    """{name: (the library's way to a Matrix, the bare way to its rows)}"""
    m, n = (tables.uniform(size, size, 1.0, 2.0, rng=rng) for _ in range(2))
    one = tables.uniform(1, size, 1.0, 2.0, rng=rng)
    a, b, (r,), s, t = m.rows, n.rows, one.rows, 1.5, Tensor(m)
    half, quarter = size // 2, size // 4
    return {
        "Matrix + Matrix": (lambda: m + n, lambda: [list(map(add, p, q)) for p, q in zip(a, b)]),
        "Matrix - Matrix": (lambda: m - n, lambda: [list(map(sub, p, q)) for p, q in zip(a, b)]),
        "Matrix * Matrix": (lambda: m * n, lambda: [list(map(mul, p, q)) for p, q in zip(a, b)]),
        "Matrix / Matrix": (lambda: m / n, lambda: [list(map(truediv, p, q)) for p, q in zip(a, b)]),
        "Matrix + row": (lambda: m + one, lambda: [list(map(add, p, r)) for p in a]),
        "Matrix - row": (lambda: m - one, lambda: [list(map(sub, p, r)) for p in a]),
        "Matrix * row": (lambda: m * one, lambda: [list(map(mul, p, r)) for p in a]),
        "Matrix / row": (lambda: m / one, lambda: [list(map(truediv, p, r)) for p in a]),
        "Matrix + number": (lambda: m + s, lambda: [[x + s for x in p] for p in a]),
        "Matrix - number": (lambda: m - s, lambda: [[x - s for x in p] for p in a]),
        "Matrix * number": (lambda: m * s, lambda: [[x * s for x in p] for p in a]),
        "Matrix / number": (lambda: m / s, lambda: [[x / s for x in p] for p in a]),
        "-Matrix": (lambda: -m, lambda: [[-x for x in p] for p in a]),
        "map(math.tanh)": (lambda: m.map(math.tanh), lambda: [list(map(math.tanh, p)) for p in a]),
        "exp(Tensor)": (lambda: exp(t).matrix, lambda: [list(map(math.exp, p)) for p in a]),
        "tanh(Tensor)": (lambda: tanh(t).matrix, lambda: [list(map(math.tanh, p)) for p in a]),
        "relu(Tensor)": (lambda: relu(t).matrix, lambda: [[0.0 if x <= 0.0 else x for x in p] for p in a]),
        "sum(0)": (lambda: t.sum(0, keepdim=True).matrix, lambda: [list(map(sum, columns(a)))]),
        "sum(1)": (lambda: t.sum(1, keepdim=True).matrix, lambda: [[sum(p)] for p in a]),
        "T": (lambda: m.T, lambda: turned(a)),
        "rows a to b": (lambda: m[quarter:half], lambda: a[quarter:half]),
        "columns a to b": (lambda: m[:, quarter:half], lambda: [p[quarter:half] for p in a]),
        "rows and columns": (lambda: m[quarter:half, quarter:half], lambda: [p[quarter:half] for p in a[quarter:half]]),
        "every second column": (lambda: m[:, ::2], lambda: [p[::2] for p in a]),
    }


def measure(quick):
    size, rounds, turn = (8, 3, 0.001) if quick else (64, 25, 0.02)
    rows = {}
    for name, (library, bare) in cases(size, random.Random(0)).items():
        assert library() == Matrix(bare()), f"{name}: the two do not come to the same"
        rows[name] = compared({"library": library, "bare": bare}, "", rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
