"""The dot product: all multiply-adds of the library are done here, by the fastest means that each Python has.

p·q = Σ pₖ qₖ. From CPython 3.12 on ``math.sumprod`` does it in C, and rounds only once for floats; before,
``sum(map(mul, p, q))`` is the fastest that the standard library has. PyPy compiles loops over lists of floats to
machine code, so there the loops are written out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import mul
from typing import Any

Rows = list[list[Any]]

if sys.implementation.name == "pypy":

    def dot(p: Iterable[Any], q: Iterable[Any]) -> Any:
        """p·q = Σ pₖ qₖ."""
        total = 0
        for x, y in zip(p, q):
            total += x * y
        return total

    def row_products(left: Iterable[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
        """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: A·B for left = rows of A, right = columns of B."""
        # Four at a time read each number of a left row once for all four, and sums that start as the first product
        # and not as an int 0 stay bare floats: both together are four times as fast as one dot after the other.
        # Counting by hand is a quarter faster than range().
        fours = len(right) - len(right) % 4
        products = []
        for p in left:
            count = len(p)
            if not count:
                products.append([0] * len(right))
                continue
            row: list[Any] = []
            for j in range(0, fours, 4):
                q0, q1, q2, q3 = right[j], right[j + 1], right[j + 2], right[j + 3]
                x = p[0]
                s0, s1, s2, s3 = x * q0[0], x * q1[0], x * q2[0], x * q3[0]
                k = 1
                while k < count:
                    x = p[k]
                    s0 += x * q0[k]
                    s1 += x * q1[k]
                    s2 += x * q2[k]
                    s3 += x * q3[k]
                    k += 1
                row += [s0, s1, s2, s3]
            for q in right[fours:]:
                row.append(dot(p, q))
            products.append(row)
        return products

    def transposed(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """The columns of a table, as the rows of another."""
        # Lists, which hold floats bare; the tuples of zip(*rows) hold objects.
        return [[row[j] for row in rows] for j in range(len(rows[0]))]

    def product(left: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
        """C = left·right: each row with each column."""
        return row_products(left, transposed(right))

else:
    if sys.version_info >= (3, 12):
        from math import sumprod as dot

        def row_products(left: Iterable[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
            """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: A·B for left = rows of A, right = columns of B.

            n·m·k multiply-adds for n rows and m rows of k numbers.

            >>> row_products([[1, 2], [3, 4]], [[10, 1], [0, 5]])
            [[12, 10], [34, 20]]
            """
            return [[dot(p, q) for q in right] for p in left]

    else:

        def dot(p: Iterable[Any], q: Iterable[Any]) -> Any:
            """p·q = Σ pₖ qₖ."""
            return sum(map(mul, p, q))

        def row_products(left: Iterable[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
            """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: A·B for left = rows of A, right = columns of B."""
            # Written out: calling dot() costs a tenth of a product of 32 numbers.
            return [[sum(map(mul, p, q)) for q in right] for p in left]

    def transposed(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """The columns of a table, as the rows of another.

        >>> transposed([[1, 2], [3, 4]])
        [(1, 3), (2, 4)]
        """
        return list(zip(*rows))

    def product(left: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
        """C = left·right: each row with each column.

        A column of floats is spread over the memory, as its rows were made one after the other, and a processor fetches
        them slowly. Where there are more than its nearest cache holds and each is read for many rows, columns of new
        floats, one beside the other, take a tenth off the whole. All values and types stay: times 1 makes a new float.

        >>> product([[1, 2], [3, 4]], [[10, 0], [1, 5]])
        [[12, 10], [34, 20]]
        """
        columns = list(zip(*right))
        if len(left) > 100 and len(right) * len(columns) > 10_000:
            columns = [tuple(map(mul, column, repeat(1))) for column in columns]
        return row_products(left, columns)
