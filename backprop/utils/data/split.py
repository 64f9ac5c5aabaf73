"""Splitting a dataset, so that a model is evaluated on examples it has not been trained on."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from backprop.nn.functional.targets import is_classes
from backprop.sampling import randperm
from backprop.utils.data.dataset import Dataset
from backprop.validation import check_bool


def train_test_split(
    dataset: Dataset, test_size: float = 0.25, *, stratify: bool = False, rng: random.Random | None = None
) -> tuple[Dataset, Dataset]:
    """(train, test), disjoint and in random order; ``test_size`` is a fraction (rounded up) or a number of examples.

    With ``stratify`` each class has the same fraction in both, as nearly as whole examples allow: by largest remainder,
    after each class of two or more has one example on either side, if there is room for that.

    Raises ValueError for any other ``test_size``, if one of the two would be empty, and for ``stratify`` without
    classes.

    >>> from backprop import Matrix
    >>> data = Dataset(Matrix([[n] for n in range(10)]), [0] * 6 + [1] * 4)
    >>> train, test = train_test_split(data, 5, stratify=True, rng=random.Random(0))
    >>> sorted(train.targets), sorted(test.targets)
    ([0, 0, 0, 1, 1], [0, 0, 0, 1, 1])
    """
    classes = _classes("train_test_split", dataset, stratify)
    count = len(dataset)
    share = isinstance(test_size, float) and 0.0 < test_size < 1.0
    held_out = whole_share(test_size, count) if share else test_size
    if type(held_out) is not int or not 0 < held_out < count:
        raise ValueError(
            f"train_test_split: test_size must be a fraction or a number of the {count} examples that leaves neither "
            f"side empty, got {test_size!r}"
        )
    order = randperm(count, rng=rng)
    if stratify:
        order = _stratified(order, classes, held_out)
    return dataset.select(order[held_out:]), dataset.select(order[:held_out])


def whole_share(share: float, count: int) -> int:
    """``share``·``count`` for a share from 0 to 1, rounded up unless it is whole already.

    >>> whole_share(0.07, 100), whole_share(1 - 0.95, 100), whole_share(0.071, 100)
    (7, 5, 8)
    """
    product = share * count
    whole = round(product)
    # The error of a share such as 1 - 0.95 is up to 2⁻⁵², and that of the product half of this times count.
    return whole if whole and abs(product - whole) <= 1.5 * 2.0**-52 * count else math.ceil(product)


def k_folds(
    dataset: Dataset, k: int = 5, *, stratify: bool = False, rng: random.Random | None = None
) -> Iterator[tuple[Dataset, Dataset]]:
    """Cross-validation: k pairs (train, test), in which the tests are k disjoint parts of the data in random order.

    Every example is tested once, by a model that has not been trained on it, and the mean over the k models evaluates
    the method: Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions" (1974). The sizes of the
    parts differ by at most one, and with ``stratify`` so do their numbers of each class.

    Raises ValueError unless k is from 2 to the number of examples, and for ``stratify`` without classes.

    >>> from backprop import Matrix
    >>> data = Dataset(Matrix([[n] for n in range(5)]), list(range(5)))
    >>> [(train.targets, test.targets) for train, test in k_folds(data, 2, rng=random.Random(0))]
    [([3, 0], [2, 1, 4]), ([2, 1, 4], [3, 0])]
    """
    classes = _classes("k_folds", dataset, stratify)
    count = len(dataset)
    if type(k) is not int or not 2 <= k <= count:
        raise ValueError(f"k_folds: k is an int from 2 to {count}, the number of examples, got {k!r}")
    order = randperm(count, rng=rng)
    # Dealt like cards, one class after the other.
    dealt = sorted(order, key=classes.__getitem__) if stratify else order
    part = {i: place % k for place, i in enumerate(dealt)}
    return (
        (
            dataset.select([i for i in order if part[i] != number]),
            dataset.select([i for i in order if part[i] == number]),
        )
        for number in range(k)
    )


def _stratified(order: list[int], targets: Any, size: int) -> list[int]:
    """The examples with a stratified choice of ``size`` in front, otherwise in their order.

    A class of m among n examples has the quota q = size·m/n. Its examples, numbered j = 0, 1, …, m − 1 in their order,
    have the priorities q − j, and the ``size`` highest priorities are the choice by largest remainder: ⌊q⌋ of every
    class, then those with the largest q − ⌊q⌋. But the first of each class comes before all others, and the last after.
    """
    members, seen = Counter(targets), Counter[int]()
    rank = {}
    for i in order:
        j, m = seen[targets[i]], members[targets[i]]
        seen[targets[i]] += 1
        turn = 1 - (j == 0) + (j == m - 1)
        rank[i] = turn, j * len(order) - size * m
    chosen = set(sorted(order, key=rank.__getitem__)[:size])
    return sorted(order, key=lambda i: i not in chosen)


def _classes(name: str, dataset: Dataset, stratify: bool) -> Any:
    """The classes to stratify by."""
    if not isinstance(dataset, Dataset):
        raise TypeError(f"{name}: needs a Dataset(inputs, targets), got a {type(dataset).__name__}")
    check_bool(name, stratify=stratify)
    if not stratify:
        return []
    _, targets = dataset.batch(range(len(dataset)))
    if not is_classes(targets):
        raise ValueError(f"{name}: stratify needs class indices as targets, these are a Matrix")
    return targets
