"""Embedding as a layer: PyTorch's figures, start values, and what it refuses."""

import random

import pytest

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn import Linear, Sequential
from backprop.nn.embedding_bag import EmbeddingBag
from backprop.nn.functional.embedding_bag import embedding_bag
from backprop.nn.linear import Embedding
from tests.figures import assert_agrees, cases, made, named


@pytest.mark.parametrize("case", cases("embedding"), ids=named)
def test_figures_of_pytorch(case):
    layer = made({"Embedding": Embedding}, case)
    assert_agrees(layer, case)
    assert repr(layer).startswith(case["repr"])


def test_gradient_through_what_comes_after():
    rng = random.Random(0)
    embedding, linear = Embedding(4, 3, rng=rng), Linear(3, 2, rng=rng)
    inputs = [*embedding.parameters(), *linear.parameters()]
    assert gradcheck(lambda *_: linear(embedding([2, 0, 2, 3])), inputs, rng=rng)


def test_starts_normal_with_zeros_for_padding():
    weight = Embedding(100, 50, padding_idx=-1, rng=random.Random(0)).weight.detach()
    assert not weight[99].any()
    drawn = weight[:99]
    # 4950 draws: the mean has a standard deviation of 0.0142, the mean square one of 0.0201.
    assert abs(drawn.mean()) < 0.057 and abs((drawn * drawn).mean() - 1.0) < 0.08


def test_it_stands_first_in_a_network():
    model = Sequential(Linear(2, 3))
    embedding = Embedding(3, 2)
    assert model(embedding([0, 2])).shape == (2, 3)
    assert repr(Embedding(3, 2, padding_idx=-1)) == "Embedding(3, 2, padding_idx=2)"


@pytest.mark.parametrize("size", [0, -1, 2.0, True, None])
def test_sizes_are_ints_from_one_up(size):
    with pytest.raises(ValueError, match="Embedding: num_embeddings is an int from 1 up"):
        Embedding(size, 2)
    with pytest.raises(ValueError, match="Embedding: embedding_dim is an int from 1 up"):
        Embedding(2, size)
    with pytest.raises(ValueError, match="Embedding: padding_idx is None or an int from -2 to 1, got 2"):
        Embedding(2, 2, 2)


def test_an_index_out_of_range_is_refused():
    with pytest.raises(IndexError, match="index 4 at position 1 is out of range; indices are from 0 to 3"):
        Embedding(4, 2)([0, 4])


def test_a_ready_weight_is_frozen_unless_asked_otherwise():
    table = Tensor([[0.5, 1.0], [2.0, 3.0]])
    assert Embedding.from_pretrained(table)([[1, 0]]).tolist() == [[[2.0, 3.0], [0.5, 1.0]]]
    assert not Embedding.from_pretrained(table).weight.requires_grad
    assert Embedding.from_pretrained(table, freeze=False, padding_idx=0).padding_idx == 0
    with pytest.raises(ValueError, match=r"embeddings are \(num_embeddings, embedding_dim\), got .* \[2\]"):
        Embedding.from_pretrained(Tensor([0.5, 1.0]))


def test_max_norm_changes_the_rows_that_are_looked_up():
    """PyTorch's: ``Embedding.from_pretrained(w, False, max_norm=1.0)``, float64, then ``weight`` after a call."""
    layer = Embedding.from_pretrained(Tensor([[3.0, 4.0], [3.0, 4.0], [0.3, 0.4]]), False, max_norm=1.0)
    layer([0, 2])
    expected = Matrix([[0.599999988, 0.799999984], [3.0, 4.0], [0.3, 0.4]])
    assert layer.weight.matrix.allclose(expected, rel_tol=1e-9)


def test_a_bag_is_its_function_with_its_settings():
    table, indices = Tensor([[3.0, 4.0], [0.3, 0.5], [0.0, 0.4]]), [2, 0, 1, 1]
    for settings in ({}, {"mode": "sum", "padding_idx": 1}, {"mode": "max", "include_last_offset": True}):
        layer = EmbeddingBag.from_pretrained(table, **settings)
        assert layer(indices, [0, 1, 4]).equal(embedding_bag(indices, table, [0, 1, 4], **settings))
    layer = EmbeddingBag.from_pretrained(table, mode="sum")
    assert layer([indices], per_sample_weights=[[1.0, 2.0, 0.0, 0.0]]).tolist() == [[6.0, 8.4]]
    shown = EmbeddingBag(10, 3, max_norm=1.0, mode="sum", padding_idx=2)
    assert repr(shown).startswith("EmbeddingBag(10, 3, max_norm=1.0, mode='sum', padding_idx=2)")
    assert not shown.weight[2].any() and repr(EmbeddingBag(10, 3)).startswith("EmbeddingBag(10, 3, mode='mean')")
    with pytest.raises(ValueError, match="EmbeddingBag: mode is 'sum', 'mean' or 'max', got 'min'"):
        EmbeddingBag(2, 2, mode="min")
