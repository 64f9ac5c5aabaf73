"""A benchmark as a program: ``--quick``, ``--json``, and otherwise one table.

A benchmark measures rows by their names. A row has the ``figure`` that it is about, the ``quartiles`` that this lies
between, the ``bound`` that it should keep and the ``seconds`` of the ways that were timed (see ``timing.row``).
"""

from __future__ import annotations

import argparse
import json
from typing import Any, Callable

from timing import interpreter

Rows = dict[str, dict[str, Any]]


def program(document: str, measure: Callable[..., Rows], other: str = "") -> None:
    """Measure as the command line says, and print; ``other`` is what may be named there to compare with."""
    parser = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: does it run?")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    if other:
        parser.add_argument("other", nargs="?", help=other)
    arguments = vars(parser.parse_args())
    as_json = arguments.pop("json")
    title, rows = document.splitlines()[0], measure(**arguments)
    if as_json:
        print(json.dumps({"title": title, "python": interpreter(), "rows": rows}))
        return
    table = [["", "figure", "quartiles", "bound", "times"], *map(_cells, rows, rows.values())]
    print(title, interpreter(), "", *aligned(table), sep="\n")


def _cells(name: str, row: dict[str, Any]) -> list[str]:
    quartiles = " to ".join(map(significant, row["quartiles"]))
    times = ", ".join(f"{way} {duration(seconds)}" for way, seconds in row["seconds"].items())
    return [name, significant(row["figure"]), quartiles, row["bound"], times]


def aligned(table: list[list[str]], between: str = "  ") -> list[str]:
    """The rows below their head as lines, each column as wide as it needs, without those that only the head has.

    >>> aligned([["", "figure", "bound"], ["8×8", "1.1", ""], ["512×512", "1", ""]])
    ['         figure', '8×8      1.1   ', '512×512  1     ']
    """
    filled = [column for column in zip(*table) if any(column[1:])]
    columns = [[cell.ljust(max(map(len, column))) for cell in column] for column in filled]
    return [between.join(line) for line in zip(*columns)]


def significant(figure: float | None) -> str:
    """Four digits of the figure; None is the figure of what is not there.

    >>> significant(1.04449), significant(512.34), significant(0), significant(None)
    ('1.044', '512.3', '0', 'not installed')
    """
    if figure is None:
        return "not installed"
    return f"{figure:#.4g}".rstrip(".") if figure else "0"


def duration(seconds: float) -> str:
    """The time in the unit that leaves one to three digits before the point.

    >>> duration(0.0123), duration(4.2e-6), duration(-2.0)
    ('12.3 ms', '4.2 µs', '-2.0 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(seconds) >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds / 1e-9:.1f} ns"
