"""Samplers: each index as often as it should come, for every seed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor, arange
from backprop.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from tests.strategies import seeds


@given(st.integers(1, 30), st.integers(1, 100), seeds)
def test_without_replacement_no_index_comes_twice_before_all_came_once(count, number, seed):
    sampler = RandomSampler(range(count), num_samples=number, generator=random.Random(seed))
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == number
    for start in range(0, number, count):
        part = drawn[start : start + count]
        assert len(set(part)) == len(part) and set(part) <= set(range(count))


@given(st.integers(1, 30), st.integers(1, 100), seeds)
def test_with_replacement_every_draw_is_of_all(count, number, seed):
    drawn = list(RandomSampler(range(count), True, number, random.Random(seed)))
    assert len(drawn) == number and set(drawn) <= set(range(count))


@pytest.mark.parametrize("replacement", [False, True])
def test_more_samples_than_memory_has_room_for(replacement):
    """As minGPT asks for: the training ends by other means."""
    sampler = RandomSampler(range(5), replacement, num_samples=10**12)
    loader = DataLoader(range(5), batch_size=10, sampler=sampler)
    assert len(loader) == 10**11 and next(iter(loader)).shape == (10,)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8).filter(any), st.integers(1, 40), seeds)
def test_a_weight_of_0_is_never_drawn(weights, number, seed):
    drawn = list(WeightedRandomSampler(weights, number, generator=random.Random(seed)))
    assert len(drawn) == number and all(weights[i] for i in drawn)
    once = list(WeightedRandomSampler(weights, len(weights), False, random.Random(seed)))
    assert sorted(once) == list(range(len(weights)))


@given(st.lists(st.integers(), max_size=20), seeds)
def test_a_subset_is_permuted(indices, seed):
    sampler = SubsetRandomSampler(indices, random.Random(seed))
    assert sorted(sampler) == sorted(indices) and len(sampler) == len(indices)


@given(st.lists(st.integers(), max_size=20), st.integers(1, 8), st.booleans())
def test_batches_are_the_indices_cut(indices, size, drop_last):
    sampler = BatchSampler(indices, size, drop_last)
    batches = list(sampler)
    kept = len(indices) // size * size if drop_last else len(indices)
    assert [i for batch in batches for i in batch] == indices[:kept]
    assert all(len(batch) == size for batch in batches[:-1]) and len(sampler) == len(batches)


def test_a_sampler_of_ones_own():
    class ByLength(Sampler):
        def __init__(self, texts):
            self.texts = texts

        def __iter__(self):
            yield from Tensor([float(len(text)) for text in self.texts]).argsort().tolist()

    texts = ["ccc", "a", "bb"]
    assert list(DataLoader(texts, 2, sampler=ByLength(texts))) == [["a", "bb"], ["ccc"]]
    assert list(DataLoader(texts, batch_sampler=[[0], [2, 1]])) == [["ccc"], ["bb", "a"]]
    assert list(SequentialSampler(texts)) == [0, 1, 2] == sorted(DataLoader(texts, sampler=[2, 0, 1]).sampler)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: iter(Sampler()), NotImplementedError, "a subclass of Sampler has an __iter__"),
        (lambda: RandomSampler([]), ValueError, "RandomSampler: num_samples is an int from 1 up, got 0"),
        (lambda: RandomSampler([1], num_samples=1.5), ValueError, "an int from 1 up, got 1.5"),
        (lambda: RandomSampler([1], 1), TypeError, "replacement is True or False, got 1"),
        (lambda: WeightedRandomSampler([1.0], 0), ValueError, "num_samples is an int from 1 up, got 0"),
        (lambda: WeightedRandomSampler(arange(4).view(2, 2), 1), ValueError, r"one axis, got the shape \[2, 2\]"),
        (
            lambda: WeightedRandomSampler("ab", 1),
            TypeError,
            "WeightedRandomSampler: weights needs a number, nested lists",
        ),
        (lambda: BatchSampler([1], 0, False), ValueError, "BatchSampler: batch_size is an int from 1 up, got 0"),
        (lambda: BatchSampler([1], 1, None), TypeError, "BatchSampler: drop_last is True or False, got None"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()
