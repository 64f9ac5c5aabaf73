"""The dot product, through which all multiply-adds go: exact over Fractions, bounded over floats."""

import functools
import math
import operator
import random
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import kernel
from backprop.kernel import dot, product, row_products, transposed
from tests.strategies import UNIT_ROUNDOFF, floats, fractions

pairs_of_fractions = st.lists(st.tuples(fractions, fractions), min_size=1, max_size=8)
pairs_of_floats = st.lists(st.tuples(floats, floats), min_size=1, max_size=50)


@given(pairs_of_fractions)
def test_exact_over_fractions(pairs):
    p, q = zip(*pairs)
    assert dot(p, q) == sum(a * b for a, b in pairs)
    assert isinstance(dot(p, q), Fraction)


@given(pairs_of_floats)
def test_within_the_bound_of_a_sum_of_products(pairs):
    p, q = zip(*pairs)
    true = sum(Fraction(a) * Fraction(b) for a, b in pairs)
    size = sum(abs(Fraction(a) * Fraction(b)) for a, b in pairs)
    # n products and n additions: each term is rounded at most n + 1 times (Higham, "Accuracy and Stability of
    # Numerical Algorithms", 2002, section 3.1), and (1 + u)ⁿ⁺¹ − 1 < 1.01·(n + 1)·u for such few.
    assert abs(Fraction(dot(p, q)) - true) <= Fraction(1.01) * (len(pairs) + 1) * Fraction(UNIT_ROUNDOFF) * size


@given(st.lists(pairs_of_fractions.map(lambda pairs: [a for a, _ in pairs][:1] * 3), min_size=1, max_size=4))
def test_row_products_are_the_dots_of_all_pairs(rows):
    others = [[Fraction(n), Fraction(1, n), Fraction(-n)] for n in range(1, 7)]
    assert row_products(rows, others) == [[dot(p, q) for q in others] for p in rows]


@pytest.mark.parametrize("count", range(1, 19))
def test_products_of_short_rows_are_the_dots_to_the_last_bit(count):
    """Those of few numbers are written out before CPython 3.12; the sign of a zero is that of a sum, too."""
    rng = random.Random(count)
    rows, others = (
        [[rng.choice((rng.gauss(0, 1), -0.0, 3)) for _ in range(count)] for _ in range(5)] for _ in range(2)
    )
    found = row_products(rows, others)
    assert repr(found) == repr([[dot(p, q) for q in others] for p in rows])


@pytest.mark.skipif(sys.implementation.name == "pypy", reason="PyPy has loops")
@pytest.mark.parametrize("count", range(1, kernel.SHORTEST))
def test_sums_that_are_written_out_add_one_number_after_the_other(count):
    """In training they are on each CPython, for the columns of a table too, and keep what is exact."""
    rng = random.Random(count)
    draw = lambda: rng.choice((rng.gauss(0, 1), -0.0, 3, Fraction(1, 3), Fraction(2**60)))
    rows, others = ([[draw() for _ in range(count)] for _ in range(2)] for _ in range(2))
    one_by_one = [[functools.reduce(operator.add, map(operator.mul, p, q), 0) for q in others] for p in rows]
    assert repr(kernel.float_products(rows, others)) == repr(one_by_one)
    assert repr(kernel.float_product(rows, transposed(others))) == repr(one_by_one)


@given(st.integers(1, 3), st.integers(1, 9))
def test_row_products_of_nothing_are_zeros(height, width):
    assert row_products([[]] * height, [[]] * width) == [[0] * width] * height


@given(st.integers(1, 4), st.integers(1, 4))
def test_transposed_gives_the_columns(height, width):
    columns = transposed([[(i, j) for j in range(width)] for i in range(height)])
    assert [list(column) for column in columns] == [[(i, j) for i in range(height)] for j in range(width)]


@pytest.mark.parametrize(
    "height, inner, width", [(1, 1, 1), (3, 2, 4), (100, 101, 100), (101, 101, 100), (101, 1, 10_001)]
)
def test_products_are_rows_times_columns_to_the_last_bit(height, inner, width):
    """In tables of all sizes, as large ones are copied, with entries of all kinds, which keep their type."""
    rng = random.Random(0)
    kinds = [lambda: rng.gauss(0, 1), lambda: rng.randrange(-9, 10), lambda: -0.0, lambda: 5e-324, lambda: math.inf]
    left, right = (
        [[rng.choice(kinds)() for _ in range(n)] for _ in range(m)] for m, n in ((height, inner), (inner, width))
    )
    right[-1][-1] = Fraction(1, 3)
    found, wanted = product(left, right), row_products(left, transposed(right))
    assert repr(found) == repr(wanted)
