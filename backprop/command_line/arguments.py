"""Arguments: what the words of the command line stand for, or the sentence that says what fits."""

from __future__ import annotations

import argparse
import csv
import io
import math
import sys
from typing import TextIO


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


def names(text: str) -> list[str]:
    """Names with commas between them, written as in the line of a table.

    >>> names('id,"price, net"')
    ['id', 'price, net']
    """
    return next(csv.reader([text]), [])


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


def table(path: str) -> str | TextIO:
    """The file of this path, or standard input for "-"."""
    if path != "-":
        return path
    if sys.stdin is None:
        raise ValueError("standard input is closed")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", newline="")
    return sys.stdin
