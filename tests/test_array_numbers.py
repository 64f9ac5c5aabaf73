"""Ints and arrays of NumPy, and int Tensors of one entry, stand where an int or a list may."""

import pytest

import backprop as torch
from backprop import nn
from backprop.nn import functional as F


def test_a_layer_takes_its_sizes_from_int_tensors():
    two = torch.tensor(2)
    assert repr(nn.Embedding(two, 3)).startswith("Embedding(2, 3)")
    linear = nn.Linear(two, two)
    assert (linear.weight.shape, linear(torch.ones(1, 2)).shape) == ((2, 2), (1, 2))


def test_counts_are_what_has_an_index():
    two = torch.tensor(2)
    assert torch.arange(3.0).topk(two).indices.tolist() == [2, 1]
    assert [part.tolist() for part in torch.arange(4).split(two)] == [[0, 1], [2, 3]]
    assert F.one_hot([1], two).tolist() == [[0, 1]]
    packed = nn.utils.rnn.pack_padded_sequence(torch.ones(1, 3, 1), [two], batch_first=True)
    assert packed.data.shape == (2, 1)
    torch.manual_seed(two)
    assert torch.initial_seed() == 2


@pytest.mark.parametrize("size", [True, 2.0, "2", torch.tensor(2.0), torch.tensor([1, 2]), None])
def test_what_is_no_int_is_no_size(size):
    with pytest.raises(ValueError, match="num_embeddings is an int from 1 up, got"):
        nn.Embedding(size, 3)


def test_numpy():
    numpy = pytest.importorskip("numpy")
    assert nn.BatchNorm1d(numpy.int64(3)).weight.shape == (3,)
    x = torch.arange(4.0)
    assert x[numpy.array([1, 3])].tolist() == [1, 3]
    assert x[numpy.array([True, False, True, False])].tolist() == [0, 2]
    array = numpy.array(x)
    assert (array.dtype, array.tolist()) == (numpy.float32, [0, 1, 2, 3])
    assert numpy.asarray(x, dtype=numpy.int64).tolist() == [0, 1, 2, 3]
    assert numpy.mean([torch.tensor(1.0), torch.tensor(2.0)]) == 1.5
    with pytest.raises(RuntimeError, match="requires grad"):
        numpy.array(torch.ones(2, requires_grad=True))
