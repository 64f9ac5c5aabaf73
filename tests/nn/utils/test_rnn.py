"""Sequences of different lengths: padded and packed by PyTorch's figures, and recurrent layers that end where they do."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Tensor, ones
from backprop.autograd import gradcheck
from backprop.nn import GRU, LSTM, RNN
from backprop.nn.utils.rnn import (
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
    unpad_sequence,
)
from tests.strategies import normal, seeds

lengths = st.lists(st.integers(1, 4), min_size=1, max_size=4)


def sequences(lengths, rng, width=2):
    return [normal((length, width), rng) for length in lengths]


def test_packing_is_pytorchs():
    """Made with pack_padded_sequence and pad_packed_sequence of PyTorch 2.13."""
    packed = pack_padded_sequence(Tensor(range(12)).view(4, 3, 1), [2, 4, 3], enforce_sorted=False)
    assert packed.data.flatten().tolist() == [1, 2, 0, 4, 5, 3, 7, 8, 10]
    assert packed.batch_sizes.tolist() == [3, 3, 2, 1]
    assert packed.sorted_indices.tolist() == [1, 2, 0] and packed.unsorted_indices.tolist() == [2, 0, 1]
    padded, found = pad_packed_sequence(packed, padding_value=-1, total_length=5)
    assert padded[..., 0].tolist() == [[0, 1, 2], [3, 4, 5], [-1, 7, 8], [-1, 10, -1], [-1, -1, -1]]
    assert found.tolist() == [2, 4, 3]


def test_padding_on_either_side():
    given = [Tensor([[1.0], [2.0]]), Tensor([[3.0]])]
    assert pad_sequence(given).tolist() == [[[1.0], [3.0]], [[2.0], [0.0]]]
    assert pad_sequence(given, True, 9.0, "left").tolist() == [[[1.0], [2.0]], [[9.0], [3.0]]]


@given(lengths, st.booleans(), seeds)
def test_what_is_packed_or_padded_comes_back(lengths, batch_first, seed):
    given = sequences(lengths, random.Random(seed))
    wanted = [x.tolist() for x in given]
    packed = pack_sequence(given, enforce_sorted=False)
    assert [x.tolist() for x in unpack_sequence(packed)] == wanted
    padded = pad_sequence(given, batch_first)
    assert [x.tolist() for x in unpad_sequence(padded, lengths, batch_first)] == wanted
    again, found = pad_packed_sequence(pack_padded_sequence(padded, lengths, batch_first, False), batch_first)
    assert again.tolist() == padded.tolist() and found.tolist() == lengths


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
@settings(max_examples=12)
@given(lengths=lengths, bidirectional=st.booleans(), started=st.booleans(), seed=seeds)
def test_a_packed_batch_is_each_sequence_alone(kind, lengths, bidirectional, started, seed):
    """Outputs, last states and gradients of the states a batch starts with: to the last rounding."""
    rng = random.Random(seed)
    layer = kind(2, 3, num_layers=2, bidirectional=bidirectional, rng=rng)
    given = sequences(lengths, rng)
    count = 4 if bidirectional else 2
    start = normal((count, len(lengths), 3), rng)
    state = start[:, :]
    hx = None if not started else (state, state * 2.0) if kind is LSTM else state
    output, last = layer(pack_sequence(given, enforce_sorted=False), hx)
    states = last if kind is LSTM else (last,)
    for i, (x, y) in enumerate(zip(given, unpack_sequence(output))):
        own = start[:, i]
        alone, ends = layer(x, None if not started else (own, own * 2.0) if kind is LSTM else own)
        assert y.allclose(alone, 1e-12, 1e-14)
        for one, all_of_them in zip(ends if kind is LSTM else (ends,), states):
            assert all_of_them[:, i].allclose(one, 1e-12, 1e-14)
    if started:
        sum(state.sum() for state in states).backward()
        together, start.grad = start.grad, None
        for i, x in enumerate(given):
            own = start[:, i]
            _, ends = layer(x, (own, own * 2.0) if kind is LSTM else own)
            sum(end.sum() for end in (ends if kind is LSTM else (ends,))).backward()
        assert together.allclose(start.grad, 1e-10, 1e-13)


def test_gradient_of_a_packed_lstm_with_projection():
    rng = random.Random(0)
    layer = LSTM(2, 3, bidirectional=True, proj_size=2, rng=rng)

    def run(x, *_):
        output, (h, c) = layer(pack_padded_sequence(x, [1, 3, 2], enforce_sorted=False))
        return output.data.sum() + (h * h).sum() + c.sum()

    assert gradcheck(run, [normal((3, 3, 2), rng), *layer.parameters()], rng=rng)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x: pack_padded_sequence(x, [2, 3]), "the longest sequence comes first, unless enforce_sorted=False"),
        (lambda x: pack_padded_sequence(x, [3]), "lengths has a length for each of 2 sequences, got 1"),
        (lambda x: pack_padded_sequence(x, [4, 3]), "a length is an int from 1 to 3, got 4 at position 0"),
        (lambda x: pack_padded_sequence(x, Tensor([3, 0]).long()), "from 1 to 3, got 0 at position 1"),
        (lambda x: pack_padded_sequence(x, [3, 2.0]), "got 2.0 at position 1"),
        (lambda x: pack_padded_sequence(x[0, 0], [1]), r"input is \(T, N, …\)"),
        (
            lambda x: pad_packed_sequence(pack_padded_sequence(x, [3, 2]), total_length=2),
            "total_length is the largest length, 3, or more, got 2",
        ),
        (lambda x: pad_sequence([]), "pad_sequence: the sequences are one Tensor"),
        (lambda x: pad_sequence([x], padding_side="both"), "padding_side is 'left' or 'right'"),
        (lambda x: GRU(3, 2)(pack_padded_sequence(x, [3, 2])), r"GRU\(3, 2\) got rows of 1 numbers; it needs 3"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(Tensor([0.0] * 6).view(3, 2, 1))


def test_lengths_are_of_any_type_that_is_an_int():
    class Int64:  # as NumPy's
        def __init__(self, value):
            self.value = value

        def __index__(self):
            return self.value

    packed = pack_padded_sequence(ones(3, 2), [Int64(3), Int64(1)])
    assert packed.batch_sizes.tolist() == [2, 1, 1]
    for lengths in ([3.0, 1], [True, True], [3, 0]):
        with pytest.raises(ValueError, match="pack_padded_sequence: a length is an int from 1 to 3, got"):
            pack_padded_sequence(ones(3, 2), lengths)
