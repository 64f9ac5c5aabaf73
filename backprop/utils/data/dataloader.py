"""DataLoader: mini-batches of a dataset, shuffled again in each epoch."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

from backprop.autograd import Tensor
from backprop.random import Generator, generator
from backprop.sampling import randint, randperm
from backprop.utils.data.dataset import BatchTargets, Dataset, as_tensors
from backprop.validation import Configured, check_bool, check_positive_int


class DataLoader(Configured):
    """Iterate over ``dataset`` in batches (inputs, targets); each iteration is one epoch.

    Inputs and rows of targets are Tensors, class indices a list.

    With ``shuffle`` the examples have a new random order in each epoch. The last batch is shorter if the number does
    not divide, or left out with ``drop_last``.

    Each epoch draws what PyTorch's draws: an int64, which is for worker processes there, and for the order a
    ``randperm`` from ``rng`` and one more at the end of the examples; without ``rng`` it is from a new Generator whose
    seed is drawn from the default one.

    >>> data = Dataset([[n] for n in range(5)], list(range(5)))
    >>> [targets for _, targets in DataLoader(data, batch_size=2)]
    [[0, 1], [2, 3], [4]]
    >>> from backprop import Generator
    >>> loader = DataLoader(data, batch_size=3, shuffle=True, rng=Generator().manual_seed(0))
    >>> [targets for _, targets in loader], [targets for _, targets in loader]
    ([[3, 1, 0], [4, 2]], [[1, 4, 3], [2, 0]])
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
        generator(rng)
        self.rng = rng

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (1 if rest and not self.drop_last else 0)

    def __repr__(self) -> str:
        settings = f"batch_size={self.batch_size}, shuffle={self.shuffle}, drop_last={self.drop_last}"
        return f"{type(self).__name__}({self.dataset!r}, {settings})  # {len(self):,} batches"

    def __iter__(self) -> Iterator[tuple[Tensor, BatchTargets]]:
        randint(1, 0, 2**63, rng=self.rng)
        return self._batches()

    def _batches(self) -> Iterator[tuple[Tensor, BatchTargets]]:
        order = self._order() if self.shuffle else iter(range(len(self.dataset)))
        while indices := list(islice(order, self.batch_size)):
            if len(indices) == self.batch_size or not self.drop_last:
                yield as_tensors(self.dataset.batch(indices))

    def _order(self) -> Iterator[int]:
        rng = self.rng
        if rng is None:
            rng = Generator().manual_seed(randint(1, 0, 2**63)[0])
        yield from randperm(len(self.dataset), rng=rng)
        randperm(len(self.dataset), rng=rng)
