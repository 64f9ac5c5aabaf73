"""Tables as text, columns aligned at the decimal point, and as HTML; long ones are abridged."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from backprop.matrix import format_shape

_MOST_ROWS, MOST_COLUMNS = 10, 8


def table(rows: Sequence[Sequence[Any]], shape: str = "") -> str:
    """The rows in brackets, floats to six significant digits, columns aligned at the decimal point.

    More than ten rows or eight columns are cut in the middle, and the ``shape`` follows, else rows×columns.

    >>> print(table([[1.5, -20.25], [100.0, 3.0]]))
    [   1.5  -20.25 ]
    [ 100      3    ]
    >>> print(table([range(n, n + 12) for n in range(0, 144, 12)]))
    [   0    1    2    3  ...    8    9   10   11 ]
    [  12   13   14   15  ...   20   21   22   23 ]
    [  24   25   26   27  ...   32   33   34   35 ]
    [  36   37   38   39  ...   44   45   46   47 ]
    [  48   49   50   51  ...   56   57   58   59 ]
    [ ...  ...  ...  ...  ...  ...  ...  ...  ... ]
    [  84   85   86   87  ...   92   93   94   95 ]
    [  96   97   98   99  ...  104  105  106  107 ]
    [ 108  109  110  111  ...  116  117  118  119 ]
    [ 120  121  122  123  ...  128  129  130  131 ]
    [ 132  133  134  135  ...  140  141  142  143 ]
    12×12
    """
    columns = [_aligned(column) for column in zip(*_cells(rows))]
    lines = ["[ " + "  ".join(cells) + " ]" for cells in zip(*columns)] or ["[ ]"]
    if _is_abridged(rows):
        lines.append(shape or format_shape((len(rows), len(rows[0]))))
    return "\n".join(lines)


def html(
    *tables: Sequence[Sequence[Any]],
    headers: Sequence[Sequence[str]] = (),
    caption: str = "",
    shape: str = "",
    most_columns: int = MOST_COLUMNS,
) -> str:
    """The same as an HTML table; tables of the same number of rows stand side by side, each below its header.

    >>> html([[1, 2.5]])
    '<table><tr><td>1</td><td>2.5</td></tr></table>'
    >>> html([[1]], [["<b>"]], headers=[["n"], ["name"]])
    '<table><tr><th>n</th><th>name</th></tr><tr><td>1</td><td>&lt;b&gt;</td></tr></table>'
    """

    def row(tag: str, cells: Sequence[str]) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    bodies = [_cells(rows, most_columns) for rows in tables]
    lines = [row("td", [cell for part in parts for cell in part]) for parts in zip(*bodies)]
    if headers:
        lines.insert(0, row("th", [name for names in headers for name in _cells([names])[0]]))
    if not caption and any(_is_abridged(rows, most_columns) for rows in tables):
        caption = shape or format_shape((len(tables[0]), sum(len(rows[0]) for rows in tables)))
    return f"<table>{caption and f'<caption>{escape(caption)}</caption>'}{''.join(lines)}</table>"


def few_lines(text: str, most: int = 20) -> str:
    """A long text without the lines in its middle.

    >>> few_lines("1\\n2\\n3\\n4\\n5", 2)
    '1\\n...\\n5'
    """
    lines = text.splitlines()
    return text if len(lines) <= most else "\n".join([*lines[: most // 2], "...", *lines[-(most // 2) :]])


def _cells(rows: Sequence[Sequence[Any]], most_columns: int = MOST_COLUMNS) -> list[list[str]]:
    """The cells, with dots for what is left out in the middle."""
    cells = [[_number(x) for x in _abridged(row, most_columns)] for row in _abridged(rows, _MOST_ROWS)]
    if len(rows) > _MOST_ROWS:
        cells.insert(_MOST_ROWS // 2, ["..."] * len(cells[0]))
    if len(rows[0]) > most_columns:
        for row in cells:
            row.insert(most_columns // 2, "...")
    return cells


def _is_abridged(rows: Sequence[Sequence[Any]], most_columns: int = MOST_COLUMNS) -> bool:
    return len(rows) > _MOST_ROWS or len(rows[0]) > most_columns


def _abridged(items: Sequence[Any], most: int) -> Sequence[Any]:
    """All items, or the first and the last few."""
    return items if len(items) <= most else [*items[: most // 2], *items[-(most // 2) :]]


def _number(x: Any) -> str:
    return format(x, ".6g") if isinstance(x, float) else str(x)


def _aligned(cells: Sequence[str]) -> list[str]:
    """The cells of one column, padded so that their decimal points stand below each other."""
    wholes = ["" if cell == "..." else cell.partition(".")[0] for cell in cells]
    before = max(map(len, wholes))
    padded = [cell if cell == "..." else " " * (before - len(whole)) + cell for cell, whole in zip(cells, wholes)]
    width = max(map(len, padded))
    return [cell.rjust(width) if cell == "..." else cell.ljust(width) for cell in padded]
