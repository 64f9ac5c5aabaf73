"""Householder's QR: A is Q·R again, Q keeps lengths, R is triangular, whatever the matrix and its scale."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.linalg.algorithms import LinAlgError, norm, qr
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, floats, matrices

shapes = st.integers(1, 7)


def bound(m, n):
    """A reflection of a column c is wrong by at most (4m + 20)·u·‖c‖: the dot product of m terms, twice because
    ‖v‖²/h = 2, the same once more for what v and h lack, and a few single roundings. There are min(m, n) of them,
    for R and again for Q, and √n columns' worth of ‖A‖ in the Frobenius norm are ‖A‖ itself."""
    return 2 * min(m, n) * (4 * m + 20) * UNIT_ROUNDOFF


def check(a):
    m, n = a.shape
    k = min(m, n)
    q, r = qr(a)
    assert q.shape == (m, k) and r.shape == (k, n)
    assert r == tables.triu(r)
    scale = tables.largest(a) or 1.0
    assert norm((q @ (r / scale)) - a / scale) <= bound(m, n) * norm(a / scale)
    assert norm(q.T @ q - tables.identity(k)) <= bound(m, n) * math.sqrt(k)
    whole, below = qr(a, "complete")
    assert whole.shape == (m, m) and below.shape == (m, n)
    assert whole[:, :k] == q and below[:k] == r and not any(x for row in below.rows[k:] for x in row)
    assert norm(whole.T @ whole - tables.identity(m)) <= bound(m, n) * math.sqrt(m)


@given(matrices(shapes, shapes, floats))
def test_laws(a):
    check(a)


@given(matrices(shapes, shapes, floats), st.sampled_from([1e-290, 1e-200, 1e200, 1e290]))
def test_laws_at_the_ends_of_the_range(a, scale):
    check(a * scale / (tables.largest(a) or 1.0))


@pytest.mark.parametrize("n", [5, 12, 30])
def test_hilbert(n):
    check(Matrix([[1 / (i + j + 1) for j in range(n)] for i in range(n)]))


@pytest.mark.parametrize(
    "a",
    [
        tables.zeros(3, 2),
        Matrix([[0, 1], [0, 2], [0, 3]]),
        Matrix([[1, 1], [1, 1]]),
        Matrix([[5]]),
        Matrix([[-3], [4]]),
        tables.identity(4),
    ],
)
def test_special_matrices(a):
    check(a)


def test_the_length_of_a_column_is_the_diagonal():
    r = qr(Matrix([[3.0], [4.0]])).R
    assert r == Matrix([[-5.0]])


def test_fractions_become_floats():
    assert {type(x) for row in qr(Matrix([[Fraction(3)], [Fraction(4)]])).R for x in row} == {float}


def test_what_has_no_factors_is_refused():
    with pytest.raises(LinAlgError, match=r"qr: entry \[0, 0\] is nan; all must be finite"):
        qr(Matrix([[math.nan]]))
    with pytest.raises(LinAlgError, match="qr: an entry of the result is beyond the largest float"):
        qr(Matrix([[1.7e308], [1.7e308]]))
    with pytest.raises(ValueError, match="qr: mode is 'reduced' or 'complete', got 'full'"):
        qr(Matrix([[1]]), "full")
    with pytest.raises(TypeError, match="qr needs a Matrix"):
        qr([[1]])
