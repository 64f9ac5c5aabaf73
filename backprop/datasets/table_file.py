"""The rows of a table in a text file, as it comes: packed or not, in any encoding, in any dialect."""

from __future__ import annotations

import csv
import gzip
import io
import os
import zlib
from codecs import getincrementaldecoder
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from reprlib import repr as short
from typing import IO, Any, TextIO, Union

from backprop.datasets.dialect import sniff
from backprop.files import PathLike

Source = Union[PathLike, TextIO, IO[bytes]]
Chunk = tuple[list[int], list[list[str]]]

_SAMPLE = 1 << 16  # characters by which the dialect is found
_CHUNK = 256  # rows


class TableFile:
    """The table in ``file``, which is a path, or an open file of text or of bytes.

    ``name`` begins each error about it, ``names`` are those of its columns, made different where some are the same and
    "column 2" where one is missing; without a header the columns are named by their numbers, from 0. ``names`` given are
    such as must be in the header. What is given of encoding and dialect is not looked for.

    Raises ValueError for what is not text or not a table.
    """

    def __init__(
        self,
        caller: str,
        file: Source,
        names: Collection[str] = (),
        *,
        delimiter: str | None = None,
        header: bool | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
    ) -> None:
        self._content: str | bytes | None = None
        self._line = 0  # the last one that was read
        if isinstance(file, (str, os.PathLike)):
            self.name, self._path = f"{caller}: {Path(file).name}", file
        elif hasattr(file, "read") and isinstance(file.read(0), (str, bytes)):
            self.name, self._content = f"{caller}: {getattr(file, 'name', 'the open file')}", self._read(file)
        else:
            raise TypeError(f"{caller}: the file is a path or an open file, got {short(file)}")
        if delimiter is not None and not (
            isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '"\r\n'
        ):
            raise ValueError(f"{caller}: the delimiter is a single character, got {short(delimiter)}")
        if decimal not in (None, ".", ","):
            raise ValueError(f"{caller}: the decimal is '.' or ',', got {short(decimal)}")
        self.encoding = encoding or self._find_encoding()
        with self._opened() as text:
            sample = text.read(_SAMPLE)
            if len(sample) == _SAMPLE:
                sample += text.readline()
        self.dialect = sniff(sample, names, delimiter=delimiter, header=header, decimal=decimal)
        first = next(self._rows(), None)
        if first is None:
            raise ValueError(f"{self.name} is empty")
        self.width = self.dialect.width or len(first[1])
        self.names = self._names(first[1]) if self.dialect.header else [str(k) for k in range(self.width)]

    def __str__(self) -> str:
        """How the file was understood, in a line."""
        known = {"utf-8": "UTF-8", "cp1252": "not UTF-8, so taken for Latin-1 (Windows-1252)", "text": ""}
        written = known.get(self.encoding, self.encoding.upper())
        return ", ".join(filter(None, (str(self.dialect), written)))

    def chunks(self, problems: list[str], size: int = _CHUNK) -> Iterator[Chunk]:
        """The rows below the header, some at a time: the numbers of their lines and their cells, column by column.

        At the end ``problems`` gets a sentence about rows that have another number of cells, which are left out.
        """
        rows = self._rows()
        if self.dialect.header:
            next(rows, None)
        odd, odd_count = "", 0
        for chunk in iter(lambda: list(islice(rows, size)), []):
            kept = []
            for line, cells in chunk:
                # A delimiter behind the last cell makes another, empty one.
                if len(cells) == self.width + 1 and not cells[-1].strip():
                    del cells[-1]
                if len(cells) == self.width:
                    kept.append((line, cells))
                else:
                    odd = odd or f"line {line} has {len(cells)} cells, the first line has {self.width}"
                    odd_count += 1
            if kept:
                lines, rows_kept = zip(*kept)
                yield list(lines), [list(map(str.strip, column)) for column in zip(*rows_kept)]
        if odd:
            more = f", and so have {odd_count - 1:,} more" if odd_count > 1 else ""
            problems.append(f"{odd}{more}; give each as many, empty ones too")

    def _names(self, header: list[str]) -> list[str]:
        found: dict[str, int] = {}
        # As R writes them, a first column of row names has none of its own.
        for k, cell in enumerate([*[""] * (self.width - len(header)), *header][: self.width]):
            name = given = cell.strip() or f"column {k}"
            while name in found:
                found[given] = found.get(given, 1) + 1
                name = f"{given} ({found[given]})"
            found[name] = 1
        return list(found)

    def places(self, names: Iterable[str]) -> list[int]:
        """Where the columns of these names stand."""
        own = {name: place for place, name in enumerate(self.names)}
        return [own[name] for name in names]

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        try:
            with self._opened() as text:
                self._line = 0
                for line, cells in self.dialect.rows(text):
                    self._line = line
                    yield line, cells
        except csv.Error as error:
            raise ValueError(f"{self.name}, below line {self._line}: {error}") from None

    def _read(self, file: Any) -> str | bytes:
        try:
            content: str | bytes = file.read()
        except UnicodeDecodeError as error:
            raise ValueError(f"{self.name}: {error}; open it as bytes, and the encoding is found") from None
        return content

    @contextmanager
    def _bytes(self) -> Iterator[IO[bytes]]:
        """The bytes, unpacked."""
        with open(self._path, "rb") if self._content is None else io.BytesIO(self._content) as file:  # type: ignore[arg-type]
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if not packed:
                yield file
                return
            try:
                with gzip.open(file) as unpacked:
                    yield unpacked  # type: ignore[misc]
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise ValueError(f"{self.name} is a damaged gzip file: {error}") from None

    @contextmanager
    def _opened(self) -> Iterator[TextIO]:
        """The text, without the byte order mark with which spreadsheets begin a file."""
        if isinstance(self._content, str):
            yield io.StringIO(self._content.removeprefix("\ufeff"), newline="")
            return
        with self._bytes() as file:
            errors = "replace" if self.encoding == "cp1252" else "strict"
            encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
            try:
                text = io.TextIOWrapper(file, encoding, errors, newline="")
            except LookupError:
                raise ValueError(
                    f"{self.name}: {short(self.encoding)} is not an encoding; write one as utf-8"
                ) from None
            try:
                yield text
            except UnicodeDecodeError as error:
                # A whole buffer is refused for its first bad byte, which may stand lines below the last one read.
                line = self._line + 1 + error.object[: error.start].count(b"\n")
                byte = error.object[error.start]
                raise ValueError(f"{self.name}, line {line}: byte 0x{byte:02x} is not {error.encoding} text") from None
            text.detach()

    def _find_encoding(self) -> str:
        if isinstance(self._content, str):
            return "text"
        with self._bytes() as file:
            start = file.read(1 << 12)
            if start.startswith(b"PK\x03\x04"):
                advice = "save the table as CSV in the program it comes from"
                raise ValueError(f"{self.name} is a zip archive, as Excel's .xlsx is, not text; {advice}")
            if start.startswith((b"\xff\xfe", b"\xfe\xff")):
                return "utf-16"
            for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
                if len(start) > 3 and zeros.count(0) > 0.8 * len(zeros):
                    return encoding
            if b"\0" in start:
                raise ValueError(f"{self.name} is not text: it has bytes that are 0")
            decoder = getincrementaldecoder("utf-8")()
            try:
                for part in chain([start], iter(lambda: file.read(1 << 16), b"")):
                    decoder.decode(part)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252"
        return "utf-8"
