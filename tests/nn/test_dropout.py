"""Dropout as a layer: modes, draws, and what it refuses."""

import math
import random

import pytest

from backprop import Matrix, Tensor
from backprop.nn import Linear, Sequential
from backprop.nn.dropout import AlphaDropout, Dropout, FeatureAlphaDropout
from tests import tables


def test_each_call_draws_anew_and_eval_lets_all_pass():
    layer, x = Dropout(0.5, rng=random.Random(0)), tables.ones(8, 8)
    first, second = layer(x).matrix, layer(x).matrix
    assert first != second and {entry for row in first for entry in row} == {0.0, 2.0}
    assert layer.eval()(x).matrix == x and layer.train()(x).matrix != x


def test_the_mode_reaches_it_within_a_network():
    model = Sequential(Linear(2, 16), Dropout(1.0))
    x = Matrix([[1.0, 2.0]])
    assert model(x).matrix == tables.zeros(1, 16)
    assert model.eval()(x).matrix == model[0](x).matrix


def test_of_p_1_nothing_is_left():
    x = Tensor([[1.0, -2.0]], requires_grad=True)
    y = Dropout(1.0)(x)
    y.backward(Matrix([[1.0, 1.0]]))
    assert y.matrix == x.grad.matrix == Matrix([[0.0, 0.0]])


@pytest.mark.parametrize("kind", [AlphaDropout, FeatureAlphaDropout])
def test_those_for_selu_draw_while_they_learn(kind):
    layer, x = kind(0.5, rng=random.Random(0)), Tensor([[1.0] * 4] * 4)
    assert not layer(x).equal(x) and layer.eval()(x) is x
    assert repr(layer) == f"{kind.__name__}(p=0.5, inplace=False)"


def test_repr_shows_p():
    assert repr(Dropout(0.3)) == "Dropout(p=0.3, inplace=False)"


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan, "0.5", None])
def test_p_is_a_probability(p):
    with pytest.raises(ValueError, match="Dropout: p is a finite number from 0 to 1, got"):
        Dropout(p)


def test_rng_is_a_generator():
    with pytest.raises(TypeError, match="a generator is a Generator or a random.Random, got 3"):
        Dropout(rng=3)
