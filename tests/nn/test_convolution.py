"""The convolutions as layers: PyTorch's figures, start values, and what they refuse."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.nn import Flatten, Linear, Sequential, Tanh, Unflatten
from backprop.nn.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from tests.figures import assert_agrees, cases, made, named
from tests.strategies import normal, seeds

LAYERS = {
    layer.__name__: layer for layer in (Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)
}


@pytest.mark.parametrize("case", cases("convolution"), ids=named)
def test_figures_of_pytorch(case):
    layer = made(LAYERS, case)
    assert_agrees(layer, case)
    assert case["repr"][:-1] in repr(layer)


@given(seed=seeds)
def test_gradient_of_a_layer(seed):
    rng = random.Random(seed)
    groups = rng.choice([1, 2])
    options = {"stride": rng.randint(1, 2), "groups": groups, "bias": rng.random() < 0.7, "rng": rng}
    options["dilation"] = rng.randint(1, 2)
    if rng.random() < 0.5:
        mode = rng.choice(["zeros", "reflect", "replicate", "circular"])
        layer = Conv2d(groups, 2, rng.randint(1, 2), padding=rng.randint(0, 1), padding_mode=mode, **options)
        shape = (2, groups, 4, 3)
    else:
        layer = ConvTranspose2d(2, groups, rng.randint(2, 3), **options)
        shape = (2, 2, 2, 2)
    assert gradcheck(lambda x, *_: layer(x), [normal(shape, rng), *layer.parameters()], rng=rng)


@given(seed=seeds, length=st.integers(3, 6))
def test_gradient_along_one_axis(seed, length):
    rng = random.Random(seed)
    layer = Conv1d(2, 2, rng.randint(1, 3), rng.randint(1, 2), rng.choice([0, 1]), groups=rng.choice([1, 2]), rng=rng)
    assert gradcheck(lambda x, *_: layer(x), [normal((2, 2, length), rng), *layer.parameters()], rng=rng)


def test_the_gradient_reaches_what_comes_before_a_convolution():
    """A library whose convolution cuts the graph trains only what comes after it."""
    before, after = [Linear(3, 9), Unflatten(1, (1, 3, 3))], [Flatten(), Linear(9, 1)]
    model = Sequential(*before, Conv2d(1, 2, 2), Tanh(), ConvTranspose2d(2, 1, 2), *after)
    model(Tensor([[0.5, -1.0, 2.0]])).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.any(), name


@pytest.mark.parametrize(
    ("layer", "bound"), [(Conv2d(4, 30, 5, groups=2), 50), (Conv1d(5, 60, 10), 50), (ConvTranspose2d(60, 2, 5), 50)]
)
def test_starts_uniform_within_one_over_the_root_of_what_an_output_sees(layer, bound):
    weights = layer.weight
    assert -(bound**-0.5) <= weights.min() < -0.9 * bound**-0.5 < 0.9 * bound**-0.5 < weights.max() <= bound**-0.5
    assert layer.bias.shape == (layer.out_channels,) and abs(layer.bias).max() <= bound**-0.5
    # At least 1500 draws: the standard deviation of their mean square is 0.3/bound/√1500 < 0.008/bound.
    assert abs((weights * weights).mean() - 1 / bound / 3) < 0.04 / bound


def test_the_same_seed_gives_the_same_weights():
    one, other = (Conv2d(2, 3, 3, rng=random.Random(5)) for _ in range(2))
    assert one.weight.tolist() == other.weight.tolist() and one.bias.tolist() == other.bias.tolist()
    assert Conv2d(2, 3, 3).weight.tolist() != one.weight.tolist()


def test_images_of_another_size_are_fine_and_one_alone_is_a_batch_of_one():
    rng, layer = random.Random(0), Conv2d(2, 3, 3, padding="same")
    assert layer(normal((1, 2, 3, 3), rng)).shape == (1, 3, 3, 3)
    x = normal((2, 4, 5), rng)
    assert layer(x).shape == (3, 4, 5) and layer(x).tolist() == layer(x.view(1, 2, 4, 5)).tolist()[0]


def test_an_output_size_chooses_the_output_padding():
    layer, x = ConvTranspose2d(1, 1, 3, stride=2, padding=1), normal((1, 1, 3, 3), random.Random(0))
    assert layer(x).shape == (1, 1, 5, 5)
    assert layer(x, output_size=(6, 5)).shape == layer(x, [1, 1, 6, 5]).shape == (1, 1, 6, 5)
    with pytest.raises(ValueError, match=r"ConvTranspose2d: output_size is from \[5, 5\] to \[6, 6\], got \[7, 5\]"):
        layer(x, (7, 5))


def test_repr_shows_what_is_unusual():
    assert repr(Conv2d(1, 2, 3, padding="same", padding_mode="reflect")) == (
        "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=same, padding_mode=reflect)"
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Conv2d(0, 1, 1), "Conv2d: in_channels is an int from 1 up, got 0"),
        (lambda: Conv2d(True, 1, 1), "Conv2d: in_channels is an int from 1 up, got True"),
        (lambda: Conv1d(1, 1.0, 1), "Conv1d: out_channels is an int from 1 up, got 1.0"),
        (lambda: Conv2d(4, 6, 1, groups=4), "Conv2d: groups is an int from 1 up that divides 4 and 6 channels, got 4"),
        (lambda: Conv2d(4, 6, 1, groups=0), "divides 4 and 6 channels, got 0"),
        (lambda: Conv2d(1, 1, 0), "Conv2d: kernel_size is an int from 1 up or a pair of them, got 0"),
        (lambda: Conv2d(1, 1, (1, 2, 3)), r"kernel_size is an int from 1 up or a pair of them, got \(1, 2, 3\)"),
        (lambda: Conv2d(1, 1, 1, stride=float("nan")), "Conv2d: stride is an int from 1 up or a pair of them, got nan"),
        (lambda: Conv2d(1, 1, 1, padding=-1), "padding, .* is an int from 0 up or a pair of them, got -1"),
        (
            lambda: Conv2d(1, 1, 1, padding="full"),
            'padding, unless "same" or "valid", is an int from 0 up .* got \'full\'',
        ),
        (lambda: Conv2d(1, 1, 3, 2, "same"), r'Conv2d: padding="same" needs a stride of 1, got \(2, 2\)'),
        (lambda: Conv1d(1, 1, 3, 2, "same"), 'Conv1d: padding="same" needs a stride of 1'),
        (lambda: Conv1d(1, 1, (2, 2)), r"Conv1d: kernel_size is an int from 1 up, got \(2, 2\)"),
        (lambda: Conv2d(1, 1, 1, dilation=0), "Conv2d: dilation is an int from 1 up"),
        (
            lambda: Conv2d(1, 1, 1, padding_mode="mirror"),
            "Conv2d: padding_mode is 'zeros', 'reflect', 'replicate' or 'circular', got 'mirror'",
        ),
        (lambda: ConvTranspose2d(1, 1, 1, padding_mode="reflect"), "ConvTranspose2d: padding_mode is 'zeros'"),
        (
            lambda: ConvTranspose2d(1, 1, 2, stride=2, output_padding=2),
            r"ConvTranspose2d: output_padding is smaller than stride or dilation, got \(2, 2\) for \(2, 2\) and \(1, 1\)",
        ),
        (lambda: ConvTranspose2d(1, 1, 2, padding="same"), "ConvTranspose2d: padding is an int from 0 up"),
    ],
)
def test_bad_settings_are_refused_when_the_layer_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("layer", "shape", "sentence"),
    [
        (Conv2d(2, 1, 1), (1, 20), r"conv2d: input is \(N, C, H, W\) or \(C, H, W\), got the shape \[1, 20\]"),
        (
            Conv2d(2, 1, 1),
            (1, 3, 2, 2),
            r"conv2d: Given groups=1, weight of size \[1, 2, 1, 1\], expected input.* to have 2 channels, but got 3",
        ),
        (
            Conv2d(1, 1, 3),
            (1, 1, 2, 2),
            "a kernel of 3×3 with dilation 1×1 does not fit into an image of 2×2 padded to 2×2",
        ),
        (Conv1d(2, 1, 1), (5,), r"conv1d: input is \(N, C, L\) or \(C, L\), got the shape \[5\]"),
        (Conv1d(2, 1, 4), (2, 3), "a kernel of 4 with dilation 1 does not fit into an image of 3 padded to 3"),
        (
            ConvTranspose2d(2, 1, 1),
            (1, 1, 2, 2),
            "conv_transpose2d: Given transposed=1, .* to have 2 channels, but got 1 channels",
        ),
        (ConvTranspose2d(1, 1, 1, padding=1), (1, 2, 2), "an image of 2×2 with these settings gives one of 0×0"),
    ],
)
def test_bad_input_is_refused_when_the_layer_is_called(layer, shape, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer(normal(shape, random.Random(0)))
