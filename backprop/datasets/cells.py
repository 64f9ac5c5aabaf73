"""The cells of a table: what is missing, what is a number, what is a date, as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from math import isfinite, nan

_MISSING = frozenset(
    ["", "?", "na", "n/a", "#n/a", "nan", "nat", "null", "nil", "none", "-", "--", ".", "<na>", "missing"]
)

_CURRENCY = "$€£¥₹"
_SIGNED_CURRENCY = re.compile(f"^([+-]) ?[{_CURRENCY}] ?")
_GROUPED = re.compile(r"[+-]?\d{1,3}([,'’\s]\d{3})+(\.\d*)?")
_SWAPPED = str.maketrans(",.", ".,")

_DATES = (
    "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%d-%m-%Y",
    "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y-%m", "%b %Y", "%B %Y",
)  # fmt: skip
_TIMES = ("", *(f"{mark}%H:%M{rest}" for mark in " T" for rest in ("", ":%S", ":%S.%f", ":%S%z", ":%S.%f%z")))
FORMATS = tuple(date + time for time in _TIMES for date in _DATES)
_WORD = re.compile(r"%?\w")
_MARKS = {form: _WORD.sub("", form) for form in FORMATS}  # what stands between numbers and names
_LIKE_A_DATE = re.compile(
    r"(\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}|[A-Za-z]{3,9} (\d\d?, )?\d{4})"
    r"([ T]\d\d?:\d\d.{0,20})?"
)


def is_missing(cell: str) -> bool:
    """Whether nothing is there, or a word for it.

    >>> is_missing(""), is_missing("N/A"), is_missing("0")
    (True, True, False)
    """
    return cell.lower() in _MISSING


def number(cell: str, decimal: str = ".") -> float:
    """The number, also with thousands grouped, a currency or a percent sign; NaN for any other text.

    >>> number("$1,234.50"), number("1.234,5 €", ","), number("12 %"), number("two")
    (1234.5, 1234.5, 12.0, nan)
    """
    value = _parsed(cell.translate(_SWAPPED) if decimal == "," else cell)
    return value if isfinite(value) else nan


@lru_cache(4096)
def _parsed(cell: str) -> float:
    if cell.isalpha() or "_" in cell:
        return nan
    with suppress(ValueError):
        return float(cell)
    cell = _SIGNED_CURRENCY.sub(r"\1", cell.replace("−", "-").strip(_CURRENCY + "% \xa0"))
    if _GROUPED.fullmatch(cell):
        cell = re.sub(r"[,'’\s]", "", cell)
    with suppress(ValueError):
        return float(cell)
    return nan


def numbers(cells: Sequence[str], decimal: str = ".") -> list[float]:
    """``number`` of each."""
    if decimal == "." and "_" not in "".join(cells):
        with suppress(ValueError):
            values = list(map(float, cells))
            if all(map(isfinite, values)):
                return values
    return [number(cell, decimal) for cell in cells]


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether ``number`` finds one."""
    value = number(cell, decimal)
    return value == value


def parsed_date(cell: str, formats: Sequence[str] = FORMATS) -> dict[str, datetime]:
    """The formats that fit, each with what it reads.

    >>> list(parsed_date("3/14/2015")), list(parsed_date("3/4/2015")), parsed_date("3.14")
    (['%m/%d/%Y'], ['%m/%d/%Y', '%d/%m/%Y'], {})
    """
    found = {}
    if _LIKE_A_DATE.fullmatch(cell):
        marks = _WORD.sub("", cell)
        for form in formats:
            if marks.startswith(_MARKS[form]):
                with suppress(ValueError):
                    found[form] = datetime.strptime(cell, form)
    return found
