"""The bare kernel that the library is measured against: dot products, by the fastest means of each Python.

``math.sumprod`` from CPython 3.12 on, ``sum(map(mul, …))`` before; loops written out on PyPy, four sums at a time.
"""

from __future__ import annotations

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
