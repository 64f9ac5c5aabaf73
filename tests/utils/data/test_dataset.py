"""Datasets: their examples by number, put together and taken apart, and the sentences for what does not fit."""

import copy
import pickle
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Generator, Tensor, arange, evaluate, fit, rand
from backprop.nn import CrossEntropyLoss, Linear
from backprop.optim import SGD
from backprop.utils.data import (
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    k_folds,
    random_split,
    train_test_split,
)
from tests.strategies import seeds

COUNT = 12


class Computed(Dataset):
    """Examples that are computed when they are asked for, and counted."""

    def __init__(self, count=COUNT):
        self.count, self.asked = count, Counter()

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.asked[index] += 1
        return Tensor([float(index), float(-index)]), index % 3


class Together(Computed):
    """Examples that are computed several at a time."""

    def __getitems__(self, indices):
        self.asked["together"] += 1
        return [super(Together, self).__getitem__(i) for i in indices]


class Stream(IterableDataset):
    def __init__(self, *examples):
        self.examples = examples

    def __iter__(self):
        return iter(self.examples)

    def __len__(self):
        return len(self.examples)


def pairs(batches):
    """Number and target of each example, which has the numbers n, −n."""
    found = [(x, y, t) for inputs, targets in batches for (x, y), t in zip(inputs.tolist(), targets.tolist())]
    assert all(x == -y for x, y, _ in found)
    return [(x, t) for x, _, t in found]


def right(found):
    """Each example once, with its own target."""
    return sorted(found) == [(n, n % 3) for n in range(COUNT)]


@pytest.mark.parametrize("kind", [Computed, Together])
def test_splits_and_folds_of_what_is_computed(kind):
    for stratify in (False, True):
        rng = random.Random(0)
        splits = [train_test_split(kind(), 3, stratify=stratify, generator=rng)]
        splits += k_folds(kind(), 4, stratify=stratify, generator=rng)
        for train, test in splits:
            assert len(test) == 3
            assert right(pairs([*DataLoader(train, 4), *DataLoader(test, 2)]))
            assert not stratify or sorted(t for _, t in test) == [0, 1, 2]
    again, _ = train_test_split(splits[0][0], 6)
    assert len(again) == 3 and set(pairs(DataLoader(again))) <= set(pairs(DataLoader(splits[0][0])))


def test_what_is_computed_is_computed_when_it_is_needed():
    """A split asks for nothing, an epoch for each of its examples once."""
    data = Computed()
    train, test = train_test_split(data, 4, generator=random.Random(0))
    assert not data.asked
    list(DataLoader(train, 3))
    assert sum(data.asked.values()) == len(data.asked) == 8
    list(DataLoader(test, 3))
    assert data.asked == Counter(range(COUNT))


def test_what_is_computed_together_is_asked_for_once_a_batch():
    data = Together()
    assert right(pairs(DataLoader(data, 5))) and data.asked["together"] == 3
    list(DataLoader(Subset(Subset(data, range(8)), [1, 2, 3, 4]), 2))
    assert data.asked["together"] == 5


def test_it_is_trained_on_and_evaluated():
    model = Linear(2, 3)
    fit(model, CrossEntropyLoss(), SGD(model.parameters()), DataLoader(Computed(), 5), epochs=1, progress=False)
    assert 0 <= evaluate(model, CrossEntropyLoss(), DataLoader(Computed(), 5))[1] <= 1


