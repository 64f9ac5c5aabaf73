"""cat and stack: their parts at their places, exactly, and each part's own gradient."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Matrix, Tensor
from backprop.autograd import constant
from backprop.tensors.concatenation import cat, stack
from tests import tables
from tests.strategies import fractions, sizes


def _drawn(data, shape):
    tensor = constant(Matrix([data.draw(st.lists(fractions, min_size=prod(shape), max_size=prod(shape)))]), shape)
    tensor.requires_grad = True
    return tensor


def _along(nested, axis):
    """The parts along the axis, brought to the front."""
    return nested if axis == 0 else [list(part) for part in zip(*[_along(inner, axis - 1) for inner in nested])]


@given(shape=st.lists(sizes, min_size=1, max_size=4), data=st.data())
def test_the_parts_of_cat_are_its_tensors_and_each_gets_its_own_gradient(shape, data):
    axis = data.draw(st.integers(0, len(shape) - 1))
    tensors = [
        _drawn(data, (*shape[:axis], size, *shape[axis + 1 :]))
        for size in data.draw(st.lists(sizes, min_size=1, max_size=3))
    ]
    whole = cat(tensors, axis - data.draw(st.sampled_from([0, len(shape)])))
    assert _along(whole.tolist(), axis) == [part for x in tensors for part in _along(x.tolist(), axis)]
    upstream = _drawn(data, whole.shape).detach()
    whole.backward(upstream)
    assert _along(upstream.tolist(), axis) == [part for x in tensors for part in _along(x.grad.tolist(), axis)]


@given(shape=st.lists(sizes, max_size=3), count=sizes, data=st.data())
def test_stack_has_its_tensors_along_a_new_axis(shape, count, data):
    axis = data.draw(st.integers(0, len(shape)))
    tensors = [_drawn(data, tuple(shape)) for _ in range(count)]
    whole = stack(tensors, axis)
    assert whole.shape == (*shape[:axis], count, *shape[axis:])
    assert _along(whole.tolist(), axis) == [x.tolist() for x in tensors]


def test_what_is_empty_adds_nothing():
    assert cat([Tensor([]), Tensor([[1.0, 2.0]])]).tolist() == [[1.0, 2.0]]
    assert cat([Tensor([]).view(2, 0), Tensor([[1.0], [2.0]])], 1).tolist() == [[1.0], [2.0]]
    assert cat([Tensor([]), Tensor([])]).shape == (0,)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: cat([]), "cat: needs a Tensor at least, got an empty list"),
        (lambda: cat([Tensor(1.0)]), r"cat: each tensor has an axis at least; stack\(\) is for numbers"),
        (
            lambda: cat([tables.zeros(1, 1), tables.zeros(1, 2)]),
            r"cat: Sizes of tensors must match except in dimension 0. Expected size 1 but got size 2 for tensor number 1 in the list: tensor_0 \[1, 1\]",
        ),
        (lambda: stack([]), "stack: needs a Tensor at least, got an empty list"),
        (
            lambda: stack([Tensor([1.0]), Tensor(1.0)]),
            r"stack expects each tensor to be equal size, but got \[1\] at entry 0 and \[\] at entry 1",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(RuntimeError, match=sentence):
        call()


def test_the_dtype_is_that_of_all_also_of_those_without_entries():
    empty, truths, ints = backprop.zeros(0, 3), backprop.ones(1, 3).bool(), backprop.ones(1, 3).long()
    assert cat([empty.long(), truths]).dtype is backprop.int64
    assert cat([empty, truths, ints]).dtype is cat([Tensor([]), ints]).dtype is backprop.float32
