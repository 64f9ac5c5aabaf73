"""softmax and log_softmax: probabilities, whatever the scores."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop import functional as F
from tests.strategies import matrices

scores = matrices(entries=st.floats(-1000, 1000))


@given(scores)
def test_softmax_gives_probabilities_along_its_dimension(x):
    """Each is rounded once in exp and once in the division; with at most 4 of them the sum is off by less than 8·2⁻⁵³."""
    for dim, axis in ((1, 1), (-1, 1), (0, 0), (-2, 0)):
        p = F.softmax(x, dim).data
        assert p.min() >= 0.0 and p.sum(axis=axis).allclose(1.0, rel_tol=8 * 2.0**-53)


@given(scores)
def test_log_softmax_is_the_logarithm_of_softmax(x):
    p, log_p = F.softmax(x).data, F.log_softmax(x).data
    assert all(
        math.isclose(math.exp(b), a, rel_tol=1e-12, abs_tol=1e-300) for r, s in zip(p, log_p) for a, b in zip(r, s)
    )
    assert F.log_softmax(x, 0).data == F.log_softmax(x.T).data.T


@given(scores, st.integers(-1000, 1000))
def test_a_common_shift_changes_nothing(x, shift):
    """Moving the scores by s rounds each by at most 2⁻⁵³·2000, and softmax moves by no more than its input."""
    assert F.softmax(x + shift).data.allclose(F.softmax(x).data, rel_tol=1e-12, abs_tol=1e-12)


def test_what_float_can_hold_is_kept():
    assert F.log_softmax(Matrix([[0.0, 1000.0]])).data == Matrix([[-1000.0, 0.0]])
    assert F.softmax(Matrix([[-math.inf, 0.0]])).data == Matrix([[0.0, 1.0]])


def test_another_dimension_is_refused():
    for function in (F.softmax, F.log_softmax):
        with pytest.raises(ValueError, match=r"dim is 0 \(columns\) or 1 \(rows\), got 2"):
            function(Matrix([[1.0]]), 2)
