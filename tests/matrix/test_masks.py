"""Comparison masks, and what is chosen by them: where, clip, any, all, in."""

import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from tests.strategies import broadcastable, fractions, matrices, same_shape

nan = math.nan


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
@given(broadcastable())
def test_a_mask_compares_each_pair_of_entries(compare, ab):
    a, b = ab
    rows, columns = (max(n, m) for n, m in zip(a.shape, b.shape))
    wide = [m.broadcast_to(rows, columns) for m in ab]
    mask = compare(a, b)
    assert mask.tolist() == [[int(compare(x, y)) for x, y in zip(p, q)] for p, q in zip(*wide)]
    assert {type(x) for row in mask for x in row} == {int}


@given(matrices(), fractions)
def test_a_number_stands_on_either_side(a, x):
    assert (a < x) == (x > a) and (a >= x) == (x <= a)
    assert (a < x) + (a >= x) == Matrix.ones(*a.shape)
    assert a.eq(x) == (a <= x) * (a >= x)


@given(same_shape(2))
def test_where_chooses_entry_by_entry(ab):
    a, b = ab
    larger = Matrix.where(a > b, a, b)
    assert larger == Matrix([[max(x, y) for x, y in zip(p, q)] for p, q in zip(a, b)])
    assert Matrix.where(a > b, 1, 0) == (a > b)


def test_where_broadcasts_all_three():
    assert Matrix.where(Matrix([[1], [0]]), Matrix([[1, 2]]), 0) == Matrix([[1, 2], [0, 0]])
    with pytest.raises(ValueError, match="Matrix where: shapes 1×2 and 1×3 and 1×1 do not fit"):
        Matrix.where(Matrix([[1, 0]]), Matrix([[1, 2, 3]]), 0)
    with pytest.raises(TypeError, match="the condition is a Matrix, as m > 0 is one, got True"):
        Matrix.where(True, Matrix([[1]]), 0)


@given(matrices(), fractions, st.fractions(min_value=0, max_value=5))
def test_clip_is_the_nearest_number_between_both(a, low, width):
    high = low + width
    assert a.clip(low, high) == a.map(lambda x: min(max(x, low), high))
    assert a.clip(min=low) == a.map(lambda x: max(x, low)) and a.clip(max=high) == a.map(lambda x: min(x, high))
    assert a.clip() == a


def test_clip_keeps_nan_and_refuses_bounds_that_cross():
    assert math.isnan(Matrix([[nan]]).clip(0, 1).item())
    with pytest.raises(ValueError, match="clip: min 2 is above max 1"):
        Matrix([[1]]).clip(2, 1)
    with pytest.raises(TypeError, match="clip: min is '0'"):
        Matrix([[1]]).clip("0")


@given(matrices(entries=st.integers(-1, 1)))
def test_any_and_all(a):
    rows = a.tolist()
    assert a.any() is any(map(any, rows)) and a.all() is all(map(all, rows))
    assert a.any(axis=1).tolist() == [[int(any(row))] for row in rows]
    assert a.all(axis=0).tolist() == [[int(all(column)) for column in zip(*rows)]]


@given(matrices(), fractions)
def test_in_asks_for_an_entry(a, x):
    assert (x in a) == any(x == y for row in a.tolist() for y in row)


def test_nan_compares_to_nothing():
    assert (Matrix([[nan, 1.0]]) >= Matrix([[nan, nan]])) == Matrix([[0, 0]])
    assert Matrix([[nan]]).eq(nan) == Matrix([[0]])


def test_a_matrix_as_a_condition_is_refused():
    """It would always be true, whatever is in it."""
    with pytest.raises(TypeError, match=r"neither true nor false: write m.any\(\) or m.all\(\)"):
        if Matrix([[0, 0]]) > 0:
            pass


def test_shapes_that_do_not_fit_are_refused_with_the_operator():
    with pytest.raises(ValueError, match="Matrix <=: shapes 1×2 and 1×3 do not fit"):
        Matrix([[1, 2]]) <= Matrix([[1, 2, 3]])
    with pytest.raises(TypeError):
        Matrix([[1]]) < "2"
