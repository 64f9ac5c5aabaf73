"""Streams: examples that are never in memory together, read again in each epoch."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from reprlib import repr as short
from typing import Any

from backprop.autograd import Tensor
from backprop.datasets.schema import Classes, Name
from backprop.datasets.tables import TableExamples
from backprop.files import PathLike
from backprop.random import generator as default
from backprop.utils.data.dataset import IterableDataset
from backprop.validation import Configured, check_positive_int


class CSVStream(Configured, IterableDataset[Any]):
    """The examples of a text file, some lines at a time, as an IterableDataset: pairs (inputs, target).

    Each iteration opens the file again and keeps a few hundred lines of it in memory. The arguments are those of
    ``read_table``, except that the file must be a path; the ``schema`` is found by reading the file once. A target is the
    index of a class, or a Tensor of one number.

    Raises TypeError for an open file, which can be read only once, and ValueError as ``read_table`` does: at once for what
    is wrong with the table, and for what has changed since when it is read.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "table.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write("a,b,class\\n1,2,x\\n3,4,y\\n")
    >>> stream = CSVStream(path, "class")
    >>> stream.features, stream.classes, list(stream)
    (['a', 'b'], ['x', 'y'], [(tensor([1., 2.]), 0), (tensor([3., 4.]), 1)])
    >>> from backprop.utils.data import DataLoader
    >>> next(iter(DataLoader(stream, batch_size=2)))
    [tensor([[1., 2.],
            [3., 4.]]), tensor([0, 1])]
    """

    def __init__(
        self,
        path: PathLike,
        target: Name,
        *,
        ignore: Sequence[Name] = (),
        kinds: Mapping[Any, str] | None = None,
        classes: Classes = None,
        missing: str = "fill",
        delimiter: str | None = None,
        header: bool | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
    ) -> None:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"CSVStream: needs a path, since an open file can be read only once, got {short(path)}")
        self._path = path
        self._examples = TableExamples(
            "CSVStream",
            path,
            target,
            ignore=ignore,
            kinds=kinds,
            classes=classes,
            missing=missing,
            delimiter=delimiter,
            header=header,
            decimal=decimal,
            encoding=encoding,
        )
        self.schema = self._examples.schema
        self.features, self.classes = self.schema.features, list(self.schema.classes)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({os.fspath(self._path)!r}, {self.schema.target!r})"

    def __iter__(self) -> Iterator[tuple[Tensor, int | Tensor]]:
        for row, target in self._examples:
            yield Tensor(row), target if isinstance(target, int) else Tensor(target)


class BufferedShuffleDataset(Configured, IterableDataset[Any]):
    """The examples of an IterableDataset in random order, as random as ``buffer_size`` examples in memory allow.

    A random example of the buffer is yielded, and the next one of the ``dataset`` replaces it. So no example is moved
    forward by ``buffer_size`` or more; 1 keeps the order, and a buffer for all examples is a full shuffle.

    Raises TypeError for another dataset: one that is in memory is shuffled by ``DataLoader(dataset, shuffle=True)``.

    >>> class Numbers(IterableDataset):
    ...     def __iter__(self):
    ...         return iter(range(8))
    >>> numbers = BufferedShuffleDataset(Numbers(), 3, generator=random.Random(0))
    >>> list(numbers), list(numbers)
    ([0, 1, 2, 4, 5, 3, 6, 7], [2, 3, 1, 0, 4, 6, 5, 7])
    """

    def __init__(
        self, dataset: IterableDataset[Any], buffer_size: int, *, generator: random.Random | None = None
    ) -> None:
        if not isinstance(dataset, IterableDataset):
            raise TypeError(
                f"BufferedShuffleDataset: needs an IterableDataset, got a {type(dataset).__name__}; "
                "write DataLoader(dataset, shuffle=True)"
            )
        check_positive_int("BufferedShuffleDataset", buffer_size=buffer_size)
        self.dataset, self.buffer_size, self.generator = dataset, buffer_size, default(generator)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.dataset!r}, {self.buffer_size})"

    def __len__(self) -> int:
        return len(self.dataset)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Any]:
        # One draw for each epoch: the same state of the generator gives the same order, whatever else is drawn from it
        # meanwhile.
        return self._shuffled(random.Random(self.generator.getrandbits(64)))

    def _shuffled(self, rng: random.Random) -> Iterator[Any]:
        buffer: list[Any] = []
        for example in self.dataset:
            if len(buffer) < self.buffer_size:
                buffer.append(example)
            else:
                i = rng.randrange(len(buffer))
                yield buffer[i]
                buffer[i] = example
        rng.shuffle(buffer)
        yield from buffer
