"""The schema of a table: what each column was taken for, and so how its rows become inputs and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cached_property
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Tensor
from backprop.datasets.cells import number, numbers
from backprop.datasets.columns import LEFT_OUT, MOST_VALUES, Column, Profile, listed
from backprop.datasets.table_file import Source, TableFile
from backprop.matrix import trusted

Classes = Union[bool, Sequence[str], None]
Name = Union[str, int]

_MOST_NAMES, _MOST_PROBLEMS = 20, 5  # in one message
_MOST_CLASSES = 20  # that whole numbers are taken for unasked


@dataclass(frozen=True)
class Schema:
    """What the columns of a table were taken for; ``print(schema)`` tells.

    ``columns`` are all but that of the ``target``, whose targets are the indices of ``classes``, or numbers where there
    are none. Without a ``header`` the names are numbers from 0. ``missing`` is "fill" or "refuse", which is what happens
    to cells with nothing in them. ``layout`` says how the file was understood, and ``without_target`` how many rows were
    left out for having none.
    """

    columns: tuple[Column, ...]
    target: str
    classes: tuple[str, ...]
    header: bool = True
    missing: str = "fill"
    layout: str = ""
    without_target: int = 0

    @property
    def inputs(self) -> list[Column]:
        """The columns of which inputs are made."""
        return [column for column in self.columns if column.is_input]

    @property
    def features(self) -> list[str]:
        """The names of the inputs."""
        return [feature for column in self.inputs for feature in column.features]

    def __str__(self) -> str:
        lines = [("column", "taken for", "note"), *(column.describe() for column in self.columns)]
        kind = f"{len(self.classes)} classes: {listed(self.classes)}" if self.classes else "a quantity"
        left_out = f"{_count(self.without_target, 'row')} without it left out" if self.without_target else ""
        lines.append((self.target, f"target, {kind}", left_out))
        shown = [[cell if cell.isprintable() else repr(cell)[1:-1] for cell in line] for line in lines]
        widths = [max(map(len, cells)) for cells in zip(*shown)]
        return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in shown)

    def read_inputs(self, file: Source, **dialect: Any) -> tuple[Tensor, list[str]]:
        """The inputs of the table in ``file``, and a sentence on each column with cells that are missing or strange.

        The columns are found by their names, without a header by their numbers; all others may hold anything, and there
        need not be targets. ``dialect`` is that of ``read_table``.

        Raises ValueError where columns are not there, and where cells are missing that are to be refused.
        """
        if not self.header and dialect.get("header") is None:
            dialect["header"] = False
        table = TableFile(
            "read_inputs", file, [column.name for column in self.inputs] if self.header else (), **dialect
        )
        places = self._places(table)
        notes = [_Notes() for _ in self.inputs]
        problems: list[str] = []
        rows = [row for _, columns in table.chunks(problems) for row in self.encode(columns, places, table, notes)]
        if self.missing == "refuse":
            for column, note in zip(self.inputs, notes):
                if note.missing:
                    problems.append(
                        f"column {short(column.name)} has {_count(note.missing, 'missing cell')}; fill them"
                    )
        refuse(table.name, problems)
        if not rows:
            raise ValueError(f"{table.name} has no rows below its header")
        said = [sentence for column, note in zip(self.inputs, notes) for sentence in note.sentences(column)]
        return Tensor(trusted(rows)), said

    def encode(
        self, columns: Sequence[Sequence[str]], places: Sequence[int], table: TableFile, notes: Sequence[_Notes] = ()
    ) -> list[list[float]]:
        """The rows of inputs that some rows of cells become, given column by column."""
        made: list[list[float]] = []
        for k, (column, place) in enumerate(zip(self.inputs, places)):
            own, unknown, missing = column.encode(columns[place], table.dialect.decimal)
            made += own
            if notes:
                notes[k].add(unknown, missing)
        return list(map(list, zip(*made)))

    def targets_of(self, cells: Sequence[str], decimal: str) -> list[Any]:
        """For each cell the index of its class, or [number]; None for one that is neither."""
        if not self.classes:
            return [[x] if x == x else None for x in numbers(cells, decimal)]
        known = self._indices
        return [known[cell] if cell in known else known.get(label(cell, decimal)) for cell in cells]

    @cached_property
    def _indices(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.classes)}

    def _places(self, table: TableFile) -> list[int]:
        """Where the inputs stand in another table."""
        if self.header:
            refuse(table.name, [no_column(c.name, table) for c in self.inputs if c.name not in table.names])
            return table.places(column.name for column in self.inputs)
        width, target = len(self.columns) + 1, int(self.target)
        if table.width < width - 1:
            raise ValueError(f"{table.name} has {table.width} columns, and the model needs {width - 1}")
        # Without a column for the target those behind it stand one place before.
        missing = table.width == width - 1
        return [int(column.name) - (missing and int(column.name) > target) for column in self.inputs]

    @classmethod
    def from_json(cls, parts: Any) -> Schema:
        """The schema whose ``dataclasses.asdict`` is ``parts``, as JSON has it; ValueError for anything else."""
        own = _typed(cls, parts)
        schema = cls(**{**own, "columns": tuple(Column(**_typed(Column, column)) for column in own["columns"])})
        names = [schema.target, *(column.name for column in schema.columns)]
        for fits, rule in (
            (len(set(names)) == len(names), "columns have different names"),
            (
                schema.header or all(name.isdecimal() and len(name) < 10 for name in names),
                "columns without a header have numbers",
            ),
            (len(set(schema.classes)) == len(schema.classes) != 1, "classes are two and more, or none"),
            (schema.missing in ("fill", "refuse"), "missing cells are filled or refused"),
            (all(column.fits for column in schema.columns), "columns are of a kind, with what belongs to it"),
            (any(column.is_input for column in schema.columns), "one column or more is an input"),
        ):
            if not fits:
                raise ValueError(f"a schema is needed, in which {rule}")
        return schema


_JSON: dict[Any, Any] = {"str": str, "float": (float, int), "int": int, "bool": bool}


def _typed(kind: type, parts: Any) -> dict[str, Any]:
    """The fields of a dataclass from JSON, each of its type."""
    types = {field.name: field.type for field in fields(kind)}
    if not isinstance(parts, dict) or parts.keys() != types.keys():
        raise ValueError(f"a {kind.__name__} has {', '.join(types)}, got {short(parts)}")
    for name, value in parts.items():
        type_name = types[name]
        if type_name in _JSON:
            fits = isinstance(value, _JSON[type_name]) and (type_name == "bool") is isinstance(value, bool)
        else:
            fits = isinstance(value, list) and (
                type_name != "tuple[str, ...]" or all(isinstance(x, str) for x in value)
            )
        if not fits:
            raise ValueError(f"{name} of a {kind.__name__} is a {type_name}, got {short(value)}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in parts.items()}


class _Notes:
    """What is to be said of the cells of a column that the schema has not seen."""

    def __init__(self) -> None:
        self.missing = self.unknown = 0
        self.first = ""

    def add(self, unknown: Sequence[str], missing: int) -> None:
        self.first = self.first or next(iter(unknown), "")
        self.unknown += len(unknown)
        self.missing += missing

    def sentences(self, column: Column) -> Iterator[str]:
        if self.unknown:
            yield (
                f"{short(column.name)}: {_count(self.unknown, 'cell')} not among what was learned, "
                f"{column.learned()}, as {short(self.first)}"
            )
        if self.missing:
            yield f"{short(column.name)}: {_count(self.missing, 'missing cell')} filled"


def understand(
    table: TableFile,
    target: Name,
    *,
    ignore: Sequence[Name] = (),
    kinds: Mapping[Any, str],
    classes: Classes = None,
    missing: str = "fill",
) -> Schema:
    """The schema of a table, found in one pass; ``read_table`` says what the settings are.

    Raises ValueError with all that is wrong with the table.
    """
    problems: list[str] = []
    asked: dict[int, str] = {}
    for column, kind in [*kinds.items(), *((name, "ignore") for name in ignore)]:
        asked[find_column(column, table, problems)] = kind
    own = find_column(target, table, problems)
    refuse(table.name, problems)
    if own in asked:
        raise ValueError(f"{table.name}: column {short(target)} is the target, and cannot be of another kind")
    profiles = [Profile(name) for name in table.names]
    decimal = table.dialect.decimal
    for lines, chunk in table.chunks(problems):
        for profile, cells in zip(profiles, chunk):
            profile.update(lines, cells, decimal)
    answers = profiles.pop(own)
    if not answers.present and not sum(answers.missing.values()):
        problems.append("it has no examples below its header" if table.dialect.header else "it has no rows")
        refuse(table.name, problems)
    kinds_asked = [asked.get(k) for k in range(table.width) if k != own]
    made = [profile.column(kind, decimal) for profile, kind in zip(profiles, kinds_asked)]
    columns = [column for column in made if isinstance(column, Column)]
    problems += [sentence for sentence in made if isinstance(sentence, str)]
    if not any(column.is_input for column in columns):
        # What only counts is better than nothing.
        columns = [replace(c, kind="number", note="") if c.kind == "id" and c.counts else c for c in columns]
    if not problems and not any(column.is_input for column in columns):
        reasons = ", ".join(f"{short(c.name)} is {LEFT_OUT[c.kind]}" for c in columns[:_MOST_NAMES])
        problems.append(f"it has no column to learn from but the target{': ' if reasons else ''}{reasons}")
    if missing == "refuse":
        problems += [
            f"column {short(c.name)} has {_count(c.missing, 'missing cell')}; fill them, or leave it out by ignore=[{c.name!r}]"
            for c in columns
            if c.is_input and c.missing
        ]
    found = _classes_of(answers, classes, decimal, problems)
    refuse(table.name, problems)
    return Schema(tuple(columns), table.names[own], tuple(found), table.dialect.header, missing, str(table))


def _classes_of(answers: Profile, classes: Classes, decimal: str, problems: list[str]) -> list[str]:
    """The classes of the target in their order; empty if it is a quantity."""
    name, texts, different = short(answers.name), set(answers.texts or ()), answers.different
    if not isinstance(classes, (bool, type(None))):
        return list(classes)
    if texts == {"+"} and answers.missing["-"]:  # then it is a sign
        texts.add("-")
    numeric = answers.mostly(answers.numbers)
    strays = answers.present - answers.numbers
    if classes is None:
        few = different is not None and (different == 2 or different <= min(_MOST_CLASSES, answers.present // 2))
        classes = few and (answers.whole or strays > 0) if numeric else True
    if not answers.present:
        problems.append(f"column {name}, the target, has nothing in it; choose another")
    elif not classes and not numeric:
        line, cell = answers.stray or (0, "")
        problems.append(
            f"column {name}, the target, has {short(cell)} in line {line}, which is not a number, and {strays - 1:,} more;"
            " classes=True makes a class of each text"
        )
    elif classes and different is None:
        problems.append(
            f"column {name}, the target, has more than {MOST_VALUES:,} different values, too many for classes; "
            + ("classes=False predicts a quantity" if numeric else "choose another")
        )
    elif classes and not numeric and different == answers.present > _MOST_CLASSES:
        problems.append(f"column {name}, the target, has a different text in each row; choose another")
    elif classes:
        names = {label(text, decimal) if answers.numbers == answers.present else text for text in texts}
        return sorted(names, key=float) if answers.numbers == answers.present else sorted(names)
    return []


def label(cell: str, decimal: str) -> str:
    """The name of a class that is a number, however it is written.

    >>> label("1.0", "."), label("01", "."), label("0,5", ","), label("x", ".")
    ('1', '1', '0.5', 'x')
    """
    x = number(cell, decimal)
    return cell if x != x else str(int(x)) if x.is_integer() else repr(x)


def find_column(column: Name, table: TableFile, problems: list[str]) -> int:
    """The place of a column that is given by its name or its number; where it is not there a problem, and -1."""
    if isinstance(column, int) and -table.width <= column < table.width:
        return column % table.width
    if str(column) in table.names:  # of which some are years
        return table.names.index(str(column))
    problems.append(no_column(column, table))
    return -1


def no_column(column: Name, table: TableFile) -> str:
    """That it is not there, and what is."""
    if not table.dialect.header:
        return f"it has no column {short(column)}; without a header they are numbered 0 to {table.width - 1}"
    near = get_close_matches(str(column), table.names, 1)
    meant = f"; did you mean {short(near[0])}?" if near and len(table.names) > 5 else ""
    more = f" and {table.width - _MOST_NAMES:,} more" if table.width > _MOST_NAMES else ""
    known = ", ".join(map(short, table.names[:_MOST_NAMES]))
    return f"it has no column {short(column)}; it has {known}{more}{meant}"


def refuse(name: str, problems: Sequence[str]) -> None:
    """ValueError with all ``problems`` of the table of this name, if there are any."""
    if problems:
        numbered = problems if len(problems) == 1 else [f"({k}) {problem}" for k, problem in enumerate(problems, 1)]
        more = f"; and {len(problems) - _MOST_PROBLEMS:,} more" if len(problems) > _MOST_PROBLEMS else ""
        raise ValueError(f"{name}: {'; '.join(numbered[:_MOST_PROBLEMS])}{more}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number > 1 else ''}"
