"""Pooling: its definition, its gradients, and which of several largest numbers is the one."""

import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from tests.strategies import random_tensor, seeds

images = st.tuples(st.integers(1, 5), st.integers(1, 5))
kernels = st.tuples(st.integers(1, 3), st.integers(1, 3))
strides = st.one_of(st.none(), st.integers(1, 3))


def distinct(rows, columns, rng):
    """Numbers at least 0.1 apart: none is made the largest by a small step."""
    order = rng.sample(range(rows * columns), rows * columns)
    return Tensor(Matrix.from_flat([0.1 * k - 1.0 for k in order], rows, columns), requires_grad=True)


def padded_less(padding, kernel, size):
    return [min(p, k // 2) for p, k in zip(padding, kernel)], all(
        n + 2 * min(p, k // 2) >= k for n, p, k in zip(size, padding, kernel)
    )


@given(size=images, kernel=kernels, stride=strides, padding=kernels, seed=seeds)
def test_gradients_away_from_ties(size, kernel, stride, padding, seed):
    padding, fits = padded_less(padding, kernel, size)
    assume(fits)
    rng = random.Random(seed)
    options = {"in_channels": 2, "input_size": size}
    x = distinct(2, 2 * size[0] * size[1], rng)
    assert gradcheck(lambda x: max_pool2d(x, kernel, stride, padding, **options), [x], rng=rng)
    for count in (True, False):
        own = {"count_include_pad": count, **options}
        assert gradcheck(lambda x, own=own: avg_pool2d(x, kernel, stride, padding, **own), [x], rng=rng)


@given(size=images, output=images, seed=seeds)
def test_gradients_of_the_adaptive_mean(size, output, seed):
    rng = random.Random(seed)
    x = random_tensor(2, 2 * size[0] * size[1], rng)
    assert gradcheck(lambda x: adaptive_avg_pool2d(x, output, in_channels=2, input_size=size), [x], rng=rng)


@given(size=images, seed=seeds)
def test_the_largest_and_the_mean_of_a_whole_channel(size, seed):
    x = random_tensor(2, 2 * size[0] * size[1], random.Random(seed)).matrix
    options = {"in_channels": 2, "input_size": size}
    channels = x.reshape(4, -1)
    assert max_pool2d(x, size, **options).matrix == channels.max(axis=1).reshape(2, 2)
    mean = channels.mean(axis=1).reshape(2, 2)
    for y in (avg_pool2d(x, size, **options), adaptive_avg_pool2d(x, 1, **options)):
        assert y.matrix.allclose(mean, rel_tol=1e-13, abs_tol=1e-15)


def test_the_largest_of_four_is_not_zero():
    """A published library gives 0 here, and cuts the graph."""
    x = Tensor([[1.0, 2.0, 3.0, 4.0]], requires_grad=True)
    y = max_pool2d(x, 2, in_channels=1)
    assert y.matrix == Matrix([[4.0]])
    y.backward()
    assert x.grad.matrix == Matrix([[0, 0, 0, 1]])


def test_of_equal_ones_the_first_gets_the_gradient():
    x = Tensor([[5.0, 7.0, 7.0, 7.0]], requires_grad=True)
    max_pool2d(x, 2, in_channels=1).backward(Matrix([[3.0]]))
    assert x.grad.matrix == Matrix([[0.0, 3.0, 0.0, 0.0]])


def test_overlapping_windows_add_up():
    x = Tensor([[1.0, 9.0, 2.0]], requires_grad=True)
    max_pool2d(x, (1, 2), 1, in_channels=1, input_size=(1, 3)).backward(Matrix([[1.0, 10.0]]))
    assert x.grad.matrix == Matrix([[0.0, 11.0, 0.0]])


def test_padding_is_never_the_largest():
    x = Tensor([[-math.inf, -5.0, -6.0, -7.0]], requires_grad=True)
    y = max_pool2d(x, 2, padding=1, in_channels=1)
    assert y.matrix == x.matrix
    y.backward(Matrix([[1.0, 2.0, 3.0, 4.0]]))
    assert x.grad.matrix == Matrix([[1.0, 2.0, 3.0, 4.0]])


@pytest.mark.parametrize("position", range(4))
def test_nan_is_the_largest(position):
    rows = [[1.0, 2.0, 3.0, 4.0, -9.0, -8.0, -7.0, -6.0]]
    rows[0][position] = math.nan
    x = Tensor(rows, requires_grad=True)
    y = max_pool2d(x, 2, in_channels=2)
    assert math.isnan(y.matrix[0, 0]) and y.matrix[0, 1] == -6.0
    y.backward(Matrix([[1.0, 2.0]]))
    assert x.grad.matrix == Matrix([[float(i == position) for i in range(4)] + [0.0, 0.0, 0.0, 2.0]])


def test_of_several_nans_the_last_gets_the_gradient_as_in_pytorch():
    x = Tensor([[math.nan, 1.0, math.nan, 2.0]], requires_grad=True)
    max_pool2d(x, 2, in_channels=1).backward(Matrix([[3.0]]))
    assert x.grad.matrix == Matrix([[0.0, 0.0, 3.0, 0.0]])


def test_infinities_of_both_signs_are_no_nan():
    x = Matrix([[math.inf, -math.inf, 1.0, 2.0]])
    assert max_pool2d(x, 2, in_channels=1).matrix == Matrix([[math.inf]])


def test_a_window_outside_of_the_image_is_refused():
    with pytest.raises(ValueError, match="a window lies outside of the image of 1×1"):
        max_pool2d(Matrix([[1.0]]), 2, 1, 2, 3, in_channels=1)


def test_adaptive_parts_overlap_where_they_must():
    x = Matrix([[1.0, 2.0, 4.0, 8.0, 16.0]])
    y = adaptive_avg_pool2d(x, (None, 3), in_channels=1, input_size=(1, 5)).matrix
    assert y == Matrix([[1.5, 14 / 3, 12.0]])
