"""Tables of numbers in text files, one row a line: read and written so that each number comes back as it was."""

from __future__ import annotations

import csv
import os
from fractions import Fraction
from pathlib import Path
from reprlib import repr as short
from typing import Any, Union

from backprop.dot import Rows

PathLike = Union[str, "os.PathLike[str]"]


def read(path: PathLike, delimiter: str, header: bool) -> Rows:
    """The numbers of a file; the first line is left out where it is a ``header``, and so are empty lines."""
    rows: Rows = []
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, delimiter=delimiter)
        if header:
            next(reader, None)
        for cells in reader:
            if not cells:
                continue
            where = f"from_csv: {Path(path).name}, line {reader.line_num}"
            rows.append([_number(cell, f"{where}, column {j}") for j, cell in enumerate(cells, 1)])
            if len(rows[-1]) != len(rows[0]):
                raise ValueError(f"{where} has {len(rows[-1])} entries and the first row {len(rows[0])}")
    if not rows:
        raise ValueError(f"from_csv: {Path(path).name} has no numbers in it")
    return rows


def write(rows: Rows, path: PathLike, delimiter: str, header: Any) -> None:
    """The numbers into a file, which is replaced only when all of them are written."""
    target = Path(path)
    part = target.with_name(target.name + ".part")
    try:
        with open(part, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
            if header is not None:
                writer.writerow(header)
            writer.writerows([map(_text, row) for row in rows])
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _text(x: Any) -> str:
    return f"{x.numerator}/{x.denominator}" if isinstance(x, Fraction) else repr(x)


def _number(cell: str, where: str) -> int | float | Fraction:
    """The number: "3" is an int, "1/3" a Fraction, anything else a float."""
    for kind in (int, float, Fraction):
        try:
            return kind(cell)
        except ValueError:
            pass
        except ZeroDivisionError:
            break
    raise ValueError(f"{where}: {short(cell)} is not a number")
