"""Streams: examples that are never in memory together, read again in each epoch and yielded in batches."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from reprlib import repr as short

from backprop.autograd import Tensor
from backprop.datasets.tables import Classes, Table
from backprop.files import PathLike
from backprop.random import generator
from backprop.utils.data.dataset import BatchTargets, Dataset, Example, as_tensors, collate
from backprop.validation import Configured, check_bool, check_positive_int


class CSVStream(Configured):
    """The examples of a text file, line by line: pairs (row, target), for a StreamLoader.

    Each iteration opens the file again and keeps one line of it in memory. The arguments are those of ``read_csv``,
    except that the file must be a path; classes that are not given are found by reading the file once. A target is the
    index of a class, or [number].

    Raises TypeError for an open file, which can be read only once, and ValueError as ``read_csv`` does: at once for the
    header, and for a line when it is read.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "table.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write("a,b,class\\n1,2,0\\n3,4,1\\n")
    >>> stream = CSVStream(path, "class")
    >>> stream.features, stream.classes, list(stream)
    (['a', 'b'], ['0', '1'], [([1.0, 2.0], 0), ([3.0, 4.0], 1)])
    """

    def __init__(self, path: PathLike, target: str | int, *, classes: Classes = None, delimiter: str = ",") -> None:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"CSVStream: needs a path, since an open file can be read only once, got {short(path)}")
        self._arguments = ("CSVStream", path, target, classes, delimiter)
        table = Table(*self._arguments)
        self.features, self.classes = table.features, table.class_names(table)

    def __repr__(self) -> str:
        _, path, target, *_ = self._arguments
        return f"{type(self).__name__}({os.fspath(path)!r}, {target!r})"

    def __iter__(self) -> Iterator[Example]:
        table = Table(*self._arguments)
        parse_target = table.target_parser(self.classes)
        for line, row, text in table:
            yield row, parse_target(line, text)


class StreamLoader(Configured):
    """A DataLoader for data larger than memory: iterate over ``examples`` in batches (inputs, targets).

    ``examples`` yields pairs (row, target) each time it is iterated over: a CSVStream, or an object of your own with
    ``__iter__``. A target is a class index (an int) or a row of numbers. Only a batch and the ``shuffle_buffer`` of n
    examples are in memory. A random example of the buffer is yielded, and the next one of the stream replaces it. So no
    example is moved forward by n or more; 1 keeps the order, and a buffer for all examples is a full shuffle. The last
    batch is shorter if the number does not divide, or left out with ``drop_last``.

    Raises TypeError for an iterator, which is used up after one epoch, and for an example that is not such a pair.

    >>> examples = [([n], n) for n in range(5)]
    >>> [targets for _, targets in StreamLoader(examples, batch_size=2)]
    [[0, 1], [2, 3], [4]]
    >>> loader = StreamLoader(examples, batch_size=2, shuffle_buffer=3, rng=random.Random(0))
    >>> [targets for _, targets in loader], [targets for _, targets in loader]
    ([[0, 1], [3, 4], [2]], [[2, 3], [4, 0], [1]])
    """

    def __init__(
        self,
        examples: Iterable[Example],
        batch_size: int = 1,
        shuffle_buffer: int = 1,
        drop_last: bool = False,
        *,
        rng: random.Random | None = None,
    ) -> None:
        if isinstance(examples, Dataset):
            raise TypeError("StreamLoader: a Dataset is in memory; use DataLoader(dataset, batch_size=…)")
        if not isinstance(examples, Iterable):
            raise TypeError(f"StreamLoader: examples are pairs of (row, target), got a {type(examples).__name__}")
        if iter(examples) is examples:
            raise TypeError(
                f"StreamLoader: a {type(examples).__name__} is used up after one epoch; it needs an object whose "
                "__iter__ starts again, such as CSVStream(path, target)"
            )
        check_positive_int("StreamLoader", batch_size=batch_size, shuffle_buffer=shuffle_buffer)
        check_bool("StreamLoader", drop_last=drop_last)
        self.examples, self.batch_size, self.shuffle_buffer = examples, batch_size, shuffle_buffer
        self.drop_last, self.rng = drop_last, generator(rng)

    def __repr__(self) -> str:
        """The settings, and the examples if they have a short repr."""
        examples = repr(self.examples) if isinstance(self.examples, CSVStream) else type(self.examples).__name__
        settings = f"batch_size={self.batch_size}, shuffle_buffer={self.shuffle_buffer}, drop_last={self.drop_last}"
        return f"{type(self).__name__}({examples}, {settings})"

    def __iter__(self) -> Iterator[tuple[Tensor, BatchTargets]]:
        examples = self._shuffled() if self.shuffle_buffer > 1 else iter(self.examples)
        while batch := list(islice(examples, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield as_tensors(collate("StreamLoader", batch))

    def _shuffled(self) -> Iterator[Example]:
        """Each example once, in an order as random as the buffer allows."""
        # One draw for each epoch: the same state of rng gives the same order, whatever else is drawn from rng
        # meanwhile.
        rng = random.Random(self.rng.getrandbits(64))
        buffer: list[Example] = []
        for example in self.examples:
            if len(buffer) < self.shuffle_buffer:
                buffer.append(example)
            else:
                i = rng.randrange(len(buffer))
                yield buffer[i]
                buffer[i] = example
        rng.shuffle(buffer)
        yield from buffer
