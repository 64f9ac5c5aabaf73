"""The largest and the smallest entries: values, where they stand, and who gets the gradient."""

import math
import random

import pytest
from hypothesis import given

import backprop
from backprop import Tensor, tensors
from backprop.autograd import gradcheck
from backprop.dtypes import int64
from tests.strategies import seeds
from tests.tensors.lines import along_an_axis, distinct_entries, entries_of, lines, shapes, tensor


@given(along_an_axis())
def test_along_an_axis_they_are_those_of_loops(case):
    x, dim = case
    for extreme, pair, place, value in (
        (max, x.max(dim), x.argmax(dim), x.amax(dim)),
        (min, x.min(dim), x.argmin(dim), x.amin(dim)),
    ):
        rows = list(lines(x, dim).values())
        assert entries_of(pair.values) == entries_of(value) == [extreme(row) for row in rows]
        assert entries_of(pair.indices) == entries_of(place) == [row.index(extreme(row)) for row in rows]
        shape = [size for axis, size in enumerate(x.shape) if axis != dim % (len(x.shape) or 1)]
        assert list(value.shape) == list(pair.values.shape) == list(pair.indices.shape) == list(place.shape) == shape
    kept = [1 if axis == dim % (len(x.shape) or 1) else size for axis, size in enumerate(x.shape)]
    for y in (x.amax(dim, True), x.max(dim, True).values, x.min(dim, keepdim=True).indices, x.argmin(dim, True)):
        assert list(y.shape) == kept


@given(along_an_axis())
def test_over_all_they_are_those_of_all_entries(case):
    x, _ = case
    entries = entries_of(x)
    assert x.max().item() == x.amax().item() == max(entries)
    assert x.min().item() == x.amin().item() == min(entries)
    assert x.argmax().item() == entries.index(max(entries)) and x.argmin().item() == entries.index(min(entries))
    assert tuple(map(Tensor.item, tensors.aminmax(x))) == (min(entries), max(entries))


def test_over_several_axes():
    x = tensor(range(24), 2, 3, 4)
    assert x.amax((0, -1)).tolist() == [15, 19, 23] and x.amin((0, -1), keepdim=True).tolist() == [[[0], [4], [8]]]


@pytest.mark.parametrize(
    "function",
    [
        lambda x, dim: x.amax(dim),
        lambda x, dim: x.amin(dim),
        lambda x, dim: x.max(dim).values,
        lambda x, dim: x.min(dim)[0],
        lambda x, dim: x.max(),
        lambda x, dim: tensors.aminmax(x, dim=dim).min,
    ],
)
@given(along_an_axis(), seeds)
def test_gradients_are_those_of_differences(function, case, seed):
    rng = random.Random(seed)
    x = distinct_entries(case[0].shape, rng)
    assert gradcheck(lambda x: function(x, case[1]), [x], rng=rng)


@pytest.mark.parametrize(
    ("function", "gradient"),
    [
        (lambda x: x.max(), [0.0, 0.5, 0.5]),
        (lambda x: x.amax(0), [0.0, 0.5, 0.5]),
        (lambda x: x.max(0).values, [0.0, 1.0, 0.0]),
        (lambda x: -(-x).min(0).values, [0.0, 1.0, 0.0]),
        (lambda x: -(-x).min(), [0.0, 0.5, 0.5]),
    ],
)
def test_equal_entries_share_the_gradient_but_along_an_axis_the_first_has_it(function, gradient):
    """Figures of PyTorch."""
    x = Tensor([1.0, 3.0, 3.0], requires_grad=True)
    function(x).backward()
    assert x.grad.tolist() == gradient


@given(shapes(least=1))
def test_the_gradient_shared_by_all_is_in_sum_that_of_the_result(shape):
    ones = tensor([1.0] * math.prod(shape), *shape, requires_grad=True)
    ones.amax().backward()
    assert math.isclose(sum(entries_of(ones.grad)), 1.0, rel_tol=1e-12)


def test_nan_is_both_the_largest_and_the_smallest():
    """Figures of PyTorch."""
    x = Tensor([1.0, math.nan, math.nan, 9.0], requires_grad=True)
    for name in ("max", "min"):
        pair = getattr(x, name)(0)
        assert math.isnan(pair.values.item()) and pair.indices.item() == getattr(x, f"arg{name}")().item() == 1
        assert math.isnan(getattr(x, name)().item()) and math.isnan(getattr(x, f"a{name}")(0).item())


def test_infinities_of_both_signs_are_no_nan():
    x = Tensor([[math.inf, -math.inf, 0.0]])
    assert x.max(1).indices.tolist() == [0] and x.argmin().item() == 1 and x.amax().item() == math.inf


def test_with_another_tensor_max_is_maximum():
    a, b = Tensor([1.0, 5.0]), Tensor([3.0, 4.0])
    assert backprop.max(a, b).tolist() == [3.0, 5.0] and a.min(other=b).tolist() == [1.0, 4.0]


def test_without_entries_they_are_refused():
    nothing = Tensor([[], []])
    for name in ("max", "min", "amax", "amin", "argmax", "argmin"):
        for dim in ((), (1,)):
            with pytest.raises(IndexError, match=f"{name}: needs an entry at least along dim .*, the shape is"):
                getattr(nothing, name)(*dim)
        assert len(nothing.max(0).values) == 0


def test_several_axes_are_refused_where_an_index_is_asked_for():
    with pytest.raises(TypeError, match="max: dim is an int"):
        Tensor([[1.0]]).max((0, 1))


def test_the_pair_is_named_and_printed_as_in_pytorch():
    pair = Tensor([[1.0, 2.0]]).max(dim=1)
    values, indices = pair
    assert pair.values is values is pair[0] and pair.indices is indices and indices.dtype is int64
    assert repr(pair) == "torch.return_types.max(\nvalues=tensor([2.]),\nindices=tensor([1]))"
    assert repr(tensors.aminmax(Tensor([1.0]))) == "torch.return_types.aminmax(\nmin=tensor(1.),\nmax=tensor(1.))"


def test_results_are_called_by_the_name_of_their_function():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    for name in ("max", "min", "amax", "amin"):
        assert getattr(x, name)().grad_fn.called == name
    assert x.max(1).values.grad_fn.called == "max"
