"""Tables as datasets: one column of a text file has the targets, all others the inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import isfinite, nan
from reprlib import repr as short
from typing import Any, Callable, TextIO, Union

from backprop.autograd import Tensor
from backprop.datasets.csv_lines import CSVLines
from backprop.files import PathLike
from backprop.matrix import trusted
from backprop.nn.functional.targets import is_classes
from backprop.utils.data.labeled import LabeledDataset

Classes = Union[bool, Sequence[str], None]
Line = tuple[int, list[float], str]

_MISSING = frozenset(("", "?", "NA", "nan", "NaN"))
_MAX_NAMES = 20  # in one message


def read_csv(
    file: PathLike | TextIO,
    target: str | int,
    *,
    ignore: Sequence[str] = (),
    classes: Classes = None,
    delimiter: str = ",",
) -> LabeledDataset:
    r"""A LabeledDataset from a text file with one example a line: targets from the column ``target``, inputs from all others.

    A target given by name belongs to a file with a header, its first line. The other names become ``features``, except
    for those to ``ignore``, whose columns may hold anything. A target given by number, from 0 on or from -1 backwards,
    belongs to a file without a header. ``file`` is a path, read as UTF-8, or an open text file such as ``sys.stdin``.
    Empty lines are skipped.

    - ``classes=True`` makes each different text of the target column a class, sorted by name, or by value if all are
      ints. A list of names gives the classes in their order.
    - ``classes=False`` makes the targets floats, one column of them.
    - ``classes=None`` decides: texts are classes, and so are numbers if all are ints; other numbers are floats. For a
      quantity whose values happen to be ints write ``False``.

    Raises ValueError with line and column for a missing value (nothing, ?, NA or nan), for an input that is not a
    finite number and for a target that is not of the kind of the others; with the line, for another number of cells;
    and for a header with an empty or repeated name, an unknown column, a file without examples or a file that is not
    text.

    >>> import io
    >>> flowers = io.StringIO("length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n4.9,3.0,setosa\n")
    >>> data = read_csv(flowers, "species")
    >>> data.inputs, data.targets, data.classes, data.features
    (tensor([[5.1000, 3.5000],
            [7.0000, 3.2000],
            [4.9000, 3.0000]]), tensor([0, 1, 0]), ['setosa', 'versicolor'], ['length', 'width'])
    >>> read_csv(io.StringIO("1,2,0.5\n3,4,1\n"), -1).targets
    tensor([[0.5000],
            [1.0000]])
    >>> read_csv(io.StringIO("1,2,0.5\n3,?,1\n"), -1)
    Traceback (most recent call last):
    ValueError: read_csv: the open file, line 2, column 2: '?' is a missing value
    """
    table = Table("read_csv", file, target, classes, delimiter, ignore=ignore)
    examples = list(table)
    names = table.class_names(examples)
    parse_target = table.target_parser(names)
    targets = [parse_target(line, text) for line, _, text in examples]
    return LabeledDataset(trusted([row for _, row, _ in examples]), targets, names, table.features)


def read_inputs(file: PathLike | TextIO, features: Sequence[str] | Sequence[int], *, delimiter: str = ",") -> Tensor:
    r"""The inputs of a text file with one example a line: the columns ``features`` in their order, as floats.

    Features given by name belong to a file with a header, its first line; features given by number to a file without
    one. All other columns may hold anything, and there need not be targets. ``file`` and the errors are those of
    ``read_csv``.

    >>> import io
    >>> read_inputs(io.StringIO("width,species,length\n3.5,setosa,5.1\n3.2,,7.0\n"), ["length", "width"])
    tensor([[5.1000, 3.5000],
            [7.0000, 3.2000]])
    """
    if not _are_names(features) and not _are_numbers(features):
        raise ValueError(f"read_inputs: features are a list of names or a list of numbers, got {short(features)}")
    return Tensor([row for _, row, _ in Table("read_inputs", file, None, False, delimiter, features=features)])


class Table:
    """One pass through a file: it reads the header at once, then yields (line, inputs, text of the target).

    The inputs are the ``features`` if these are given, with the text "" for the target; otherwise all columns except
    for the target and those to ``ignore``.
    """

    def __init__(
        self,
        caller: str,
        file: PathLike | TextIO,
        target: str | int | None,
        classes: Classes,
        delimiter: str,
        *,
        ignore: Sequence[str] = (),
        features: Sequence[str] | Sequence[int] = (),
    ) -> None:
        if not features and not isinstance(target, str) and type(target) is not int:
            raise TypeError(f"{caller}: the target is the name of a column or its number, got {short(target)}")
        if classes is not None and not isinstance(classes, bool) and not _are_names(classes):
            raise ValueError(f"{caller}: classes are True, False, None or a list of names, got {short(classes)}")
        if ignore and not (_are_names(ignore) and isinstance(target, str)):
            raise ValueError(f"{caller}: ignore is a list of names, for a target with a name, got {short(ignore)}")
        self._classes = classes
        lines = CSVLines(caller, file, delimiter)
        self._name, self._lines = lines.name, iter(lines)
        first = next(self._lines, None)
        if first is None:
            raise ValueError(f"{self._name} is empty")
        header = [cell.strip() for cell in first[1]]
        width = len(header)
        named = isinstance(features[0] if features else target, str)
        if named:
            name, count = Counter(header).most_common(1)[0]
            if count > 1:
                raise ValueError(f"{self._name} has {count} columns of the name {short(name)}")
            if "" in header:
                raise ValueError(f"{self._name}, column {header.index('') + 1} has no name")
            self._columns = list(map(short, header))
            self._indices: dict[Any, int] = {name: index for index, name in enumerate(header)}
            more = f" and {width - _MAX_NAMES:,} more" if width > _MAX_NAMES else ""
            self._known = f"it has {', '.join(self._columns[:_MAX_NAMES])}{more}"
        else:
            self._columns = [str(number) for number in range(1, width + 1)]
            self._indices = {number: number % width for number in range(-width, width)}
            self._known = f"they are numbered 0 to {width - 1}"
            self._lines = chain([first], self._lines)
        self._target: Any = None if target is None else self._column_index(target)
        skipped = {self._target, *map(self._column_index, ignore)}
        self._inputs = [*map(self._column_index, features)] or [i for i in range(width) if i not in skipped]
        if not self._inputs:
            raise ValueError(f"{self._name} has no column but the target{' and those to ignore' if ignore else ''}")
        self.features = [header[i] for i in self._inputs] if named else []

    def _column_index(self, column: str | int) -> int:
        if column not in self._indices:
            others = [mark for mark in ";\t|" if mark in self._columns[0]] if len(self._columns) == 1 else []
            advice = f"; write delimiter={others[0]!r}" if others else ""
            raise ValueError(f"{self._name} has no column {short(column)}; {self._known}{advice}")
        return self._indices[column]

    def __iter__(self) -> Iterator[Line]:
        line, text = None, ""
        for line, cells in self._lines:
            if len(cells) != len(self._columns):
                raise ValueError(f"{self._name}, line {line} has {len(cells)} cells, the first {len(self._columns)}")
            if self._target is not None:
                text = cells[self._target].strip()
                if text in _MISSING:
                    raise self._refused(line, self._target, text)
            row = [_number(cells[i]) for i in self._inputs]
            if not all(map(isfinite, row)):
                index = self._inputs[list(map(isfinite, row)).index(False)]
                raise self._refused(line, index, cells[index])
            yield line, row, text
        if line is None:
            raise ValueError(f"{self._name} has no examples below its header")

    def class_names(self, examples: Iterable[Line]) -> list[str]:
        """The classes in their order; empty if the targets are numbers."""
        if isinstance(self._classes, Sequence):
            return list(self._classes)
        if self._classes is False:
            return []
        names: dict[str, None] = {}
        for line, _, text in examples:
            if self._classes is None and text not in names:
                is_number, before = _is(float, text), next(iter(names), text)
                if is_number != _is(float, before):
                    raise ValueError(
                        f"{self._where(line, self._target)}: {short(text)} and {short(before)} before it are a number "
                        "and a text; classes=True makes a class of either"
                    )
                if is_number and not _is(int, text):
                    return []
            names[text] = None
        ordered = sorted(names)
        return sorted(ordered, key=int) if all(_is(int, name) for name in names) else ordered

    def target_parser(self, names: Sequence[str]) -> Callable[[int, str], int | list[float]]:
        """A function from the number of a line and its text to the target: the index of a class, or [number]."""
        index = {name: k for k, name in enumerate(names)}

        def class_index(line: int, text: str) -> int:
            if text in index:
                return index[text]
            raise ValueError(
                f"{self._where(line, self._target)}: {short(text)} is not one of the classes {short(names)}"
            )

        def quantity(line: int, text: str) -> list[float]:
            x = _number(text)
            if isfinite(x):
                return [x]
            raise self._refused(line, self._target, text)

        return class_index if names else quantity

    def _where(self, line: int, index: int) -> str:
        return f"{self._name}, line {line}, column {self._columns[index]}"

    def _refused(self, line: int, index: int, cell: str) -> ValueError:
        what = "a missing value" if cell.strip() in _MISSING else "not a finite number"
        if line == 1:
            what += "; where there is a header, columns are given by their names"
        return ValueError(f"{self._where(line, index)}: {short(cell)} is {what}")


def _number(cell: str) -> float:
    """The number; NaN for any other text."""
    try:
        return float(cell)
    except ValueError:
        return nan


def _is(kind: Callable[[str], object], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def _are_names(names: Any) -> bool:
    """Whether these are different non-empty texts, at least one."""
    return (
        isinstance(names, (list, tuple))
        and all(isinstance(name, str) and name for name in names)
        and 0 < len(set(names)) == len(names)
    )


def _are_numbers(numbers: Any) -> bool:
    """Whether these are different ints, at least one."""
    return is_classes(numbers) and 0 < len(set(numbers)) == len(numbers)
