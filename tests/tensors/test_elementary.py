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


def test_sqrt_is_infinitely_steep_at_zero():
    assert backprop.sqrt(Tensor(0.0)).item() == 0.0 and slope(backprop.sqrt, 0.0) == math.inf


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
    ("function", "entry", "value"),
    [
        (backprop.log, 0.0, -math.inf),
        (backprop.log, -0.0, -math.inf),
        (backprop.log, -1.0, math.nan),
        (backprop.log2, 0, -math.inf),
        (backprop.log10, 0.0, -math.inf),
        (backprop.log1p, -1.0, -math.inf),
        (backprop.log1p, -2.0, math.nan),
        (backprop.sqrt, -1e-300, math.nan),
        (backprop.rsqrt, 0.0, math.inf),
        (backprop.expm1, 1000.0, math.inf),
        (backprop.expm1, -1000.0, -1.0),
        (backprop.exp2, 2000.0, math.inf),
    ],
)
def test_outside_of_the_domain_and_at_the_poles_the_values_are_those_of_pytorch(function, entry, value):
    y = function(Tensor([1.0, entry, 1.0]))
    first, at_entry, last = y.tolist()
    assert repr(at_entry) == repr(value) and math.isfinite(first) and first == last


def test_exp_of_numbers_too_large_for_a_float():
    assert backprop.exp(Tensor([[10**400, -(10**400)]])).matrix == Matrix([[math.inf, 0.0]])
