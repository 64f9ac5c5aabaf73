"""Splitting data: what a model learns from and what it is judged by must not be the same."""

from __future__ import annotations

import math
import random

from backprop.data.dataset import Dataset
from backprop.seeding import generator


def train_test_split(
    dataset: Dataset, test_size: float = 0.25, *, rng: random.Random | None = None
) -> tuple[Dataset, Dataset]:
    """(train, test), disjoint and in random order; ``test_size`` is a share (rounded up) or a number of examples.

    Raises ValueError for any other test_size, and where one of the two would be empty.

    >>> from backprop import Matrix
    >>> data = Dataset(Matrix([[n] for n in range(10)]), list(range(10)))
    >>> train, test = train_test_split(data, 0.2, rng=random.Random(0))
    >>> len(train), len(test), sorted([*train.targets, *test.targets]) == list(range(10))
    (8, 2, True)
    """
    if not isinstance(dataset, Dataset):
        raise TypeError(f"train_test_split: needs a Dataset(inputs, targets), got a {type(dataset).__name__}")
    count = len(dataset)
    share = isinstance(test_size, float) and 0.0 < test_size < 1.0
    held_out = math.ceil(test_size * count) if share else test_size
    if type(held_out) is not int or not 0 < held_out < count:
        raise ValueError(
            f"train_test_split: test_size is a share or a number of the {count} examples that leaves none of both "
            f"sides empty, got {test_size!r}"
        )
    order = list(range(count))
    generator(rng).shuffle(order)
    return dataset.select(order[held_out:]), dataset.select(order[:held_out])
