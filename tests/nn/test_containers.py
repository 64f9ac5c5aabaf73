"""Flatten, Identity, Residual: what passes through them, and the way around."""

import random

import pytest
from hypothesis import given

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn import GRU, Linear, Module, Sequential, Tanh
from backprop.nn.containers import Flatten, Identity, Residual, Unflatten
from tests import tables
from tests.strategies import random_tensor, seeds, sizes


@pytest.mark.parametrize("layer", [Flatten(), Identity()])
def test_rows_pass_as_they_are(layer):
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert layer(x) is x and layer(x.matrix).matrix == x.matrix
    assert repr(Sequential(layer)) == f"Sequential(\n  (0): {layer}\n)"


@given(rows=sizes, columns=sizes, seed=seeds)
def test_gradient_of_a_residual(rows, columns, seed):
    rng = random.Random(seed)
    layer = Residual(Sequential(Linear(columns, 3, rng=rng), Tanh(), Linear(3, columns, rng=rng)))
    x = random_tensor(rows, columns, rng)
    assert gradcheck(lambda x, *_: layer(x), [x, *layer.parameters()], rng=rng)


def test_the_gradient_has_a_way_around():
    layer = Residual(Linear(2, 2))
    for parameter in layer.parameters():
        parameter.data = parameter.matrix * 0
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    y = layer(x)
    y.backward(Matrix([[5.0, 7.0]]))
    assert y.matrix == x.matrix and x.grad.matrix == Matrix([[5.0, 7.0]])
    assert [name for name, _ in layer.named_parameters()] == ["layer.weight", "layer.bias"]


def test_options_reach_the_layer_within():
    class Power(Module):
        def forward(self, input, exponent=1):
            return input**exponent

    assert Residual(Power())(Tensor([[3.0]]), exponent=2).item() == 12.0
    assert Residual(Power())(input=Tensor([[3.0]]), exponent=2).item() == 12.0
    with pytest.raises(TypeError, match="input"):
        Residual(Power())()


def test_a_layer_of_two_inputs_is_added_to_the_first():
    class Mixed(Module):
        def forward(self, input, other, *, scale=1.0):
            return input * other * scale

    x, other = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([[3.0, 5.0]], requires_grad=True)
    y = Residual(Mixed())(x, other, scale=2.0)
    y.backward(Matrix([[1.0, 10.0]]))
    assert y.matrix == Matrix([[7.0, 22.0]])  # x + 2·x∘other
    assert x.grad.matrix == Matrix([[7.0, 110.0]]) and other.grad.matrix == Matrix([[2.0, 40.0]])


def test_another_shape_is_refused_even_where_it_would_broadcast():
    with pytest.raises(ValueError, match="Residual: the layer made 4×1 of 4×3; both need the same shape to be added"):
        Residual(Linear(3, 1))(tables.ones(4, 3))


def test_a_layer_that_gives_several_results_is_refused():
    with pytest.raises(TypeError, match="^Residual: the layer gave a tuple where one Tensor is needed"):
        Residual(GRU(2, 2))(tables.ones(3, 2))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Flatten("1"), "Flatten: start_dim is an int, got '1'"),
        (lambda: Unflatten(1, 6), "Unflatten: unflattened_size is a tuple of ints, got 6"),
        (lambda: Unflatten(1, (2, 1.5)), "Unflatten: a size is an int, got 1.5"),
        (lambda: Unflatten(1.0, (2, 3)), "Unflatten: dim is an int, got 1.0"),
    ],
)
def test_axes_and_sizes_are_ints(make, sentence):
    with pytest.raises(TypeError, match=sentence):
        make()


def test_residual_is_made_of_a_layer():
    with pytest.raises(TypeError, match="Residual: layer is a Module, got 3"):
        Residual(3)
