"""The activations: stable far out, and their conventions at the kinks."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop import functional as F


def value_and_slope(function, x):
    leaf = Tensor(x, requires_grad=True)
    y = function(leaf)
    y.backward()
    return y.item(), leaf.grad.item()


@pytest.mark.parametrize(
    ("function", "at_minus_1000", "at_1000"),
    [
        (F.tanh, (-1.0, 0.0), (1.0, 0.0)),
        (F.sigmoid, (0.0, 0.0), (1.0, 0.0)),
        (F.relu, (0.0, 0.0), (1000.0, 1.0)),
        (F.leaky_relu, (-10.0, 0.01), (1000.0, 1.0)),
    ],
)
def test_far_out(function, at_minus_1000, at_1000):
    assert value_and_slope(function, -1000.0) == at_minus_1000
    assert value_and_slope(function, 1000.0) == at_1000


@given(st.floats(-745.0, 745.0))
def test_sigmoid_is_accurate_in_both_tails(x):
    """1/(1 + e⁻ˣ) rounds three times and exp is good to an ulp: relative error below 4·2⁻⁵³, or half the least float.

    The reference is 1/(1 + e) over Fractions, with e⁻ˣ as math.exp gives it, or its inverse where it overflows.
    """
    y = F.sigmoid(Tensor(x)).item()
    tail = Fraction(math.exp(-abs(x)))
    exact = 1 / (1 + tail) if x >= 0 else tail / (1 + tail)
    assert abs(Fraction(y) - exact) <= max(8 * Fraction(2) ** -53 * exact, Fraction(5e-324))


@given(st.floats(-40.0, 40.0))
def test_sigmoid_and_tanh_are_the_same_curve(x):
    """tanh x = 2σ(2x) − 1, within four roundings of numbers up to 1."""
    assert math.isclose(F.tanh(Tensor(x)).item(), 2 * F.sigmoid(Tensor(2 * x)).item() - 1, abs_tol=4 * 2.0**-53)


def test_at_the_kink_the_slope_is_that_of_the_left():
    assert value_and_slope(F.relu, 0.0) == (0.0, 0.0)
    assert value_and_slope(lambda x: F.leaky_relu(x, negative_slope=0.2), 0.0) == (0.0, 0.2)
    assert value_and_slope(F.leaky_relu, -2.0) == (-0.02, 0.01)


def test_relu_of_infinity():
    assert F.relu(Matrix([[math.inf, -math.inf]])).data == Matrix([[math.inf, 0.0]])
