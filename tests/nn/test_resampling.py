"""Resampling, folding and changes of shape as layers: PyTorch's figures, and what they refuse."""

import pytest

from backprop import nn
from backprop.nn import ChannelShuffle, PixelShuffle, PixelUnshuffle, Upsample
from tests.figures import assert_agrees, cases, made, named


@pytest.mark.parametrize("case", cases("resampling"), ids=named)
def test_figures_of_pytorch(case):
    layer = made({**vars(nn.resampling), **vars(nn.containers)}, case)
    assert_agrees(layer, case)
    assert repr(layer) == case["repr"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Upsample(2, mode="cubic"), "Upsample: mode is 'nearest'"),
        (lambda: PixelShuffle(0), "PixelShuffle: upscale_factor is an int from 1 up, got 0"),
        (lambda: PixelUnshuffle(1.0), "PixelUnshuffle: downscale_factor is an int from 1 up, got 1.0"),
        (lambda: ChannelShuffle(0), "ChannelShuffle: groups is an int from 1 up, got 0"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
