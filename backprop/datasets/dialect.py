"""How a text file holds a table: what is between its cells, whether its first line is a header, how it writes numbers.

The first lines are parsed with each delimiter in turn; the one that gives most lines the same number of cells is taken.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from backprop.datasets.cells import is_missing, is_number, parsed_date

# Where two give the same number of cells everywhere, the one before is rarer within a cell.
DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", " ": "blanks"}

_MOST_LINES = 300  # that are looked at


@dataclass(frozen=True)
class Dialect:
    """How a file holds a table.

    ``skip`` lines stand above it, and lines that begin with ``comment`` are no part of it. ``decimal`` is "." or ",", and
    the other one may group thousands. ``width`` is the number of columns, 0 if that was not found.
    """

    delimiter: str = ","
    header: bool = True
    decimal: str = "."
    skip: int = 0
    comment: str = ""
    width: int = 0

    def __str__(self) -> str:
        """What it is, in a line.

        >>> print(Dialect(delimiter=";", decimal=",", skip=2))
        semicolons between the cells, decimal commas, a header, 2 lines above it left out
        """
        between = DELIMITERS.get(self.delimiter, repr(self.delimiter))
        parts = [f"{between} between the cells", *(["decimal commas"] if self.decimal == "," else [])]
        parts.append("a header" if self.header else "no header: the columns are numbered from 0")
        if self.skip:
            parts.append(f"{self.skip} line{'s' if self.skip > 1 else ''} above it left out")
        if self.comment:
            parts.append(f"lines with {self.comment} left out")
        return ", ".join(parts)

    def rows(self, lines: Iterable[str], *, strict: bool = True) -> Iterator[tuple[int, list[str]]]:
        """The lines as (number, cells), without those that are empty."""
        blanks = self.delimiter == " "
        reader = csv.reader(self._kept(lines, blanks), delimiter=self.delimiter, strict=strict, skipinitialspace=blanks)
        for cells in reader:
            if any(cells):
                yield reader.line_num, cells

    def _kept(self, lines: Iterable[str], blanks: bool) -> Iterator[str]:
        for number, line in enumerate(lines):
            # A line in its place keeps the numbers of those below.
            if number < self.skip or (self.comment and line.startswith(self.comment)):
                yield "\n"
            else:
                yield line.strip().replace("\t", " ") + "\n" if blanks else line


def sniff(
    text: str,
    names: Collection[str] = (),
    *,
    delimiter: str | None = None,
    header: bool | None = None,
    decimal: str | None = None,
) -> Dialect:
    r"""The dialect of a table that begins with ``text``; what is given is not looked for, and ``names`` are in its header.

    >>> sniff("born;height\n1.5.1999;1,83\n23.11.2001;1,7\n")
    Dialect(delimiter=';', header=True, decimal=',', skip=0, comment='', width=2)
    >>> sniff("a  1\nb  2\na 3\n").delimiter
    ' '
    """
    lines = list(islice(io.StringIO(text, newline=""), _MOST_LINES))
    first = next((line for line in lines if line.strip()), "")
    cells_of_first = {cell.strip() for cell in re.split(r"[\t;|,]", first)}
    comment = "#" if first.startswith("#") and not cells_of_first & set(names) else ""

    def parsed(dialect: Dialect) -> list[tuple[int, list[str]]]:
        try:
            return list(dialect.rows(lines, strict=False))
        except csv.Error:
            return []

    best, found, rows = (False, 0.0), Dialect(delimiter or ",", comment=comment), list[tuple[int, list[str]]]()
    for candidate in DELIMITERS if delimiter is None else (delimiter,):
        dialect = Dialect(candidate, comment=comment)
        own = parsed(dialect)
        width, count = _width(own)
        named = any(set(names) & set(map(str.strip, cells)) for _, cells in own[:20])
        score = (named, count / len(own) if own else 0.0)
        if (width > 1 or delimiter) and score > best:
            best, found, rows = score, dialect, own
    if not rows:
        return replace(found, header=header is not False, decimal=decimal or ".")
    width, _ = _width(rows)
    above = 0
    while width > 1 and above < len(rows) - 1 and sum(map(bool, rows[above][1])) < 2:
        above += 1
    skip = rows[above - 1][0] if above else 0
    (_, top), *below = rows[above:]
    cells = [[cell.strip() for cell in cells] for _, cells in below if len(cells) == width]
    if decimal is None:
        decimal = _decimal([cell for row in cells for cell in row], found.delimiter)
    top = [cell.strip() for cell in top]
    # A header may lack the name of the first column, or have a delimiter behind the last, as rows may, too.
    trailing = all(not row[-1] for row in cells)
    unnamed = len(top) == width - 1 and not trailing
    if not unnamed and not (len(top) == width + 1 and not top[-1]):
        width = len(top)
    if header is None:
        header = unnamed or bool(names) or _is_header(top, list(zip(*cells[:50])), decimal)
    return replace(found, header=header, decimal=decimal, skip=skip, width=width)


def _width(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, int]:
    """The number of cells that most rows have, and how many have it."""
    return max(Counter(len(cells) for _, cells in rows).items(), key=lambda pair: pair[1], default=(0, 0))


def _is_header(top: list[str], columns: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether the cells of the first line are names: texts above numbers, or texts that do not come again."""
    numbers = [is_number(cell, decimal) for cell in top]
    below = [column[0] for column, number in zip(columns, numbers) if number and column]
    if all(map(_is_year, (cell for cell, number in zip(top, numbers) if number))) and not all(map(_is_year, below)):
        numbers = [False] * len(top)  # years, above what is not a year
    if any(numbers) or len(set(top)) < len(top) - top.count(""):
        return False
    votes = 0
    for name, column in zip(top, columns):
        if name and is_missing(name):
            return False
        values = [cell for cell in column if not is_missing(cell)]
        like = sum(is_number(cell, decimal) or bool(parsed_date(cell)) for cell in values)
        if values and like >= 0.8 * len(values):
            votes += 0 if parsed_date(name) else 2
        elif len(set(values)) < len(values):
            votes += -2 if name in values else 1
    return votes > 0 or not columns


def _is_year(cell: str) -> bool:
    return len(cell) == 4 and cell.isdecimal() and "1000" <= cell < "3000"


_DECIDED = {
    mark: re.compile(rf"\D*\d+\{mark}(\d{{1,2}}|\d{{4,}})\D*|.*\d\{other}\d{{3}}\{mark}\d.*")
    for mark, other in (".,", ",.")
}


def _decimal(cells: list[str], delimiter: str) -> str:
    points, commas = (sum(bool(_DECIDED[mark].fullmatch(cell)) for cell in cells) for mark in ".,")
    if points == commas == 0 and delimiter == ";":
        return "," if any(is_number(cell, ",") and "," in cell for cell in cells) else "."
    return "," if commas > points else "."
