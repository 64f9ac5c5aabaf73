"""How a table is shown: aligned at the point, shortened in the middle."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.pictures.tables import table
from tests.strategies import floats, matrices


@given(matrices(st.integers(1, 14), st.integers(1, 12), st.one_of(floats, st.integers(-99, 99))))
def test_all_lines_are_as_long_and_the_points_of_a_column_stand_below_each_other(m):
    lines = table(m.rows).splitlines()
    cut = m.shape[0] > 10 or m.shape[1] > 8
    if cut:
        assert lines.pop() == "{}×{}".format(*m.shape)
    assert len({len(line) for line in lines}) == 1
    assert len(lines) == min(m.shape[0], 11)
    if m.shape[1] == 1 and not cut and "e" not in table(m.rows):
        points = {line.index(".") for line in lines if "." in line}
        assert len(points) <= 1


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([[1]], "[ 1 ]"),
        ([[1.0, -0.5]], "[ 1  -0.5 ]"),
        ([[Fraction(1, 3)], [2]], "[ 1/3 ]\n[   2 ]"),
        ([[1e300], [1e-300]], "[ 1e+300 ]\n[ 1e-300 ]"),
        ([[float("nan"), float("inf")]], "[ nan  inf ]"),
    ],
)
def test_small_tables(rows, shown):
    assert table(rows) == shown
