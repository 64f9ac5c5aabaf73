"""Datasets of one's own: with a constructor of their own, or examples that are computed one by one, as in PyTorch."""

import copy
import pickle
import random
from collections import Counter

import pytest

from backprop import Matrix, Tensor, evaluate, fit
from backprop.datasets import StreamLoader
from backprop.nn import CrossEntropyLoss, Linear, Standardize
from backprop.optim import SGD
from backprop.utils.data import DataLoader, Dataset, k_folds, train_test_split
from tests.tables import listed

COUNT = 12


class Made(Dataset):
    """Tables, made by a constructor that takes neither."""

    def __init__(self, count):
        super().__init__(
            Matrix([[n, -n] for n in range(count)]), [n % 3 for n in range(count)], ["a", "b", "c"], ["x", "y"]
        )
        object.__setattr__(self, "count", count)


class Computed(Dataset):
    """Examples that are computed when they are asked for, and counted."""

    def __init__(self, count, make_row=list):
        self.count, self.make_row, self.asked = count, make_row, Counter()

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.asked[index] += 1
        return self.make_row([index, -index]), index % 3


class Flipped(Made):
    """Tables, of which the examples are made otherwise, with other classes."""

    def __getitem__(self, index):
        (x, y), target = super().__getitem__(index)
        return [-x, -y], 2 - target


KINDS = [lambda: Made(COUNT), lambda: Computed(COUNT), lambda: Flipped(COUNT)]
every_kind = pytest.mark.parametrize("make", KINDS, ids=["made", "computed", "flipped"])


def pairs(batches):
    return [(abs(x), t) for inputs, targets in batches for (x, _), t in zip(inputs.tolist(), targets)]


def right(found, data):
    """Each example once, with its own target."""
    return sorted(found) == [(n, 2 - n % 3 if isinstance(data, Flipped) else n % 3) for n in range(COUNT)]


@every_kind
@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_have_each_example_once_with_its_target(make, shuffle):
    data = make()
    loader = DataLoader(data, 5, shuffle, rng=random.Random(0))
    for _ in range(2):
        found = list(loader)
        assert [len(targets) for _, targets in found] == [5, 5, 2] and right(pairs(found), data)
    assert len(DataLoader(data, 5, drop_last=True)) == len(list(DataLoader(data, 5, drop_last=True))) == 2


@every_kind
@pytest.mark.parametrize("stratify", [False, True])
def test_splits_and_folds(make, stratify):
    data = make()
    splits = [train_test_split(data, 3, stratify=stratify, rng=random.Random(0))]
    splits += k_folds(data, 4, stratify=stratify, rng=random.Random(0))
    for train, test in splits:
        assert len(test) == 3
        assert right(pairs([*DataLoader(train, 4), *DataLoader(test, 2)]), data)
        if stratify:
            assert sorted(test.targets) == [0, 1, 2]
    again, _ = train_test_split(splits[0][0], 6, rng=random.Random(1))
    assert len(again) == 3 and set(pairs(DataLoader(again))) <= set(pairs(DataLoader(splits[0][0])))


@every_kind
def test_it_is_trained_on_and_evaluated(make):
    data, model = make(), Linear(2, 3)
    fit(model, CrossEntropyLoss(), SGD(model.parameters()), DataLoader(data, 5), epochs=1, progress=False)
    assert evaluate(model, CrossEntropyLoss(), DataLoader(data, 5))[1] is not None
    assert Standardize(2).fit(data.inputs).mean.matrix.allclose(Matrix([[5.5, -5.5]]) * (data.inputs[1, 0]))


def test_names_go_on_to_what_is_selected():
    for data in (Made(COUNT), Flipped(COUNT)):
        part = data.select([3, 1])
        assert (part.classes, part.features, len(part)) == (["a", "b", "c"], ["x", "y"], 2)
    assert type(Made(COUNT).select([0])) is Dataset


def test_what_is_computed_is_computed_when_it_is_needed():
    """A split reads nothing, an epoch each of its examples once."""
    data = Computed(COUNT)
    train, test = train_test_split(data, 4, rng=random.Random(0))
    assert not data.asked
    list(DataLoader(train, 3))
    assert sum(data.asked.values()) == len(data.asked) == 8
    list(DataLoader(test, 3))
    assert data.asked == Counter(range(COUNT))


def test_what_is_computed_is_shown_without_being_computed():
    data = Computed(COUNT)
    assert repr(data) == "Computed(12 examples)" and repr(DataLoader(data, 3)).startswith("DataLoader(Computed(12 ")
    assert repr(data.select([0, 1])) == "_Subset(2 examples)" and not data.asked


def test_examples_one_by_one():
    for data in (Made(COUNT), Computed(COUNT)):
        assert data[2] == ([2, -2], 2)
    plain = Dataset(Matrix([[0.5], [1.5]]), Matrix([[2.0], [3.0]]))
    assert list(plain) == [([0.5], [2.0]), ([1.5], [3.0])]
    assert list(Made(COUNT).select([4, 2])) == list(Computed(COUNT).select([4, 2])) == [([4, -4], 1), ([2, -2], 2)]
    assert listed(StreamLoader(list(plain), 2)) == listed(DataLoader(plain, 2))


@pytest.mark.parametrize("make_row", [tuple, lambda row: Matrix([row]), lambda row: Tensor([row])])
def test_a_row_may_be_a_matrix_or_a_tensor(make_row):
    data = Computed(COUNT, make_row)
    assert right(pairs(DataLoader(data, 5)), data)


@every_kind
def test_copies_are_equal_in_their_examples(make):
    data = make()
    if isinstance(data, Computed):
        data.asked.clear()
    for other in (copy.copy(data), copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert listed(DataLoader(other, 4)) == listed(DataLoader(data, 4))


class Forgetful(Dataset):
    def __init__(self):
        pass


class Endless(Dataset):
    def __init__(self):
        pass

    def __getitem__(self, index):
        return [1.0], 0


class Odd(Dataset):
    def __init__(self, example):
        self.example = example

    def __len__(self):
        return 1

    def __getitem__(self, index):
        return self.example


SENTENCE = r"a subclass of Dataset must call super\(\).__init__\(inputs, targets\) or define __len__ and __getitem__"


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: DataLoader(Forgetful(), 2).dataset.select([0]), TypeError, "Forgetful: " + SENTENCE),
        (lambda: list(DataLoader(Endless(), 2)), TypeError, "Endless: " + SENTENCE),
        (lambda: list(DataLoader(Odd([1.0]))), TypeError, r"Odd: an example is a pair \(row, target\), got \[1.0\]"),
        (lambda: list(DataLoader(Odd(([1.0], 0.5)))), TypeError, "Odd: targets are all class indices or all rows"),
        (lambda: Made(3)[0:2], TypeError, r"data\[i\] is one example, data.select\(…\) several of them"),
        (lambda: Made(3)[3], IndexError, "example 3 of 3"),
        (lambda: Computed(3).select([0])[1], IndexError, "example 1 of 1"),
        (lambda: Made(3).nothing, AttributeError, "Made has no nothing"),
        (
            lambda: train_test_split(Odd(([1.0], [0.5])).select([0] * 4), 2, stratify=True),
            ValueError,
            "stratify needs class indices",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()
