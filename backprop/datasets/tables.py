"""Tables as datasets: one column of a text file has the targets, all others the inputs, whatever stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from reprlib import repr as short
from typing import Any

from backprop.datasets.cells import is_missing
from backprop.datasets.columns import ASKED
from backprop.datasets.schema import Classes, Name, refuse, understand
from backprop.datasets.table_file import Source, TableFile
from backprop.matrix import trusted
from backprop.utils.data.labeled import LabeledDataset
from backprop.validation import check_choice


def read_table(
    file: Source,
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
) -> LabeledDataset:
    r"""A LabeledDataset from a text file with one example a line: targets from the column ``target``, inputs from all others.

    Columns are given by name or by number, from 0 on or from -1 backwards. What each is taken for tells
    ``print(data.schema)``:

    - **number**, also with thousands, a currency or a percent sign;
    - **category**, one input for each value; **yes/no**, 0 or 1;
    - **date**, as year, month, weekday, days since 2000 and, if there are times, the hour;
    - left out: what is everywhere the same, free text, and an **id**, which differs in each row.

    ``kinds`` says otherwise: {"zip": "category"}, or "number", "date", "ignore"; ``ignore`` names columns to leave out.

    A missing cell is NaN in the inputs, and an input of its own says that it is missing; ``nn.Impute`` fills the NaN with
    the median of the rows that are trained on. ``missing="refuse"`` refuses a table that has any. A row without a target
    is left out.

    - ``classes=None`` decides: texts are classes, and so are a few different whole numbers; other numbers are floats.
    - ``classes=True`` makes each different value of the target a class, sorted by name, or by value if all are numbers.
      A list of names gives the classes in their order.
    - ``classes=False`` makes the targets floats, one column of them.

    ``file`` is a path, packed with gzip or not, or an open file. Its encoding, ``delimiter``, ``header`` and ``decimal``
    mark are found by looking at it, unless they are given.

    Raises ValueError with all that is wrong with the table, and what to write.

    >>> import io
    >>> people = io.StringIO("name;born;height;smokes;sex\nAda;1.5.1999;1,83;no;f\nBo;23.11.2001;;yes;m\nCy;7.2.2000;1,7;no;m\n")
    >>> data = read_table(people, "sex")
    >>> print(data.schema)
    column  taken for                note
    name    an id, left out          all differ
    born    date as %d.%m.%Y
    height  number from 1.7 to 1.83  1 missing
    smokes  yes/no: no, yes
    sex     target, 2 classes: f, m
    >>> data.features[3:], data.inputs[:, 3:], data.targets
    (['born: days', 'height', 'height is missing', 'smokes'], tensor([[-245.0000,    1.8300,    0.0000,    0.0000],
            [ 692.0000,       nan,    1.0000,    1.0000],
            [  37.0000,    1.7000,    0.0000,    0.0000]]), tensor([0, 1, 1]))
    """
    examples = TableExamples(
        "read_table",
        file,
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
    rows, targets = [], []
    for row, answer in examples:
        rows.append(row)
        targets.append(answer)
    if not rows:
        raise ValueError(f"{examples.table.name}: no row has a target")
    schema = replace(examples.schema, without_target=examples.without_target)
    data = LabeledDataset(trusted(rows), targets, list(schema.classes), schema.features)
    data.schema = schema
    return data


class TableExamples:
    """The pairs (inputs, target) of a table, read from its file again each time, some rows at a time."""

    def __init__(
        self,
        caller: str,
        file: Source,
        target: Name,
        *,
        ignore: Sequence[Name],
        kinds: Mapping[Any, str] | None,
        classes: Classes,
        missing: str,
        **dialect: Any,
    ) -> None:
        named = isinstance(classes, (list, tuple)) and all(isinstance(name, str) and name for name in classes)
        if not (classes is None or isinstance(classes, bool) or (named and len(set(classes)) == len(classes) > 1)):
            raise ValueError(f"{caller}: classes are True, False, None or a list of names, got {short(classes)}")
        if not isinstance(ignore, (list, tuple)):
            raise TypeError(f"{caller}: ignore is a list of names or numbers, got {short(ignore)}")
        kinds = dict(kinds or {})
        for column in (target, *ignore, *kinds):
            if not isinstance(column, str) and type(column) is not int:
                raise TypeError(f"{caller}: a column is given by its name or its number, got {short(column)}")
        for kind in kinds.values():
            check_choice(caller, "kind", kind, ASKED)
        check_choice(caller, "missing", missing, ("fill", "refuse"))
        self.table = TableFile(caller, file, [target] if isinstance(target, str) else (), **dialect)
        self.schema = understand(self.table, target, ignore=ignore, kinds=kinds, classes=classes, missing=missing)
        self.without_target = 0

    def __iter__(self) -> Iterator[tuple[list[float], int | list[float]]]:
        problems: list[str] = []
        table, schema = self.table, self.schema
        place, *places = table.places([schema.target, *(column.name for column in schema.inputs)])
        decimal = table.dialect.decimal
        self.without_target = 0
        for lines, columns in table.chunks(problems):
            rows, answers = schema.encode(columns, places, table), schema.targets_of(columns[place], decimal)
            for line, row, cell, answer in zip(lines, rows, columns[place], answers):
                if answer is not None:
                    yield row, answer
                elif schema.classes and not is_missing(cell):
                    raise ValueError(
                        f"{table.name}, line {line}, column {short(schema.target)}: {short(cell)} is not one of the classes "
                        f"{short(list(schema.classes))}"
                    )
                else:
                    self.without_target += 1
        refuse(table.name, problems)
