"""The convolutions as layers: PyTorch's figures, start values, and what they refuse."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.autograd import gradcheck
from backprop.nn import Linear, Sequential, Tanh
from backprop.nn.convolution import Conv1d, Conv2d, ConvTranspose2d
from tests.figures import assert_agrees, cases, made, named
from tests.strategies import random_tensor, seeds

LAYERS = {layer.__name__: layer for layer in (Conv1d, Conv2d, ConvTranspose2d)}


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
        layer = Conv2d(groups, 2, rng.randint(1, 2), padding=rng.randint(0, 1), input_size=(4, 3), **options)
        width = groups * 12
    else:
        layer = ConvTranspose2d(2, groups, rng.randint(2, 3), input_size=(2, 2), **options)
        width = 8
    assert gradcheck(lambda x, *_: layer(x), [random_tensor(2, width, rng), *layer.parameters()], rng=rng)


@given(seed=seeds, length=st.integers(3, 6))
def test_gradient_along_one_axis(seed, length):
    rng = random.Random(seed)
    layer = Conv1d(2, 2, rng.randint(1, 3), rng.randint(1, 2), rng.choice([0, 1]), groups=rng.choice([1, 2]), rng=rng)
    assert gradcheck(lambda x, *_: layer(x), [random_tensor(2, 2 * length, rng), *layer.parameters()], rng=rng)


def test_the_gradient_reaches_what_comes_before_a_convolution():
    """A library whose convolution cuts the graph trains only what comes after it."""
    model = Sequential(Linear(3, 9), Conv2d(1, 2, 2), Tanh(), ConvTranspose2d(2, 1, 2), Linear(9, 1))
    model(Matrix([[0.5, -1.0, 2.0]])).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.matrix != parameter.grad.matrix * 0, name


@pytest.mark.parametrize(
    ("layer", "bound"), [(Conv2d(4, 30, 5, groups=2), 50), (Conv1d(5, 60, 10), 50), (ConvTranspose2d(60, 2, 5), 50)]
)
def test_starts_uniform_within_one_over_the_root_of_what_an_output_sees(layer, bound):
    weights = layer.weight.matrix
    assert -(bound**-0.5) <= weights.min() < -0.9 * bound**-0.5 < 0.9 * bound**-0.5 < weights.max() <= bound**-0.5
    assert layer.bias.shape == (1, layer.out_channels) and abs(layer.bias.matrix).max() <= bound**-0.5
    # At least 1500 draws: the standard deviation of their mean square is 0.3/bound/√1500 < 0.008/bound.
    assert abs((weights * weights).mean() - 1 / bound / 3) < 0.04 / bound


def test_the_same_seed_gives_the_same_weights():
    one, other = (Conv2d(2, 3, 3, rng=random.Random(5)) for _ in range(2))
    assert one.state_dict() == other.state_dict() and Conv2d(2, 3, 3).weight.matrix != one.weight.matrix


def test_images_of_another_size_are_fine_unless_it_was_said():
    layer = Conv2d(2, 3, 3, padding="same")
    assert layer(Matrix.ones(1, 18)).shape == (1, 27) and layer(Matrix.ones(1, 32)).shape == (1, 48)
    with pytest.raises(ValueError, match="conv2d got rows of 18 numbers; it needs 2·4·4 = 32"):
        Conv2d(2, 3, 3, input_size=4)(Matrix.ones(1, 18))


def test_repr_shows_what_is_unusual():
    assert repr(Conv2d(1, 2, 3, padding="same", input_size=(4, 5))) == (
        "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=same, input_size=(4, 5))  # 20 parameters"
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
        (lambda: Conv2d(1, 1, 1, input_size=0), "Conv2d: input_size is an int from 1 up"),
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
    ("layer", "width", "sentence"),
    [
        (
            Conv2d(2, 1, 1),
            20,
            r"conv2d got rows of 20 numbers; it needs 2·H·W with H = W, or input_size=\(H, W\)",
        ),
        (Conv2d(1, 1, 3), 4, "a kernel of 3×3 with dilation 1×1 does not fit into an image of 2×2 padded to 2×2"),
        (Conv1d(2, 1, 1), 5, "conv1d got rows of 5 numbers; it needs 2·L for its 2 channels"),
        (Conv1d(2, 1, 4), 6, "a kernel of 1×4 with dilation 1×1 does not fit into an image of 1×3 padded to 1×3"),
        (ConvTranspose2d(2, 1, 1), 20, "conv_transpose2d got rows of 20 numbers; it needs 2·H·W with H = W"),
        (ConvTranspose2d(1, 1, 1, padding=1), 4, "an image of 2×2 with these settings gives one of 0×0"),
    ],
)
def test_bad_input_is_refused_when_the_layer_is_called(layer, width, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer(Matrix.ones(1, width))
