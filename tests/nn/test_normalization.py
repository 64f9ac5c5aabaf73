"""The normalizations as layers: PyTorch's figures over several batches, modes, and what they refuse."""

import math
import random

import pytest
from hypothesis import given

from backprop import Tensor, nn
from backprop.autograd import gradcheck
from backprop.nn import Linear, Sequential
from backprop.nn.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    GroupNorm,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    LayerNorm,
    LocalResponseNorm,
    RMSNorm,
)
from tests.figures import assert_agrees, cases, made, named
from tests.strategies import normal, seeds

# Each layer for 4 channels, and a shape for it.
LAYERS = {
    "BatchNorm1d": (lambda: BatchNorm1d(4, eps=0.1), (3, 4)),
    "BatchNorm2d": (lambda: BatchNorm2d(4, eps=0.1), (2, 4, 2, 1)),
    "BatchNorm3d": (lambda: BatchNorm3d(4, eps=0.1), (2, 4, 1, 2, 1)),
    "GroupNorm": (lambda: GroupNorm(2, 4, 0.1), (3, 4)),
    "InstanceNorm1d": (lambda: InstanceNorm1d(4, 0.1, 0.1, True, True), (2, 4, 2)),
    "InstanceNorm2d": (lambda: InstanceNorm2d(4, 0.1, affine=True), (4, 2, 1)),
    "InstanceNorm3d": (lambda: InstanceNorm3d(4, 0.1, affine=True), (1, 4, 1, 2, 1)),
    "LayerNorm": (lambda: LayerNorm((2, 4), eps=0.1), (3, 2, 4)),
    "LocalResponseNorm": (lambda: LocalResponseNorm(3, 0.5), (1, 4, 2)),
    "RMSNorm": (lambda: RMSNorm(4, eps=0.1), (3, 4)),
}


@pytest.mark.parametrize("case", cases("normalization"), ids=named)
def test_figures_of_pytorch(case):
    layer = made(vars(nn.normalization), case)
    assert_agrees(layer, case)
    assert repr(layer).partition("  # ")[0] == case["repr"]


@pytest.mark.parametrize("name", LAYERS)
@given(seed=seeds)
def test_gradient_of_a_layer(name, seed):
    rng, (make, shape) = random.Random(seed), LAYERS[name]
    layer = make()
    for parameter in layer.parameters():
        parameter.data = normal(parameter.shape, rng).detach()
    layer.train(rng.random() < 0.7)
    assert gradcheck(lambda x, *_: layer(x), [normal(shape, rng), *layer.parameters()], rng=rng)


def test_the_gradient_reaches_what_comes_before_a_batch_norm():
    """A library whose batch normalization cuts the graph trains only what comes after it."""
    rng = random.Random(0)
    model = Sequential(Linear(3, 4), BatchNorm1d(4), Linear(4, 1))
    model(normal((5, 3), rng)).backward(normal((5, 1), rng).detach())
    for name, parameter in model.named_parameters():
        if name != "0.bias":  # a shift of the whole batch, which the normalization takes off again
            assert abs(parameter.grad).max() > 1e-6, name


def state_of(layer):
    return {name: value.tolist() for name, value in layer.state_dict().items()}


def test_after_eval_a_row_does_not_depend_on_the_others():
    """A library that goes on with the batch's own statistics makes zeros of a single row."""
    layer = BatchNorm1d(2)
    layer(Tensor([[1.0, 2.0], [3.0, 8.0], [5.0, -4.0]]))
    layer.eval()
    state = state_of(layer)
    (row, _), (alone,) = layer(Tensor([[1.0, 2.0], [30.0, 80.0]])).tolist(), layer(Tensor([[1.0, 2.0]])).tolist()
    assert row == alone != [0.0, 0.0]
    assert state_of(layer) == state


def test_a_single_row_cannot_be_learned_from():
    with pytest.raises(ValueError, match=r"more than one number a channel to train on, got the shape \[1, 3\]"):
        BatchNorm1d(3)(Tensor([[1.0, 2.0, 3.0]]))
    layer = BatchNorm1d(3, track_running_stats=False).eval()
    with pytest.raises(ValueError, match="more than one number a channel"):
        layer(Tensor([[1.0, 2.0, 3.0]]))
    assert BatchNorm2d(3)(normal((1, 3, 2, 2), random.Random(0))).shape == (1, 3, 2, 2)


def test_a_batch_that_is_refused_leaves_the_state_as_it_was():
    layer = BatchNorm1d(3)
    before = state_of(layer)
    with pytest.raises(ValueError, match="more than one number"):
        layer(Tensor([[1.0, 2.0, 3.0]]))
    assert state_of(layer) == before


def test_running_statistics_are_saved_under_the_names_of_pytorch():
    layer, other = BatchNorm2d(2), BatchNorm2d(2)
    assert list(layer.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    x = normal((3, 2, 2, 2), random.Random(0))
    layer(x)
    other.load_state_dict(layer.state_dict())
    assert layer.num_batches_tracked.item() == 1 and type(layer.num_batches_tracked.item()) is int
    assert other.eval()(x).tolist() == layer.eval()(x).tolist()
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
        (
            lambda: LayerNorm((2, 0)),
            r"LayerNorm: normalized_shape is an int from 1 up or several of them, got \(2, 0\)",
        ),
        (lambda: InstanceNorm1d(0), "InstanceNorm1d: num_features is an int from 1 up, got 0"),
        (lambda: LocalResponseNorm(0), "LocalResponseNorm: size is an int from 1 up, got 0"),
        (lambda: LayerNorm(2, eps=-1e-9), "LayerNorm: eps is a finite number from 0 up, got -1e-09"),
        (lambda: GroupNorm(3, 4), "GroupNorm: 3 groups do not divide 4 channels"),
        (lambda: GroupNorm(0, 4), "GroupNorm: num_groups is an int from 1 up, got 0"),
        (lambda: GroupNorm(2, 4, -1.0), "GroupNorm: eps is a finite number from 0 up, got -1.0"),
        (lambda: RMSNorm(0), "RMSNorm: normalized_shape is an int from 1 up or several of them, got 0"),
        (lambda: RMSNorm(2, "1"), "RMSNorm: eps is a finite number from 0 up, got '1'"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (
            BatchNorm1d(4),
            r"BatchNorm1d\(4\): input is \(N, C\) or \(N, C, L\) with C = 4, got the shape \[2, 6\]",
        ),
        (BatchNorm2d(6), r"BatchNorm2d\(6\): input is \(N, C, H, W\) with C = 6, got the shape \[2, 6\]"),
        (InstanceNorm1d(4), r"InstanceNorm1d\(4\): input is \(N, C, L\) or \(C, L\) with C = 4"),
        (LayerNorm(3), r"layer_norm: Given normalized_shape=\[3\], expected input with shape \[\*, 3\], but got"),
        (
            RMSNorm((3, 6)),
            r"rms_norm: Given normalized_shape=\[3, 6\], expected input with shape \[\*, 3, 6\], but got",
        ),
        (GroupNorm(2, 4), r"GroupNorm\(2, 4\): input is \(N, C, …\) with C = 4, got the shape \[2, 6\]"),
    ],
)
def test_bad_input_is_refused_when_the_layer_is_called(layer, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer(normal((2, 6), random.Random(0)))
