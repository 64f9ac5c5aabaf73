"""Samplers: the order in which a loader asks for examples, drawn as PyTorch draws it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import chain, islice, repeat
from typing import Any, Generic, TypeVar

from backprop.autograd import as_tensor
from backprop.random import Generator
from backprop.sampling import multinomial, randint, randperm
from backprop.validation import check_bool, check_positive_int

T_co = TypeVar("T_co", covariant=True)


class Sampler(Generic[T_co]):
    """Indices of examples, or lists of them: a subclass has ``__iter__`` and, for ``len(loader)``, ``__len__``."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__}: a subclass of Sampler has an __iter__(self)")


class SequentialSampler(Sampler[int]):
    """0, 1, …, len(data_source) − 1.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """All indices in random order, and again until there are ``num_samples``; with ``replacement`` each is drawn from all.

    Without a ``generator`` they come from a new Generator, whose seed is drawn from the default one. After the last whole
    order there is always one more draw, of which the rest is taken, as in PyTorch.

    Raises ValueError unless num_samples is an int from 1 up, as the length of the data is.

    >>> from backprop import Generator
    >>> generator = Generator().manual_seed(0)
    >>> list(RandomSampler(range(5), generator=generator))
    [4, 0, 1, 3, 2]
    >>> list(RandomSampler(range(5), replacement=True, num_samples=8, generator=generator))
    [2, 3, 1, 1, 1, 4, 3, 1]
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: random.Random | None = None,
    ) -> None:
        check_bool("RandomSampler", replacement=replacement)
        self.data_source, self.replacement = data_source, replacement
        self._num_samples, self.generator = num_samples, generator
        check_positive_int("RandomSampler", num_samples=self.num_samples)

    @property
    def num_samples(self) -> int:
        """How many indices there are."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        count, rng = len(self.data_source), self.generator
        if rng is None:
            rng = Generator().manual_seed(randint(1, 0, 2**63)[0])
        at_once = 32 if self.replacement else count
        whole, rest = divmod(self.num_samples, at_once)
        for size in chain(repeat(at_once, whole), [rest]):
            yield from randint(size, 0, count, rng=rng) if self.replacement else randperm(count, rng=rng)[:size]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """These ``indices`` in random order.

    >>> from backprop import Generator
    >>> list(SubsetRandomSampler([10, 20, 30], Generator().manual_seed(0)))
    [30, 10, 20]
    """

    def __init__(self, indices: Sequence[int], generator: random.Random | None = None) -> None:
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        for i in randperm(len(self.indices), rng=self.generator):
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """``num_samples`` indices, i with a probability in proportion to ``weights[i]``; without ``replacement`` each once.

    Raises ValueError unless the weights are along one axis and num_samples is an int from 1 up.

    >>> from backprop import Generator
    >>> list(WeightedRandomSampler([0.1, 0.9, 0.4, 0.7], 5, generator=Generator().manual_seed(0)))
    [3, 3, 1, 3, 2]
    """

    def __init__(
        self, weights: Any, num_samples: int, replacement: bool = True, generator: random.Random | None = None
    ) -> None:
        check_positive_int("WeightedRandomSampler", num_samples=num_samples)
        check_bool("WeightedRandomSampler", replacement=replacement)
        self.weights = as_tensor(weights, "WeightedRandomSampler: weights").double()
        if len(self.weights.shape) != 1:
            raise ValueError(f"WeightedRandomSampler: weights have one axis, got the shape {list(self.weights.shape)}")
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        yield from multinomial(
            self.weights.tolist(), self.num_samples, self.replacement, rng=self.generator, double=True
        )

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The indices of a ``sampler`` in lists of ``batch_size``; a last one that is shorter is left out with ``drop_last``.

    >>> list(BatchSampler(SequentialSampler("abcde"), 2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        check_positive_int("BatchSampler", batch_size=batch_size)
        check_bool("BatchSampler", drop_last=drop_last)
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while batch := list(islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        whole, rest = divmod(len(self.sampler), self.batch_size)  # type: ignore[arg-type]
        return whole + (1 if rest and not self.drop_last else 0)
