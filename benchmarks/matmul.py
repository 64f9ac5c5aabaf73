"""Matrix @ Matrix, from 8×8 to 512×512, against the bare kernel: times as long.

The kernel has plain lists, no checks and no Matrix. Both sides must come to the very same numbers.
Nothing needs to be installed: python3 benchmarks/matmul.py
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix
from kernel import columns, product
from report import program
from timing import TURN, compared


def measured(size, rng, bound, rounds, turn):
    a, b = (tables.normal(size, size, rng=rng) for _ in range(2))
    ways = {"library": lambda: a @ b, "kernel": lambda: product(a.rows, columns(b.rows))}
    assert Matrix(ways["kernel"]()) == a @ b, f"{size}×{size}: the two do not come to the same"
    return compared(ways, bound, rounds, turn)


def measure(quick):
    rng = random.Random(0)
    rounds = {8: 3, 64: 3} if quick else {8: 25, 16: 25, 32: 25, 64: 25, 128: 15, 256: 7, 512: 3}
    turn = 0.001 if quick else TURN
    return {
        f"{size}×{size}": measured(size, rng, "≤ 1.05" if size >= 64 else "≤ 1.5", count, turn)
        for size, count in rounds.items()
    }


if __name__ == "__main__":
    program(__doc__, measure)
