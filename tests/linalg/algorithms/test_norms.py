"""Norms and the condition number: the laws of a norm, known values, and no overflow on the way."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.linalg.algorithms import LinAlgError, cond, inv, norm
from tests import tables
from tests.strategies import floats, fractions, matrices, same_shape

inf = math.inf
ORDERS = [None, "fro", 1, 2, inf, "nuc"]
# Norms of tables of up to 4×4 are right to a few n·2⁻⁵³; a part in 10¹³ is far above that.
SLACK = 1 + 1e-13


@pytest.mark.parametrize("ord", ORDERS)
@given(same_shape(2, floats), fractions)
def test_laws_of_a_norm(ord, ab, s):
    a, b = ab
    assert norm(a, ord) >= 0 and (norm(a, ord) > 0) == (tables.largest(a) > 0)
    assert norm(a + b, ord) <= (norm(a, ord) + norm(b, ord)) * SLACK
    assert norm(a * float(s), ord) == pytest.approx(abs(float(s)) * norm(a, ord), rel=1e-13)
    assert norm(a @ b.T, ord) <= norm(a, ord) * norm(b.T, ord) * SLACK


@given(matrices(entries=floats))
def test_how_norms_compare(a):
    k = min(a.shape)
    assert norm(a, 2) <= norm(a) * SLACK and norm(a) <= norm(a, "nuc") * SLACK
    assert norm(a, "nuc") <= math.sqrt(k) * norm(a) * SLACK
    assert norm(a, 2) ** 2 <= norm(a, 1) * norm(a, inf) * SLACK
    assert norm(a, 1) == norm(a.T, inf)


@given(matrices())
def test_sums_are_exact_over_fractions(a):
    assert norm(a, 1) == max(sum(map(abs, column)) for column in zip(*a))
    assert isinstance(norm(a, inf), Fraction)


@pytest.mark.parametrize("ord", ORDERS)
@pytest.mark.parametrize("scale", [1e200, 1e-200])
def test_no_overflow_and_no_underflow(ord, scale):
    a = Matrix([[3.0, -1.0], [0.5, 2.0], [1.0, 1.0]])
    assert norm(a * scale, ord) == pytest.approx(norm(a, ord) * scale, rel=1e-14)
    square = a[:2]
    if ord != "nuc":
        assert cond(square * scale, ord) == pytest.approx(cond(square, ord), rel=1e-13)


def test_known_values():
    a = Matrix([[1, 2], [3, 4]])
    assert norm(a) == pytest.approx(math.sqrt(30), rel=1e-15)
    assert (norm(a, 1), norm(a, inf)) == (6, 7)
    # The singular values of this matrix are √(15 ± √221).
    large, small = math.sqrt(15 + math.sqrt(221)), math.sqrt(15 - math.sqrt(221))
    assert norm(a, 2) == pytest.approx(large, rel=1e-15)
    assert norm(a, "nuc") == pytest.approx(large + small, rel=1e-14)
    assert cond(a) == cond(a, 2) == pytest.approx(large / small, rel=1e-13)
    assert cond(a, 1) == norm(a, 1) * norm(inv(a), 1) == pytest.approx(21.0)


@given(matrices(entries=st.integers(-4, 4)))
def test_cond_of_any_shape_is_at_least_one(a):
    assert cond(a) >= 1 / SLACK


def test_cond_of_a_singular_matrix_is_infinite():
    zero = Matrix([[0.0]])
    assert cond(zero) == cond(zero, 1) == cond(Matrix([[1, 1], [1, 1]]), "fro") == inf


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: norm(Matrix([[1]]), 3), ValueError, "norm: ord is None, 'fro', 1, 2, inf or 'nuc', got 3"),
        (lambda: norm(Matrix([[1]]), "frob"), ValueError, "got 'frob'"),
        (lambda: cond(Matrix([[1]]), 0), ValueError, "ord is"),
        (lambda: cond(Matrix([[1, 2]]), 1), LinAlgError, "cond needs a square Matrix, got 1×2"),
        (lambda: norm(Matrix([[math.nan]])), LinAlgError, r"norm: entry \[0, 0\] is nan"),
        (lambda: norm([1]), TypeError, "norm needs a Matrix"),
    ],
)
def test_what_has_no_norm_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
