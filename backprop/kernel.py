"""The one hot loop: rows times rows, by the fastest means that each Python has.

p·q = Σ pₖ qₖ. From CPython 3.12 on ``math.sumprod`` does it in C, and rounds only once for floats; before,
``sum(map(mul, p, q))`` is the fastest that the standard library has for numbers of any kind. Of few numbers a sum that is
written out is faster still. PyPy compiles loops over lists of floats to machine code, so there the loops are written out.

**Floats in training, before CPython 3.12.** A multiply-add costs 20 to 30 ns there, but ``math.dist`` takes 5 ns a
number. A dot product is a distance: with p̂, q̂ in the directions of p, q and of length √½, by the law of cosines

    p·q = |p||q|·(1 − |p̂ − q̂|²).

Rounding moves it by at most 50 u·|p||q|, u = 2⁻⁵³, for rows of up to ten million numbers; a sum of n products guarantees
n·u·|p||q|. For if ``hypot`` and ``dist`` are right to e·u beside the rounding of the differences, then |p| and |q| bring
2e; the factors √½/|p| and √½/|q| and the numbers that they scale 10.5; |p̂ − q̂|², which is at most 2, brings 4e + 6; the
last operations 3. That makes 6e + 19.5.

CPython 3.9 divides by the largest number, sums the squares with their rounding errors in a second sum, and multiplies the
root by the largest number: quotients, squares and the last addition bring 4, half of it after the root, the root and the
product 1 each, so e = 4. From 3.10 on it scales by a power of two, squares without loss, sums as before and corrects the
root by what its square lacks, so that only the last addition rounds: e = 1. That makes 43.5 and 25.5; errors of errors,
n²·u² at most, are far less than what is left to 50. (``vector_norm`` in Modules/mathmodule.c.)

Two tables go this way if their rows hold floats and have ``SHORTEST`` numbers or more, and are used often enough to be
worth scaling. Short and rarely used rows win nothing; rows of ints, Fractions and traced numbers are exact in
``row_products``; and rows whose length is below 1e-150, above 1e150 or not a number go there too, as their factors could
leave the range of floats. A row of zeros gives exactly 0. What two rows give does not depend on the rows beside them,
only on how many there are.

From CPython 3.12 on, and on PyPy, ``row_products`` is as fast, and rounds less: training has it too, but for the few
numbers that are written out. ``Matrix @`` and ``linalg`` always take it, so that a product with the identity is the matrix
itself; ``Tensor @`` is training.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from math import dist, hypot, nan, sqrt
from operator import mul
from typing import Any, Callable, NamedTuple, Union

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

    @lru_cache
    def written_out(count: int) -> Callable[[Any, Any], Rows]:
        """``row_products`` for rows of so many numbers, with the sum written out: for two

            lambda left, right: [[(s := p0 * q0 + p1 * q1) or 0 + s for q0, q1 in right] for p0, p1 in left]

        As in ``sum`` no result is −0.0.
        """
        ps, qs = ("".join(f"{name}{k}, " for k in range(count)) for name in "pq")
        terms = " + ".join(f"p{k} * q{k}" for k in range(count))
        source = f"lambda left, right: [[(s := {terms}) or 0 + s for {qs} in right] for {ps} in left]"
        return eval(source)  # type: ignore[no-any-return]

    if sys.version_info >= (3, 12):
        from math import sumprod as dot

        def row_products(left: Iterable[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
            """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: A·B for left = rows of A, right = columns of B.

            n·m·k multiply-adds for n rows and m rows of k numbers.

            >>> row_products([[1, 2], [3, 4]], [[10, 1], [0, 5]])
            [[12, 10], [34, 20]]
            """
            if right and len(right[0]) == 1:  # no sum, so this is the nearest float too
                return written_out(1)(left, right)
            return [[dot(p, q) for q in right] for p in left]

    else:

        def dot(p: Iterable[Any], q: Iterable[Any]) -> Any:
            """p·q = Σ pₖ qₖ."""
            return sum(map(mul, p, q))

        def row_products(left: Iterable[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
            """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: A·B for left = rows of A, right = columns of B."""
            if right and 0 < len(right[0]) <= FEW:  # it takes two thirds of the time
                return written_out(len(right[0]))(left, right)
            # Not dot(): to call it costs a tenth of a product of 32 numbers.
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


# -------------------------------------------------------------------- floats in training: products by distances

BY_DISTANCE = sys.implementation.name == "cpython" and sys.version_info < (3, 12)

SHORTEST = 8
"""The numbers that a row must have: with fewer little is won, and small examples come out as one computes them by hand. So
few are written out in training on each CPython."""

FEW = 16
"""The numbers up to which a sum is faster written out than with ``map``."""

USES = 4, 8
"""How often each number must be used, in the mean over both tables, to pay for scaling it: in rows of more than ``FEW``
numbers, and of few. Rows of 16 numbers take 0.95 of the time written out if each is used 8 times (CPython 3.11; 0.7 on
3.9), 0.65 if 32 times; rows of 8 numbers 1.4 and 1.0 (1.0 and 0.7)."""

_ROOT = sqrt(0.5)

Table = Sequence[Sequence[Any]]


class Scaled(NamedTuple):
    """A table whose rows were brought to the length √½, for products by distances."""

    rows: Table
    directions: list[tuple[Sequence[float], float]]  # each row at that length, and its own
    others: list[int]  # the places of the rows that cannot be brought to it, for which zeros stand there


Operand = Union[Table, Scaled]


def worth_scaling(rows: Table, uses: int) -> bool:
    """Whether the products of these rows with ``uses`` others are faster by distances."""
    count = len(rows[0])
    return BY_DISTANCE and count >= SHORTEST and len(rows) * uses >= USES[count <= FEW] * (len(rows) + uses)


def scaled(rows: Table, uses: int) -> Operand:
    """The table in the form for ``float_products`` with ``uses`` rows, or as it is where that does not pay."""
    return by_direction(rows) if worth_scaling(rows, uses) else rows


def by_direction(rows: Table) -> Scaled:
    """The table in the form for products by distances.

    >>> directions = by_direction([[3.0, 4.0], [0.0, 0.0]]).directions
    >>> [([round(x, 4) for x in row], length) for row, length in directions]
    [([0.4243, 0.5657], 5.0), ([0.0, 0.0], 0.0)]
    """
    others: list[int] = []
    return Scaled(rows, list(_directions(rows, others)), others)


def _directions(rows: Table, others: list[int]) -> Iterator[tuple[Sequence[float], float]]:
    """Each row brought to the length √½, and its own length; zeros for one of the ``others``, which are noted there."""
    for i, row in enumerate(rows):
        # A float among ints and Fractions makes the sum a float, and so each product with the row.
        length = hypot(*row) if type(sum(row)) is float else nan
        if 1e-150 <= length <= 1e150:
            factor = _ROOT / length
            yield tuple([x * factor for x in row]), length
        else:
            if length:
                others.append(i)
            yield (0.0,) * len(row), 0.0


def distance_products(left: Operand, right: Operand) -> Rows:
    """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row, to 50 u·|leftᵢ||rightⱼ|.

    A table that many others are multiplied with is ``scaled`` once before.

    >>> distance_products(by_direction([[3.0, 4.0]]), by_direction([[3.0, 4.0], [0.0, 0.0]]))
    [[25.0, 0.0]]
    """
    if type(right) is not Scaled:
        if type(left) is not Scaled and not worth_scaling(left, len(right)):
            return row_products(left, right)
        right = by_direction(right)
    if len(right.others) == len(right.rows):
        return row_products(left.rows if type(left) is Scaled else left, right.rows)
    # The rows on the left are scaled one by one, so that no more than one of them is there twice.
    others: list[int] = []
    rows: Table = left.rows if isinstance(left, Scaled) else left
    directions: Iterable[tuple[Sequence[float], float]] = _directions(rows, others)
    if isinstance(left, Scaled):
        directions, others = left.directions, left.others
    found = [[(1.0 - (d := dist(p, q)) * d) * m * n for q, n in right.directions] for p, m in directions]
    for i in others:
        found[i] = [dot(rows[i], q) for q in right.rows]
    for j in right.others:
        for products_of_row, row in zip(found, rows):
            products_of_row[j] = dot(row, right.rows[j])
    return found


def distance_product(left: Table, right: Table) -> Rows:
    """C = left·right: each row with each column, to 50 u times their lengths."""
    return distance_products(left, transposed(right))


# -------------------------------------------------------------------- which of them training has

_many: Callable[[Any, Any], Rows] = distance_products if BY_DISTANCE else row_products
_by_columns: Callable[[Table, Table], Rows] = distance_product if BY_DISTANCE else product

if sys.implementation.name == "pypy":
    float_products, float_product = _many, _by_columns
else:

    def float_products(left: Operand, right: Operand) -> Rows:
        """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: to n·u·|leftᵢ||rightⱼ| of few numbers, else as each Python has it."""
        if type(right) is not Scaled and right and 0 < len(right[0]) < SHORTEST:
            return written_out(len(right[0]))(left, right)
        return _many(left, right)

    def float_product(left: Table, right: Table) -> Rows:
        """C = left·right: each row with each column, as ``float_products``."""
        if 0 < len(right) < SHORTEST:
            return written_out(len(right))(left, list(zip(*right)))
        return _by_columns(left, right)