def test_copies_have_the_same_examples():
    data = TensorDataset(arange(12.0).view(6, 2), arange(6))
    for other in (copy.copy(data), copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert [(x.tolist(), y.item()) for x, y in other] == [(x.tolist(), y.item()) for x, y in data]


@given(st.lists(st.text(max_size=4), min_size=1, max_size=5))
def test_a_concatenation_is_that_of_the_lists(parts):
    joined, whole = ConcatDataset(parts), "".join(parts)
    assert list(joined) == list(whole) and len(joined) == len(whole)
    assert [joined[-i] for i in range(1, len(whole) + 1)] == list(reversed(whole))


def test_sums_of_datasets():
    data = TensorDataset(arange(2)) + TensorDataset(arange(2, 5))
    assert isinstance(data, ConcatDataset) and [x.item() for (x,) in data] == [0, 1, 2, 3, 4]
    stream = Stream(1, 2) + Stream(3)
    assert isinstance(stream, ChainDataset) and list(stream) == list(stream) == [1, 2, 3] and len(stream) == 3


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5).filter(any), seeds)
def test_a_random_split_is_a_partition(lengths, seed):
    count = sum(lengths)
    if lengths == [1]:
        return
    parts = random_split(range(count), lengths, Generator().manual_seed(seed))
    assert list(map(len, parts)) == lengths
    assert sorted(i for part in parts for i in part) == list(range(count))


def test_fractions_of_a_split():
    assert list(map(len, random_split(range(10), [0.5, 0.25, 0.25]))) == [6, 2, 2]
    with pytest.warns(UserWarning, match="of 2 examples part 2 gets none"):
        assert list(map(len, random_split(range(2), [0.4, 0.3, 0.3]))) == [1, 1, 0]


def test_gradients_go_through_a_tensor_dataset():
    x = rand(4, 2).requires_grad_()
    (batch,) = next(iter(DataLoader(TensorDataset(x), 3)))
    (batch * arange(1.0, 4.0).view(3, 1)).sum().backward()
    assert x.grad.tolist() == [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [0.0, 0.0]]


class Negated(TensorDataset):
    def __getitem__(self, index):
        (x,) = super().__getitem__(index)
        return -x


class Doubled(Subset):
    def __getitem__(self, index):
        return 2 * super().__getitem__(index)


def test_a_subclass_has_its_own_examples():
    data = Negated(arange(4))
    assert [x.tolist() for x in DataLoader(data, 2)] == [[0, -1], [-2, -3]]
    assert [x.tolist() for x in DataLoader(Subset(data, [3]), 2)] == [[-3]]
    assert [x.tolist() for x in DataLoader(Doubled(range(5), [4, 1]), 2)] == [[8, 2]]


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Dataset()[0], NotImplementedError, r"Dataset: a subclass of Dataset has a __getitem__"),
        (lambda: iter(IterableDataset()), NotImplementedError, "a subclass of IterableDataset has an __iter__"),
        (
            lambda: TensorDataset(arange(2), arange(3)),
            AssertionError,
            r"the same size along .*, got the shapes \[2\], \[3\]",
        ),
        (lambda: TensorDataset(Tensor(1.0)), AssertionError, r"got the shapes \[\]"),
        (lambda: TensorDataset(), AssertionError, "got the shapes of none"),
        (lambda: TensorDataset("ab"), TypeError, "TensorDataset needs a number, nested lists"),
        (lambda: TensorDataset(arange(3))[3], IndexError, "-3 to 2 .*, got 3"),
        (lambda: StackDataset(), ValueError, "needs datasets, all without a name or all with one"),
        (lambda: StackDataset([1], x=[1]), ValueError, "all without a name or all with one"),
        (lambda: StackDataset([1], [1, 2]), ValueError, r"the same length, got the lengths \[1, 2\]"),
        (lambda: ConcatDataset([]), AssertionError, "needs at least one"),
        (lambda: ConcatDataset([Stream(1)]), AssertionError, r"write ChainDataset\(datasets\)"),
        (lambda: ConcatDataset(["ab"])[2], IndexError, "an index is below 2, got 2"),
        (lambda: ConcatDataset(["ab"])[-3], ValueError, "an index is from -2 up, got -3"),
        (lambda: list(ChainDataset([[1]])), TypeError, "needs IterableDatasets, got a list"),
        (lambda: random_split(range(3), [1, 1]), ValueError, r"the lengths sum to 3, .*, got \[1, 1\]"),
        (lambda: random_split(range(3), [1.5, -0.5]), ValueError, "fractions are from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()
