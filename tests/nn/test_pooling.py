"""The poolings as layers: PyTorch's figures, and what they refuse."""

import math

import pytest

from backprop import Matrix
from backprop.nn import Linear, Sequential
from backprop.nn.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from tests.figures import assert_agrees, cases, made, named

LAYERS = {layer.__name__: layer for layer in (AdaptiveAvgPool2d, AvgPool2d, MaxPool2d)}


@pytest.mark.parametrize("case", cases("pooling"), ids=named)
def test_figures_of_pytorch(case):
    layer = made(LAYERS, case)
    assert_agrees(layer, case)
    assert repr(layer).startswith(case["repr"].replace(", ceil_mode=False", "")[:-1])


@pytest.mark.parametrize(
    "pool", [MaxPool2d(2, in_channels=1), AvgPool2d(2, in_channels=1), AdaptiveAvgPool2d(2, in_channels=1)]
)
def test_the_gradient_reaches_what_comes_before(pool):
    model = Sequential(Linear(2, 16), pool, Linear(4, 1))
    model(Matrix([[0.5, -1.0]])).backward()
    assert all(parameter.grad.matrix != parameter.grad.matrix * 0 for parameter in model.parameters())


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MaxPool2d(0, in_channels=1), "MaxPool2d: kernel_size is an int from 1 up or a pair of them, got 0"),
        (lambda: MaxPool2d(2, 0, in_channels=1), "MaxPool2d: stride is an int from 1 up"),
        (lambda: MaxPool2d(2, in_channels=0), "MaxPool2d: in_channels is an int from 1 up, got 0"),
        (lambda: MaxPool2d(2, padding=2, in_channels=1), "padding is at most half of the kernel, got 2×2 for 2×2"),
        (lambda: MaxPool2d(2, dilation=math.nan, in_channels=1), "MaxPool2d: dilation is an int from 1 up"),
        (lambda: AvgPool2d(2, padding=(0, 2), in_channels=1), "padding is at most half of the kernel, got 0×2 for 2×2"),
        (
            lambda: AvgPool2d(2.0, in_channels=1),
            "AvgPool2d: kernel_size is an int from 1 up or a pair of them, got 2.0",
        ),
        (lambda: AvgPool2d(2, -1, in_channels=1), "AvgPool2d: stride is an int from 1 up"),
        (lambda: AdaptiveAvgPool2d(0, in_channels=1), "output_size is an int from 1 up, None or a pair of them, got 0"),
        (lambda: AdaptiveAvgPool2d((1, 2, 3), in_channels=1), r"None or a pair of them, got \(1, 2, 3\)"),
        (lambda: AdaptiveAvgPool2d(1, in_channels="3"), "AdaptiveAvgPool2d: in_channels is an int from 1 up, got '3'"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_channels_have_to_be_said():
    with pytest.raises(TypeError, match="in_channels"):
        MaxPool2d(2)


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (MaxPool2d(2, in_channels=2), "max_pool2d got rows of 12 numbers; it needs 2·H·W with H = W"),
        (AvgPool2d(2, in_channels=1, input_size=(3, 3)), "avg_pool2d got rows of 12 numbers; it needs 1·3·3 = 9"),
        (MaxPool2d(3, in_channels=3), "a kernel of 3×3 with dilation 1×1 does not fit into an image of 2×2"),
        (AdaptiveAvgPool2d(1, in_channels=5), "adaptive_avg_pool2d got rows of 12 numbers; it needs 5·H·W with H = W"),
    ],
)
def test_bad_input_is_refused_when_the_layer_is_called(layer, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer(Matrix.ones(2, 12))
