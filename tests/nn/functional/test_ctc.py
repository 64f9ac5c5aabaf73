"""Connectionist temporal classification: the sum over all paths by brute force, PyTorch's figures, what is refused."""

import math
import random
from itertools import groupby, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional import ctc_loss
from tests.strategies import normal, seeds


def by_all_paths(log_probs, target, blank):
    """−ln of the sum over all paths that become the target."""
    total = 0.0
    for path in product(range(len(log_probs[0])), repeat=len(log_probs)):
        if [k for k, _ in groupby(path) if k != blank] == target:
            total += math.exp(sum(row[k] for row, k in zip(log_probs, path)))
    return -math.log(total) if total else math.inf


@settings(max_examples=40)
@given(st.integers(1, 4), st.integers(0, 2), st.lists(st.integers(0, 1), max_size=3), seeds)
def test_it_is_the_sum_over_all_paths(steps, blank, target, seed):
    target = [[k for k in range(3) if k != blank][i] for i in target]
    log_probs = normal((steps, 3), random.Random(seed)).log_softmax(-1)
    loss = ctc_loss(log_probs, Tensor(target).long(), steps, len(target), blank, reduction="sum")
    assert loss.shape == () and loss.item() == pytest.approx(by_all_paths(log_probs.tolist(), target, blank), rel=1e-12)


@settings(max_examples=15)
@given(seeds, st.sampled_from(["mean", "sum", "none"]), st.booleans())
def test_gradient_through_log_softmax(seed, reduction, in_a_row):
    """Of three sequences of different lengths, of which one has no target and one none that fits."""
    rng = random.Random(seed)
    targets = Tensor([1, 2, 2, 2, 2]) if in_a_row else Tensor([[1, 2, 0], [0, 0, 0], [2, 2, 2]])
    arguments = targets.long(), [4, 3, 4], [2, 0, 3], 0, reduction, True
    x = normal((4, 3, 3), rng)
    assert gradcheck(lambda x: ctc_loss(x.log_softmax(-1), *arguments), [x], rng=rng)
    x.grad = None
    ctc_loss(x.log_softmax(-1), *arguments).sum().backward()
    assert not x.grad[:, 2].any() and not x.grad[3, 1].any() and x.grad[:3, 1].all()


def test_figures_of_pytorch():
    """F.ctc_loss(x.log_softmax(-1), [[2, 1]], [3], [2]) of PyTorch 2.13 in float64."""
    x = Tensor([[[0.5, -1.0, 2.0]], [[1.0, 0.25, -0.75]], [[0.0, 1.5, 0.5]]], requires_grad=True)
    loss = ctc_loss(x.log_softmax(-1), [[2, 1]], [3], [2])
    loss.backward()
    assert loss.item() == pytest.approx(0.31086127596745666, rel=1e-13)
    expected = [
        [[0.07681631091958926, 0.01955628663534373, -0.09637259755493299]],
        [[0.024460152077218175, -0.017881804010644885, -0.006578348066573291]],
        [[0.040686229856162805, -0.15629817866723733, 0.11561194881107453]],
    ]
    assert x.grad.allclose(Tensor(expected), 1e-12)


def test_what_does_not_fit_into_the_steps_is_infinite():
    x = Tensor([[0.0, 0.0], [0.0, 0.0]], requires_grad=True)
    assert ctc_loss(x, [1, 1], 2, 2).item() == math.inf and ctc_loss(x, [1, 1], 2, 2, zero_infinity=True).item() == 0.0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"log_probs": Tensor([0.0])}, r"log_probs is \(T, N, C\), or \(T, C\) for one sequence, got the shape \[1\]"),
        ({"input_lengths": [3]}, r"input_lengths are 1 ints from 0 to 2, got \[3\]"),
        ({"input_lengths": [2, 2]}, r"input_lengths are 1 ints from 0 to 2, got \[2, 2\]"),
        ({"target_lengths": [3]}, r"target_lengths are 1 ints from 0 to 2, got \[3\]"),
        ({"targets": [[1, 3]]}, "index 3 at position 0, 1 is out of range; indices are from 0 to 2"),
        ({"blank": 3}, "blank is a class, an int from 0 to 2, got 3"),
        ({"reduction": "batchmean"}, "reduction is 'mean'"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, sentence):
    call = {"log_probs": Tensor([[[0.0] * 3]] * 2), "targets": [[1, 2]], "input_lengths": [2], "target_lengths": [2]}
    with pytest.raises(ValueError, match=f"^ctc_loss: {sentence}"):
        ctc_loss(**{**call, **arguments})
