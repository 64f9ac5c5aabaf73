"""DataLoader: mini-batches of a dataset, shuffled again in each epoch."""

from __future__ import annotations

import random
from collections.abc import Iterator

from backprop.matrix import Matrix
from backprop.seeding import generator
from backprop.utils.data.dataset import Dataset, Targets
from backprop.validation import Configured, check_bool, check_positive_int


class DataLoader(Configured):
    """Iterate over ``dataset`` in batches (inputs, targets); each iteration is one epoch.

    With ``shuffle`` the examples have a new random order in each epoch. The last batch is shorter if the number does
    not divide, or left out with ``drop_last``.

    >>> data = Dataset(Matrix([[n] for n in range(5)]), list(range(5)))
    >>> [targets for _, targets in DataLoader(data, batch_size=2)]
    [[0, 1], [2, 3], [4]]
    >>> loader = DataLoader(data, batch_size=3, shuffle=True, rng=random.Random(0))
    >>> [targets for _, targets in loader], [targets for _, targets in loader]
    ([[2, 1, 0], [4, 3]], [[0, 2, 1], [3, 4]])
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        *,
        rng: random.Random | None = None,
    ) -> None:
        if not isinstance(dataset, Dataset):
            raise TypeError(f"DataLoader: needs a Dataset(inputs, targets), got a {type(dataset).__name__}")
        check_positive_int("DataLoader", batch_size=batch_size)
        check_bool("DataLoader", shuffle=shuffle, drop_last=drop_last)
        if drop_last and batch_size > len(dataset):
            raise ValueError(f"DataLoader: {len(dataset)} examples make no whole batch of {batch_size}")
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
        self.rng = generator(rng)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (1 if rest and not self.drop_last else 0)

    def __repr__(self) -> str:
        settings = f"batch_size={self.batch_size}, shuffle={self.shuffle}, drop_last={self.drop_last}"
        return f"{type(self).__name__}({self.dataset!r}, {settings})  # {len(self):,} batches"

    def __iter__(self) -> Iterator[tuple[Matrix, Targets]]:
        order = list(range(len(self.dataset)))
        if self.shuffle:
            self.rng.shuffle(order)
        for number in range(len(self)):
            yield self.dataset.batch(order[number * self.batch_size : (number + 1) * self.batch_size])
