"""The Gumbel-softmax: PyTorch's draws, classes as often as they are likely, gradients of one draw."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Generator, Tensor, float32
from backprop.autograd import gradcheck
from backprop.nn.functional import gumbel_softmax, softmax
from tests.strategies import normal, seeds


def test_the_draws_are_pytorchs():
    """torch.manual_seed(0); F.gumbel_softmax(torch.tensor([1.0, 2.0, 3.0]), 0.7), of PyTorch 2.13."""
    x = Tensor([1.0, 2.0, 3.0]).to(float32)
    y = gumbel_softmax(x, 0.7, rng=Generator().manual_seed(0))
    assert y.tolist() == pytest.approx([0.004364700987935066, 0.08136910200119019, 0.9142661690711975], rel=1e-5)


def test_a_class_comes_as_often_as_its_probability():
    """2,000 draws: a count has a standard deviation of 22 at most."""
    x = Tensor([[0.0, 1.0, 2.0]]).expand(2000, 3)
    counts = gumbel_softmax(x, hard=True, rng=random.Random(0)).sum(0)
    assert (counts - 2000 * softmax(x[0], 0)).abs().max() < 90 and counts.sum() == 2000


@settings(max_examples=15)
@given(shape=st.lists(st.integers(1, 3), min_size=1, max_size=3), seed=seeds, data=st.data())
def test_hard_is_a_1_with_the_gradient_of_the_soft_one(shape, seed, data):
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    x, upstream, results = normal(shape, random.Random(seed)), normal(shape, random.Random(seed + 1)), []
    for hard in (False, True):
        y = gumbel_softmax(x, 0.5, hard, dim=dim, rng=random.Random(seed))
        x.grad = None
        y.backward(upstream)
        results.append((y, x.grad))
    (soft, one), (hard, other) = results
    assert one.equal(other) and hard.argmax(dim).equal(soft.argmax(dim))
    assert hard.allclose(hard.round(), 0.0, 1e-15) and hard.sum() == pytest.approx(hard.numel() / shape[dim])
    assert gradcheck(lambda x: gumbel_softmax(x, 0.5, dim=dim, rng=random.Random(seed)), [x])


def test_the_temperature_is_above_0():
    with pytest.raises(ValueError, match="gumbel_softmax: tau is a finite number above 0, got 0.0"):
        gumbel_softmax(Tensor([1.0, 2.0]), 0.0)
