"""Pooling: its definition, its gradients, and which of several largest numbers is the one."""

import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.nn import functional as F
from backprop.nn.functional.pooling import (
    adaptive_avg_pool2d,
    adaptive_max_pool2d,
    avg_pool2d,
    max_pool2d,
    max_unpool2d,
)
from tests import tables
from tests.strategies import normal, seeds, spaced

images = st.tuples(st.integers(1, 5), st.integers(1, 5))
kernels = st.tuples(st.integers(1, 3), st.integers(1, 3))
strides = st.one_of(st.none(), st.integers(1, 3))


def padded_less(padding, kernel, size):
    return [min(p, k // 2) for p, k in zip(padding, kernel)], all(
        n + 2 * min(p, k // 2) >= k for n, p, k in zip(size, padding, kernel)
    )


@given(size=images, kernel=kernels, stride=strides, padding=kernels, ceil_mode=st.booleans(), seed=seeds)
def test_gradients_away_from_ties(size, kernel, stride, padding, ceil_mode, seed):
    padding, fits = padded_less(padding, kernel, size)
    assume(fits)
    rng = random.Random(seed)
    x = spaced((2, 2, *size), rng)
    assert gradcheck(lambda x: max_pool2d(x, kernel, stride, padding, 1, ceil_mode), [x], rng=rng)
    for count in (True, False):
        assert gradcheck(lambda x, c=count: avg_pool2d(x, kernel, stride, padding, ceil_mode, c), [x], rng=rng)


@given(size=images, output=images, seed=seeds)
def test_gradients_of_adaptive_parts(size, output, seed):
    rng = random.Random(seed)
    x = spaced((2, 2, *size), rng)
    assert gradcheck(lambda x: adaptive_avg_pool2d(x, output), [x], rng=rng)
    assert gradcheck(lambda x: adaptive_max_pool2d(x, output), [x], rng=rng)


@given(seed=seeds)
def test_gradients_of_what_is_put_back(seed):
    rng = random.Random(seed)
    _, indices = max_pool2d(normal((2, 2, 4, 2), rng), 2, return_indices=True)
    assert gradcheck(lambda x: max_unpool2d(x, indices, 2), [normal((2, 2, 2, 1), rng)], rng=rng)


POOLS = {
    "max_pool": ((2,), {"stride": 1, "padding": 1}),
    "avg_pool": ((2,), {"stride": 1, "padding": 1}),
    "adaptive_avg_pool": ((2,), {}),
    "adaptive_max_pool": ((2,), {}),
    "lp_pool": ((2.0, 2), {"stride": 1}),
}


@pytest.mark.parametrize("name", POOLS)
@given(size=st.integers(2, 5), seed=seeds)
def test_one_and_three_axes_are_two_with_others_of_size_1(name, size, seed):
    """A mean of zeros more is another number of them: so without padding along those of size 1."""
    arguments, options = POOLS[name]
    rng = random.Random(seed)
    x = spaced((2, 3, size), rng)
    y = getattr(F, f"{name}1d")(x, *arguments, **options)
    for axes in (2, 3):
        wider = [*arguments[:-1], (1,) * (axes - 1) + arguments[-1:]]
        settings = {key: (0 if key == "padding" else 1,) * (axes - 1) + (value,) for key, value in options.items()}
        other = getattr(F, f"{name}{axes}d")(x.view(2, 3, *[1] * (axes - 1), size), *wider, **settings)
        assert other.view(-1).tolist() == y.view(-1).tolist()
    assert gradcheck(lambda x: getattr(F, f"{name}1d")(x, *arguments, **options), [x], rng=rng)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_indices_say_where_the_largest_are(axes):
    x = spaced((2, 2, *[4] * axes), random.Random(0))
    for pool, setting in ((f"max_pool{axes}d", 2), (f"adaptive_max_pool{axes}d", 3)):
        y, indices = getattr(F, pool)(x, setting, return_indices=True)
        assert indices.shape == y.shape
        values, places = y.view(4, -1).tolist(), indices.view(4, -1).tolist()
        for own, row, at in zip(x.view(4, -1).tolist(), values, places):
            assert [own[i] for i in at] == row and all(type(i) is int for i in at)
    y, indices = getattr(F, f"max_pool{axes}d")(x, 2, return_indices=True)
    assert getattr(F, f"max_unpool{axes}d")(y, indices, 2, output_size=x.shape[2:]).shape == x.shape


def test_indices_must_lie_in_the_image():
    with pytest.raises(ValueError, match="max_unpool2d: indices are ints from 0 to 3 in a channel, got 4"):
        max_unpool2d(Tensor([[[1.0]]]), Tensor([[[4]]]), 2)
    with pytest.raises(ValueError, match=r"max_unpool2d: output_size is within a stride of 2×2, got 4×2"):
        max_unpool2d(Tensor([[[1.0]]]), Tensor([[[0]]]), 2, output_size=(4, 2))


@given(size=images, seed=seeds)
def test_the_largest_and_the_mean_of_a_whole_channel(size, seed):
    x = normal((2, 2, *size), random.Random(seed))
    channels = x.view(4, -1).matrix
    assert max_pool2d(x, size).flatten().tolist() == [max(row) for row in channels]
    for y in (avg_pool2d(x, size), adaptive_avg_pool2d(x, 1)):
        assert y.view(4, 1).matrix.allclose(tables.means(channels, 1), rel_tol=1e-13, abs_tol=1e-15)


def test_the_largest_of_four_is_not_zero():
    """A published library gives 0 here, and cuts the graph."""
    x = Tensor([[[1.0, 2.0], [3.0, 4.0]]], requires_grad=True)
    y = max_pool2d(x, 2)
    assert y.tolist() == [[[4.0]]]
    y.backward()
    assert x.grad.tolist() == [[[0, 0], [0, 1]]]


def test_of_equal_ones_the_first_gets_the_gradient():
    x = Tensor([[[5.0, 7.0], [7.0, 7.0]]], requires_grad=True)
    max_pool2d(x, 2).backward(Tensor([[[3.0]]]))
    assert x.grad.tolist() == [[[0.0, 3.0], [0.0, 0.0]]]


def test_overlapping_windows_add_up():
    x = Tensor([[[1.0, 9.0, 2.0]]], requires_grad=True)
    max_pool2d(x, (1, 2), 1).backward(Tensor([[[1.0, 10.0]]]))
    assert x.grad.tolist() == [[[0.0, 11.0, 0.0]]]


def test_padding_is_never_the_largest():
    x = Tensor([[[-math.inf, -5.0], [-6.0, -7.0]]], requires_grad=True)
    y = max_pool2d(x, 2, padding=1)
    assert y.tolist() == x.tolist()
    y.backward(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    assert x.grad.tolist() == [[[1.0, 2.0], [3.0, 4.0]]]


@pytest.mark.parametrize("position", range(4))
def test_nan_is_the_largest(position):
    row = [1.0, 2.0, 3.0, 4.0, -9.0, -8.0, -7.0, -6.0]
    row[position] = math.nan
    x = Tensor(row, requires_grad=True)
    (first,), (second,) = max_pool2d(y := x.view(2, 2, 2), 2).view(2, 1).tolist()
    assert math.isnan(first) and second == -6.0
    max_pool2d(y, 2).backward(Tensor([[[1.0]], [[2.0]]]))
    assert x.grad.tolist() == [float(i == position) for i in range(4)] + [0.0, 0.0, 0.0, 2.0]


def test_of_several_nans_the_last_gets_the_gradient_as_in_pytorch():
    x = Tensor([[[math.nan, 1.0], [math.nan, 2.0]]], requires_grad=True)
    max_pool2d(x, 2).backward(Tensor([[[3.0]]]))
    assert x.grad.tolist() == [[[0.0, 0.0], [3.0, 0.0]]]


def test_infinities_of_both_signs_are_no_nan():
    assert max_pool2d(Tensor([[[math.inf, -math.inf], [1.0, 2.0]]]), 2).tolist() == [[[math.inf]]]


def test_a_window_outside_of_the_image_is_refused():
    with pytest.raises(ValueError, match="a window lies outside of the image of 1×1"):
        max_pool2d(Tensor([[[1.0]]]), 2, 1, 2, 3)


@pytest.mark.parametrize("divisor", [0, 1.5])
def test_a_divisor_is_an_int_other_than_0(divisor):
    with pytest.raises(ValueError, match="avg_pool2d: divisor_override is an int other than 0"):
        avg_pool2d(Tensor([[[1.0]]]), 1, divisor_override=divisor)


def test_adaptive_parts_overlap_where_they_must():
    y = adaptive_avg_pool2d(Tensor([[[1.0, 2.0, 4.0, 8.0, 16.0]]]), (None, 3))
    assert y.tolist() == [[[1.5, 14 / 3, 12.0]]]


def test_a_batch_without_images_gives_one_without():
    x = Tensor([]).view(0, 2, 4, 4)
    assert max_pool2d(x, 2).shape == avg_pool2d(x, 2).shape == adaptive_avg_pool2d(x, 2).shape == (0, 2, 2, 2)


def test_no_parts_leave_gradients_of_zero():
    for pool in (adaptive_avg_pool2d, adaptive_max_pool2d):
        x = normal((1, 2, 2, 2), random.Random(0))
        y = pool(x, (0, 1))
        y.backward(y.detach())
        assert y.shape == (1, 2, 0, 1) and not x.grad.any()
