"""Counts: tests of all entries, modes, bins, and distinct entries."""

import math
from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor, tensors
from backprop.dtypes import int64
from tests.tensors.lines import along_an_axis, entries_of, lines, tensor

digits = st.integers(0, 3)


@given(along_an_axis(digits))
def test_all_any_and_the_number_of_others_than_0(case):
    x, dim = case
    rows = list(lines(x, dim).values())
    assert entries_of(x.all(dim)) == list(map(all, rows)) and entries_of(x.any(dim)) == list(map(any, rows))
    assert entries_of(x.count_nonzero(dim)) == [sum(map(bool, row)) for row in rows]
    entries = entries_of(x)
    assert x.all().item() is all(entries) and x.any().item() is any(entries)
    assert x.count_nonzero().item() == sum(map(bool, entries))


def test_over_several_axes_and_without_entries():
    x = tensor([1.0, 0.0, 2.0, 3.0], 2, 1, 2)
    assert x.all((0, 1)).tolist() == [True, False] and x.any(dim=(1, -1), keepdim=True).shape == (2, 1, 1)
    nothing = Tensor([])
    assert nothing.all().item() is True and nothing.any().item() is False and nothing.count_nonzero().item() == 0


def test_the_dtypes_are_pytorchs():
    bytes_ = tensor([1, 0], dtype=backprop.uint8)
    assert bytes_.all().dtype is bytes_.any().dtype is backprop.uint8 and bytes_.any().item() == 1
    assert tensor([1.0]).all().dtype is backprop.bool and tensor([1.0]).count_nonzero().dtype is int64


@given(along_an_axis(digits))
def test_the_mode_is_the_smallest_of_the_most_frequent_where_it_stands_last(case):
    x, dim = case
    values, indices = x.mode(dim)
    for row, value, place in zip(lines(x, dim).values(), entries_of(values), entries_of(indices)):
        counts = Counter(row)
        assert value == min(counts, key=lambda one: (-counts[one], one))
        assert place == max(i for i, one in enumerate(row) if one == value)


@given(st.lists(st.integers(0, 6), min_size=1), st.integers(0, 9))
def test_bincount(entries, minlength):
    x = tensor(entries, dtype=int64)
    counts = [entries.count(k) for k in range(max(minlength, max(entries) + 1))]
    assert x.bincount(minlength=minlength).tolist() == counts
    weighted = x.bincount(tensor([0.5] * len(entries)), minlength)
    assert weighted.tolist() == [count / 2 for count in counts] and weighted.dtype is backprop.float64


def test_what_is_not_a_row_of_counts_is_refused():
    for x in (tensor([1.5]), tensor([-1], dtype=int64), tensor([1, 1], 1, 2, dtype=int64)):
        with pytest.raises(RuntimeError, match="bincount: input has one axis of ints from 0 up, got"):
            x.bincount()
    with pytest.raises(RuntimeError, match=r"bincount: weights has the shape of input, \[2\], got \[1\]"):
        tensor([1, 2], dtype=int64).bincount(tensor([1.0]))


@given(st.lists(st.integers(-5, 5).map(float), min_size=1), st.integers(1, 6))
def test_bins_of_the_same_width(entries, bins):
    x = tensor(entries)
    hist, edges = tensors.histogram(x, bins, range=(-6, 6))
    ends = edges.tolist()
    assert ends[0] == -6.0 and ends[-1] == 6.0 and len(ends) == bins + 1
    assert hist.tolist() == [sum(low <= e < high for e in entries) for low, high in zip(ends, ends[1:])]
    assert x.histc(bins, -6, 6).tolist() == hist.tolist()
    assert sum(x.histc(bins).tolist()) == len(entries)


def test_histograms():
    """Figures of PyTorch."""
    x = tensor([1.0, 2.0, 2.5, 5.0])
    assert x.histc(3).tolist() == [2.0, 1.0, 1.0] and tensor([1.0, 1.0]).histc(3).tolist() == [0.0, 2.0, 0.0]
    hist, edges = x.histogram(tensor([0.0, 2.0, 5.0]), weight=tensor([1.0, 2.0, 3.0, 4.0]))
    assert hist.tolist() == [1.0, 9.0] and edges.tolist() == [0.0, 2.0, 5.0]
    assert x.histogram(2, density=True).hist.tolist() == [0.375, 0.125]
    assert x.histogram().hist.equal(x.histogram(100).hist)
    # Nine steps of (0.1 + 0.3)/9 from −0.3 on end at 0.10000000000000003.
    assert x.histogram(9, range=(-0.3, 0.1)).bin_edges.tolist()[-1] == 0.1
    with pytest.raises(RuntimeError, match="histc: the range is finite, its lower end first, got 1.0 to inf"):
        tensor([1.0, math.inf]).histc(3)
    with pytest.raises(RuntimeError, match="histogram: weight has an entry for each of the 4 of input, got 1"):
        x.histogram(2, weight=tensor([1.0]))


@given(along_an_axis(digits))
def test_distinct_entries(case):
    x, _ = case
    entries = entries_of(x)
    found, inverse, counts = x.unique(return_inverse=True, return_counts=True)
    assert found.tolist() == sorted(set(entries)) and counts.tolist() == [entries.count(e) for e in found.tolist()]
    assert inverse.shape == x.shape and [found.tolist()[k] for k in entries_of(inverse)] == entries
    runs, inverse, counts = x.unique_consecutive(return_inverse=True, return_counts=True)
    groups = [(value, len(list(group))) for value, group in groupby(entries)]
    assert list(zip(runs.tolist(), counts.tolist())) == groups
    assert [runs.tolist()[k] for k in entries_of(inverse)] == entries


@given(along_an_axis(st.integers(0, 1), least=1))
def test_distinct_slices_along_an_axis(case):
    x, dim = case
    others = [axis for axis in range(len(x.shape)) if axis != dim % len(x.shape)]
    slices = [tuple(row) for row in lines(x, *others).values()]
    found, inverse, counts = x.unique(return_inverse=True, return_counts=True, dim=dim)
    kept = [tuple(row) for row in lines(found, *others).values()]
    assert kept == sorted(set(slices)) and [kept[k] for k in inverse.tolist()] == slices
    assert counts.tolist() == [slices.count(one) for one in kept]
    assert [n for axis, n in enumerate(found.shape) if axis in others] == [x.shape[axis] for axis in others]


def test_each_nan_is_distinct():
    """As in PyTorch."""
    assert tensor([2.0, math.nan, math.nan, 1.0]).unique().shape == (4,)


def test_what_has_no_entries_has_no_distinct_ones():
    assert Tensor([]).unique().shape == (0,) and Tensor([]).unique_consecutive().shape == (0,)
