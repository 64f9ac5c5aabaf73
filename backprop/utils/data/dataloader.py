"""DataLoader: the batches of a dataset, in a new order in each epoch."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import cycle
from operator import index as as_int
from typing import Any, Callable, Generic, TypeVar

from backprop.random import Generator, drawing_from
from backprop.sampling import randint
from backprop.utils.data.collate import default_collate, default_convert
from backprop.utils.data.dataset import Dataset, IterableDataset, Subset, TensorDataset
from backprop.utils.data.sampler import BatchSampler, RandomSampler, SequentialSampler
from backprop.validation import Configured, check_bool, check_positive_int

T_co = TypeVar("T_co", covariant=True)


class DataLoader(Configured, Generic[T_co]):
    """Iterate over ``dataset`` in batches; each iteration is one epoch.

    A batch is what ``collate_fn``, by default ``default_collate``, makes of the list of its examples: of pairs (x, y) of
    Tensors or numbers it is a list of two Tensors. The examples come in order, with ``shuffle`` in a random order, or in
    that of a ``sampler`` of indices or a ``batch_sampler`` of lists of them. The last batch is shorter if the number does
    not divide, or left out with ``drop_last``. With ``batch_size=None`` the examples come one by one. An IterableDataset
    has its own order.

    Each epoch draws what PyTorch's draws: an int64 from ``generator`` and what the sampler draws. All is done in this
    process, whatever the settings of workers and of memory; but with ``num_workers`` the batches take turns with as many
    generators, seeded by that int64, in place of the default one, so that examples that are random are PyTorch's.

    Raises ValueError for settings that exclude each other.

    >>> from backprop import Generator, arange
    >>> data = TensorDataset(arange(10).view(5, 2), arange(5))
    >>> for x, y in DataLoader(data, batch_size=3):
    ...     print(x.tolist(), y)
    [[0, 1], [2, 3], [4, 5]] tensor([0, 1, 2])
    [[6, 7], [8, 9]] tensor([3, 4])
    >>> loader = DataLoader(data, batch_size=3, shuffle=True, generator=Generator().manual_seed(0))
    >>> [y.tolist() for x, y in loader], [y.tolist() for x, y in loader]
    ([[3, 1, 0], [4, 2]], [[1, 4, 3], [2, 0]])
    """

    def __init__(
        self,
        dataset: Dataset[T_co],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Sequence[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: random.Random | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        is_stream = isinstance(dataset, IterableDataset)
        if not is_stream and not hasattr(dataset, "__getitem__"):
            raise TypeError(f"DataLoader: needs a Dataset, which has a __getitem__, got a {type(dataset).__name__}")
        if shuffle not in (None, 0, 1):
            check_bool("DataLoader", shuffle=shuffle)
        check_bool("DataLoader", pin_memory=pin_memory, drop_last=drop_last)
        check_bool("DataLoader", persistent_workers=persistent_workers, in_order=in_order)
        check_positive_int("DataLoader", 0, num_workers=num_workers)
        orders = {"shuffle": bool(shuffle), "sampler": sampler is not None, "batch_sampler": batch_sampler is not None}
        given = [name for name, is_given in {**orders, "an IterableDataset": is_stream}.items() if is_given]
        if len(given) > 1:
            raise ValueError(f"DataLoader: the order comes from one of these, got {' and '.join(given)}")
        if batch_sampler is not None and (batch_size != 1 or drop_last):
            raise ValueError("DataLoader: a batch_sampler makes the batches; leave batch_size and drop_last out")
        if batch_sampler is not None:
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError("DataLoader: drop_last needs a batch_size")
        if batch_size is not None:
            check_positive_int("DataLoader", batch_size=batch_size)
        examples: Any = dataset
        if sampler is None and not is_stream:
            sampler = RandomSampler(examples, generator=generator) if shuffle else SequentialSampler(examples)
        if batch_size is not None and sampler is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        if collate_fn is None:
            collate_fn = default_convert if batch_size is None and batch_sampler is None else default_collate
        self.dataset, self.batch_size, self.drop_last = examples, batch_size, drop_last
        self.sampler, self.batch_sampler, self.generator = sampler, batch_sampler, generator
        self.collate_fn, self.num_workers, self.pin_memory = collate_fn, num_workers, pin_memory
        self.persistent_workers = persistent_workers
        self._workers: list[Generator] = []

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        if isinstance(self.dataset, IterableDataset):
            return len(self._batches(range(len(self.dataset))))  # type: ignore[arg-type]
        order: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        return len(order)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.dataset!r}, batch_size={self.batch_size}, drop_last={self.drop_last})"

    def __iter__(self) -> Iterator[Any]:
        is_stream = isinstance(self.dataset, IterableDataset)
        order: Any = self.sampler if self.batch_sampler is None else self.batch_sampler
        indices = None if is_stream else iter(order)
        if not (self._workers and self.persistent_workers):
            seed = randint(1, 0, 2**63, rng=self.generator)[0]
            self._workers = [Generator().manual_seed(seed + number) for number in range(self.num_workers)]
        if indices is None:
            return map(self.collate_fn, self._batches(iter(self.dataset)))
        load = self._example if self.batch_sampler is None else self._batch
        return map(partial(_drawn_from, load), cycle(self._workers), indices) if self._workers else map(load, indices)

    def _batches(self, examples: Any) -> Any:
        return examples if self.batch_size is None else BatchSampler(examples, self.batch_size, self.drop_last)

    def _example(self, index: Any) -> Any:
        return self.collate_fn(self.dataset[index])

    def _batch(self, indices: Sequence[Any]) -> Any:
        dataset = self.dataset
        while type(dataset) is Subset:
            dataset, indices = dataset.dataset, [dataset.indices[i] for i in indices]
        if hasattr(dataset, "__getitems__"):
            return self.collate_fn(dataset.__getitems__(indices))
        if self.collate_fn is default_collate and type(dataset).__getitem__ is TensorDataset.__getitem__:
            places = list(map(as_int, indices))
            return [tensor[places] for tensor in dataset.tensors]  # the examples stacked, in one go
        return self.collate_fn([dataset[i] for i in indices])


def _drawn_from(load: Callable[[Any], Any], worker: Generator, indices: Any) -> Any:
    with drawing_from(worker):
        return load(indices)


def get_worker_info() -> None:
    """None: no other process loads examples."""
