"""Padding as layers: PyTorch's figures, and what they refuse."""

import pytest

from backprop import nn
from backprop.nn import ConstantPad1d, ZeroPad2d
from tests.figures import assert_agrees, cases, made, named


@pytest.mark.parametrize("case", cases("padding"), ids=named)
def test_figures_of_pytorch(case):
    layer = made(vars(nn.padding), case)
    assert_agrees(layer, case)
    assert repr(layer) == case["repr"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ZeroPad2d((1, 2)), r"ZeroPad2d: padding is an int or a tuple of 4, got \(1, 2\)"),
        (lambda: ConstantPad1d(1.5, 0.0), "ConstantPad1d: padding is an int or a tuple of 2, got 1.5"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
