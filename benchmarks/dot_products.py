"""What a multiply-add costs in a dot product, by each way that the standard library has: nanoseconds.

A row with each of 100 others, in lengths of 32 and of 784 numbers, from floats to floats. The distances come once with
rows that were scaled before and once with all scaling, of 100 rows with 100. "two in one" are two columns as the real and
imaginary parts of one complex number; "packed" are 100 columns in one large integer, each number with 53 bits.
Nothing needs to be installed: python3 benchmarks/dot_products.py
"""

from __future__ import annotations

import math
import random
import statistics
import sys
from operator import add, mul
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop.kernel import by_direction, distance_products
from kernel import product
from report import program
from timing import TURN, interleaved, row

COUNT = 100


def ways(n, rng):
    """{name: (a function, the number of multiply-adds that it does)} for rows of n numbers."""
    rows, others = ([[rng.gauss(0.0, 1.0) for _ in range(n)] for _ in range(COUNT)] for _ in range(2))
    p, once = rows[0], COUNT * n
    fsum, hypot = math.fsum, math.hypot
    pairs = [list(map(complex, a, b)) for a, b in zip(others[::2], others[1::2])]
    ints = [round(x * 2.0**50) for x in p]
    packed = [sum(round(x * 2.0**50) << 128 * j for j, x in enumerate(column)) for column in zip(*others)]
    scaled, one = by_direction(others), by_direction([p])
    found = {
        "sum(map(mul, p, q))": (lambda: [sum(map(mul, p, q)) for q in others], once),
        "a loop written out": (lambda: [loop(p, q) for q in others], once),
        "the plain kernel": (lambda: product([p], others), once),
        "math.dist, scaled before": (lambda: distance_products(one, scaled), once),
        "math.dist, with all scaling": (
            lambda: distance_products(by_direction(rows), by_direction(others)),
            COUNT * once,
        ),
        "math.hypot of sums": (lambda: [hypot(*map(add, p, q)) for q in others], once),
        "math.fsum": (lambda: [fsum(map(mul, p, q)) for q in others], once),
        "complex, two in one": (lambda: [sum(map(mul, p, pair)) for pair in pairs], once),
        "integers, packed": (lambda: sum(map(mul, ints, packed)), once),
    }
    if sys.version_info >= (3, 10):
        found["statistics.covariance"] = lambda: [statistics.covariance(p, q) for q in others[:2]], 2 * n
    if sys.version_info >= (3, 11):
        found["statistics.fmean, weighted"] = lambda: [statistics.fmean(p, q) for q in others], once
    if sys.version_info >= (3, 12):
        found["math.sumprod"] = lambda: [math.sumprod(p, q) for q in others], once
    return found


def loop(p, q):
    total = 0.0
    for x, y in zip(p, q):
        total += x * y
    return total


def measure(quick):
    lengths, rounds, turn = ((8,), 3, 0.001) if quick else ((32, 784), 9, TURN)
    rows = {}
    for n in lengths:
        of_length = ways(n, random.Random(0))
        times = interleaved({name: way for name, (way, _) in of_length.items()}, rounds, turn)
        for name, seconds in times.items():
            rows[f"{name}, {n} numbers"] = row([s * 1e9 / of_length[name][1] for s in seconds], "", {name: seconds})
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
