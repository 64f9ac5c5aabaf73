"""Normalization: gradients through mean and variance, and laws of what comes out."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor, ones
from backprop.autograd import gradcheck
from backprop.nn.functional.normalization import (
    batch_norm,
    group_norm,
    instance_norm,
    layer_norm,
    local_response_norm,
    normalize,
    rms_norm,
)
from backprop.nn.parameters import Buffer
from tests import tables
from tests.strategies import normal, random_tensor, seeds, sizes


def vectors(shape, rng):
    """A weight and a bias, the weight alone, or neither."""
    return [normal(shape, rng) for _ in range(rng.randrange(3))]


def distinct(rows, columns, rng):
    """Multiples of 0.1, each once, so that no variance is so small that rounding would show in it."""
    return tables.reshaped([0.1 * k - 1.0 for k in rng.sample(range(rows * columns), rows * columns)], rows, columns)


images = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@given(count=st.integers(2, 4), channels=st.integers(1, 3), image=images, seed=seeds)
def test_gradients_of_a_batch(count, channels, image, seed):
    rng = random.Random(seed)
    inputs = [normal((count, channels, *image), rng), *vectors((channels,), rng)]
    # eps 0.1 keeps the third derivative, and with it the error of the difference, small where numbers are close.
    options = {"training": True, "eps": 0.1}
    assert gradcheck(lambda x, *them: batch_norm(x, None, None, *them, **options), inputs, rng=rng)


@given(count=sizes, channels=st.integers(1, 3), image=images, seed=seeds)
def test_gradients_with_running_statistics(count, channels, image, seed):
    rng = random.Random(seed)
    inputs = [normal((count, channels, *image), rng), *vectors((channels,), rng)]
    mean, variance = Buffer([rng.gauss(0, 1)] * channels), Buffer([rng.uniform(0.1, 2.0)] * channels)
    before = [mean.matrix, variance.matrix]
    assert gradcheck(lambda x, *them: batch_norm(x, mean, variance, *them), inputs, rng=rng)
    assert [mean.matrix, variance.matrix] == before


@given(rows=sizes, groups=st.integers(1, 2), share=st.integers(1, 2), image=images, seed=seeds)
def test_gradients_of_examples(rows, groups, share, image, seed):
    rng = random.Random(seed)
    channels = groups * share
    x = normal((rows, channels, *image), rng)
    inputs = [x, *vectors((channels,), rng)]
    assert gradcheck(lambda x, *them: group_norm(x, groups, *them, eps=0.1), inputs, rng=rng)
    if math.prod(image) > 1:
        assert gradcheck(lambda x, *them: instance_norm(x, None, None, *them, eps=0.1), inputs, rng=rng)
    shape = x.shape[rng.randint(1, len(x.shape) - 1) :]
    inputs = [x, *vectors(shape, rng)]
    assert gradcheck(lambda x, *them: layer_norm(x, shape, *them, eps=0.1), inputs, rng=rng)
    assert gradcheck(lambda x, *them: rms_norm(x, shape, *them, eps=0.1), inputs[:2], rng=rng)


@given(channels=st.integers(1, 4), size=st.integers(1, 5), seed=seeds)
def test_gradients_of_neighbouring_channels(channels, size, seed):
    rng = random.Random(seed)
    assert gradcheck(lambda x: local_response_norm(x, size, 0.5, 0.75, 2.0), [normal((2, channels, 2), rng)], rng=rng)


@given(image=images, p=st.sampled_from([1.0, 2.0, 3.0]), seed=seeds)
def test_gradients_of_vectors_of_length_1(image, p, seed):
    rng = random.Random(seed)
    x = normal((2, 2, *image), rng)
    dim = rng.randrange(len(x.shape))
    assert gradcheck(lambda x: normalize(x + 3.0, p, dim), [x], rng=rng)
    lengths = (abs(normalize(x, p, dim)) ** p).sum(dim).view(-1).tolist()
    assert all(abs(length - 1) < 1e-12 for length in lengths)


def test_running_statistics_of_instances_are_the_means_over_the_examples():
    x = normal((3, 2, 4), random.Random(0))
    mean, variance = Buffer([0.0, 0.0]), Buffer([0.0, 0.0])
    instance_norm(x, mean, variance, momentum=1.0)
    channels = x.matrix  # a row for each channel of each example
    means = tables.means(channels, 1)
    assert mean.matrix.allclose(tables.means(tables.reshaped(means, 3, 2), 0), rel_tol=1e-13, abs_tol=1e-15)
    squares = tables.sums((channels - means) * (channels - means), 1) / 3
    assert variance.matrix.allclose(tables.means(tables.reshaped(squares, 3, 2), 0), rel_tol=1e-13)


@given(seed=seeds, scale=st.sampled_from([1e-3, 1.0, 1e6]), shift=st.sampled_from([0.0, -7.0]))
def test_what_is_normalized_does_not_depend_on_shift_and_scale(seed, scale, shift):
    x = distinct(4, 6, random.Random(seed))
    for norm in (
        lambda x: batch_norm(x, None, None, training=True, eps=1e-30).matrix,
        lambda x: layer_norm(x, 6, eps=1e-30).matrix,
        lambda x: group_norm(x, 2, eps=1e-30).matrix,
    ):
        # Rounding x + shift is 8·2⁻⁵³ beside a standard deviation of 0.05 or more.
        assert norm((x + shift) * scale).allclose(norm(x), rel_tol=1e-12, abs_tol=1e-12)
    assert rms_norm(x * scale, 6, eps=1e-30).matrix.allclose(
        rms_norm(x, 6, eps=1e-30).matrix, rel_tol=1e-12, abs_tol=1e-15
    )


@given(seed=seeds)
def test_mean_0_and_variance_1_come_out(seed):
    x = distinct(5, 6, random.Random(seed))
    for m in (
        batch_norm(x, None, None, training=True, eps=1e-30).matrix.T,
        layer_norm(x, 6, eps=1e-30).matrix,
        group_norm(x, 3, eps=1e-30).reshape(15, 2).matrix,
    ):
        assert tables.means(m, 1).allclose(0.0, abs_tol=1e-13)
        assert tables.means(m * m, 1).allclose(1.0, rel_tol=1e-12)


def test_one_group_is_the_layer_and_as_many_as_channels_are_each_alone():
    x = normal((3, 3, 2), random.Random(0))
    assert group_norm(x, 1).tolist() == layer_norm(x, (3, 2)).tolist()
    assert group_norm(x, 3).tolist() == layer_norm(x, 2).tolist() == instance_norm(x).tolist()


def test_a_shift_of_all_that_is_normalized_has_no_gradient():
    """Mean and variance are no constants: a library that takes them for such gives Σ ∂L/∂x ≠ 0 here."""
    x = Tensor([[1.0, 2.0], [4.0, -1.0], [0.5, 0.0]], requires_grad=True)
    batch_norm(x, None, None, training=True).backward(Matrix([[1.0, 5.0], [2.0, -3.0], [-4.0, 0.5]]))
    assert x.grad.sum(0, keepdim=True).matrix.allclose(0.0, abs_tol=1e-14)
    assert tables.sums(x.grad.matrix * x.matrix, 0).allclose(0.0, abs_tol=1e-4)  # nor a scale, up to ε
    assert x.grad.abs().max() > 0.1


def test_equal_numbers_become_0_with_a_finite_gradient():
    x = Tensor([[3.0, 3.0], [3.0, 3.0]], requires_grad=True)
    for y in (batch_norm(x, None, None, training=True), layer_norm(x, 2)):
        assert y.matrix == tables.zeros(2, 2)
        y.backward(Matrix([[1.0, 0.0], [0.0, 0.0]]))
    assert all(math.isfinite(entry) for row in x.grad.matrix for entry in row)


def all_norms(x, eps, weights=None):
    """Each norm of the same rows, and what it gives back of the ``weights`` as a gradient."""
    norms = (
        lambda x: batch_norm(x.T, None, None, training=True, eps=eps).T,
        lambda x: layer_norm(x, x.shape[-1], eps=eps),
        lambda x: group_norm(x, 2, eps=eps),
        lambda x: rms_norm(x, x.shape[-1], eps=eps),
    )
    for norm in norms:
        leaf = Tensor(x, requires_grad=True)
        y = norm(leaf)
        y.backward(tables.ones(*x.shape) if weights is None else weights)
        yield y.matrix, leaf.grad.matrix


@pytest.mark.parametrize("size", [1e155, 1e200, 1.7e308, 1.0])
def test_numbers_whose_squares_overflow(size):
    """(1, 1, −1) has the mean 1/3 and the variance 8/9: (1/√2, 1/√2, −√2)."""
    x, half = Matrix([[size, size, -size]]), math.sqrt(0.5)
    expected = Matrix([[half, half, -2 * half]])
    assert layer_norm(x, 3).matrix.allclose(expected, rel_tol=1e-5 if size == 1.0 else 1e-15)
    assert layer_norm(x, 3, eps=0).matrix.allclose(expected, rel_tol=1e-15)
    assert batch_norm(x.T, None, None, training=True, eps=1e-30).matrix.T.allclose(expected, rel_tol=1e-15)
    assert group_norm(x, 1, eps=0).matrix.allclose(expected, rel_tol=1e-15)
    assert rms_norm(x, 3, eps=0).matrix.allclose(Matrix([[1, 1, -1]]), rel_tol=1e-15)


@given(seed=seeds, exponent=st.sampled_from([-510, -480, -450, 300, 480, 511]), share=st.sampled_from([2.0**-40, 0.5]))
def test_a_scale_taken_out_of_all_and_of_eps_changes_nothing_but_the_gradient(seed, exponent, share):
    """N(s·x; s²·ε) = N(x; ε), and the gradient is 1/s of it, where squares are floats and where they are not."""
    rng, scale = random.Random(seed), 2.0**exponent
    x, weights = tables.normal(3, 4, rng=rng), tables.normal(3, 4, rng=rng)
    plain, scaled = all_norms(x, share, weights), all_norms(x * scale, share * scale * scale, weights)
    for (y, grad), (y_of_scaled, grad_of_scaled) in zip(plain, scaled):
        assert y_of_scaled.allclose(y, rel_tol=1e-12, abs_tol=1e-13)
        assert (grad_of_scaled * scale).allclose(grad, rel_tol=1e-9, abs_tol=1e-11)


@given(seed=seeds, exponent=st.sampled_from([-1000, -700, 700, 1000]))
def test_without_eps_no_scale_is_seen(seed, exponent):
    x, scale = tables.normal(3, 4, rng=random.Random(seed)), 2.0**exponent
    for norm, setting in ((layer_norm, 4), (rms_norm, 4), (group_norm, 2)):
        assert norm(x * scale, setting, eps=0).matrix.allclose(
            norm(x, setting, eps=0).matrix, rel_tol=1e-12, abs_tol=1e-13
        )


@given(value=st.sampled_from([0.1, 1e20 / 3, -1e200 / 3, 1.7e308, 1e-310]), count=st.integers(2, 9))
def test_equal_numbers_become_0_whatever_their_size(value, count):
    """Their mean is rounded, and what it misses is no deviation."""
    x = tables.full(2, count, value)
    for y in (
        layer_norm(x, count),
        layer_norm(x, count, eps=1e-30),
        batch_norm(x.T, None, None, training=True, eps=1e-30),
    ):
        assert not y.any()
    mean, variance = Buffer([0.0, 0.0]), Buffer([0.0, 0.0])
    batch_norm(x.T, running_mean=mean, running_var=variance, training=True, momentum=1.0)
    assert mean.matrix == tables.full(1, 2, value) and not variance.any()


def test_running_statistics_of_large_numbers():
    mean, variance = Buffer([0.0]), Buffer([0.0])
    x = Matrix([[1e155], [1e155], [-1e155]])
    batch_norm(x, running_mean=mean, running_var=variance, training=True, momentum=1.0)
    assert mean.matrix.allclose(1e155 / 3, rel_tol=1e-15) and variance.matrix == Matrix([[math.inf]])
    mean, variance = Buffer([0.0]), Buffer([0.0])
    x = Matrix([[1e153], [1e153], [-1e153]])
    batch_norm(x, running_mean=mean, running_var=variance, training=True, momentum=1.0)
    assert variance.matrix.allclose(4 / 3 * 1e306, rel_tol=1e-14)


def test_eps_of_0():
    """As in PyTorch 2.13: NaN where all is equal; batch norm refuses it in training, and takes it else."""
    x = Matrix([[1.0, 1.0, 1.0], [1.0, 2.0, 4.0]])
    for y in (layer_norm(x, 3, eps=0), group_norm(x, 1, eps=0)):
        assert all(map(math.isnan, y.matrix.rows[0]))
        # F.layer_norm(torch.tensor([[1., 2., 4.]]).double(), (3,), eps=0.)
        assert y.matrix[1].allclose(Matrix([[-1.0690, -0.2673, 1.3363]]), abs_tol=5e-5)
    assert all(map(math.isnan, rms_norm(Matrix([[0.0, 0.0]]), 2, eps=0).matrix.rows[0]))
    with pytest.raises(ValueError, match="batch_norm: eps is a finite number above 0, got 0.0"):
        batch_norm(x, None, None, training=True, eps=0.0)
    stored = {"running_mean": Buffer([0.0] * 3), "running_var": Buffer([1.0] * 3)}
    assert batch_norm(x, eps=0, **stored).matrix == x


def test_a_negative_eps():
    """As in PyTorch 2.13: taken off the variance, and NaN where that leaves nothing above 0."""
    x = Matrix([[1.0, 3.0, 2.0, 6.0], [1.0, 1.0, 1.0, 1.0]])
    for y, figures in (
        (layer_norm(x, 4, eps=-0.5), [-1.1547005383792517, 0.0, -0.5773502691896258, 1.7320508075688776]),
        (
            group_norm(x, 2, eps=-0.125),
            [-1.0690449676496976, 1.0690449676496976, -1.016001016001524, 1.016001016001524],
        ),
        (rms_norm(x, 4, eps=-0.5), [0.2886751345948129, 0.8660254037844388, 0.5773502691896258, 1.7320508075688776]),
    ):
        assert y.matrix[0].allclose(Matrix([figures]), rel_tol=1e-14)
    assert all(map(math.isnan, layer_norm(x, 4, eps=-0.5).matrix.rows[1] + group_norm(x, 2, eps=-0.125).matrix.rows[1]))
    assert rms_norm(x, 4, eps=-0.5).matrix[1].allclose(math.sqrt(2), rel_tol=1e-14)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_stays_visible(bad):
    for at in range(4):
        x = Matrix([[bad if j == at else float(j) for j in range(4)], [1.0, 2.0, 3.0, 5.0]])
        for y, _ in all_norms(x, 1e-5):
            assert any(map(math.isnan, y.rows[0])) and all(map(math.isfinite, y.rows[1]))


def test_without_entries_nothing_comes_out():
    x = Tensor([]).view(0, 2, 3)
    weight, bias = normal((2,), random.Random(0)), normal((2,), random.Random(0))
    for y in (batch_norm(x, None, None, weight, bias, True), group_norm(x, 2, weight, bias), instance_norm(x)):
        assert y.shape == (0, 2, 3)
    group_norm(x, 2, weight, bias).backward(x)
    assert weight.grad.tolist() == bias.grad.tolist() == [0.0, 0.0]
    assert layer_norm(x, 3).shape == rms_norm(x, (2, 3)).shape == local_response_norm(x, 2).shape == (0, 2, 3)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda x: batch_norm(x.view(12), None, None),
            r"batch_norm: input is \(N, C\) or \(N, C, …\), got the shape \[12\]",
        ),
        (lambda x: batch_norm(x, None, None), "needs running_mean and running_var, or training=True"),
        (
            lambda x: batch_norm(x, None, None, x, training=True),
            r"batch_norm: weight has the shape \[6\], got \[2, 6\]",
        ),
        (
            lambda x: batch_norm(x, Buffer([0.0]), None, training=True),
            r"batch_norm: running_mean has the shape \[6\], got \[1\]",
        ),
        (
            lambda x: batch_norm(x.view(1, 12), None, None, training=True),
            r"more than one number a channel to train on, got the shape \[1, 12\]",
        ),
        (
            lambda x: batch_norm(x, None, None, training=True, eps=0),
            "batch_norm: eps is a finite number above 0, got 0",
        ),
        (
            lambda x: batch_norm(x.view(12, 1), running_mean=Buffer([0.0]), running_var=Buffer([-1.0])),
            "batch_norm: running_var must hold numbers from 0 up, got -0.99999 with eps added",
        ),
        (
            lambda x: batch_norm(x, None, None, training=True, momentum=math.nan),
            "batch_norm: momentum is a finite number, got nan",
        ),
        (lambda x: instance_norm(x, ones(5)), r"^instance_norm: running_mean has the shape \[6\], got \[5\]"),
        (
            lambda x: instance_norm(x, use_input_stats=False),
            "^instance_norm needs running_mean and running_var, or use_input_stats=True",
        ),
        (lambda x: instance_norm(x), r"instance_norm needs more than one number a channel, got the shape \[2, 6\]"),
        (
            lambda x: layer_norm(x, 5),
            r"layer_norm: Given normalized_shape=\[5\], expected input with shape \[\*, 5\], but got input of size\[2, 6\]",
        ),
        (lambda x: layer_norm(x, "6"), "layer_norm: normalized_shape is an int from 0 up or several of them, got '6'"),
        (lambda x: layer_norm(x, 6, Tensor([1.0])), r"layer_norm: weight has the shape \[6\], got \[1\]"),
        (lambda x: layer_norm(x, 6, eps=math.nan), "layer_norm: eps is a finite number, got nan"),
        (lambda x: group_norm(x, 4), "group_norm: 4 groups do not divide 6 channels"),
        (lambda x: group_norm(x, 2, eps=math.inf), "group_norm: eps is a finite number, got inf"),
        (lambda x: rms_norm(x, 6, Tensor([1.0])), r"rms_norm: weight has the shape \[6\], got \[1\]"),
        (lambda x: rms_norm(x, 6, eps="1"), "rms_norm: eps is a finite number, got '1'"),
        (lambda x: local_response_norm(x, 2), r"local_response_norm: input is \(N, C, …\) with at least one more axis"),
        (lambda x: local_response_norm(x.view(1, 2, 6), 0), "local_response_norm: size is an int from 1 up, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(random_tensor(2, 6, random.Random(0)))
