"""Shapes: each against itself backwards and against nested lists, over Fractions; gradients by finite differences."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.autograd.tensor import constant
from backprop.matrix import trusted
from backprop.tensors.shapes import inverse_order
from tests.tensors.nested import at, flat, indices

any_shape = st.lists(st.sampled_from([1, 2, 2, 3, 3, 0]), max_size=5).map(tuple)
full_shape = st.lists(st.integers(1, 3), max_size=4).map(tuple)


def numbered(shape, entry=lambda k: Fraction(k, 7)):
    return constant(trusted([[entry(k) for k in range(math.prod(shape))]]), shape, backprop.float32)


@given(any_shape, any_shape)
def test_reshape_undoes_reshape(shape, other):
    x = numbered(shape)
    if math.prod(shape) != math.prod(other):
        with pytest.raises(ValueError, match=f"is invalid for input of size {math.prod(shape)}; the sizes multiply"):
            x.reshape(other)
        return
    y = x.reshape(other)
    assert y.shape == other and y.reshape(shape).tolist() == x.tolist()
    assert flat(y.tolist(), len(other)) == flat(x.tolist(), len(shape))


@given(any_shape, st.randoms(use_true_random=False))
def test_permute_moves_each_entry_and_its_inverse_moves_it_back(shape, rng):
    order = list(range(len(shape)))
    rng.shuffle(order)
    x = numbered(shape)
    y = x.permute(order)
    assert y.shape == tuple(shape[axis] for axis in order)
    assert y.permute(inverse_order(order)).tolist() == x.tolist()
    before, after = x.tolist(), y.tolist()
    for index in indices(shape):
        assert at(after, [index[axis] for axis in order]) == at(before, index)


@given(any_shape, st.data())
def test_other_names_of_permute(shape, data):
    x = numbered(shape)
    axis = st.integers(-max(len(shape), 1), max(len(shape), 1) - 1)
    a, b = data.draw(axis), data.draw(axis)
    swapped = x.transpose(a, b)
    assert swapped.transpose(a, b).tolist() == x.tolist() == swapped.swapaxes(b, a).tolist()
    moved = x.movedim(a, b)
    assert moved.movedim(b, a).tolist() == x.tolist() and sorted(moved.shape) == sorted(shape)
    if len(shape) >= 2:
        assert x.mT.tolist() == x.transpose(-1, -2).tolist() == x.adjoint().tolist()


@given(any_shape, st.data())
def test_a_view_of_a_view_is_the_last_one(shape, data):
    """reshape∘reshape: only the order of the entries counts."""
    x = numbered(shape)
    between = data.draw(st.permutations(shape))
    assert x.reshape(between).reshape(-1).tolist() == x.reshape(-1).tolist()
    assert x.reshape(between).reshape(shape).tolist() == x.tolist()


@given(any_shape, st.data())
def test_unsqueeze_flatten_and_unflatten_are_undone(shape, data):
    x = numbered(shape)
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    assert x.unsqueeze(axis).squeeze(axis).tolist() == x.tolist()
    if shape:
        first = data.draw(st.integers(0, len(shape) - 1))
        last = data.draw(st.integers(first, len(shape) - 1))
        assert x.flatten(first, last).unflatten(first, shape[first : last + 1]).tolist() == x.tolist()


@given(any_shape, st.data())
def test_parts_put_together_are_the_whole(shape, data):
    if not shape:
        return
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = numbered(shape)
    parts = x.split(data.draw(st.integers(1, 3)), axis)
    assert backprop.cat(parts, axis).tolist() == x.tolist()
    assert backprop.cat(x.chunk(data.draw(st.integers(1, 4)), axis), axis).tolist() == x.tolist()
    assert backprop.cat(x.tensor_split(data.draw(st.integers(1, 4)), axis), axis).tolist() == x.tolist()
    if shape[axis]:
        assert backprop.stack(x.unbind(axis), axis).tolist() == x.tolist()
    assert x.flip(axis).flip(axis).tolist() == x.tolist()
    shift = data.draw(st.integers(-4, 4))
    assert x.roll(shift, axis).roll(-shift, axis).tolist() == x.tolist()


@given(full_shape, st.data())
def test_repeat_is_cat_of_copies(shape, data):
    times = [data.draw(st.integers(0, 2)) for _ in shape]
    x = y = numbered(shape)
    for axis, n in enumerate(times):
        y = backprop.cat([y] * n, axis) if n else y.narrow(axis, 0, 0)
    assert x.repeat(times).tolist() == y.tolist() and x.repeat(times).shape == y.shape


@given(st.integers(1, 4), st.integers(1, 4), st.integers(-4, 4))
def test_triangles_add_up_and_diagonals_come_back(rows, columns, k):
    x = numbered((2, rows, columns))
    assert (x.tril(k) + x.triu(k + 1)).tolist() == x.tolist()
    row = numbered((2, rows))
    assert row.diag_embed(k).diagonal(k, -2, -1).tolist() == row.tolist()


LINEAR = {
    "permute": lambda x: x.permute(2, 0, 1),
    "view": lambda x: x.view(-1, 2).T,
    "expand": lambda x: x.unsqueeze(1).expand(-1, 2, -1, -1),
    "repeat": lambda x: x.repeat(2, 1, 3),
    "repeat_interleave": lambda x: x.repeat_interleave(Tensor([2.0, 0.0, 1.0]).long(), 1),
    "flip": lambda x: x.flip(0, 2),
    "roll": lambda x: x.roll((1, 2), (0, 1)),
    "tril": lambda x: x.tril(),
    "diagonal": lambda x: x.diagonal(0, 0, 2),
    "diag_embed": lambda x: x.diag_embed(1),
    "unfold": lambda x: x.unfold(1, 2, 1),
    "as_strided": lambda x: x.as_strided((3, 3), (2, 1)),
    "cat": lambda x: backprop.cat([x, x * 2, x[:, :1]], 1),
    "stack": lambda x: backprop.stack([x, x * 2], -1),
    "block_diag": lambda x: backprop.block_diag(x[0], x[1]),
    "meshgrid": lambda x: backprop.stack(backprop.meshgrid(x[0, 0], x[0, :, 0], indexing="xy")),
    "combinations": lambda x: backprop.combinations(x.flatten(), 2),
    "sum_to_size": lambda x: x.sum_to_size(3, 1),
    "unbind": lambda x: backprop.stack([part * k for k, part in enumerate(x.unbind(1), 1)]),
}


@pytest.mark.parametrize("name", LINEAR)
def test_gradients_are_the_finite_differences(name):
    rng = random.Random(1)
    x = constant(trusted([[rng.gauss(0, 1) for _ in range(12)]]), (2, 3, 2))
    x.requires_grad = True
    assert gradcheck(LINEAR[name], [x], rng=rng)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3), (2, 0, 3), (0, 2, 0, 1)])
def test_tensors_without_entries(shape):
    x = constant(trusted([[]]), shape, backprop.float32)
    x.requires_grad = True
    for y in (
        x.T,
        x.flatten(),
        x.unsqueeze(0),
        x.flip(0),
        backprop.cat([x, x]),
        backprop.stack([x, x]),
        x[:0],
        x.roll(1),
        x.tril() if x.ndim > 1 else x,
        x.triu(1) if x.ndim > 1 else x,
    ):
        assert y.numel() == 0
        y.sum().backward()
        assert x.grad.shape == shape


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda x: x.t(), RuntimeError, "t: needs two axes at most"),
        (lambda x: x[0, 0].mT, RuntimeError, "adjoint: needs two axes or more"),
        (lambda x: x.diag_embed(0, 1, 1), ValueError, "diag_embed: dim1 and dim2 are two axes, got 1 and 1"),
        (lambda x: x.H, RuntimeError, "H: needs two axes"),
        (lambda x: x.permute(0, 1), ValueError, "permute: dims names each of the 3 axes once"),
        (lambda x: x.transpose(0, 3), IndexError, "transpose: dim is an int from -3 to 2"),
        (lambda x: x.split([1, 1], 1), RuntimeError, "split: the sizes add up to 3"),
        (lambda x: x.hsplit(2), RuntimeError, "hsplit: the number of parts divides 3"),
        (lambda x: x.repeat(2), RuntimeError, "repeat: needs a number for each axis"),
        (lambda x: x.as_strided((9,), (2,)), RuntimeError, "as_strided: there are 12 entries"),
        (lambda x: backprop.meshgrid(x), RuntimeError, "meshgrid: needs Tensors with one axis"),
        (lambda x: backprop.cat(x), TypeError, "cat: needs a list or a tuple of Tensors"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(numbered((2, 3, 2), float))
