"""Datasets: examples that are asked for by their number, or that come one after the other."""

from __future__ import annotations

import math
import random
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from reprlib import repr as short
from typing import Any, Generic, TypeVar

from backprop.autograd import Tensor, as_tensor
from backprop.sampling import randperm

T_co = TypeVar("T_co", covariant=True)


class Dataset(Generic[T_co]):
    """Examples by their number: a subclass has ``__getitem__`` and, for loaders and splits, ``__len__``.

    ``__getitems__``, if there is one, gives the list of the examples with a list of numbers. ``a + b`` is a ConcatDataset.

    >>> class Squares(Dataset):
    ...     def __getitem__(self, index):
    ...         return Tensor([index]), index ** 2
    ...     def __len__(self):
    ...         return 4
    >>> from backprop.utils.data import DataLoader
    >>> for x, y in DataLoader(Squares(), batch_size=2):
    ...     print(x.shape, y)
    torch.Size([2, 1]) tensor([0, 1])
    torch.Size([2, 1]) tensor([4, 9])
    """

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(f"{type(self).__name__}: a subclass of Dataset has a __getitem__(self, index)")

    def __add__(self, other: Any) -> Dataset[Any]:
        return ConcatDataset([self, other])


class IterableDataset(Dataset[T_co]):
    """Examples in their order, as of a stream: a subclass has ``__iter__``. ``a + b`` is a ChainDataset.

    >>> class Countdown(IterableDataset):
    ...     def __iter__(self):
    ...         return iter([3, 2, 1])
    >>> from backprop.utils.data import DataLoader
    >>> list(DataLoader(Countdown(), batch_size=2))
    [tensor([3, 2]), tensor([1])]
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__}: a subclass of IterableDataset has an __iter__(self)")

    def __add__(self, other: Any) -> Dataset[Any]:
        return ChainDataset([self, other])


class TensorDataset(Dataset[Any]):
    """Example i is the tuple of the parts i of the ``tensors``, which have the same size along their first axis.

    Raises AssertionError for sizes that differ.

    >>> from backprop import arange
    >>> data = TensorDataset(arange(6).view(3, 2), Tensor([0.5, 1.5, 2.5]))
    >>> len(data), data[1]
    (3, (tensor([2, 3]), tensor(1.5000)))
    """

    def __init__(self, *tensors: Tensor) -> None:
        self.tensors = tuple([as_tensor(tensor, "TensorDataset") for tensor in tensors])
        sizes = [tensor.shape[:1] for tensor in self.tensors]
        if not all(sizes) or len(set(sizes)) != 1:
            raise AssertionError(
                "TensorDataset: the tensors have the same size along their first axis, got the shapes "
                + (", ".join([str(list(tensor.shape)) for tensor in self.tensors]) or "of none")
            )

    def __getitem__(self, index: Any) -> Any:
        return tuple([tensor[index] for tensor in self.tensors])

    def __len__(self) -> int:
        return self.tensors[0].shape[0]


class StackDataset(Dataset[Any]):
    """Example i is the tuple of the examples i of several datasets, or their dict where they are given by name.

    Raises ValueError for datasets of different lengths, for none, and for some with and some without a name.

    >>> StackDataset(x=[1, 2], y="ab")[1]
    {'x': 2, 'y': 'b'}
    """

    datasets: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if bool(args) == bool(kwargs):
            raise ValueError("StackDataset: needs datasets, all without a name or all with one")
        self.datasets = args or kwargs
        sizes = list(map(len, args or kwargs.values()))
        if len(set(sizes)) != 1:
            raise ValueError(f"StackDataset: the datasets have the same length, got the lengths {short(sizes)}")

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple([dataset[index] for dataset in self.datasets])

    def __len__(self) -> int:
        return len(next(iter(self.datasets.values())) if isinstance(self.datasets, dict) else self.datasets[0])


class ConcatDataset(Dataset[Any]):
    """The examples of several datasets, one dataset after the other.

    Raises AssertionError for none, and for an IterableDataset among them; ValueError for a number before the first.

    >>> joined = ConcatDataset(["ab", "cde"])
    >>> len(joined), joined[2], joined[-1], joined.cumulative_sizes
    (5, 'c', 'e', [2, 5])
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("ConcatDataset: needs at least one dataset")
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            raise AssertionError("ConcatDataset: an IterableDataset has no numbers; write ChainDataset(datasets)")
        self.cumulative_sizes = list(accumulate(map(len, self.datasets)))

    def __getitem__(self, index: int) -> Any:
        if index < 0:
            if -index > len(self):
                raise ValueError(f"ConcatDataset: an index is from {-len(self)} up, got {index}")
            index += len(self)
        place = bisect_right(self.cumulative_sizes, index)
        if place == len(self.datasets):
            raise IndexError(f"ConcatDataset: an index is below {len(self)}, got {index}")
        return self.datasets[place][index - (self.cumulative_sizes[place - 1] if place else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class ChainDataset(IterableDataset[Any]):
    """The examples of several IterableDatasets, one after the other.

    Raises TypeError for another dataset among them, when it is reached.
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def __iter__(self) -> Iterator[Any]:
        for dataset in self._streams():
            yield from dataset

    def __len__(self) -> int:
        return sum(map(len, self._streams()))

    def _streams(self) -> Iterator[Any]:
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise TypeError(f"ChainDataset: needs IterableDatasets, got a {type(dataset).__name__}")
            yield dataset


class Subset(Dataset[T_co]):
    """The examples of a ``dataset`` with these ``indices``, in this order.

    >>> part = Subset("abcde", [4, 0])
    >>> len(part), part[0], list(part)
    (2, 'e', ['e', 'a'])
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(dataset: Any, lengths: Sequence[float], generator: random.Random | None = None) -> list[Subset[Any]]:
    """Disjoint Subsets in random order, of these ``lengths``, which sum to that of the dataset, or of these fractions of it,
    which sum to 1; of a fraction the whole part is taken, and what is left goes to the first ones, one each.

    Raises ValueError for lengths of another sum. A Subset of length 0 is warned of.

    >>> from backprop import Generator
    >>> [list(part) for part in random_split(range(10), [0.7, 0.3], Generator().manual_seed(42))]
    [[2, 6, 1, 8, 4, 5, 0], [9, 3, 7]]
    """
    count = len(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        if not all(0 <= fraction <= 1 for fraction in lengths):
            raise ValueError(f"random_split: fractions are from 0 to 1, got {short(lengths)}")
        sizes = [math.floor(count * fraction) for fraction in lengths]
        for i in range(count - sum(sizes)):
            sizes[i % len(sizes)] += 1
        if 0 in sizes:
            warnings.warn(f"random_split: of {count} examples part {sizes.index(0)} gets none", stacklevel=2)
    elif sum(lengths) == count:
        sizes = [int(length) for length in lengths]
    else:
        raise ValueError(
            f"random_split: the lengths sum to {count}, the number of examples, or fractions to 1, got {short(lengths)}"
        )
    order = randperm(count, rng=generator)
    return [Subset(dataset, order[end - size : end]) for end, size in zip(accumulate(sizes), sizes)]
