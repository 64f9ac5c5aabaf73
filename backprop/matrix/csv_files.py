"""Tables in CSV files, one row a line: their cells, and numbers written so that reading gives the same numbers."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from itertools import islice
from pathlib import Path
from reprlib import repr as short
from typing import Any, TextIO

from backprop.files import PathLike, replacing
from backprop.kernel import Rows


class CSVLines:
    """The lines of ``file``, a path or an open text file, each as (its number, its cells); empty lines are skipped.

    ``name`` begins each error about the file. Raises ValueError, with the line, for what is not such a text.
    """

    def __init__(self, caller: str, file: PathLike | TextIO, delimiter: str) -> None:
        if isinstance(file, (str, os.PathLike)):
            self.name = f"{caller}: {Path(file).name}"
        elif hasattr(file, "read") and file.read(0) == "":
            self.name = f"{caller}: {getattr(file, 'name', 'the open file')}"
        else:
            raise TypeError(f"{caller}: the file is a path or an open text file, got {short(file)}")
        if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n':
            raise ValueError(f"{caller}: the delimiter is a single character, got {short(delimiter)}")
        self._file, self._delimiter = file, delimiter

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        with _opened(self._file) as text:
            reader = csv.reader(_without_mark(text), delimiter=self._delimiter, strict=True)
            try:
                for cells in reader:
                    if cells:
                        yield reader.line_num, cells
            except csv.Error as error:
                raise ValueError(f"{self.name}, line {reader.line_num}: {error}") from None
            except UnicodeDecodeError as error:
                if error.object.startswith(b"PK\x03\x04"):
                    advice = "save the table as CSV in the program it comes from"
                    raise ValueError(f"{self.name} is a zip archive, as Excel's .xlsx is, not text; {advice}") from None
                # A whole buffer is refused for its first bad byte, which may stand lines below the last one read.
                line = reader.line_num + 1 + error.object[: error.start].count(b"\n")
                byte = error.object[error.start]
                raise ValueError(f"{self.name}, line {line}: byte 0x{byte:02x} is not {error.encoding} text") from None


def _opened(file: PathLike | TextIO) -> AbstractContextManager[TextIO]:
    """A path is opened, and closed again; what was open stays so."""
    if isinstance(file, (str, os.PathLike)):
        return open(file, newline="", encoding="utf-8")
    return nullcontext(file)


def _without_mark(text: TextIO) -> Iterator[str]:
    """The lines without the byte order mark with which spreadsheets begin a file."""
    yield next(text, "").removeprefix("\ufeff")
    yield from text


def read(path: PathLike, delimiter: str, header: bool) -> Rows:
    """The numbers of a file; the first line is left out where it is a ``header``."""
    rows: Rows = []
    lines = CSVLines("from_csv", path, delimiter)
    for line, cells in islice(lines, int(header), None):
        where = f"{lines.name}, line {line}"
        rows.append([_number(cell, f"{where}, column {j}") for j, cell in enumerate(cells, 1)])
        if len(rows[-1]) != len(rows[0]):
            raise ValueError(f"{where} has {len(rows[-1])} entries and the first row {len(rows[0])}")
    if not rows:
        raise ValueError(f"{lines.name} has no numbers in it")
    return rows


def write(rows: Rows, path: PathLike, delimiter: str, header: Any) -> None:
    """The numbers into a file, which is replaced only when all of them are written."""
    with replacing(path, encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        if header is not None:
            writer.writerow(header)
        writer.writerows([map(_text, row) for row in rows])


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
