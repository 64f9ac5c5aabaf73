"""The recurrences: gradients, exact sums over Fractions, the limits of the gates, and what is refused."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional.recurrence import gru, lstm, rnn
from backprop.tensors.concatenation import cat
from tests.strategies import fractions, matrices, random_tensor, seeds, sizes

# For each: the operation, its gates, and how many kinds of states it starts from.
RECURRENCES = {"rnn": (rnn, 1, 1), "lstm": (lstm, 4, 2), "gru": (gru, 3, 1)}


def _inputs(name, batch, length, size, rng, bias=True, start=True):
    _, gates, states = RECURRENCES[name]
    a, weight = (random_tensor(rows, gates * size, rng) for rows in (batch * length, size))
    weight = Tensor(weight.matrix.T, requires_grad=True)
    inputs = [a, weight, random_tensor(1, gates * size, rng) if bias else None]
    return inputs + [random_tensor(batch, size, rng) if start else None for _ in range(states)]


@pytest.mark.parametrize("name", RECURRENCES)
@given(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2), seeds)
def test_gradient(name, batch, length, size, seed):
    rng = random.Random(seed)
    function = RECURRENCES[name][0]
    inputs = _inputs(name, batch, length, size, rng, bias=rng.random() < 0.7, start=rng.random() < 0.7)
    before = [x if x is None else x.matrix for x in inputs]
    reverse = rng.random() < 0.5
    assert gradcheck(lambda *xs: function(*xs, sequence_length=length, reverse=reverse), inputs, rng=rng)
    assert [x if x is None else x.matrix for x in inputs] == before, "an operation changed its input"


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
    y = rnn(a, w, None, h0, sequence_length=len(entries), nonlinearity="relu")
    y.backward(Matrix([[u] for u in upstream]))
    states, to_a, to_weight, to_start = _slopes_by_hand(entries, weight, start, upstream)
    assert [y.matrix.T.tolist()[0], a.grad.matrix.T.tolist()[0]] == [states, to_a]
    assert (w.grad.matrix.item(), h0.grad.matrix.item()) == (to_weight, to_start)


def test_relu_at_the_kink():
    a = Tensor([[0.0]], requires_grad=True)
    rnn(a, Matrix([[1.0]]), sequence_length=1, nonlinearity="relu").backward()
    assert a.grad.matrix.item() == 0


@given(batch=st.integers(1, 3), length=st.integers(1, 4), seed=seeds)
def test_an_lstm_with_open_gates_adds_up_and_passes_its_gradient_on_unchanged(batch, length, seed):
    """i = f = 1 and g = tanh aᵍ: c is the running sum, and ∂cₜ/∂cₛ = 1 however far s lies back."""
    rng = random.Random(seed)
    values = [[rng.gauss(0, 1)] for _ in range(batch * length)]
    a = Matrix([[1000.0, 1000.0, x, 0.0] for (x,) in values])
    c0 = Tensor(Matrix.zeros(batch, 1), requires_grad=True)
    c = lstm(a, Matrix.zeros(4, 1), None, None, c0, sequence_length=length)[:, 1]
    steps = Matrix(values).map(math.tanh)
    for b in range(batch):
        block = slice(b * length, (b + 1) * length)
        assert c.matrix[block].allclose(steps[block].cumsum(axis=0), rel_tol=1e-12, abs_tol=1e-14)
    c[length - 1 :: length].sum().backward()
    assert c0.grad.matrix == Matrix.ones(batch, 1)


@pytest.mark.parametrize("name", RECURRENCES)
def test_large_inputs_saturate_and_stay_finite(name):
    function, gates, _ = RECURRENCES[name]
    for scale in (800.0, -800.0, 1e6, -1e6):
        a = Tensor(Matrix.full(3, gates, scale), requires_grad=True)
        y = function(a, Matrix.ones(gates, 1), sequence_length=3)
        y.backward(Matrix.ones(*y.shape))
        assert abs(y.matrix[:, 0]).max() <= 1.0 and abs(a.grad.matrix).max() <= 3.0


@given(sizes, sizes, sizes, st.data())
def test_cat_is_its_parts_and_gives_each_its_own_gradient(rows, first, second, data):
    left, right = data.draw(matrices(rows, first)), data.draw(matrices(rows, second))
    a, b = Tensor(left, requires_grad=True), Tensor(right, requires_grad=True)
    upstream = data.draw(matrices(rows, first + second))
    whole = cat([a, b], dim=1)
    whole.backward(upstream)
    assert whole.matrix[:, :first] == left and whole.matrix[:, first:] == right
    assert a.grad.matrix == upstream[:, :first] and b.grad.matrix == upstream[:, first:]
    a, b = Tensor(left.T, requires_grad=True), Tensor(right.T, requires_grad=True)
    whole = cat([a, b])
    whole.backward(upstream.T)
    assert whole.matrix == Matrix.hstack([left, right]).T
    assert a.grad.matrix == upstream[:, :first].T and b.grad.matrix == upstream[:, first:].T


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: rnn(Matrix.zeros(7, 2), Matrix.zeros(2, 2), sequence_length=3),
            "rnn got 7 rows; sequence_length=3 does",
        ),
        (lambda: rnn(Matrix.zeros(7, 2), Matrix.zeros(2, 2), sequence_length=0), "sequence_length is an int from 1 up"),
        (lambda: rnn(Matrix.zeros(7, 2), Matrix.zeros(2, 2), sequence_length=3.5), "an int from 1 up, got 3.5"),
        (lambda: lstm(Matrix.zeros(6, 8), Matrix.zeros(6, 2), sequence_length=3), "weight_hh is 8×2 for 2 .* got 6×2"),
        (lambda: gru(Matrix.zeros(6, 8), Matrix.zeros(6, 2), sequence_length=3), "gru: a is 6×6 for 2 .* got 6×8"),
        (
            lambda: gru(Matrix.zeros(6, 3), Matrix.zeros(3, 1), Matrix.zeros(1, 4), sequence_length=3),
            "bias_hh is 1×3 for 2 sequences and 1 hidden values, got 1×4",
        ),
        (
            lambda: lstm(Matrix.zeros(6, 4), Matrix.zeros(4, 1), None, None, Matrix.zeros(3, 1), sequence_length=3),
            "c0 is 2×1 for 2 sequences and 1 hidden values, got 3×1",
        ),
        (
            lambda: rnn(Matrix.zeros(1, 1), Matrix.zeros(1, 1), sequence_length=1, nonlinearity="selu"),
            "rnn: nonlinearity is 'tanh' or 'relu', got 'selu'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
