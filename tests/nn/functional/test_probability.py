"""softmax and log_softmax: probabilities, whatever the scores."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.autograd import gradcheck
from backprop.nn import functional as F
from tests.strategies import matrices, random_tensor, seeds, sizes

scores = matrices(entries=st.floats(-1000, 1000))


@given(scores)
def test_softmax_gives_probabilities_along_its_dimension(x):
    """Each is rounded once in exp and once in the division; with at most 4 of them the sum is off by less than 8·2⁻⁵³."""
    for dim, axis in ((1, 1), (-1, 1), (0, 0), (-2, 0)):
        p = F.softmax(x, dim).matrix
        assert p.min() >= 0.0 and p.sum(axis=axis).allclose(1.0, rel_tol=8 * 2.0**-53)


@given(scores)
def test_log_softmax_is_the_logarithm_of_softmax(x):
    p, log_p = F.softmax(x).matrix, F.log_softmax(x).matrix
    assert all(
        math.isclose(math.exp(b), a, rel_tol=1e-12, abs_tol=1e-300) for r, s in zip(p, log_p) for a, b in zip(r, s)
    )
    assert F.log_softmax(x, 0).matrix == F.log_softmax(x.T).matrix.T


@given(scores, st.integers(-1000, 1000))
def test_a_common_shift_changes_nothing(x, shift):
    """Moving the scores by s rounds each by at most 2⁻⁵³·2000, and softmax moves by no more than its input."""
    assert F.softmax(x + shift).matrix.allclose(F.softmax(x).matrix, rel_tol=1e-12, abs_tol=1e-12)


def test_what_float_can_hold_is_kept():
    assert F.log_softmax(Matrix([[0.0, 1000.0]])).matrix == Matrix([[-1000.0, 0.0]])
    assert F.softmax(Matrix([[-math.inf, 0.0]])).matrix == Matrix([[0.0, 1.0]])


def test_another_dimension_is_refused():
    for function in (F.softmax, F.log_softmax):
        with pytest.raises(ValueError, match=r"softmax: dim is 0, 1, -1 or -2, got 2"):
            function(Matrix([[1.0]]), 2)


@given(sizes, st.integers(2, 4), seeds)
def test_the_gradient_through_softmax_into_the_mean_square_is_that_of_the_whole_jacobian(rows, columns, seed):
    """Not only of its diagonal y·(1 − y), as if each probability depended on its own score alone."""
    rng = random.Random(seed)
    x, target = random_tensor(rows, columns, rng), Matrix.uniform(rows, columns, rng=rng)
    assert gradcheck(lambda x: F.mse_loss(F.softmax(x), target), [x], rng=rng)


def test_each_row_is_normalised_by_itself():
    assert F.softmax(Matrix([[0.0, 0.0], [1000.0, 1000.0]])).matrix == Matrix([[0.5, 0.5], [0.5, 0.5]])


@pytest.mark.parametrize("row", [[math.nan, 1.0, 2.0], [1.0, math.nan, 2.0], [1.0, 2.0, math.nan]])
def test_nan_in_a_row_makes_all_of_that_row_nan_and_no_other(row):
    for function in (F.softmax, F.log_softmax):
        y = function(Matrix([row, [0.0, 0.0, 0.0]])).matrix
        assert all(map(math.isnan, y.rows[0])) and not any(map(math.isnan, y.rows[1]))
