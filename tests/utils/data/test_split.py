"""Stratified splits and folds: no example is lost, none comes twice, the classes are shared out as evenly as can be."""

import random
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Generator, Matrix
from backprop.datasets import load_digits
from backprop.utils.data import Dataset, k_folds, train_test_split
from tests.strategies import seeds

labels = st.lists(st.integers(0, 4), min_size=2, max_size=30)


def classified(targets):
    """Example n has the input n."""
    return Dataset(Matrix([[n] for n in range(len(targets))]), targets)


def numbers(dataset):
    return [n for (n,) in dataset.inputs]


def check_partition(targets, train, test):
    assert sorted(numbers(train) + numbers(test)) == list(range(len(targets)))
    for part in (train, test):
        assert [targets[n] for n in numbers(part)] == part.targets


def test_the_plain_split_is_a_permutation_as_pytorch_draws_it():
    """The first three of torch.manual_seed(0); torch.randperm(10) are held out."""
    train, test = train_test_split(classified([0] * 10), 0.3, rng=Generator().manual_seed(0))
    assert (numbers(test), numbers(train)) == ([4, 1, 7], [5, 3, 9, 0, 8, 6, 2])


@given(labels, st.data(), seeds)
def test_a_stratified_split_is_a_split(targets, data, seed):
    size = data.draw(st.integers(1, len(targets) - 1))
    train, test = train_test_split(classified(targets), size, stratify=True, rng=random.Random(seed))
    check_partition(targets, train, test)
    assert len(test) == size
    again = train_test_split(classified(targets), size, stratify=True, rng=random.Random(seed))
    assert again == (train, test)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=14), st.data(), seeds)
def test_shares_are_as_near_as_they_can_be(targets, data, seed):
    """Of all ways to share out the test, with both sides for each class of two or more where that is possible, it is
    one with the least Σ (number − due)²: found here by trying them all."""
    size = data.draw(st.integers(1, len(targets) - 1))
    train, test = train_test_split(classified(targets), size, stratify=True, rng=random.Random(seed))
    members, count = Counter(targets), len(targets)
    several = [k for k, m in members.items() if m > 1]

    def distance(given):
        return sum((given[k] - Fraction(size * m, count)) ** 2 for k, m in members.items())

    ways = [dict(zip(members, way)) for way in product(*(range(m + 1) for m in members.values())) if sum(way) == size]
    if len(several) <= size <= count - len(several):
        ways = [way for way in ways if all(0 < way[k] < members[k] for k in several)]
        assert all(0 < Counter(test.targets)[k] < members[k] for k in several)
        assert distance(Counter(test.targets)) == min(map(distance, ways))
    elif size < len(several):
        assert max(Counter(test.targets).values()) == 1
    else:
        assert max(Counter(train.targets).values()) == 1


def test_digits_keep_their_shares():
    """178, 182, 177, 183, 181, 182, 181, 179, 174 and 180 digits times 360/1797 have 355 wholes, and the largest
    remainders are those of 7, 8, 3, 0 and then, equally, of 1 and 5."""
    _, test = train_test_split(load_digits(), 0.2, stratify=True, rng=random.Random(0))
    shares = [test.targets.count(k) for k in range(10)]
    assert shares in ([36, 37, 35, 37, 36, 36, 36, 36, 35, 36], [36, 36, 35, 37, 36, 37, 36, 36, 35, 36])


def test_every_example_is_as_likely_as_its_like():
    tested = Counter()
    for seed in range(400):
        _, test = train_test_split(classified([0] * 8 + [1] * 4), 3, stratify=True, rng=random.Random(seed))
        tested.update(numbers(test))
    # Each is held out with probability 1/4: 100 times, with a standard deviation of 8.7, so within 40.
    assert all(60 < tested[n] < 140 for n in range(12))


def test_what_is_held_out_is_in_random_order():
    _, test = train_test_split(classified([0] * 50 + [1] * 50), 0.4, stratify=True, rng=random.Random(0))
    # Sorted by class, or by how much each was due, a single pair of neighbours would differ, or nearly all 39.
    assert 10 < sum(a != b for a, b in zip(test.targets, test.targets[1:])) < 30


@given(labels, st.data(), st.booleans(), seeds)
def test_folds_test_every_example_once(targets, data, stratify, seed):
    k = data.draw(st.integers(2, len(targets)))
    folds = list(k_folds(classified(targets), k, stratify=stratify, rng=random.Random(seed)))
    assert len(folds) == k
    for train, test in folds:
        check_partition(targets, train, test)
    assert sorted(n for _, test in folds for n in numbers(test)) == list(range(len(targets)))
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 1
    if stratify:
        for label in set(targets):
            shares = [test.targets.count(label) for _, test in folds]
            assert max(shares) - min(shares) <= 1
    assert list(k_folds(classified(targets), k, stratify=stratify, rng=random.Random(seed))) == folds


@pytest.mark.parametrize("stratify", [False, True])
def test_folds_are_in_random_order(stratify):
    for train, test in k_folds(classified([0] * 50 + [1] * 50), 4, stratify=stratify, rng=random.Random(0)):
        assert numbers(test) != sorted(numbers(test))
        # Of 74 neighbours about a half differ, give or take 4.3.
        assert 19 < sum(a != b for a, b in zip(train.targets, train.targets[1:])) < 55


def test_a_matrix_of_targets_is_split_and_folded_too():
    data = Dataset(Matrix([[n] for n in range(4)]), Matrix([[n, -n] for n in range(4)]))
    for train, test in [train_test_split(data, 2), *k_folds(data, 2)]:
        for part in (train, test):
            assert part.targets == Matrix([[n, -n] for n in numbers(part)])


REGRESSION = Dataset(Matrix([[1], [2]]), Matrix([[0.5], [1.5]]))


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: k_folds(classified([0, 1]), 1), ValueError, "k is an int from 2 to 2, the number of examples, got 1"),
        (lambda: k_folds(classified([0, 1]), 3), ValueError, "k is an int from 2 to 2, the number of examples, got 3"),
        (lambda: k_folds(classified([0, 1]), 2.0), ValueError, "got 2.0"),
        (lambda: k_folds(classified([0, 1]), True), ValueError, "got True"),
        (lambda: k_folds(Matrix([[1]]), 2), TypeError, "k_folds: needs a Dataset"),
        (lambda: k_folds(classified([0, 1]), 2, rng=0), TypeError, "rng: needs a Generator or random.Random"),
        (lambda: k_folds(REGRESSION, 2, stratify=True), ValueError, "k_folds: stratify needs class indices"),
        (
            lambda: train_test_split(REGRESSION, 1, stratify=True),
            ValueError,
            "stratify needs class indices as targets",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


@pytest.mark.parametrize("share", [5e-324, 1e-17, 2.0**-53])
def test_the_smallest_share_is_one_example(share):
    data = Dataset(Matrix([[float(n)] for n in range(10)]), [0] * 10)
    assert [len(part) for part in train_test_split(data, share)] == [9, 1]
