"""exp, log, sqrt: values at the ends of their domains, and what lies outside."""

import math

import pytest

import backprop
from backprop import Matrix, Tensor
from backprop.nn import functional as F


def slope(function, x):
    leaf = Tensor(x, requires_grad=True)
    function(leaf).backward()
    return leaf.grad.matrix.item()


def test_values_are_those_of_math():
    x = Matrix([[0.5, 1.0, 9.0]])
    for ours, theirs in ((backprop.exp, math.exp), (backprop.log, math.log), (backprop.sqrt, math.sqrt)):
        assert ours(x).matrix.tolist() == [[theirs(v) for v in (0.5, 1.0, 9.0)]]


def test_exp_goes_to_infinity_and_to_zero():
    assert backprop.exp(Matrix([[1000.0, -1000.0, math.inf, -math.inf]])).matrix == Matrix(
        [[math.inf, 0.0, math.inf, 0.0]]
    )
    assert slope(backprop.exp, 1000.0) == math.inf and slope(backprop.exp, -1000.0) == 0.0


def test_sqrt_at_zero_takes_the_slope_0():
    assert backprop.sqrt(Matrix([[0.0]])).matrix == Matrix([[0.0]]) and slope(backprop.sqrt, 0.0) == 0.0


def test_nan_stays_nan():
    for function in (
        backprop.exp,
        backprop.log,
        backprop.sqrt,
        F.tanh,
        F.sigmoid,
        F.relu,
        F.leaky_relu,
        F.softmax,
        F.log_softmax,
    ):
        assert math.isnan(function(Matrix([[math.nan]])).item())


@pytest.mark.parametrize(
    ("function", "entry", "sentence"),
    [
        (backprop.log, 0.0, r"log needs entries above 0, entry \[1, 0\] is 0.0"),
        (backprop.log, -1.0, r"log needs entries above 0, entry \[1, 0\] is -1.0"),
        (backprop.sqrt, -1e-300, r"sqrt needs entries from 0 up, entry \[1, 0\] is -1e-300"),
    ],
)
def test_outside_of_the_domain_is_refused(function, entry, sentence):
    with pytest.raises(ValueError, match=sentence):
        function(Matrix([[1.0], [entry]]))


def test_exp_of_numbers_too_large_for_a_float():
    assert backprop.exp(Tensor([[10**400, -(10**400)]])).matrix == Matrix([[math.inf, 0.0]])
