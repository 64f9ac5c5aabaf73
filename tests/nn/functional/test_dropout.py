"""Dropout: zeros and scaled numbers in the right proportion, and the same ones in the backward pass."""

import math
import random
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Generator, Matrix, Tensor, equal, manual_seed, ones, tensor
from backprop.autograd import gradcheck
from backprop.nn import functional as F
from backprop.nn.functional.dropout import dropout
from tests import tables
from tests.strategies import normal, random_tensor, seeds, sizes


@given(rows=sizes, columns=sizes, p=st.sampled_from([0.0, 0.25, 0.5, 1.0]), seed=seeds)
def test_gradient_of_one_draw(rows, columns, p, seed):
    x = random_tensor(rows, columns, random.Random(seed))
    assert gradcheck(lambda x: dropout(x, p, rng=random.Random(seed)), [x], rng=random.Random(seed))


def test_zeros_and_scaled_numbers_in_proportion():
    y = dropout(tables.ones(100, 100), 0.2, rng=random.Random(0)).matrix
    entries = [entry for row in y for entry in row]
    assert set(entries) == {0.0, 1.25}
    # 10,000 draws with probability 0.2: the standard deviation of the count is 40.
    assert abs(entries.count(0.0) - 2000) < 160


def test_the_gradient_passes_where_the_number_did():
    x = Tensor(tables.full(4, 5, 3.0), requires_grad=True)
    y = dropout(x, 0.5, rng=random.Random(3))
    y.backward(tables.ones(4, 5))
    assert x.grad.matrix * 3.0 == y.matrix and 0 < x.grad.sum() < 40


def test_of_p_1_nothing_is_left_and_nothing_divided_by_zero():
    x = Tensor([[1.0, -2.0]], requires_grad=True)
    y = dropout(x, 1.0)
    assert y.matrix == Matrix([[0.0, 0.0]])
    y.backward(Matrix([[1.0, 1.0]]))
    assert x.grad.matrix == Matrix([[0.0, 0.0]])


def test_p_0_and_not_training_let_all_pass():
    x = Tensor([[1.0, 2.0]])
    assert dropout(x, 0.0) is x and dropout(x, 0.5, training=False) is x


def test_the_seed_of_the_library_repeats_the_draw():
    draws = []
    for seed in (1, 1, 2):
        manual_seed(seed)
        draws.append(dropout(tables.ones(4, 8)).matrix)
    assert draws[0] == draws[1] != draws[2]


@pytest.mark.parametrize(("axes", "batch"), [(1, ()), (1, (5,)), (2, (5,)), (3, ()), (3, (5,))])
def test_whole_channels_are_dropped(axes, batch):
    function, x = getattr(F, f"dropout{axes}d"), abs(normal((*batch, 20, *[2] * axes), random.Random(0)))
    y = function(x, 0.5, rng=random.Random(1))
    assert y.shape == x.shape
    kept = [pair for pair in zip(x.view(-1, 2**axes).tolist(), y.view(-1, 2**axes).tolist()) if any(pair[1])]
    assert 0 < len(kept) < x.shape.numel() >> axes
    assert all(after == [2 * value for value in before] for before, after in kept)
    assert gradcheck(lambda x: function(x, 0.5, rng=random.Random(1)), [normal(x.shape, random.Random(2))])


def test_alpha_dropout_keeps_mean_and_variance_and_drops_to_the_limit_of_selu():
    """40,000 draws of N(0, 1): the mean has a standard deviation of 0.005, the mean square one of 0.01 or less."""
    x = normal((200, 200), random.Random(0))
    y = F.alpha_dropout(x, 0.3, True, rng=random.Random(1))
    assert abs(y.mean()) < 0.02 and abs((y * y).mean() - 1.0) < 0.04
    l = F.selu(Tensor(-1000.0)).item()
    a = ((l * l * 0.3 + 1.0) * 0.7) ** -0.5
    dropped = abs(y - a * (l - 0.3 * l)) < 1e-12
    assert abs(dropped.sum() - 12000) < 400
    assert y.where(~dropped, 0.0).allclose((a * (x - 0.3 * l)).where(~dropped, 0.0), 1e-12, 1e-12)


