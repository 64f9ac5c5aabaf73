"""Rounding and signs, entry by entry."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor
from tests.strategies import fractions

LAWS = {
    "floor": math.floor,
    "ceil": math.ceil,
    "trunc": math.trunc,
    "round": round,
    "sign": lambda x: (x > 0) - (x < 0),
    "frac": lambda x: x - math.trunc(x),
}


@pytest.mark.parametrize("name", LAWS)
@given(numbers=st.lists(st.one_of(fractions, st.floats(-1e9, 1e9), st.integers(-9, 9)), min_size=1))
def test_each_number_is_rounded_as_python_does(name, numbers):
    result = getattr(backprop, name)(Tensor(numbers))
    assert result.matrix.rows[0] == list(map(LAWS[name], numbers))
    assert all(type(y) in (type(x), int) or isinstance(x, Fraction) for x, y in zip(numbers, result.matrix.rows[0]))


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round", "sign"])
def test_steps_have_the_derivative_0(name):
    x = Tensor([-1.5, 0.25, 2.0], requires_grad=True)
    getattr(x, name)().sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round"])
def test_ints_and_what_is_not_finite_stay(name):
    x = Tensor([math.inf, -math.inf, math.nan])
    assert repr(getattr(x, name)().tolist()) == "[inf, -inf, nan]"
    ints = Tensor([3.0, -4.0]).long()
    assert getattr(ints, name)().tolist() == [3, -4] and getattr(ints, name)().dtype is backprop.int64


def test_halves_are_rounded_to_even_and_to_decimals():
    """PyTorch 2.13's values."""
    x = Tensor([0.5, 1.5, -2.5, 1234.5678])
    assert x.round().tolist() == [0.0, 2.0, -2.0, 1235.0]
    assert x.round(decimals=2).tolist() == [0.5, 1.5, -2.5, 1234.57]
    assert x.round(decimals=-2).tolist() == [0.0, 0.0, 0.0, 1200.0]


def test_signs():
    """PyTorch 2.13's values: the sign of NaN is 0."""
    x = Tensor([-2.0, 0.0, 5.0, math.nan])
    assert x.sign().tolist() == x.sgn().tolist() == [-1.0, 0.0, 1.0, 0.0]
    assert backprop.copysign(Tensor([1.0, -2.0, 3.0]), Tensor([-0.0, 5.0, -1.0])).tolist() == [-1.0, 2.0, -3.0]
    assert backprop.heaviside(x, Tensor(0.5)).tolist() == [0.0, 0.5, 1.0, 0.0]
    assert backprop.angle(Tensor([-2.0, 0.0, 5.0])).tolist() == [math.pi, 0.0, 0.0]


def test_what_is_rounded_to_zero_keeps_its_sign():
    x = Tensor([-0.2, 0.2, -0.0])
    for rounded in (x.ceil(), x.trunc(), x.round()):
        assert [math.copysign(1, y) for y in rounded.tolist()] == [-1, math.copysign(1, rounded[1].item()), -1]
    assert repr(x.round()) == "tensor([-0., 0., -0.])"
