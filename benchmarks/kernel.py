"""The bare kernels that the library is measured against: products of rows with rows, by the means of each Python.

The plain one has dot products: ``math.sumprod`` from CPython 3.12 on, ``sum(map(mul, …))`` before; loops written out on
PyPy, four sums at a time. Before CPython 3.12 the library is also measured against its own way by hand, by distances: a
row is brought to the length √½, once where it is used often, and then p·q = |p||q|·(1 − |p̂ − q̂|²).
"""

from __future__ import annotations

import math
import sys
from operator import mul

if sys.implementation.name == "pypy":

    def columns(rows):
        return [[row[j] for row in rows] for j in range(len(rows[0]))]

    turned = columns

    def dot(p, q):
        total = 0.0
        for x, y in zip(p, q):
            total += x * y
        return total

    def product(rows, others):
        """The product of each row with each of the others."""
        result, rest = [], len(others) % 4
        for p in rows:
            sums, count = [], len(p)
            for j in range(0, len(others) - rest, 4):
                a, b, c, d = others[j], others[j + 1], others[j + 2], others[j + 3]
                s = t = u = v = 0.0
                k = 0
                while k < count:
                    x = p[k]
                    s += x * a[k]
                    t += x * b[k]
                    u += x * c[k]
                    v += x * d[k]
                    k += 1
                sums += [s, t, u, v]
            for q in others[len(others) - rest :]:
                sums.append(dot(p, q))
            result.append(sums)
        return result

else:

    def columns(rows):
        return list(zip(*rows))

    def turned(rows):
        """The columns as lists, made one after the other."""
        return list(map(list, zip(*rows)))

    if sys.version_info >= (3, 12):
        from math import sumprod as dot

        def product(rows, others):
            """The product of each row with each of the others."""
            return [[dot(p, q) for q in others] for p in rows]

    else:

        def dot(p, q):
            return sum(map(mul, p, q))

        def product(rows, others):
            """The product of each row with each of the others."""
            return [[sum(map(mul, p, q)) for q in others] for p in rows]


class Directions(list):
    """Rows at the length √½, each with its own length."""


def directions(rows):
    """Rows of at least 8 floats in the form for ``distance_product``; with fewer the plain kernel, as in the library."""
    if len(rows[0]) < 8:
        return rows
    result = Directions()
    for row in rows:
        length = math.hypot(*row)
        factor = math.sqrt(0.5) / length if length else 0.0
        result.append((tuple([x * factor for x in row]), length))
    return result


def distance_product(rows, others):
    """The product of each row with each of the others, by distances; either may come as ``directions``."""
    if type(others) is not Directions:
        others = directions(others)
    if type(others) is not Directions:
        return product(rows, others)
    if type(rows) is not Directions:
        rows = directions(rows)
    dist = math.dist
    return [[(1.0 - (d := dist(p, q)) * d) * m * n for q, n in others] for p, m in rows]


# By name what makes a table ready for many products, and the product. The first is the plain kernel.
KERNELS = {"": (lambda rows: rows, product)}
if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
    KERNELS[", by distances"] = (directions, distance_product)