def test_alpha_dropout_of_whole_channels():
    x = normal((5, 8, 3, 2), random.Random(0))
    y = F.feature_alpha_dropout(x, 0.5, True, rng=random.Random(1))
    alike = (y == y[..., :1, :1]).flatten(2).all(-1)
    assert 0 < alike.sum() < 40
    with pytest.raises(ValueError, match=r"feature_alpha_dropout: input is \(N, C, …\), got the shape \[1\]"):
        F.feature_alpha_dropout(Tensor([1.0]), 0.5, True)


@pytest.mark.parametrize("function", [F.alpha_dropout, F.feature_alpha_dropout])
def test_gradient_and_limits_of_alpha_dropout(function):
    x = normal((3, 4, 2), random.Random(0))
    assert gradcheck(lambda x: function(x, 0.4, True, rng=random.Random(1)), [x])
    assert function(x) is x and function(x, 0.0, True) is x and not function(x, 1.0, True).any()
    with pytest.raises(ValueError, match="alpha_dropout: p is a finite number from 0 to 1, got 2.0"):
        function(x, 2.0)


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan, "0.5", None])
def test_p_is_a_probability(p):
    with pytest.raises(ValueError, match="dropout: p is a finite number from 0 to 1, got"):
        dropout(Matrix([[1.0]]), p)


@pytest.mark.parametrize(("drop", "axes"), [(F.dropout1d, 1), (F.dropout2d, 2), (F.dropout3d, 3)])
def test_whole_channels_are_dropped_and_the_others_scaled(drop, axes):
    """Of 200 channels of 2 entries an axis about a fourth is 0, and all others are 4/3."""
    y = drop(ones(2, 100, *[2] * axes), 0.25, rng=Generator().manual_seed(0))
    channels = y.view(200, -1)
    assert equal(channels, channels[:, :1].expand_as(channels))
    assert set(channels[:, 0].tolist()) == {0.0, tensor(4 / 3).item()}
    assert 35 <= (channels[:, 0] == 0).sum().item() <= 65
    x = ones(2, 3, *[2] * axes)
    assert drop(x, 0.25, training=False) is x and not drop(x, 1.0).any()


# torch.manual_seed(0); F.dropout?d(torch.ones(shape), 0.5), the entries that are not 0, in one line; and whether it warns.
CHANNELS = [
    (F.dropout1d, (3, 4), [8, 9, 10, 11], False),
    (F.dropout1d, (2, 3, 4), [8, 9, 10, 11], False),
    (F.dropout2d, (3, 4), [2, 6, 7, 9, 10, 11], True),
    (F.dropout2d, (2, 3, 4), [8, 9, 10, 11], True),
    (F.dropout2d, (2, 3, 2, 2), [8, 9, 10, 11], False),
    (F.dropout2d, (2, 3, 2, 2, 1), [8, 9, 10, 11], True),
    (F.dropout3d, (4,), [2], True),
    (F.dropout3d, (3, 4), [8, 9, 10, 11], True),
    (F.dropout3d, (2, 3, 4), [], True),
    (F.dropout3d, (2, 3, 2, 2), [], False),
    (F.dropout3d, (2, 3, 2, 2, 1), [8, 9, 10, 11], False),
    (F.dropout3d, (1, 2, 1, 1, 1, 2), [], True),
]


@pytest.mark.parametrize(("drop", "shape", "kept", "warns"), CHANNELS)
def test_which_axes_are_the_channels(drop, shape, kept, warns):
    manual_seed(0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        y = drop(ones(*shape), 0.5).flatten()
    assert y.nonzero().flatten().tolist() == kept
    assert [(w.category, w.filename) for w in caught] == [(UserWarning, __file__)] * warns


def test_inputs_without_channels_are_refused():
    for shape in ((4,), (2, 3, 2, 2)):
        with pytest.raises(RuntimeError, match=r"dropout1d: input is \(N, C, L\) or \(C, L\), got the shape"):
            F.dropout1d(ones(*shape), training=False)
    x = ones(4)
    with pytest.warns(UserWarning), pytest.raises(RuntimeError, match=r"dropout2d: input is .* got the shape \[4\]"):
        F.dropout2d(x)
    with pytest.warns(UserWarning):
        assert F.dropout2d(x, training=False) is x
    with pytest.raises(RuntimeError, match="feature_alpha_dropout: input is"):
        F.feature_alpha_dropout(x, training=True)
    assert F.feature_alpha_dropout(x) is x
