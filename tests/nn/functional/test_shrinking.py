"""The activations that are a line of other functions: PyTorch's figures, gradients on any shape."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Tensor, int64, tensor
from backprop.autograd import gradcheck
from backprop.nn.functional import hardtanh, shrinking
from tests.strategies import seeds
from tests.tensors.entrywise import random_leaf

X = [-4.0, -0.75, -0.25, 0.25, 0.75, 7.0]
# Settings, values and derivatives at X, made with PyTorch 2.13 in float64; the sixth of hardsigmoid, which PyTorch
# rounds to 32 bits in the derivative, is 1/6 here.
FIGURES = {
    "relu6": ((), [0.0, 0.0, 0.0, 0.25, 0.75, 6.0], [0.0, 0.0, 0.0, 1.0, 1.0, 0.0]),
    "hardsigmoid": (
        (),
        [0.0, 0.375, 0.4583333333333333, 0.5416666666666666, 0.625, 1.0],
        [0.0, 1 / 6, 1 / 6, 1 / 6, 1 / 6, 0.0],
    ),
    "softsign": (
        (),
        [-0.8, -0.42857142857142855, -0.2, 0.2, 0.42857142857142855, 0.875],
        [0.04, 0.32653061224489793, 0.64, 0.64, 0.32653061224489793, 0.015625],
    ),
    "tanhshrink": (
        (),
        [-3.000670700260933, -0.1148510476127127, -0.005081337596290869]
        + [0.005081337596290869, 0.1148510476127127, 6.0000016630560555],
        [0.9986590493169741, 0.40341419171866855, 0.05998515119362202]
        + [0.05998515119362202, 0.40341419171866855, 0.9999966738906552],
    ),
    "hardshrink": ((0.5,), [-4.0, -0.75, 0.0, 0.0, 0.75, 7.0], [1.0, 1.0, 0.0, 0.0, 1.0, 1.0]),
    "softshrink": ((0.5,), [-3.5, -0.25, 0.0, 0.0, 0.25, 6.5], [1.0, 1.0, 0.0, 0.0, 1.0, 1.0]),
    "threshold": ((0.5, -7.0), [-7.0, -7.0, -7.0, -7.0, 0.75, 7.0], [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]),
    "celu": (
        (0.5,),
        [-0.49983226868604874, -0.3884349199257851, -0.1967346701436833, 0.25, 0.75, 7.0],
        [0.00033546262790251185, 0.22313016014842982, 0.6065306597126334, 1.0, 1.0, 1.0],
    ),
}
KINKS = (-3.0, -0.5, 0.0, 0.5, 3.0, 6.0)


@pytest.mark.parametrize("name", FIGURES)
def test_values_and_derivatives_are_pytorchs(name):
    arguments, values, slopes = FIGURES[name]
    x = Tensor(X, requires_grad=True)
    y = getattr(shrinking, name)(x, *arguments)
    y.sum().backward()
    assert y.tolist() == pytest.approx(values, rel=1e-9, abs=1e-12)
    assert x.grad.tolist() == pytest.approx(slopes, rel=1e-9, abs=1e-12)
    assert y.grad_fn.called == name


@pytest.mark.parametrize("name", FIGURES)
@settings(max_examples=15)
@given(shape=st.lists(st.integers(1, 3), max_size=4), seed=seeds)
def test_gradients_on_any_shape(name, shape, seed):
    rng = random.Random(seed)
    x = random_leaf(shape, rng, -5.0, 8.0, KINKS)
    assert gradcheck(lambda x: getattr(shrinking, name)(x, *FIGURES[name][0]), [x], rng=rng)


@pytest.mark.parametrize("name", FIGURES)
def test_nan_stays_nan(name):
    y = getattr(shrinking, name)(Tensor(math.nan), *FIGURES[name][0])
    assert math.isnan(y.item())


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_no_number_is_refused_in_the_name_that_was_called(name):
    with pytest.raises(TypeError, match=f"^{name} needs a number"):
        getattr(shrinking, name)("a", *FIGURES[name][0])


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(RuntimeError, match="softshrink: lambd is a number from 0 up, got -1.0"):
        shrinking.softshrink(Tensor(X), -1.0)
    with pytest.raises(RuntimeError, match="celu: alpha is another number than 0"):
        shrinking.celu(Tensor(X), 0.0)


def test_ints_stay_ints():
    """hardtanh(-0.5, 0.5) of ints has no other int than 0 in it, as in PyTorch."""
    x = tensor([-2, 0, 9])
    for function, arguments, figures in (
        (shrinking.relu6, (), [0, 0, 6]),
        (shrinking.threshold, (0, -7), [-7, -7, 9]),
        (hardtanh, (-0.5, 0.5), [0, 0, 0]),
    ):
        y = function(x, *arguments)
        assert y.dtype is int64 and y.tolist() == figures
