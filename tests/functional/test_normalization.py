"""Normalization: gradients through mean and variance, and laws of what comes out."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor, gradcheck
from backprop.functional.normalization import batch_norm, group_norm, layer_norm, rms_norm
from backprop.tensor import Buffer
from tests.strategies import random_tensor, seeds, sizes


def vectors(size, rng):
    """A weight and a bias, the weight alone, or neither."""
    return [random_tensor(1, size, rng) for _ in range(rng.randrange(3))]


def distinct(rows, columns, rng):
    """Multiples of 0.1, each once, so that no variance is so small that rounding would show in it."""
    return Matrix.from_flat([0.1 * k - 1.0 for k in rng.sample(range(rows * columns), rows * columns)], rows, columns)


@given(count=st.integers(2, 4), features=st.integers(1, 3), length=st.integers(1, 3), seed=seeds)
def test_gradients_of_a_batch(count, features, length, seed):
    rng = random.Random(seed)
    x = random_tensor(count, features * length, rng)
    inputs = [x, *vectors(features, rng)]
    # eps 0.1 keeps the third derivative, and with it the error of the difference, small where numbers are close.
    assert gradcheck(lambda *them: batch_norm(*them, num_features=features, training=True, eps=0.1), inputs, rng=rng)


@given(count=sizes, features=st.integers(1, 3), length=st.integers(1, 3), seed=seeds)
def test_gradients_with_running_statistics(count, features, length, seed):
    rng = random.Random(seed)
    inputs = [random_tensor(count, features * length, rng), *vectors(features, rng)]
    options = {
        "num_features": features,
        "running_mean": Buffer(Matrix.normal(1, features, rng=rng)),
        "running_var": Buffer(Matrix.uniform(1, features, 0.1, 2.0, rng=rng)),
    }
    before = [options["running_mean"].data, options["running_var"].data]
    assert gradcheck(lambda *them: batch_norm(*them, **options), inputs, rng=rng)
    assert [options["running_mean"].data, options["running_var"].data] == before


@given(rows=sizes, groups=st.integers(1, 2), share=st.integers(1, 2), length=st.integers(1, 3), seed=seeds)
def test_gradients_of_rows(rows, groups, share, length, seed):
    rng = random.Random(seed)
    channels = groups * share
    x = random_tensor(rows, channels * length, rng)
    inputs = [x, *vectors(channels, rng)]
    options = {"num_groups": groups, "num_channels": channels, "eps": 0.1}
    assert gradcheck(lambda *them: group_norm(*them, **options), inputs, rng=rng)
    inputs = [x, *vectors(channels * length, rng)]
    assert gradcheck(lambda *them: layer_norm(*them, eps=0.1), inputs, rng=rng)
    assert gradcheck(lambda *them: rms_norm(*them, eps=0.1), inputs[:2], rng=rng)


@given(seed=seeds, scale=st.sampled_from([1e-3, 1.0, 1e6]), shift=st.sampled_from([0.0, -7.0]))
def test_what_is_normalized_does_not_depend_on_shift_and_scale(seed, scale, shift):
    x = distinct(4, 6, random.Random(seed))
    for norm in (
        lambda x: batch_norm(x, num_features=3, training=True, eps=1e-30).data,
        lambda x: layer_norm(x, eps=1e-30).data,
        lambda x: group_norm(x, num_groups=2, num_channels=6, eps=1e-30).data,
    ):
        # Rounding x + shift is 8·2⁻⁵³ beside a standard deviation of 0.05 or more.
        assert norm((x + shift) * scale).allclose(norm(x), rel_tol=1e-12, abs_tol=1e-12)
    assert rms_norm(x * scale, eps=1e-30).data.allclose(rms_norm(x, eps=1e-30).data, rel_tol=1e-12, abs_tol=1e-15)


@given(seed=seeds)
def test_mean_0_and_variance_1_come_out(seed):
    x = distinct(5, 6, random.Random(seed))
    for m in (
        batch_norm(x, num_features=6, training=True, eps=1e-30).data.T,
        layer_norm(x, eps=1e-30).data,
        group_norm(x, num_groups=3, num_channels=6, eps=1e-30).data.reshape(15, 2),
    ):
        assert m.mean(axis=1).allclose(0.0, abs_tol=1e-13)
        assert (m * m).mean(axis=1).allclose(1.0, rel_tol=1e-12)


def test_one_group_is_the_layer_and_as_many_as_channels_are_each_alone():
    x = random_tensor(3, 6, random.Random(0)).data
    assert group_norm(x, num_groups=1, num_channels=3).data == layer_norm(x).data
    assert group_norm(x, num_groups=3, num_channels=3).data == layer_norm(x.reshape(9, 2)).data.reshape(3, 6)


def test_a_shift_of_all_that_is_normalized_has_no_gradient():
    """Mean and variance are no constants: a library that takes them for such gives Σ ∂L/∂x ≠ 0 here."""
    x = Tensor([[1.0, 2.0], [4.0, -1.0], [0.5, 0.0]], requires_grad=True)
    batch_norm(x, num_features=2, training=True).backward(Matrix([[1.0, 5.0], [2.0, -3.0], [-4.0, 0.5]]))
    assert x.grad.sum(axis=0).allclose(0.0, abs_tol=1e-14)
    assert (x.grad * x.data).sum(axis=0).allclose(0.0, abs_tol=1e-4)  # nor a scale, up to ε
    assert abs(x.grad).max() > 0.1


def test_equal_numbers_become_0_with_a_finite_gradient():
    x = Tensor([[3.0, 3.0], [3.0, 3.0]], requires_grad=True)
    for y in (batch_norm(x, num_features=2, training=True), layer_norm(x)):
        assert y.data == Matrix.zeros(2, 2)
        y.backward(Matrix([[1.0, 0.0], [0.0, 0.0]]))
    assert all(math.isfinite(entry) for row in x.grad for entry in row)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda x: batch_norm(x, num_features=4, training=True),
            "rows of 6 numbers; it needs 4 or a multiple of that",
        ),
        (lambda x: batch_norm(x, num_features=6), "needs running_mean and running_var, or training=True"),
        (lambda x: batch_norm(x, x, num_features=6, training=True), "batch_norm got a weight of 2×6; it needs 1×6"),
        (
            lambda x: batch_norm(x, num_features=6, running_mean=Buffer([[0.0]]), training=True),
            "batch_norm got a running_mean of 1×1; it needs 1×6",
        ),
        (lambda x: batch_norm(x[0], num_features=6, training=True), "more than one number a feature to train on"),
        (
            lambda x: batch_norm(x, num_features=6, training=True, eps=0),
            "batch_norm: eps is a finite number above 0, got 0",
        ),
        (lambda x: layer_norm(x, Matrix([[1.0]])), "layer_norm got a weight of 1×1; it needs 1×6"),
        (lambda x: layer_norm(x, eps=math.nan), "layer_norm: eps is a finite number above 0, got nan"),
        (lambda x: group_norm(x, num_groups=2, num_channels=3), "group_norm: 2 groups do not divide 3 channels"),
        (lambda x: group_norm(x, num_groups=2, num_channels=4), "rows of 6 numbers; it needs 4 or a multiple of that"),
        (lambda x: rms_norm(x, Matrix([[1.0]])), "rms_norm got a weight of 1×1; it needs 1×6"),
        (lambda x: rms_norm(x, eps=-1.0), "rms_norm: eps is a finite number above 0, got -1.0"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(Matrix.ones(2, 6))
