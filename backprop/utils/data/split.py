"""Splitting a dataset, so that a model is evaluated on examples it has not been trained on."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from backprop.nn.functional.targets import class_list
from backprop.sampling import randperm
from backprop.utils.data.collate import default_collate
from backprop.utils.data.dataset import Dataset, Subset
from backprop.utils.data.labeled import LabeledDataset
from backprop.validation import check_bool


def train_test_split(
    dataset: Dataset[Any], test_size: float = 0.25, *, stratify: bool = False, generator: random.Random | None = None
) -> tuple[Any, Any]:
    """(train, test), disjoint and in random order; ``test_size`` is a fraction (rounded up) or a number of examples.

    Both are LabeledDatasets where the ``dataset`` is one, else Subsets.

    With ``stratify`` each class has the same fraction in both, as nearly as whole examples allow: by largest remainder,
    after each class of two or more has one example on either side, if there is room for that.

    Raises ValueError for any other ``test_size``, if one of the two would be empty, and for ``stratify`` without
    classes.

    >>> data = LabeledDataset([[n] for n in range(10)], [0] * 6 + [1] * 4)
    >>> train, test = train_test_split(data, 5, stratify=True, generator=random.Random(0))
    >>> train.targets.sort().values, test.targets.sort().values
    (tensor([0, 0, 0, 1, 1]), tensor([0, 0, 0, 1, 1]))
    """
    classes = _classes("train_test_split", dataset, stratify)
    count = len(dataset)  # type: ignore[arg-type]
    share = isinstance(test_size, float) and 0.0 < test_size < 1.0
    held_out = whole_share(test_size, count) if share else test_size
    if type(held_out) is not int or not 0 < held_out < count:
        raise ValueError(
            f"train_test_split: test_size must be a fraction or a number of the {count} examples that leaves neither "
            f"side empty, got {test_size!r}"
        )
    order = randperm(count, rng=generator)
    if stratify:
        order = _stratified(order, classes, held_out)
    return _part(dataset, order[held_out:]), _part(dataset, order[:held_out])


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
    dataset: Dataset[Any], k: int = 5, *, stratify: bool = False, generator: random.Random | None = None
) -> Iterator[tuple[Any, Any]]:
    """Cross-validation: k pairs (train, test), in which the tests are k disjoint parts of the data in random order.

    Every example is tested once, by a model that has not been trained on it, and the mean over the k models evaluates
    the method: Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions" (1974). The sizes of the
    parts differ by at most one, and with ``stratify`` so do their numbers of each class.

    Raises ValueError unless k is from 2 to the number of examples, and for ``stratify`` without classes.

    >>> data = LabeledDataset([[n] for n in range(5)], list(range(5)))
    >>> [(train.targets, test.targets) for train, test in k_folds(data, 2, generator=random.Random(0))]
    [(tensor([3, 0]), tensor([2, 1, 4])), (tensor([2, 1, 4]), tensor([3, 0]))]
    """
    classes = _classes("k_folds", dataset, stratify)
    count = len(dataset)  # type: ignore[arg-type]
    if type(k) is not int or not 2 <= k <= count:
        raise ValueError(f"k_folds: k is an int from 2 to {count}, the number of examples, got {k!r}")
    order = randperm(count, rng=generator)
    # Dealt like cards, one class after the other.
    dealt = sorted(order, key=classes.__getitem__) if stratify else order
    part = {i: place % k for place, i in enumerate(dealt)}
    return (
        (
            _part(dataset, [i for i in order if part[i] != number]),
            _part(dataset, [i for i in order if part[i] == number]),
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


def _part(dataset: Dataset[Any], indices: list[int]) -> Any:
    return dataset.select(indices) if isinstance(dataset, LabeledDataset) else Subset(dataset, indices)


def _classes(name: str, dataset: Dataset[Any], stratify: bool) -> Sequence[int]:
    """The classes to stratify by."""
    if not isinstance(dataset, Dataset):
        raise TypeError(f"{name}: needs a Dataset, got a {type(dataset).__name__}")
    check_bool(name, stratify=stratify)
    if not stratify:
        return []
    targets = getattr(dataset, "targets", None)
    count = len(dataset)  # type: ignore[arg-type]
    found = class_list(default_collate([dataset[i][1] for i in range(count)]) if targets is None else targets)
    if found is None:
        raise ValueError(f"{name}: stratify needs class indices as targets, these are numbers")
    return found
