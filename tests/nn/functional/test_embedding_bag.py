"""Bags of embeddings: each is the sum, mean or largest of its own rows, however the bags are given."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Tensor, tensor
from backprop.autograd import gradcheck
from backprop.nn.functional import embedding_bag
from tests.strategies import nested, normal, seeds

bags = st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=1, max_size=4)


def flat(bags):
    """(The indices of all bags, where each begins, and where the last one ends.)"""
    starts = [sum(map(len, bags[:k])) for k in range(len(bags) + 1)]
    return Tensor([k for bag in bags for k in bag]).long(), Tensor(starts).long()


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@given(bags=bags, data=st.data())
def test_each_bag_is_its_rows_together(mode, bags, data):
    """With one index left out; a mean of up to four rounds six times."""
    weight, padding = data.draw(nested((5, 2))), data.draw(st.integers(0, 4))
    together = {"sum": sum, "mean": lambda xs: sum(xs) / len(xs), "max": max}[mode]
    rows = [[weight[k].tolist() for k in bag if k != padding] for bag in bags]
    expected = Tensor([[float(together(column)) for column in zip(*bag)] if bag else [0.0, 0.0] for bag in rows])
    indices, starts = flat(bags)
    found = embedding_bag(indices, weight, starts[:-1], mode=mode, padding_idx=padding)
    assert found.allclose(expected, 1e-14, 1e-14)
    again = embedding_bag(indices, weight, starts, mode=mode, include_last_offset=True, padding_idx=padding - 5)
    assert again.equal(found)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@settings(max_examples=15)
@given(bags=bags, seed=seeds)
def test_gradient(mode, bags, seed):
    rng = random.Random(seed)
    indices, starts = flat(bags)
    inputs = [normal((5, 2), rng)] + ([normal((len(indices),), rng)] if mode == "sum" and len(indices) else [])

    def run(w, factors=None):
        return embedding_bag(indices, w, starts[:-1], mode=mode, per_sample_weights=factors) + w.sum()

    assert gradcheck(run, inputs, rng=rng)


def test_at_a_tie_the_first_has_the_gradient_and_a_frequent_row_a_mean_one():
    """The first made with PyTorch 2.13; the other by its documentation, which its CPU kernel does not follow."""
    w = Tensor([[1.0, 5.0], [1.0, 2.0], [0.0, 5.0]], requires_grad=True)
    embedding_bag([[2, 0, 1], [1, 1, 1]], w, mode="max").backward(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert w.grad.tolist() == [[1.0, 0.0], [3.0, 4.0], [0.0, 2.0]]
    w = Tensor([[0.0]] * 4, requires_grad=True)
    embedding_bag([[0, 3], [0, 1]], w, mode="sum", scale_grad_by_freq=True).sum().backward()
    assert w.grad.tolist() == [[1.0], [1.0], [0.0], [1.0]]


def test_weight_before_input_is_the_old_order():
    weight = Tensor([[1.0], [2.0], [4.0]])
    with pytest.warns(UserWarning, match=r"embedding_bag: the order is \(input, weight\)"):
        exchanged = embedding_bag(weight, tensor([0, 2, 1]), tensor([0, 2]))
    assert exchanged.tolist() == embedding_bag(tensor([0, 2, 1]), weight, tensor([0, 2])).tolist() == [[2.5], [2.0]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"input": [0, 1]}, "offsets say where in the input each bag begins"),
        ({"input": [0, 1], "offsets": [1]}, r"offsets go up from 0 to 2, the number of indices, got \[1\]"),
        ({"input": [0, 1], "offsets": [0, 3]}, r"go up from 0 to 2, the number of indices, got \[0, 3\]"),
        ({"input": [0, 1], "offsets": [0, 2, 1]}, r"got \[0, 2, 1\]"),
        ({"input": [0, 1], "offsets": [], "include_last_offset": True}, "offsets are ints along one axis"),
        ({"input": [[0, 1]], "offsets": [0]}, r"an input \(bags, n\) has no offsets"),
        ({"input": [[[0]]]}, r"input is \(bags, n\) or the indices of all bags"),
        ({"input": [[0, 1]], "mode": "min"}, "mode is 'sum', 'mean' or 'max', got 'min'"),
        ({"input": [[0, 1]], "mode": "max", "scale_grad_by_freq": True}, "scale_grad_by_freq is of the modes"),
        ({"input": [[0, 1]], "per_sample_weights": [[1.0, 1.0]]}, 'per_sample_weights are of the mode "sum"'),
        ({"input": [[0, 1]], "mode": "sum", "per_sample_weights": [1.0, 1.0]}, r"the shape of the input, \[1, 2\]"),
        ({"input": [[0, 1]], "padding_idx": 2}, "padding_idx is None or an int from -2 to 1, got 2"),
        ({"input": [[0, 1]], "weight": Tensor([1.0])}, r"weight is \(num_embeddings, embedding_dim\)"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, sentence):
    with pytest.raises(ValueError, match=f"^embedding_bag: .*{sentence}|{sentence}"):
        embedding_bag(**{"weight": Tensor([[1.0], [2.0]]), **arguments})


def test_indices_are_those_of_rows():
    with pytest.raises(IndexError, match="index 2 at position 1 is out of range; indices are from 0 to 1"):
        embedding_bag([0, 2], Tensor([[1.0], [2.0]]), [0])
    with pytest.raises(TypeError, match="embedding_bag: indices are ints"):
        embedding_bag([0.0], Tensor([[1.0], [2.0]]), [0])
