"""where, masked_fill, the larger and the smaller, bounds: values against loops, and where the gradient goes."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from tests.strategies import fractions, seeds
from tests.tensors.entrywise import broadcastable, by_loops, random_leaf, shapes_that_broadcast

NAN = math.nan


def entries(tensor):
    return [x for row in tensor.matrix.rows for x in row]


def flat(data):
    return [x for part in data for x in flat(part)] if isinstance(data, list) else [data]


@given(broadcastable(count=3))
def test_where_is_a_choice_at_each_place(inputs):
    condition, x, y = map(Tensor, inputs)
    chosen = backprop.where(condition > 0, x, y)
    expected = by_loops(lambda c, a, b: a if c > 0 else b, *inputs)
    assert entries(chosen) == flat(expected) == entries(x.where(condition > 0, y))


@given(broadcastable())
def test_the_larger_and_the_smaller_are_those_of_loops(inputs):
    a, b = map(Tensor, inputs)
    for ours, law in ((backprop.maximum, max), (backprop.minimum, min), (backprop.fmax, max), (backprop.fmin, min)):
        assert entries(ours(a, b)) == flat(by_loops(law, *inputs))


@given(broadcastable(count=3))
def test_bounds_may_be_tensors(inputs):
    x, low, high = map(Tensor, inputs)
    expected = flat(by_loops(lambda x, a, b: min(max(x, a), b), *inputs))
    assert entries(backprop.clamp(x, low, high)) == entries(x.clip(low, high)) == expected
    assert entries(x.clamp(low)) == entries(x.clamp_min(low)) == flat(by_loops(max, *inputs[:2]))
    assert entries(x.clamp(max=low)) == entries(x.clamp_max(low)) == flat(by_loops(min, *inputs[:2]))


@given(broadcastable(count=1), fractions, fractions)
def test_bounds_may_be_numbers(inputs, low, high):
    """Also where the lower one is above the upper one: then it is the upper one."""
    x = Tensor(inputs[0])
    assert entries(x.clamp(low, high)) == flat(by_loops(lambda x: min(max(x, low), high), inputs[0]))


@given(shapes_that_broadcast(count=3), seeds)
def test_gradients_of_choices(shapes, seed):
    rng = random.Random(seed)
    mask = random_leaf(shapes[0], rng).detach() > 0
    a, b = random_leaf(shapes[1], rng, 0.1, 1.0), random_leaf(shapes[2], rng, -1.0, -0.1)
    assert gradcheck(lambda a, b: backprop.where(mask, a, b), [a, b], rng=rng)
    assert gradcheck(lambda a, b: backprop.maximum(a, b) * backprop.minimum(a, b), [a, b], rng=rng)
    assert gradcheck(lambda a: a.masked_fill(mask, 7.0), [a], rng=rng)


def gradients(function, *numbers):
    leaves = [Tensor(x, requires_grad=True) for x in numbers]
    function(*leaves).backward(Tensor(1.0))
    return [leaf.grad.item() for leaf in leaves]


def test_ties_share_the_gradient_and_the_first_takes_it_where_nan_is_left_out():
    """PyTorch 2.13: maximum and minimum share half and half; fmax and fmin give it to the first."""
    assert gradients(backprop.maximum, 2.0, 2.0) == gradients(backprop.minimum, 2.0, 2.0) == [0.5, 0.5]
    assert gradients(backprop.fmax, 2.0, 2.0) == gradients(backprop.fmin, 2.0, 2.0) == [1.0, 0.0]


def test_nan_wins_in_maximum_and_loses_in_fmax():
    a, b = Tensor([NAN, 1.0, NAN]), Tensor([1.0, NAN, NAN])
    for function in (backprop.maximum, backprop.minimum):
        assert all(map(math.isnan, function(a, b).tolist()))
    for function in (backprop.fmax, backprop.fmin):
        assert repr(function(a, b).tolist()) == "[1.0, 1.0, nan]"
    assert gradients(backprop.fmax, NAN, 1.0) == [0.0, 1.0]


def test_within_bounds_the_gradient_flows_also_at_the_bounds():
    """PyTorch 2.13, for numbers as for tensors; where a bound is taken it has the gradient."""
    x = Tensor([-2.0, -1.0, 0.0, 1.0, 2.0], requires_grad=True)
    x.clamp(-1.0, 1.0).sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert gradients(lambda x, low: x.clamp(low), 1.0, 1.0) == [1.0, 0.0]
    assert gradients(lambda x, low: x.clamp(low), 0.5, 1.0) == [0.0, 1.0]


def test_a_branch_that_is_not_taken_passes_no_gradient():
    x = Tensor([0.0, 4.0], requires_grad=True)
    backprop.where(x > 0, x * 2.0, 7.0).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0]


def test_masked_fill_keeps_the_dtype_and_fills_attention_scores():
    scores = Tensor([[1.0, 2.0], [3.0, 4.0]])
    mask = Tensor([[0.0, 1.0], [0.0, 0.0]]).bool()
    assert scores.masked_fill(mask, float("-inf")).tolist() == [[1.0, -math.inf], [3.0, 4.0]]
    assert scores.masked_fill(mask, Tensor(9.0)).tolist() == [[1.0, 9.0], [3.0, 4.0]]
    assert scores.long().masked_fill(mask, 9).dtype is backprop.int64
    filling = Tensor(5.0, requires_grad=True)
    scores.masked_fill(mask, filling).sum().backward()
    assert filling.grad.item() == 1.0


def test_dtypes_of_choices():
    ints, floats, yes = Tensor([1.0]).long(), Tensor([1.5]), Tensor([1.0]) > 0
    assert backprop.where(yes, ints, ints).dtype is backprop.int64
    assert (
        backprop.where(yes, ints, floats).tolist() == [1.0]
        and type(backprop.where(yes, ints, floats).tolist()[0]) is float
    )
    assert ints.clamp(0, 5).dtype is backprop.int64 and ints.clamp(0.5).tolist() == [1.0]
    assert ints.clamp(1.5).tolist() == [1.5] and backprop.maximum(ints, ints).dtype is backprop.int64
    assert backprop.maximum(yes, ~yes).tolist() == [True]


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda x: backprop.where(x, x, x), RuntimeError, "where: the condition is a bool tensor, as x > 0 is one"),
        (lambda x: x.masked_fill(x, 1.0), RuntimeError, "masked_fill: the mask is a bool tensor, as x > 0 is one"),
        (lambda x: x.masked_fill(x > 0, x), RuntimeError, "masked_fill: value is a number or a Tensor without axes"),
        (lambda x: x.clamp(), RuntimeError, "clamp: min or max is given, got None for both"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(Tensor([1.0, 2.0]))


def test_a_mask_may_be_a_matrix():
    assert backprop.where(Matrix([[1, 0]]), Tensor([[1.0, 2.0]]), 0.0).tolist() == [[1.0, 0.0]]


def test_nan_to_num():
    """PyTorch 2.13's defaults for float32 and float64."""
    x = Tensor([NAN, math.inf, -math.inf, 1.5], requires_grad=True)
    assert backprop.nan_to_num(x).tolist() == [0.0, 3.4028234663852886e38, -3.4028234663852886e38, 1.5]
    assert backprop.nan_to_num(x.double()).tolist()[1] == 1.7976931348623157e308
    y = x.nan_to_num(7.0, 8.0, 9.0)
    y.sum().backward()
    assert y.tolist() == [7.0, 8.0, 9.0, 1.5] and x.grad.tolist() == [0.0, 0.0, 0.0, 1.0]


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_clamp_of_nan_and_of_bounds_that_are_nan(number, axes):
    x = Tensor(NAN).view([1] * axes)
    assert math.isnan(x.clamp(-1.0, 1.0).item()) and math.isnan(Tensor(number).clamp(NAN).item())
