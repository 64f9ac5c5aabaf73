"""Embedding: a product with one-hot rows, exactly, and which indices are refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import constant, gradcheck
from backprop.dtypes import int64
from backprop.nn.functional.embedding import embedding
from tests import tables
from tests.strategies import matrices, random_tensor, seeds, sizes


@given(data=st.data(), weight=matrices())
def test_it_is_a_product_with_one_hot_rows_exactly(data, weight):
    count, width = weight.shape
    indices = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=6))
    one_hot = Matrix([[int(k == i) for k in range(count)] for i in indices])
    table = Tensor(weight, requires_grad=True)
    upstream = data.draw(matrices(len(indices), width))
    y = embedding(indices, table)
    assert y.matrix == one_hot @ weight
    y.backward(upstream)
    assert table.grad.matrix == one_hot.T @ upstream


@given(rows=sizes, columns=sizes, seed=seeds)
def test_gradient(rows, columns, seed):
    rng = random.Random(seed)
    indices = [rng.randrange(rows) for _ in range(5)]
    assert gradcheck(lambda w: embedding(indices, w), [random_tensor(rows, columns, rng)], rng=rng)


@pytest.mark.parametrize("padding_idx", [1, -2])
def test_the_row_for_padding_gets_no_gradient(padding_idx):
    table = Tensor([[1.0], [2.0], [3.0]], requires_grad=True)
    embedding([1, 2, 1, 2], table, padding_idx).backward(Matrix([[1.0], [2.0], [3.0], [4.0]]))
    assert table.grad.matrix == Matrix([[0.0], [0.0], [6.0]])


def test_a_list_changed_afterwards_does_not_move_the_gradient():
    table, indices = Tensor([[1.0], [2.0]], requires_grad=True), [0, 0]
    y = embedding(indices, table)
    indices[:] = [1, 1]
    y.backward(Matrix([[1.0], [1.0]]))
    assert table.grad.matrix == Matrix([[2.0], [0.0]])


def test_indices_of_any_shape_and_how_often_each_came():
    table = Tensor([[1.0, 10.0], [2.0, 20.0]], requires_grad=True)
    assert embedding(1, table).tolist() == [2.0, 20.0]
    assert embedding([], table).shape == (0, 2)
    y = embedding(constant(Matrix([[0, 1, 1]]), (1, 3, 1), int64), table, scale_grad_by_freq=True)
    assert y.tolist() == [[[[1.0, 10.0]], [[2.0, 20.0]], [[2.0, 20.0]]]]
    y.sum().backward()
    assert table.grad.tolist() == [[1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("indices", "error", "sentence"),
    [
        ([0, 99], IndexError, "embedding: index 99 at position 1 is out of range; indices are from 0 to 2"),
        ([[0, 1], [2, -1]], IndexError, "embedding: index -1 at position 1, 1 is out of range"),
        (3, IndexError, "embedding: index 3 at its only place is out of range"),
        ([True, False], TypeError, "embedding: indices are ints, got True at position 0"),
        ([[0, 1.0]], TypeError, "embedding: indices are ints, got 1.0 at position 0, 1"),
        (Tensor([0.0]), TypeError, "embedding: indices are ints, got a Tensor of torch.float32; write input.long()"),
        ("01", TypeError, "embedding: indices are ints, got"),
    ],
)
def test_no_index_is_clamped(indices, error, sentence):
    with pytest.raises(error, match=sentence):
        embedding(indices, tables.ones(3, 2))


def test_the_weight_is_a_table():
    with pytest.raises(ValueError, match=r"weight is \(num_embeddings, embedding_dim\), got .* \[2\]"):
        embedding([0], Tensor([1.0, 2.0]))


@pytest.mark.parametrize("padding_idx", [3, -4, 1.0, True])
def test_padding_is_one_of_the_rows(padding_idx):
    with pytest.raises(ValueError, match="embedding: padding_idx is None or an int from -3 to 2, got"):
        embedding([0], tables.ones(3, 2), padding_idx)
