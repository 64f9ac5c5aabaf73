"""PositionalEncoding: its figures, the law that makes it useful, and what is refused."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import constant, gradcheck
from backprop.nn.transformer import PositionalEncoding
from tests import tables
from tests.strategies import seeds


def _zeros(*shape):
    return Tensor([0.0]).expand(*shape)


@given(st.integers(1, 7), st.integers(1, 5), st.integers(1, 3))
def test_each_entry_is_the_equation_in_every_sequence(d_model, length, batch):
    encoded = PositionalEncoding(d_model)(_zeros(length, batch, d_model))
    first = PositionalEncoding(d_model, batch_first=True)(_zeros(batch, length, d_model))
    assert first.transpose(0, 1).tolist() == encoded.tolist()
    assert encoded[:, 0].tolist() == PositionalEncoding(d_model)(_zeros(length, d_model)).tolist()
    for t, of_batch in enumerate(encoded.tolist()):
        for row in of_batch:
            for j, x in enumerate(row):
                angle = t / math.pow(10000, 2 * (j // 2) / d_model)
                assert math.isclose(x, math.sin(angle) if j % 2 == 0 else math.cos(angle), rel_tol=1e-13)


@given(st.integers(1, 4), st.integers(0, 20), st.integers(0, 20))
def test_a_step_forward_turns_each_pair_of_columns_by_a_fixed_angle(pairs, t, k):
    d_model = 2 * pairs
    p = PositionalEncoding(d_model)(_zeros(41, d_model)).matrix
    for i in range(pairs):
        angle = k * 10000.0 ** (-2 * i / d_model)
        turn = Matrix([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        assert (p[t, 2 * i : 2 * i + 2] @ turn).allclose(p[t + k, 2 * i : 2 * i + 2], abs_tol=1e-13)


@given(st.integers(1, 3), st.integers(1, 3), seeds)
def test_gradient(batch, length, seed):
    rng = random.Random(seed)
    x = constant(tables.normal(1, batch * length * 3, rng=rng), (length, batch, 3))
    x.requires_grad = True
    assert gradcheck(PositionalEncoding(3), [x], rng=rng)


def test_it_is_neither_learned_nor_saved_and_long_and_short_sequences_may_alternate():
    layer = PositionalEncoding(3)
    long, short = layer(_zeros(8, 3)), layer(_zeros(2, 3))
    assert short.tolist() == long[:2].tolist() and layer(_zeros(8, 3)).tolist() == long.tolist()
    assert layer.state_dict() == {} and not layer(_zeros(4, 3)).requires_grad
    assert repr(layer) == "PositionalEncoding(3, max_len=5000)"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: PositionalEncoding(0), "PositionalEncoding: d_model is an int from 1 up, got 0"),
        (lambda: PositionalEncoding(4, 1.5), "PositionalEncoding: max_len is an int from 1 up, got 1.5"),
        (lambda: PositionalEncoding(4)(_zeros(6, 3)), r"PositionalEncoding\(4\) got rows of 3 numbers; it needs 4"),
        (lambda: PositionalEncoding(3)(_zeros(3)), r"an input is \(T, N, 3\) or \(T, 3\), got \[3\]"),
        (lambda: PositionalEncoding(3, 2)(_zeros(3, 3)), "a sequence has 3 steps, which is above max_len=2"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
