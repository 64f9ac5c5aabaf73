"""The poolings as layers: PyTorch's figures, and what they refuse."""

import math
import random

import pytest

from backprop import nn
from backprop.nn import Flatten, Linear, Sequential, Unflatten
from backprop.nn.pooling import (
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool1d,
    AvgPool2d,
    LPPool2d,
    MaxPool2d,
    MaxUnpool2d,
)
from tests.figures import assert_agrees, cases, made, named
from tests.strategies import normal


@pytest.mark.parametrize("case", cases("pooling"), ids=named)
def test_figures_of_pytorch(case):
    layer = made(vars(nn.pooling), case)
    assert_agrees(layer, case)
    assert repr(layer) == case["repr"]


@pytest.mark.parametrize(
    "pool", [MaxPool2d(2), AvgPool2d(2), AdaptiveAvgPool2d(2), AdaptiveMaxPool2d(2), LPPool2d(2, 2)]
)
def test_the_gradient_reaches_what_comes_before(pool):
    model = Sequential(Linear(2, 16), Unflatten(1, (1, 4, 4)), pool, Flatten(), Linear(4, 1))
    model(normal((1, 2), random.Random(0))).backward()
    assert all(parameter.grad.any() for parameter in model.parameters())


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MaxPool2d(0), "MaxPool2d: kernel_size is an int from 1 up or a pair of them, got 0"),
        (lambda: MaxPool2d(2, 0), "MaxPool2d: stride is an int from 1 up"),
        (lambda: MaxPool2d(2, padding=2), "padding is at most half of the kernel, got 2×2 for 2×2"),
        (lambda: MaxPool2d(2, dilation=math.nan), "MaxPool2d: dilation is an int from 1 up"),
        (lambda: AvgPool1d(2, 0), "AvgPool1d: stride is an int from 1 up, got 0"),
        (lambda: AvgPool2d(2, padding=(0, 2)), "padding is at most half of the kernel, got 0×2 for 2×2"),
        (lambda: AvgPool2d(2.0), "AvgPool2d: kernel_size is an int from 1 up or a pair of them, got 2.0"),
        (lambda: AvgPool2d(2, -1), "AvgPool2d: stride is an int from 1 up"),
        (lambda: nn.MaxPool3d((1, 2)), r"MaxPool3d: kernel_size is an int from 1 up or three of them, got \(1, 2\)"),
        (lambda: AdaptiveAvgPool2d(-1), "output_size is an int from 0 up, None or a pair of them, got -1"),
        (lambda: AdaptiveAvgPool2d((1, 2, 3)), r"None or a pair of them, got \(1, 2, 3\)"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (MaxPool2d(2), r"max_pool2d: input is \(N, C, H, W\) or \(C, H, W\), got the shape \[2, 2\]"),
        (AvgPool2d(2), r"avg_pool2d: input is \(N, C, H, W\) or \(C, H, W\), got the shape \[2, 2\]"),
        (nn.MaxPool1d(3), "max_pool1d: a kernel of 3 with dilation 1 does not fit into an image of 2 padded to 2"),
        (AdaptiveAvgPool2d(1), r"adaptive_avg_pool2d: input is \(N, C, H, W\)"),
    ],
)
def test_bad_input_is_refused_when_the_layer_is_called(layer, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer(normal((2, 2), random.Random(0)))


def test_what_a_pooling_took_goes_back_to_its_place():
    x = normal((2, 3, 4, 6), random.Random(0))
    y, indices = MaxPool2d(2, return_indices=True)(x)
    back = MaxUnpool2d(2)(y, indices)
    assert back.shape == x.shape and MaxPool2d(2)(abs(back)).tolist() == abs(y).tolist()
    own, there = x.view(-1).tolist(), back.view(-1).tolist()
    assert all(b in (0.0, a) for a, b in zip(own, there)) and sum(b != 0.0 for b in there) == 36
