"""PositionalEncoding: its figures, the law that makes it useful, and what is refused."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.transformer import PositionalEncoding
from tests.strategies import random_tensor, seeds


@given(st.integers(1, 7), st.integers(1, 5), st.integers(1, 3))
def test_each_entry_is_the_equation_in_every_sequence(d_model, length, batch):
    encoded = PositionalEncoding(d_model)(Matrix.zeros(batch * length, d_model), sequence_length=length).matrix
    for row in range(batch * length):
        for j in range(d_model):
            angle = (row % length) / math.pow(10000, 2 * (j // 2) / d_model)
            assert math.isclose(encoded[row, j], math.sin(angle) if j % 2 == 0 else math.cos(angle), rel_tol=1e-13)


@given(st.integers(1, 4), st.integers(0, 20), st.integers(0, 20))
def test_a_step_forward_turns_each_pair_of_columns_by_a_fixed_angle(pairs, t, k):
    d_model = 2 * pairs
    p = PositionalEncoding(d_model)(Matrix.zeros(41, d_model), sequence_length=41).matrix
    for i in range(pairs):
        angle = k * 10000.0 ** (-2 * i / d_model)
        turn = Matrix([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        assert (p[t, 2 * i : 2 * i + 2] @ turn).allclose(p[t + k, 2 * i : 2 * i + 2], abs_tol=1e-13)


@given(st.integers(1, 3), st.integers(1, 3), seeds)
def test_gradient(batch, length, seed):
    rng = random.Random(seed)
    layer = PositionalEncoding(3)
    assert gradcheck(lambda x: layer(x, sequence_length=length), [random_tensor(batch * length, 3, rng)], rng=rng)


def test_it_is_neither_learned_nor_saved_and_long_and_short_sequences_may_alternate():
    layer = PositionalEncoding(3)
    zeros = Matrix.zeros(8, 3)
    long, short = (layer(zeros, sequence_length=n).matrix for n in (8, 2))
    assert short == Matrix.vstack([long[:2]] * 4) and layer(zeros, sequence_length=8).matrix == long
    assert layer.state_dict() == {} and not layer(Tensor(zeros), sequence_length=4).requires_grad
    assert repr(layer) == "PositionalEncoding(3, max_len=5000)"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: PositionalEncoding(0), "PositionalEncoding: d_model is an int from 1 up, got 0"),
        (lambda: PositionalEncoding(4, 1.5), "PositionalEncoding: max_len is an int from 1 up, got 1.5"),
        (
            lambda: PositionalEncoding(4)(Matrix.zeros(6, 3), sequence_length=3),
            r"PositionalEncoding\(4\) got rows of 3 numbers; it needs 4",
        ),
        (
            lambda: PositionalEncoding(3)(Matrix.zeros(6, 3), sequence_length=4),
            "PositionalEncoding got 6 rows; sequence_length=4 does not divide them",
        ),
        (
            lambda: PositionalEncoding(3, 2)(Matrix.zeros(6, 3), sequence_length=3),
            "PositionalEncoding: sequence_length=3 is above max_len=2",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
