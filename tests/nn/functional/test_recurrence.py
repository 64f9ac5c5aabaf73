"""The recurrences: gradients, exact sums over Fractions, the limits of the gates, and what is refused."""

import math
import random
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import constant, gradcheck
from backprop.nn.functional.recurrence import gru, lstm, rnn
from backprop.tensors.concatenation import cat
from tests import tables
from tests.strategies import fractions, seeds

# For each: all its results as one Tensor, its gates, and how many kinds of states it starts from.
RECURRENCES = {
    "rnn": (rnn, 1, 1),
    "lstm": (lambda *inputs, **options: cat([lstm(*inputs, **options)[0], lstm(*inputs, **options)[1][None]]), 4, 2),
    "gru": (gru, 3, 1),
}


def _inputs(name, batch, length, size, rng, bias=True, start=True):
    _, gates, states = RECURRENCES[name]
    of_batch = () if batch is None else (batch,)
    inputs = [
        leaf((length, *of_batch, gates * size), rng),
        leaf((gates * size, size), rng),
        leaf((gates * size,), rng) if bias else None,
    ]
    return inputs + [leaf((*of_batch, size), rng) if start else None for _ in range(states)]


def leaf(shape, rng):
    """Numbers from a normal distribution, which require a gradient."""
    tensor = constant(tables.normal(1, prod(shape), rng=rng), shape)
    tensor.requires_grad = True
    return tensor


@pytest.mark.parametrize("name", RECURRENCES)
@settings(max_examples=25)
@given(st.sampled_from([None, 1, 2]), st.integers(1, 3), st.integers(1, 2), seeds)
def test_gradient(name, batch, length, size, seed):
    rng = random.Random(seed)
    function = RECURRENCES[name][0]
    inputs = _inputs(name, batch, length, size, rng, bias=rng.random() < 0.7, start=rng.random() < 0.7)
    before = [x if x is None else x.matrix for x in inputs]
    reverse = rng.random() < 0.5
    assert gradcheck(lambda *xs: function(*xs, reverse=reverse), inputs, rng=rng)
    assert [x if x is None else x.matrix for x in inputs] == before, "an operation changed its input"


@settings(max_examples=20)
@given(st.integers(1, 3), st.booleans(), st.sampled_from([0, 1]), seeds)
def test_gradient_of_a_projected_lstm(length, reverse, which, seed):
    rng = random.Random(seed)
    shapes = (length, 2, 12), (12, 2), (12,), (2, 2), (2, 3), (2, 3)
    inputs = [leaf(shape, rng) for shape in shapes]
    assert gradcheck(lambda *xs: lstm(*xs, reverse=reverse)[which], inputs, rng=rng)


def _slopes_by_hand(a, weight, start, upstream):
    """Backpropagation through time for one sequence and one hidden value, in scalars, φ(x) = max(x, 0)."""
    states = [start]
    for x in a:
        states.append(max(x + weight * states[-1], 0))
    back, to_a, to_weight = 0, [], 0
    for t in reversed(range(len(a))):
        slope = (upstream[t] + back) * (states[t + 1] > 0)
        to_a.insert(0, slope)
        to_weight += slope * states[t]
        back = slope * weight
    return states[1:], to_a, to_weight, back


@given(st.lists(fractions, min_size=1, max_size=5), fractions, fractions, seeds)
def test_relu_over_fractions_is_exact_and_its_slope_at_the_kink_is_0(entries, weight, start, seed):
    rng = random.Random(seed)
    upstream = [Fraction(rng.randrange(-9, 10), 7) for _ in entries]
    leaves = [Tensor(Matrix(rows), requires_grad=True) for rows in ([[x] for x in entries], [[weight]], [[start]])]
    a, w, h0 = leaves
    y = rnn(a, w, None, h0, nonlinearity="relu")
    y.backward(Matrix([[u] for u in upstream]))
    states, to_a, to_weight, to_start = _slopes_by_hand(entries, weight, start, upstream)
    assert [y.matrix.T.tolist()[0], a.grad.matrix.T.tolist()[0]] == [states, to_a]
    assert (w.grad.matrix.item(), h0.grad.matrix.item()) == (to_weight, to_start)


def test_relu_at_the_kink():
    a = Tensor([[0.0]], requires_grad=True)
    rnn(a, Matrix([[1.0]]), nonlinearity="relu").backward()
    assert a.grad.matrix.item() == 0


@given(batch=st.integers(1, 3), length=st.integers(1, 4), seed=seeds)
def test_an_lstm_with_open_gates_adds_up_and_passes_its_gradient_on_unchanged(batch, length, seed):
    """i = f = 1 and g = tanh aᵍ: c is the sum over all steps, and ∂cₜ/∂cₛ = 1 however far s lies back."""
    rng = random.Random(seed)
    values = [[rng.gauss(0, 1) for _ in range(batch)] for _ in range(length)]
    a = Tensor([[[1000.0, 1000.0, x, 0.0] for x in step] for step in values])
    c0 = Tensor(tables.zeros(batch, 1), requires_grad=True)
    _, c = lstm(a, tables.zeros(4, 1), None, None, c0)
    sums = [[sum(map(math.tanh, column))] for column in zip(*values)]
    assert c.matrix.allclose(Matrix(sums), rel_tol=1e-12, abs_tol=1e-14)
    c.sum().backward()
    assert c0.grad.matrix == tables.ones(batch, 1)


@pytest.mark.parametrize("name", RECURRENCES)
def test_large_inputs_saturate_and_stay_finite(name):
    function, gates, _ = RECURRENCES[name]
    for scale in (800.0, -800.0, 1e6, -1e6):
        a = Tensor(tables.full(3, gates, scale), requires_grad=True)
        y = function(a, tables.ones(gates, 1))
        y[:3].backward(tables.ones(3, 1))
        assert abs(y[:3]).max() <= 1.0 and abs(a.grad).max() <= 3.0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: rnn(Tensor([1.0]), tables.zeros(1, 1)),
            r"rnn: a is \(T, N, 1·H\), or \(T, 1·H\) for one .* got \[1\]",
        ),
        (lambda: rnn(Tensor([]).view(0, 2), tables.zeros(2, 2)), r"rnn: a is .* got \[0, 2\]"),
        (
            lambda: lstm(tables.zeros(3, 8), tables.zeros(8, 3)),
            r"lstm: weight_hh has the shape \[8, 2\] .* got \[8, 3\]",
        ),
        (lambda: gru(tables.zeros(3, 8), tables.zeros(6, 2)), r"gru: a has the shape \[3, 6\] for 2 .* got \[3, 8\]"),
        (
            lambda: gru(tables.zeros(6, 3), tables.zeros(3, 1), Tensor([0.0] * 4)),
            r"gru: bias_hh has the shape \[3\] for 1 hidden values and a of \[6, 3\], got \[4\]",
        ),
        (
            lambda: lstm(Tensor([[[0.0] * 4] * 2] * 3), tables.zeros(4, 1), None, None, tables.zeros(3, 1)),
            r"lstm: c0 has the shape \[2, 1\] for 1 hidden values and a of \[3, 2, 4\], got \[3, 1\]",
        ),
        (
            lambda: rnn(tables.zeros(1, 1), tables.zeros(1, 1), nonlinearity="selu"),
            "rnn: nonlinearity is 'tanh' or 'relu', got 'selu'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
