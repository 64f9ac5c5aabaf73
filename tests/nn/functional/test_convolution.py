"""Convolution: its sum written out, over Fractions, and what its transpose is the transpose of."""

import random
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional import convolution
from backprop.nn.functional.convolution import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
from tests import tables
from tests.strategies import nested, normal, seeds

settings = st.fixed_dictionaries(
    {
        "stride": st.tuples(st.integers(1, 3), st.integers(1, 2)),
        "padding": st.tuples(st.integers(0, 2), st.integers(0, 1)),
        "dilation": st.tuples(st.integers(1, 2), st.integers(1, 2)),
        "groups": st.integers(1, 2),
    }
)
kernels = st.tuples(st.integers(1, 3), st.integers(1, 2))
images = st.tuples(st.integers(1, 5), st.integers(1, 4))


def left_over(size, kernel, o):
    """How many steps of one pixel the kernel can go along each axis; below 0 it does not fit."""
    return [n + 2 * p - d * (k - 1) - 1 for n, k, p, d in zip(size, kernel, o["padding"], o["dilation"])]


def written_out(image, weight, bias, o):
    """The definition, one entry after the other, knowing nothing of gathers, on nested lists."""
    height, width, kh, kw = len(image[0]), len(image[0][0]), len(weight[0][0]), len(weight[0][0][0])
    (sv, sh), (pv, ph), (dv, dh) = o["stride"], o["padding"], o["dilation"]
    down, across = left_over((height, width), (kh, kw), o)
    share = len(image) // o["groups"]
    result = []
    for out, kernels in enumerate(weight):
        first = out // (len(weight) // o["groups"]) * share
        result.append([[bias[out]] * (across // sh + 1) for _ in range(down // sv + 1)])
        for i, row in enumerate(result[-1]):
            for j in range(len(row)):
                for c in range(share):
                    for a in range(kh):
                        for b in range(kw):
                            y, x = i * sv - pv + a * dv, j * sh - ph + b * dh
                            if 0 <= y < height and 0 <= x < width:
                                row[j] += kernels[c][a][b] * image[first + c][y][x]
    return result


def total(a, b):
    """Σ of the products of all entries."""
    return tables.total(a.view(-1).matrix * b.view(-1).matrix)


@given(data=st.data(), options=settings, kernel=kernels, size=images)
def test_it_is_its_definition_exactly(data, options, kernel, size):
    assume(min(left_over(size, kernel, options)) >= 0)
    x = data.draw(nested((2, 2 * options["groups"], *size)))
    weight, bias = data.draw(nested((2, 2, *kernel))), data.draw(nested((2,)))
    y = conv2d(x, weight, bias, **options)
    assert y.tolist() == [written_out(image, weight.tolist(), bias.tolist(), options) for image in x.tolist()]
    assert {type(entry) for entry in y.view(-1).tolist()} == {Fraction}


@given(data=st.data(), options=settings, kernel=kernels, size=images)
def test_the_transpose_is_the_transpose_exactly(data, options, kernel, size):
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ for all x and y, with the output_padding that gives x's size back."""
    left = left_over(size, kernel, options)
    assume(min(left) >= 0)
    rest = [n % s for n, s in zip(left, options["stride"])]
    x, weight = data.draw(nested((options["groups"], *size))), data.draw(nested((2, 1, *kernel)))
    forth = conv2d(x, weight, **options)
    y = data.draw(nested(forth.shape))
    back = conv_transpose2d(y, weight, output_padding=rest, **options)
    assert back.shape == x.shape and total(forth, y) == total(x, back)


@given(data=st.data(), size=st.integers(2, 5), stride=st.integers(1, 2), padding=st.integers(0, 1))
def test_one_and_three_axes_are_two_with_others_of_size_1(data, size, stride, padding):
    x, weight = data.draw(nested((2, 2, size))), data.draw(nested((2, 2, 2)))
    y = conv1d(x, weight, None, stride, padding)
    flat = conv2d(x.view(2, 2, 1, size), weight.view(2, 2, 1, 2), None, (1, stride), (0, padding))
    deep = conv3d(x.view(2, 2, 1, size, 1), weight.view(2, 2, 1, 2, 1), None, (1, stride, 1), (0, padding, 0))
    assert y.view(-1).tolist() == flat.view(-1).tolist() == deep.view(-1).tolist()
    z = conv_transpose1d(x, weight, None, stride, padding)
    flat = conv_transpose2d(x.view(2, 2, 1, size), weight.view(2, 2, 1, 2), None, (1, stride), (0, padding))
    deep = conv_transpose3d(x.view(2, 2, size, 1, 1), weight.view(2, 2, 2, 1, 1), None, (stride, 1, 1), (padding, 0, 0))
    assert z.view(-1).tolist() == flat.view(-1).tolist() == deep.view(-1).tolist()


@given(options=settings, kernel=kernels, size=images, seed=seeds)
def test_gradients(options, kernel, size, seed):
    assume(min(left_over(size, kernel, options)) >= 0)
    rng = random.Random(seed)
    inputs = [normal((2, options["groups"], *size), rng), normal((2, 1, *kernel), rng), normal((2,), rng)]
    assert gradcheck(lambda *them: conv2d(*them, **options), inputs[: rng.choice([2, 3])], rng=rng)


@given(stride=st.integers(1, 3), groups=st.integers(1, 2), dilation=st.integers(1, 3), seed=seeds)
def test_gradients_of_the_transpose(stride, groups, dilation, seed):
    rng = random.Random(seed)
    options = {"stride": stride, "groups": groups, "dilation": dilation}
    options["output_padding"] = rng.randrange(max(stride, dilation))
    inputs = [normal((2, 2, 2, 3), rng), normal((2, 1, 2, 1), rng), normal((groups,), rng)]
    assert gradcheck(lambda *them: conv_transpose2d(*them, **options), inputs, rng=rng)


@pytest.mark.parametrize("axes", [1, 3])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_gradients_along_other_numbers_of_axes(axes, batch):
    rng = random.Random(0)
    forth, back = ((conv1d, conv_transpose1d), (conv3d, conv_transpose3d))[axes > 1]
    inputs = [normal((*batch, 2, 3, *[2] * (axes - 1)), rng), normal((2, 2, *[2] * axes), rng), normal((2,), rng)]
    assert gradcheck(lambda *them: forth(*them, stride=2, padding=1), inputs, rng=rng)
    assert gradcheck(lambda *them: back(*them, stride=2, padding=1), inputs, rng=rng)


def test_same_keeps_the_size_and_valid_adds_nothing():
    x, weight = Tensor([[1, 2, 3, 4]]), Tensor([[[1, 10]]])
    assert conv1d(x, weight, padding="same").tolist() == [[21, 32, 43, 4]]
    assert conv1d(x, weight, padding="valid").tolist() == conv1d(x, weight).tolist()


def test_a_batch_without_images_gives_one_without_and_zeros_as_gradients():
    x, weight = Tensor([]).view(0, 2, 3, 3), normal((4, 2, 2, 2), random.Random(0))
    bias = normal((4,), random.Random(0))
    y = conv2d(x, weight, bias)
    assert y.shape == (0, 4, 2, 2)
    y.backward(y.detach())
    assert not weight.grad.any() and bias.grad.tolist() == [0.0] * 4
    assert conv_transpose2d(Tensor([]).view(0, 4, 3, 3), weight).shape == (0, 2, 4, 4)


def test_the_gradient_of_images_is_not_computed_for_nothing(monkeypatch):
    monkeypatch.setattr(convolution, "_spread", None)
    x, weight = Tensor([[[1.0, 2.0], [3.0, 4.0]]]), Tensor([[[[0.5]]]], requires_grad=True)
    conv2d(x, weight).backward(Tensor([[[1.0, 1.0], [1.0, 1.0]]]))
    assert weight.grad.tolist() == [[[[10.0]]]]


def test_where_a_kernel_lies_is_found_once_for_each_size():
    x, weight = normal((1, 11, 11), random.Random(0)), normal((1, 1, 3, 3), random.Random(0))
    conv2d(x, weight)
    found = convolution.patches.cache_info().misses
    conv2d(x * 2, weight)
    assert convolution.patches.cache_info().misses == found


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x, w: conv2d(x, w.view(3, 4)), r"conv2d: weight is \(out, C/groups, kh, kw\), got the shape \[3, 4\]"),
        (lambda x, w: conv1d(x.view(1, 9), w), r"conv1d: weight is \(out, C/groups, k\), got the shape \[3, 1, 2, 2\]"),
        (lambda x, w: conv2d(x, w, groups=2), "groups is an int from 1 up that divides 3 channels, got 2"),
        (
            lambda x, w: conv2d(x, w, groups=3),
            r"Given groups=3, weight of size \[3, 1, 2, 2\], expected input\[.*\] to have 3 channels, but got 1 channels",
        ),
        (
            lambda x, w: conv2d(x, w, Tensor([1, 2])),
            r"conv2d: bias has the shape \[3\], a number for each output channel, got \[2\]",
        ),
        (lambda x, w: conv2d(x, w, stride=0), "conv2d: stride is an int from 1 up"),
        (
            lambda x, w: conv_transpose2d(x, w),
            "conv_transpose2d: Given transposed=1, .* to have 3 channels, but got 1 channels",
        ),
        (lambda x, w: conv_transpose2d(x, w.view(1, 3, 4)), r"conv_transpose2d: weight is \(C, out/groups, kh, kw\)"),
        (lambda x, w: conv_transpose2d(x, w, groups=2), "that divides 3 channels, got 2"),
        (lambda x, w: conv_transpose2d(x, w.view(1, 3, 2, 2), Tensor([1, 2])), r"bias has the shape \[3\]"),
    ],
)
def test_shapes_that_do_not_fit(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(normal((1, 3, 3), random.Random(0)), normal((3, 1, 2, 2), random.Random(0)))
