"""Resampling, folding and changes of shape as layers: PyTorch's figures, and what they refuse."""

import pytest

from backprop import nn
from backprop.nn import ChannelShuffle, Fold, PixelShuffle, PixelUnshuffle, Unfold, Upsample
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
        (lambda: Unfold(0), "Unfold: kernel_size is an int from 1 up or a pair of them, got 0"),
        (lambda: Unfold(2, padding=-1), "Unfold: padding is an int from 0 up"),
        (lambda: Fold(0, 2), "Fold: output_size is an int from 1 up"),
        (lambda: Fold(4, 2, stride=(1, 0)), "Fold: stride is an int from 1 up"),
        (lambda: Fold(4, 2, dilation=1.0), "Fold: dilation is an int from 1 up"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
