"""Embedding: a product with one-hot rows, exactly, and which indices are refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional.embedding import embedding
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


@pytest.mark.parametrize(
    ("indices", "error", "sentence"),
    [
        ([0, 99], ValueError, "embedding: index 1 of the list is 99; with 3 embeddings they are 0 to 2"),
        ([0, 1, -1], ValueError, "embedding: index 2 of the list is -1; with 3 embeddings they are 0 to 2"),
        ([3], ValueError, "index 0 of the list is 3"),
        ([0, True], TypeError, "embedding: index 1 of the list is True; indices are ints"),
        ([0, 1.0], TypeError, "embedding: index 1 of the list is 1.0; indices are ints"),
        ([[0, 1]], TypeError, r"embedding: index 0 of the list is \[0, 1\]; indices are ints"),
        ([], TypeError, r"embedding needs a list of indices \(ints\), got \[\]"),
        (Matrix([[0, 1]]), TypeError, "embedding needs a list of indices"),
        ("01", TypeError, "embedding needs a list of indices"),
    ],
)
def test_no_index_is_clamped(indices, error, sentence):
    with pytest.raises(error, match=sentence):
        embedding(indices, Matrix.ones(3, 2))


@pytest.mark.parametrize("padding_idx", [3, -4, 1.0, True])
def test_padding_is_one_of_the_rows(padding_idx):
    with pytest.raises(ValueError, match="embedding: padding_idx is None or an int from -3 to 2, got"):
        embedding([0], Matrix.ones(3, 2), padding_idx)
