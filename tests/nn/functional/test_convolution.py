"""Convolution: its sum written out, over Fractions, and what its transpose is the transpose of."""

import random
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional import convolution
from backprop.nn.functional.convolution import conv1d, conv2d, conv_transpose2d
from tests.strategies import matrices, random_tensor, seeds

settings = st.fixed_dictionaries(
    {
        "kernel_size": st.tuples(st.integers(1, 3), st.integers(1, 2)),
        "stride": st.tuples(st.integers(1, 3), st.integers(1, 2)),
        "padding": st.tuples(st.integers(0, 2), st.integers(0, 1)),
        "dilation": st.tuples(st.integers(1, 2), st.integers(1, 2)),
        "groups": st.integers(1, 2),
    }
)
images = st.tuples(st.integers(1, 5), st.integers(1, 4))


def fits(size, o):
    return all(n + 2 * p >= d * (k - 1) + 1 for n, k, p, d in zip(size, o["kernel_size"], o["padding"], o["dilation"]))


def written_out(row, weight, bias, channels, size, o):
    """The definition, one entry after the other, knowing nothing of gathers."""
    (height, width), (kh, kw), groups = size, o["kernel_size"], o["groups"]
    (sv, sh), (pv, ph), (dv, dh) = o["stride"], o["padding"], o["dilation"]
    share, outputs = channels // groups, len(weight.rows)
    result = []
    for out in range(outputs):
        first = out // (outputs // groups) * share
        for i in range((height + 2 * pv - dv * (kh - 1) - 1) // sv + 1):
            for j in range((width + 2 * ph - dh * (kw - 1) - 1) // sh + 1):
                total = bias[0, out]
                for c in range(share):
                    for a in range(kh):
                        for b in range(kw):
                            y, x = i * sv - pv + a * dv, j * sh - ph + b * dh
                            if 0 <= y < height and 0 <= x < width:
                                total += (
                                    weight[out, (c * kh + a) * kw + b] * row[((first + c) * height + y) * width + x]
                                )
                result.append(total)
    return result


@given(data=st.data(), options=settings, size=images)
def test_it_is_its_definition_exactly(data, options, size):
    assume(fits(size, options))
    kh, kw = options["kernel_size"]
    channels = 2 * options["groups"]
    x = data.draw(matrices(2, channels * size[0] * size[1]))
    weight, bias = data.draw(matrices(2, 2 * kh * kw)), data.draw(matrices(1, 2))
    y = conv2d(x, weight, bias, input_size=size, **options).matrix
    assert y.tolist() == [written_out(row, weight, bias, channels, size, options) for row in x.rows]
    assert {type(entry) for row in y.rows for entry in row} == {Fraction}


@given(data=st.data(), options=settings, size=images)
def test_the_transpose_is_the_transpose_exactly(data, options, size):
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ for all x and y, with the output_padding that gives x's size back."""
    assume(fits(size, options))
    kh, kw = options["kernel_size"]
    rest = [
        (n + 2 * p - d * (k - 1) - 1) % s
        for n, p, d, k, s in zip(size, options["padding"], options["dilation"], (kh, kw), options["stride"])
    ]
    x = data.draw(matrices(1, options["groups"] * size[0] * size[1]))
    weight = data.draw(matrices(2, kh * kw))
    forth = conv2d(x, weight, input_size=size, **options).matrix
    y = data.draw(matrices(1, forth.shape[1]))
    small = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, p, d, k, s in zip(size, options["padding"], options["dilation"], (kh, kw), options["stride"])
    ]
    back = conv_transpose2d(y, weight, output_padding=rest, input_size=small, **options).matrix
    assert (forth * y).sum() == (x * back).sum()


@given(options=settings, size=images, seed=seeds)
def test_gradients(options, size, seed):
    assume(fits(size, options))
    rng = random.Random(seed)
    taps = options["kernel_size"][0] * options["kernel_size"][1]
    x = random_tensor(2, options["groups"] * size[0] * size[1], rng)
    weight, bias = random_tensor(2, taps, rng), random_tensor(1, 2, rng)
    inputs = [x, weight, bias][: rng.choice([2, 3])]
    assert gradcheck(lambda *them: conv2d(*them, input_size=size, **options), inputs, rng=rng)


@given(stride=st.integers(1, 3), groups=st.integers(1, 2), dilation=st.integers(1, 3), seed=seeds)
def test_gradients_of_the_transpose(stride, groups, dilation, seed):
    rng = random.Random(seed)
    options = {"stride": stride, "groups": groups, "dilation": dilation, "kernel_size": (2, 1), "input_size": (2, 3)}
    options["output_padding"] = rng.randrange(max(stride, dilation))
    inputs = [random_tensor(2, 12, rng), random_tensor(2, 2, rng), random_tensor(1, groups, rng)]
    assert gradcheck(lambda *them: conv_transpose2d(*them, **options), inputs, rng=rng)


def test_gradients_along_one_axis():
    rng = random.Random(0)
    inputs = [random_tensor(2, 10, rng), random_tensor(3, 4, rng), random_tensor(1, 3, rng)]
    assert gradcheck(lambda *them: conv1d(*them, stride=2, padding=1, kernel_size=2), inputs, rng=rng)


def test_same_keeps_the_size_and_valid_adds_nothing():
    x, weight = Matrix([[1, 2, 3, 4]]), Matrix([[1, 10]])
    assert conv1d(x, weight, padding="same", kernel_size=2).matrix == Matrix([[21, 32, 43, 4]])
    assert conv1d(x, weight, padding="valid", kernel_size=2).matrix == conv1d(x, weight, kernel_size=2).matrix


def test_the_gradient_of_images_is_not_computed_for_nothing(monkeypatch):
    monkeypatch.setattr(convolution, "_spread", None)
    x, weight = Matrix([[1.0, 2.0, 3.0, 4.0]]), Tensor([[0.5]], requires_grad=True)
    conv2d(x, weight, kernel_size=1).backward(Matrix([[1.0, 1.0, 1.0, 1.0]]))
    assert weight.grad.matrix == Matrix([[10.0]])


def test_where_a_kernel_lies_is_found_once_for_each_size():
    x, weight = Matrix.ones(1, 121), Matrix.ones(1, 9)
    conv2d(x, weight, kernel_size=3)
    found = convolution.patches.cache_info().misses
    conv2d(x * 2, weight, kernel_size=3)
    assert convolution.patches.cache_info().misses == found


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda x, w: conv2d(x, w, kernel_size=3),
            "conv2d: a kernel of 3×3 needs weight rows of a multiple of 9, got 4",
        ),
        (
            lambda x, w: conv2d(x, w, groups=2, kernel_size=2),
            "groups is an int from 1 up that divides 3 channels, got 2",
        ),
        (
            lambda x, w: conv2d(x, w, Matrix([[1, 2]]), kernel_size=2),
            "conv2d got a bias of 1×2; for 3 output channels it is 1×3",
        ),
        (lambda x, w: conv2d(x, w, stride=0, kernel_size=2), "conv2d: stride is an int from 1 up"),
        (lambda x, w: conv_transpose2d(x, w, kernel_size=3), "conv_transpose2d: a kernel of 3×3 needs weight rows"),
        (lambda x, w: conv_transpose2d(x, w, groups=2, kernel_size=2), "that divides 3 channels, got 2"),
        (lambda x, w: conv_transpose2d(x, w, Matrix([[1, 2]]), kernel_size=2), "for 1 output channels it is 1×1"),
    ],
)
def test_shapes_that_do_not_fit(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(Matrix.ones(1, 9), Matrix.ones(3, 4))
