"""Stratified splits and folds: no example is lost, none comes twice, the classes are shared out as evenly as can be."""

import math
import random
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Generator, Matrix
from backprop.datasets import load_digits
from backprop.utils.data import LabeledDataset, k_folds, train_test_split
from backprop.utils.data.split import whole_share
from tests.strategies import seeds

labels = st.lists(st.integers(0, 4), min_size=2, max_size=30)


def classified(targets):
    """Example n has the input n."""
    return LabeledDataset(Matrix([[n] for n in range(len(targets))]), targets)


def numbers(dataset):
    return list(map(int, dataset.inputs.flatten().tolist()))


def labels_of(dataset):
    return dataset.targets.tolist()


def orders(splits):
    return [[numbers(part) for part in split] for split in splits]


def check_partition(targets, train, test):
    assert sorted(numbers(train) + numbers(test)) == list(range(len(targets)))
    for part in (train, test):
        assert [targets[n] for n in numbers(part)] == labels_of(part)


def test_the_plain_split_is_a_permutation_as_pytorch_draws_it():
    """The first three of torch.manual_seed(0); torch.randperm(10) are held out."""
    train, test = train_test_split(classified([0] * 10), 0.3, generator=Generator().manual_seed(0))
    assert (numbers(test), numbers(train)) == ([4, 1, 7], [5, 3, 9, 0, 8, 6, 2])


@given(st.integers(2, 40), st.floats(0.01, 0.99), seeds)
def test_a_split_is_disjoint_complete_and_repeatable(count, share, seed):
    data = classified(list(range(count)))
    held_out = math.ceil(Fraction(share) * count)
    assume(abs(Fraction(share) * count - round(share * count)) > 1e-12)
    if held_out >= count:
        with pytest.raises(ValueError, match="leaves neither side empty"):
            train_test_split(data, share)
        return
    train, test = train_test_split(data, share, generator=random.Random(seed))
    check_partition(range(count), train, test)
    assert len(test) == held_out
    assert orders([train_test_split(data, share, generator=random.Random(seed))]) == orders([(train, test)])


