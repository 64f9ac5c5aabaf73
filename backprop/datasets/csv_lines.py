"""The lines of a CSV file and their cells."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from reprlib import repr as short
from typing import TextIO

from backprop.files import PathLike


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
