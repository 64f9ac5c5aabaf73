"""Fractional max pooling: PyTorch's windows for a seed, the gradients, what does not fit."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor, arange, float64, manual_seed, rand
from backprop.autograd import gradcheck
from backprop.nn.functional import fractional_max_pool2d, fractional_max_pool3d, max_pool2d, max_unpool2d
from tests.strategies import normal, seeds


def test_windows_are_pytorchs():
    """torch.manual_seed(0); F.fractional_max_pool2d(torch.arange(30.).view(1, 5, 6).flip(1), 2, (3, 4), return_indices=True) of
    PyTorch 2.13 in float64, and so in three axes."""
    manual_seed(0)
    y, indices = fractional_max_pool2d(
        arange(30.0, dtype=float64).view(1, 5, 6).flip(1), 2, (3, 4), return_indices=True
    )
    assert y.tolist() == [[[25.0, 26.0, 27.0, 29.0], [19.0, 20.0, 21.0, 23.0], [7.0, 8.0, 9.0, 11.0]]]
    assert indices.tolist() == [[[1, 2, 3, 5], [7, 8, 9, 11], [19, 20, 21, 23]]]
    manual_seed(0)
    x = arange(60.0, dtype=float64).view(1, 3, 4, 5).flip(1)
    y, indices = fractional_max_pool3d(x, (1, 2, 2), 2, return_indices=True)
    assert y.tolist() == [[[[46.0, 49.0], [56.0, 59.0]], [[6.0, 9.0], [16.0, 19.0]]]]
    assert indices.tolist() == [[[[6, 9], [16, 19]], [[46, 49], [56, 59]]]]


@given(seed=seeds, height=st.integers(2, 5), width=st.integers(2, 5), data=st.data())
def test_each_window_is_in_the_image_and_has_its_maximum(seed, height, width, data):
    rng = random.Random(seed)
    x = normal((2, 2, height, width), rng)
    size = data.draw(st.tuples(st.integers(1, height - 1), st.integers(1, width - 1)))
    samples = rand(2, 2, 2)
    assert gradcheck(lambda x: fractional_max_pool2d(x, 2, size, _random_samples=samples), [x], rng=rng)
    y, indices = fractional_max_pool2d(x, 2, size, return_indices=True, _random_samples=samples)
    assert x.flatten(2).gather(2, indices.flatten(2)).tolist() == y.flatten(2).tolist()
    # The first window begins in the first corner, the last one ends in the last.
    assert y[..., 0, 0].tolist() == x[..., :2, :2].amax((-1, -2)).tolist() or min(size) == 1
    assert y[..., -1, -1].tolist() == x[..., -2:, -2:].amax((-1, -2)).tolist()


def test_a_ratio_of_a_half_of_pairs_is_max_pooling():
    x = normal((1, 2, 4, 6), random.Random(0)).detach()
    # (4 − 2)/(2 − 1) and (6 − 2)/(3 − 1) are whole steps, whatever is drawn.
    assert fractional_max_pool2d(x, 2, output_ratio=0.5).tolist() == max_pool2d(x, 2).tolist()
    y, indices = fractional_max_pool2d(x, 2, output_ratio=(0.5, 0.5), return_indices=True)
    assert max_unpool2d(y, indices, 2).tolist() == max_unpool2d(*max_pool2d(x, 2, return_indices=True), 2).tolist()


def test_gradients_in_three_axes():
    rng, samples = random.Random(0), rand(1, 1, 3)
    assert gradcheck(
        lambda x: fractional_max_pool3d(x, 2, 2, _random_samples=samples), [normal((1, 1, 3, 4, 3), rng)], rng=rng
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "either output_size or output_ratio is given, got None and None"),
        ({"output_size": 1, "output_ratio": 0.5}, "either output_size or output_ratio is given, got 1 and 0.5"),
        (
            {"output_size": 3},
            r"output_size is from 1 to the number of places of a kernel of \[2, 2\] in an image of \[3, 3\]",
        ),
        ({"output_ratio": 0.1}, r"an image of \[3, 3\], got \[0, 0\]"),
        ({"output_ratio": 1.5}, "output_ratio is a finite number above 0 up to below 1, got 1.5"),
        ({"output_ratio": (0.5,) * 3}, "output_ratio is a number or 2 of them"),
        (
            {"output_size": 2, "_random_samples": [[0.5]]},
            r"_random_samples is \(N, C, 2\), \[1, 1, 2\], got the shape \[1, 1\]",
        ),
    ],
)
def test_what_does_not_fit_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=f"^fractional_max_pool2d: .*{sentence}|{sentence}"):
        fractional_max_pool2d(Tensor([[[1.0, 2.0, 3.0]] * 3]), 2, **settings)