@pytest.mark.parametrize("count", [10, 100, 1000, 12_000])
def test_whole_products_are_whole(count):
    """0.07 · 100 is 7.000000000000001 in floats, and 1 − 0.95 is 0.050000000000000044."""
    for k in range(1, 100):
        for share in (k / 100, 1 - (100 - k) / 100, k * 0.01):
            assert whole_share(share, count) == -(-k * count // 100)
    assert len(train_test_split(classified([0] * 100), 0.07)[1]) == 7
    assert len(train_test_split(classified([0] * 100), 0.55)[1]) == 55


@pytest.mark.parametrize("count", [3, 7, 9, 11, 49, 99])
def test_a_part_of_all_is_whole(count):
    for k in range(1, count):
        assert whole_share(k / count, count) == k
    assert whole_share(0.5 / count, count) == 1


def test_a_split_by_number():
    train, test = train_test_split(classified([0] * 10), 3)
    assert (len(train), len(test)) == (7, 3)


@pytest.mark.parametrize("size", [0, 10, 11, -1, 0.0, 1.0, 1.5, float("nan"), "1"])
def test_a_split_with_an_empty_side_is_refused(size):
    with pytest.raises(ValueError, match=f"of the 10 examples that leaves neither side empty, got {size!r}"):
        train_test_split(classified([0] * 10), size)


@given(labels, st.data(), seeds)
def test_a_stratified_split_is_a_split(targets, data, seed):
    size = data.draw(st.integers(1, len(targets) - 1))
    train, test = train_test_split(classified(targets), size, stratify=True, generator=random.Random(seed))
    check_partition(targets, train, test)
    assert len(test) == size
    again = train_test_split(classified(targets), size, stratify=True, generator=random.Random(seed))
    assert orders([again]) == orders([(train, test)])


@given(st.lists(st.integers(0, 3), min_size=2, max_size=14), st.data(), seeds)
def test_shares_are_as_near_as_they_can_be(targets, data, seed):
    """Of all ways to share out the test, with both sides for each class of two or more where that is possible, it is
    one with the least Σ (number − due)²: found here by trying them all."""
    size = data.draw(st.integers(1, len(targets) - 1))
    train, test = train_test_split(classified(targets), size, stratify=True, generator=random.Random(seed))
    members, count = Counter(targets), len(targets)
    several = [k for k, m in members.items() if m > 1]

    def distance(given):
        return sum((given[k] - Fraction(size * m, count)) ** 2 for k, m in members.items())

    ways = [dict(zip(members, way)) for way in product(*(range(m + 1) for m in members.values())) if sum(way) == size]
    if len(several) <= size <= count - len(several):
        ways = [way for way in ways if all(0 < way[k] < members[k] for k in several)]
        assert all(0 < Counter(labels_of(test))[k] < members[k] for k in several)
        assert distance(Counter(labels_of(test))) == min(map(distance, ways))
    elif size < len(several):
        assert max(Counter(labels_of(test)).values()) == 1
    else:
        assert max(Counter(labels_of(train)).values()) == 1


def test_digits_keep_their_shares():
    """178, 182, 177, 183, 181, 182, 181, 179, 174 and 180 digits times 360/1797 have 355 wholes, and the largest
    remainders are those of 7, 8, 3, 0 and then, equally, of 1 and 5."""
    _, test = train_test_split(load_digits(), 0.2, stratify=True, generator=random.Random(0))
    shares = [labels_of(test).count(k) for k in range(10)]
    assert shares in ([36, 37, 35, 37, 36, 36, 36, 36, 35, 36], [36, 36, 35, 37, 36, 37, 36, 36, 35, 36])


def test_every_example_is_as_likely_as_its_like():
    tested = Counter()
    for seed in range(400):
        _, test = train_test_split(classified([0] * 8 + [1] * 4), 3, stratify=True, generator=random.Random(seed))
        tested.update(numbers(test))
    # Each is held out with probability 1/4: 100 times, with a standard deviation of 8.7, so within 40.
    assert all(60 < tested[n] < 140 for n in range(12))


def test_what_is_held_out_is_in_random_order():
    _, test = train_test_split(classified([0] * 50 + [1] * 50), 0.4, stratify=True, generator=random.Random(0))
    # Sorted by class, or by how much each was due, a single pair of neighbours would differ, or nearly all 39.
    assert 10 < sum(a != b for a, b in zip(labels_of(test), labels_of(test)[1:])) < 30


@given(labels, st.data(), st.booleans(), seeds)
def test_folds_test_every_example_once(targets, data, stratify, seed):
    k = data.draw(st.integers(2, len(targets)))
    folds = list(k_folds(classified(targets), k, stratify=stratify, generator=random.Random(seed)))
    assert len(folds) == k
    for train, test in folds:
        check_partition(targets, train, test)
    assert sorted(n for _, test in folds for n in numbers(test)) == list(range(len(targets)))
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 1
    if stratify:
        for label in set(targets):
            shares = [labels_of(test).count(label) for _, test in folds]
            assert max(shares) - min(shares) <= 1
    again = k_folds(classified(targets), k, stratify=stratify, generator=random.Random(seed))
    assert orders(again) == orders(folds)


@pytest.mark.parametrize("stratify", [False, True])
def test_folds_are_in_random_order(stratify):
    for train, test in k_folds(classified([0] * 50 + [1] * 50), 4, stratify=stratify, generator=random.Random(0)):
        assert numbers(test) != sorted(numbers(test))
        # Of 74 neighbours about a half differ, give or take 4.3.
        assert 19 < sum(a != b for a, b in zip(labels_of(train), labels_of(train)[1:])) < 55


def test_rows_of_targets_are_split_and_folded_too():
    data = LabeledDataset(Matrix([[n] for n in range(4)]), Matrix([[n, -n] for n in range(4)]))
    for train, test in [train_test_split(data, 2), *k_folds(data, 2)]:
        for part in (train, test):
            assert part.targets.tolist() == [[n, -n] for n in numbers(part)]


REGRESSION = LabeledDataset(Matrix([[1], [2]]), Matrix([[0.5], [1.5]]))


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: k_folds(classified([0, 1]), 1), ValueError, "k is an int from 2 to 2, the number of examples, got 1"),
        (lambda: k_folds(classified([0, 1]), 3), ValueError, "k is an int from 2 to 2, the number of examples, got 3"),
        (lambda: k_folds(classified([0, 1]), 2.0), ValueError, "got 2.0"),
        (lambda: k_folds(classified([0, 1]), True), ValueError, "got True"),
        (lambda: k_folds(Matrix([[1]]), 2), TypeError, "k_folds: needs a Dataset, got a Matrix"),
        (lambda: train_test_split(classified([0] * 3), True), ValueError, "got True"),
        (
            lambda: k_folds(classified([0, 1]), 2, generator=0),
            TypeError,
            "a generator is a Generator or a random.Random",
        ),
        (lambda: k_folds(REGRESSION, 2, stratify=True), ValueError, "k_folds: stratify needs class indices"),
        (
            lambda: train_test_split(REGRESSION, 1, stratify=True),
            ValueError,
            "stratify needs class indices as targets, these are numbers",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


@pytest.mark.parametrize("share", [5e-324, 1e-17, 2.0**-53])
def test_the_smallest_share_is_one_example(share):
    data = LabeledDataset(Matrix([[float(n)] for n in range(10)]), [0] * 10)
    assert [len(part) for part in train_test_split(data, share)] == [9, 1]
