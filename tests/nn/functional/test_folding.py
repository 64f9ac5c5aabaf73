"""Folding: patches as columns are what a convolution multiplies, and adding them up is the transpose."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop.autograd import gradcheck
from backprop.nn.functional import conv2d, fold, unfold
from tests import tables
from tests.strategies import nested, normal, seeds

settings = st.fixed_dictionaries(
    {
        "kernel_size": st.tuples(st.integers(1, 2), st.integers(1, 3)),
        "dilation": st.integers(1, 2),
        "padding": st.tuples(st.integers(0, 1), st.integers(0, 1)),
        "stride": st.tuples(st.integers(1, 2), st.integers(1, 3)),
    }
)
images = st.tuples(st.integers(1, 4), st.integers(1, 4))


def fits(size, o):
    return all(n + 2 * p > o["dilation"] * (k - 1) for n, p, k in zip(size, o["padding"], o["kernel_size"]))


@given(data=st.data(), options=settings, size=images)
def test_a_convolution_is_the_product_with_the_columns_exactly(data, options, size):
    assume(fits(size, options))
    kernel = options.pop("kernel_size")
    x, weight = data.draw(nested((2, *size))), data.draw(nested((2, 2, *kernel)))
    product = weight.view(2, -1).matrix @ unfold(x, kernel, **options).matrix
    assert product == conv2d(x, weight, **options).view(2, -1).matrix


@given(data=st.data(), options=settings, size=images)
def test_folding_is_the_transpose_exactly(data, options, size):
    assume(fits(size, options))
    x = data.draw(nested((2, *size)))
    columns = unfold(x, **options)
    other = data.draw(nested(columns.shape))
    back = fold(other, size, **options)
    assert back.shape == x.shape
    assert tables.total(columns.matrix * other.matrix) == tables.total(x.matrix * back.matrix)


@given(options=settings, size=images, seed=seeds)
def test_gradients(options, size, seed):
    assume(fits(size, options))
    rng = random.Random(seed)
    x = normal((2, 1, *size), rng)
    assert gradcheck(lambda x: unfold(x, **options), [x], rng=rng)
    columns = normal(unfold(x, **options).shape, rng)
    assert gradcheck(lambda x: fold(x, size, **options), [columns], rng=rng)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x: unfold(x, 2), r"unfold: input is \(N, C, H, W\) or \(C, H, W\), got the shape \[4, 3\]"),
        (lambda x: fold(x.view(12), 2, 1), r"fold: input is \(N, C·kh·kw, L\) or \(C·kh·kw, L\), got the shape \[12\]"),
        (lambda x: fold(x, 3, 3), "fold: input has a multiple of 9 numbers in each column, got 4"),
        (lambda x: fold(x, 3, 2), "fold: a kernel of 2×2 has 4 positions in 3×3 with these settings, got 3 columns"),
        (lambda x: fold(x, 0, 2), "fold: output_size is an int from 1 up or a pair of them, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(normal((4, 3), random.Random(0)))
