"""The normalizations as layers: PyTorch's figures over several batches, modes, and what they refuse."""

import math
import random

import pytest
from hypothesis import given

from backprop import Matrix
from backprop.autograd import gradcheck
from backprop.nn import Linear, Sequential
from backprop.nn.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from tests.figures import assert_agrees, cases, made, named
from tests.strategies import random_tensor, seeds

LAYERS = {layer.__name__: layer for layer in (BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm)}


@pytest.mark.parametrize("case", cases("normalization"), ids=named)
def test_figures_of_pytorch(case):
    layer = made(LAYERS, case)
    assert_agrees(layer, case)
    assert repr(layer).startswith(case["repr"])


@pytest.mark.parametrize("name", LAYERS)
@given(seed=seeds)
def test_gradient_of_a_layer(name, seed):
    rng = random.Random(seed)
    layer = GroupNorm(2, 4, 0.1) if name == "GroupNorm" else LAYERS[name](4, eps=0.1)
    for parameter in layer.parameters():
        parameter.data = Matrix.normal(*parameter.shape, rng=rng)
    layer.train(rng.random() < 0.7)
    assert gradcheck(lambda x, *_: layer(x), [random_tensor(3, 4, rng), *layer.parameters()], rng=rng)


def test_the_gradient_reaches_what_comes_before_a_batch_norm():
    """A library whose batch normalization cuts the graph trains only what comes after it."""
    rng = random.Random(0)
    model = Sequential(Linear(3, 4), BatchNorm1d(4), Linear(4, 1))
    model(Matrix.normal(5, 3, rng=rng)).backward(Matrix.normal(5, 1, rng=rng))
    for name, parameter in model.named_parameters():
        if name != "0.bias":  # a shift of the whole batch, which the normalization takes off again
            assert abs(parameter.grad.matrix).max() > 1e-6, name


def test_after_eval_a_row_does_not_depend_on_the_others():
    """A library that goes on with the batch's own statistics makes zeros of a single row."""
    layer = BatchNorm1d(2)
    layer(Matrix([[1.0, 2.0], [3.0, 8.0], [5.0, -4.0]]))
    layer.eval()
    state = layer.state_dict()
    x = Matrix([[1.0, 2.0], [30.0, 80.0]])
    assert layer(x).matrix[0] == layer(x[0]).matrix and layer(x[0]).matrix != Matrix.zeros(1, 2)
    assert layer.state_dict() == state


def test_a_single_row_cannot_be_learned_from():
    with pytest.raises(ValueError, match="more than one number a feature to train on, got one row of one each"):
        BatchNorm1d(3)(Matrix([[1.0, 2.0, 3.0]]))
    layer = BatchNorm1d(3, track_running_stats=False).eval()
    with pytest.raises(ValueError, match="more than one number a feature"):
        layer(Matrix([[1.0, 2.0, 3.0]]))
    assert BatchNorm2d(3)(Matrix.ones(1, 12)).shape == (1, 12)


def test_a_batch_that_is_refused_leaves_the_state_as_it_was():
    layer = BatchNorm1d(3)
    before = layer.state_dict()
    with pytest.raises(ValueError, match="more than one number"):
        layer(Matrix([[1.0, 2.0, 3.0]]))
    assert layer.state_dict() == before


def test_running_statistics_are_saved_under_the_names_of_pytorch():
    layer, other = BatchNorm2d(2), BatchNorm2d(2)
    assert list(layer.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    x = Matrix.normal(3, 8, rng=random.Random(0))
    layer(x)
    other.load_state_dict(layer.state_dict())
    assert layer.num_batches_tracked.matrix == Matrix([[1]]) and type(layer.num_batches_tracked.item()) is int
    assert other.eval()(x).matrix == layer.eval()(x).matrix
    assert list(BatchNorm2d(2, affine=False, track_running_stats=False).state_dict()) == []


def test_without_a_bias():
    for layer in (BatchNorm1d(2, bias=False), GroupNorm(1, 2, bias=False), LayerNorm(2, bias=False)):
        assert layer.bias is None and layer.weight is not None and "bias=False" in repr(layer)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: BatchNorm1d(0), "BatchNorm1d: num_features is an int from 1 up, got 0"),
        (lambda: BatchNorm2d(2.0), "BatchNorm2d: num_features is an int from 1 up, got 2.0"),
        (lambda: BatchNorm1d(2, eps=math.nan), "BatchNorm1d: eps is a finite number from 0 up, got nan"),
        (lambda: BatchNorm1d(2, momentum=math.nan), "BatchNorm1d: momentum is a finite number from 0 to 1, got nan"),
        (lambda: BatchNorm1d(2, momentum=1.5), "momentum is a finite number from 0 to 1, got 1.5"),
        (lambda: LayerNorm((2, 3)), r"LayerNorm: normalized_shape is an int from 1 up, got \(2, 3\)"),
        (lambda: LayerNorm(2, eps=-1e-9), "LayerNorm: eps is a finite number from 0 up, got -1e-09"),
        (lambda: GroupNorm(3, 4), "GroupNorm: 3 groups do not divide 4 channels"),
        (lambda: GroupNorm(0, 4), "GroupNorm: num_groups is an int from 1 up, got 0"),
        (lambda: GroupNorm(2, 4, -1.0), "GroupNorm: eps is a finite number from 0 up, got -1.0"),
        (lambda: RMSNorm(0), "RMSNorm: normalized_shape is an int from 1 up, got 0"),
        (lambda: RMSNorm(2, "1"), "RMSNorm: eps is a finite number from 0 up, got '1'"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (BatchNorm1d(4), r"batch_norm got rows of 6 numbers; it needs 4 or a multiple of that"),
        (BatchNorm2d(4), r"batch_norm got rows of 6 numbers; it needs 4 or a multiple of that"),
        (LayerNorm(3), r"LayerNorm\(3\) got rows of 6 numbers; it needs 3"),
        (RMSNorm(3), r"RMSNorm\(3\) got rows of 6 numbers; it needs 3"),
        (GroupNorm(2, 4), r"group_norm got rows of 6 numbers; it needs 4 or a multiple of that"),
    ],
)
def test_bad_input_is_refused_when_the_layer_is_called(layer, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer(Matrix.ones(2, 6))
