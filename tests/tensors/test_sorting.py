"""Entries by size along an axis: all, the first of them, and those in the middle."""

import math
import random
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor, tensors
from backprop.autograd import gradcheck
from backprop.dtypes import int64
from tests.strategies import seeds
from tests.tensors.lines import along_an_axis, distinct_entries, entries_of, lines, tensor


@given(along_an_axis(), st.booleans())
def test_sorting_keeps_equal_entries_in_their_order(case, descending):
    x, dim = case
    values, indices = x.sort(dim, descending)
    assert values.shape == indices.shape == x.shape and indices.dtype is int64
    assert x.argsort(dim, descending).tolist() == indices.tolist()
    for before, after, places in zip(*(lines(y, dim).values() for y in (x, values, indices))):
        assert after == sorted(before, reverse=descending)
        assert places == sorted(range(len(before)), key=before.__getitem__, reverse=descending)


@given(along_an_axis(least=1), st.booleans(), st.data())
def test_topk_is_the_first_of_what_is_sorted(case, largest, data):
    x, dim = case
    k = data.draw(st.integers(0, x.shape[dim]))
    values, indices = x.topk(k, dim, largest)
    whole, places = x.sort(dim, largest)
    assert list(values.shape) == [k if axis == dim % len(x.shape) else n for axis, n in enumerate(x.shape)]
    if k:
        assert [row[:k] for row in lines(whole, dim).values()] == list(lines(values, dim).values())
        assert [row[:k] for row in lines(places, dim).values()] == list(lines(indices, dim).values())


@given(along_an_axis(), st.data())
def test_kthvalue_is_one_of_what_is_sorted(case, data):
    x, dim = case
    k = data.draw(st.integers(1, x.shape[dim] if x.shape else 1))
    values, indices = x.kthvalue(k, dim)
    rows = lines(x, dim).values()
    assert entries_of(values) == [sorted(row)[k - 1] for row in rows]
    assert entries_of(values) == [row[i] for row, i in zip(rows, entries_of(indices))]


@given(along_an_axis())
def test_medians_are_those_of_loops(case):
    x, dim = case
    values, indices = x.median(dim)
    rows = lines(x, dim).values()
    assert entries_of(values) == entries_of(x.nanmedian(dim).values) == list(map(statistics.median_low, rows))
    assert entries_of(values) == [row[i] for row, i in zip(rows, entries_of(indices))]
    assert x.median().item() == x.nanmedian().item() == statistics.median_low(entries_of(x))


@given(along_an_axis(), st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(5, 7), Fraction(1)]))
def test_quantiles_are_those_of_loops(case, q):
    x, dim = case

    def between(row):
        row, place = sorted(row), q * (len(row) - 1)
        low, high = row[math.floor(place)], row[math.ceil(place)]
        return low + (high - low) * (place - math.floor(place))

    rows = lines(x, dim).values()
    assert entries_of(x.quantile(tensor([q]), dim)) == [between(row) for row in rows]
    assert entries_of(x.nanquantile(tensor([q]))) == [between(entries_of(x))]


@given(along_an_axis(), seeds)
def test_gradients_are_those_of_differences(case, seed):
    rng = random.Random(seed)
    dim = case[1]
    x = distinct_entries(case[0].shape, rng)
    for function in (
        lambda x: x.sort(dim).values,
        lambda x: x.topk(1, dim).values,
        lambda x: x.kthvalue(1, dim).values,
        lambda x: x.median(dim).values,
        lambda x: x.median(),
        lambda x: x.mode(dim).values,
        lambda x: x.quantile(0.3, dim),
    ):
        assert gradcheck(function, [x], rng=rng)


def test_the_gradient_reaches_q_too():
    x, q = tensor([1.0, 2.0, 4.0]), tensor([0.2, 0.7], requires_grad=True)
    assert gradcheck(lambda q: x.quantile(q), [q])


# How PyTorch interpolates the quantile 0.4 of 1, 2, 4, 8.
@pytest.mark.parametrize(
    ("interpolation", "value"), [("linear", 2.4), ("lower", 2.0), ("higher", 4.0), ("midpoint", 3.0), ("nearest", 2.0)]
)
def test_interpolations(interpolation, value):
    assert tensor([4.0, 1.0, 8.0, 2.0]).quantile(0.4, interpolation=interpolation).item() == pytest.approx(value)


def test_several_quantiles_stand_along_a_new_first_axis():
    x = tensor([1.0, 2.0, 4.0, 3.0, 5.0, 9.0], 2, 3)
    assert x.quantile(tensor([0.0, 0.5, 1.0]), 1).tolist() == [[1.0, 3.0], [2.0, 5.0], [4.0, 9.0]]
    assert x.quantile(tensor([0.5]), 0, keepdim=True).shape == (1, 1, 3)


def test_nan_is_the_largest():
    """Figures of PyTorch."""
    x = tensor([1.0, math.nan, 0.0, 1.0])
    assert x.argsort().tolist() == [2, 0, 3, 1] and x.argsort(descending=True).tolist() == [1, 0, 3, 2]
    assert x.topk(1).indices.item() == 1 and x.median(0).indices.item() == 1
    assert math.isnan(x.median().item()) and math.isnan(x.quantile(0.0).item())
    assert x.nanmedian().item() == 1.0 and x.nanquantile(0.5).item() == 1.0
    assert math.isnan(tensor([math.nan]).nanmedian().item()) and math.isnan(tensor([math.nan]).nanquantile(0.5).item())


def test_equal_entries_share_the_gradient_of_the_median_of_all():
    """Figures of PyTorch."""
    x = tensor([1.0, 3.0, 3.0, 4.0], requires_grad=True)
    x.median().backward()
    assert x.grad.tolist() == [0.0, 0.5, 0.5, 0.0]


def test_sorted_along_the_first_axis():
    assert tensors.msort(tensor([3.0, 1.0, 2.0, 4.0], 2, 2)).tolist() == [[2.0, 1.0], [3.0, 4.0]]


def test_what_is_out_of_range_is_refused():
    x = tensor([1.0, 2.0])
    for k in (0, 3, True):
        with pytest.raises(RuntimeError, match=r"kthvalue: k is an int from 1 to 2, the size along dim -1, got"):
            x.kthvalue(k)
    with pytest.raises(RuntimeError, match=r"topk: k is an int from 0 to 2, the size along dim 0, got 3"):
        x.topk(3, 0)
    for q in (1.5, -0.1, math.nan):
        with pytest.raises(ValueError, match=r"quantile: q is a number from 0 to 1, got"):
            x.quantile(q)
    with pytest.raises(ValueError, match=r"quantile: q is a number or a Tensor of one axis, got the shape \[1, 2\]"):
        x.quantile(tensor([0.5, 0.5], 1, 2))
    with pytest.raises(ValueError, match="nanquantile: interpolation is 'linear', 'lower'"):
        x.nanquantile(0.5, interpolation="cubic")
    with pytest.raises(IndexError, match="median: needs an entry at least"):
        Tensor([]).median(0)


def test_what_has_no_entries_is_sorted():
    assert math.isnan(Tensor([]).median().item()) and math.isnan(Tensor([[]]).nanmedian().item())
    assert Tensor([]).sort().values.shape == (0,) and Tensor([[], []]).topk(1, 0).indices.shape == (1, 0)
