"""Arguments: what the words of the command line stand for, or the sentence that says what fits."""

from __future__ import annotations

import argparse
import csv
import math
import sys
from typing import Any, BinaryIO, TextIO

from backprop.datasets.columns import ASKED


def count(text: str) -> int:
    """A whole number from 1 up."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"it is a whole number from 1 up, got {text!r}")
    return int(text)


def counts(text: str) -> tuple[int, ...]:
    """Whole numbers from 1 up, with commas between them.

    >>> counts("32,16")
    (32, 16)
    """
    return tuple(map(count, text.split(",")))


def number(text: str) -> float:
    """A number from 0 up."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"it is a number from 0 up, got {text!r}")
    return value


def share(text: str) -> float:
    """A number above 0 and below 1."""
    value = number(text)
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"it is a number between 0 and 1, got {text!r}")
    return value


def columns(text: str) -> list[str | int]:
    """Columns with commas between them, written as in the line of a table.

    >>> columns('id,"price, net",-1')
    ['id', 'price, net', -1]
    """
    return [*map(column, next(csv.reader([text]), []))]


def kinds(text: str) -> list[tuple[str | int, str]]:
    """Columns and what they are.

    >>> kinds("zip=category,0=ignore")
    [('zip', 'category'), (0, 'ignore')]
    """
    pairs = [word.rpartition("=") for word in next(csv.reader([text]), [])]
    for name, _, kind in pairs:
        if not name or kind not in ASKED:
            raise argparse.ArgumentTypeError(f"it is COLUMN={'|'.join(ASKED)}, got {text!r}")
    return [(column(name), kind) for name, _, kind in pairs]


def column(text: str) -> str | int:
    """The number of a column, or else its name.

    >>> column("-1"), column("species")
    (-1, 'species')
    """
    try:
        return int(text)
    except ValueError:
        return text


def delimiter(text: str) -> str:
    r"""A character; a tab, which is hard to type, may be written as \t."""
    return "\t" if text == r"\t" else text


def table(path: str) -> str | TextIO | BinaryIO:
    """The file of this path, or standard input for "-"."""
    if path != "-":
        return path
    if sys.stdin is None:
        raise ValueError("standard input is closed")
    return getattr(sys.stdin, "buffer", sys.stdin)


def add_dialect(parser: argparse.ArgumentParser) -> None:
    """The settings for a table whose layout is not understood by itself."""
    add = parser.add_argument_group("where the table is not understood by itself").add_argument
    add("--delimiter", type=delimiter, metavar="CHARACTER", help=r"between the cells: , or ; or \t")
    add("--header", choices=("yes", "no"), help="whether the first line has the names of the columns")
    add("--decimal", choices=(".", ","), help="the mark before the decimals of a number")
    add("--encoding", metavar="NAME", help="of the text, as utf-8 or latin-1")


def dialect(arguments: argparse.Namespace) -> dict[str, Any]:
    """What of it was given, as ``read_table`` takes it."""
    header = {"yes": True, "no": False, None: None}[arguments.header]
    own = {name: getattr(arguments, name) for name in ("delimiter", "decimal", "encoding")}
    return {**own, "header": header}
