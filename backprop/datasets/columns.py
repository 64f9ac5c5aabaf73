"""Columns: what each is taken for, found out in one pass over its cells, and how its cells become numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import inf, isnan, nan
from reprlib import repr as short
from sys import float_info

from backprop.datasets.cells import FORMATS, is_missing, numbers, parsed_date

KINDS = ("number", "yes/no", "category", "date")  # of the columns that are inputs
LEFT_OUT = {"id": "an id", "constant": "constant", "text": "free text", "ignored": "to be ignored"}
ASKED = ("number", "category", "date", "ignore")  # what a user may say that a column is

MOST_VALUES = 1_000  # different texts of a column that are kept, so that the memory does not grow with the table
_MOST_OF_TEXT = 100  # of which a category is made unasked
_FEW = 30  # of which it is made however short the table is
_YES_AND_NO = {"yes": "no", "true": "false", "y": "n", "t": "f", "on": "off", "ja": "nein", "oui": "non", "si": "no"}
_LIKE_AN_ID = re.compile(
    r"(.*[\s_.-])?(id|uuid|guid|key|index|idx|row(names|number|id)?|nr|no|num)\.?|.*[a-z]I[Dd]", re.IGNORECASE
)
_DATE_PARTS = ("year", "month", "weekday", "days")
_START = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Column:
    """What a column of a table was taken for.

    ``kind`` is one of ``KINDS``, or says why the column is left out: "id", "constant", "text" or "ignored". A category has
    its ``values``, one input each; yes/no has two, [no, yes], and is 0 or 1; a date has its ``format``. ``low`` and
    ``high`` are the least and the greatest number. ``missing`` is the number of cells with nothing in them: where there
    are some, an input says so, and beside it a number is NaN. ``note`` is what a person should know.
    """

    name: str
    kind: str
    values: tuple[str, ...] = ()
    format: str = ""
    low: float = -float_info.max
    high: float = float_info.max
    missing: int = 0
    note: str = ""

    @property
    def is_input(self) -> bool:
        """Whether numbers are made of it."""
        return self.kind in KINDS

    @property
    def counts(self) -> bool:
        """Whether there are numbers in it."""
        return self.high < float_info.max

    @property
    def fits(self) -> bool:
        """Whether it is of a kind, and has what belongs to it."""
        needed = {
            "category": len(self.values) > 0,
            "yes/no": len(self.values) == 2,
            "date": self.format in FORMATS,
        }.get(self.kind, self.kind in LEFT_OUT or self.kind == "number")
        return needed and len(set(self.values)) == len(self.values) and self.missing >= 0 and self.low == self.low

    @property
    def features(self) -> list[str]:
        """The names of the inputs that the column becomes."""
        own = [self.name]
        if self.kind == "category":
            own = [f"{self.name}={value}" for value in self.values]
        elif self.kind == "date":
            parts = [*_DATE_PARTS, *(["hour"] if "%H" in self.format else [])]
            own = [f"{self.name}: {part}" for part in parts]
        return [*own, *([f"{self.name} is missing"] if self.missing else [])] if self.is_input else []

    def encode(self, cells: Sequence[str], decimal: str) -> tuple[list[list[float]], list[str], int]:
        """(the inputs, a list for each; the values that were not learned; the number of missing cells)."""
        made: list[list[float]]
        if self.kind == "category":
            known = set(self.values)
            made = [[float(cell == value) for cell in cells] for value in self.values]
            learned, absent = [cell in known for cell in cells], [*map(is_missing, cells)]
        else:
            if self.kind == "number":
                made = [numbers(cells, decimal)]
            elif self.kind == "yes/no":
                no, yes = self.values
                made = [[{no: 0.0, yes: 1.0}.get(cell.lower(), nan) for cell in cells]]
            else:
                made = [*map(list, zip(*(_date_parts(cell, self.format) for cell in cells)))]
            learned, absent = [self.low <= x <= self.high for x in made[0]], [*map(isnan, made[0])]
        if self.missing:
            made.append([*map(float, absent)])
        unknown = [cell for cell, known_one in zip(cells, learned) if not known_one and not is_missing(cell)]
        return made, unknown, sum(absent)

    def learned(self) -> str:
        """What its cells were in the table that was learned from."""
        if self.kind == "number":
            return f"from {self.low:.6g} to {self.high:.6g}" if self.counts else ""
        if self.kind == "date":
            return f"as {self.format}"
        return listed(self.values)

    def describe(self) -> tuple[str, str, str]:
        """(its name, what it was taken for, what is to be said of it)."""
        of = f" of {len(self.values)}:" if self.kind == "category" else ":" if self.kind == "yes/no" else ""
        words = f"{self.kind}{of} {self.learned()}" if self.is_input else f"{LEFT_OUT[self.kind]}, left out"
        said = [f"{self.missing:,} missing"] if self.missing and self.is_input else []
        return self.name, words, "; ".join([*said, *filter(None, [self.note])])


class Profile:
    """What one pass over the cells of a column has found; its size does not grow with their number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.present = self.numbers = self.dates = self.blanks = 0
        self.missing: Counter[str] = Counter()
        self.texts: Counter[str] | None = Counter()
        self.whole = self.counting = self.rising = True
        self.low, self.high, self._last = inf, -inf, nan
        self.stray: tuple[int, str] | None = None  # the first cell that is not a number where others are
        self.formats: tuple[str, ...] = FORMATS

    def update(self, lines: Sequence[int], cells: Sequence[str], decimal: str) -> None:
        """Look at some more cells; ``lines`` are their numbers in the file."""
        values = numbers(cells, decimal)
        found = [x for x in values if x == x]
        if len(found) < len(cells):
            self._look_at_texts([(line, cell) for line, cell, x in zip(lines, cells, values) if x != x], bool(found))
        self.numbers += len(found)
        self.present += len(found)
        if found:
            self._look_at_numbers(found)
        if self.texts is not None:
            self.texts.update(cell for cell in cells if not is_missing(cell))
            if len(self.texts) > MOST_VALUES:
                self.texts = None

    def _look_at_numbers(self, found: list[float]) -> None:
        self.low, self.high = min(self.low, *found), max(self.high, *found)
        self.whole = self.whole and all(map(float.is_integer, found))
        if self.rising:
            steps = [y - x for x, y in zip([self._last, *found], found)]
            self.rising = all(not step <= 0 for step in steps)
            self.counting = self.counting and all(step == 1 or step != step for step in steps)
        self._last = found[-1]

    def _look_at_texts(self, places: list[tuple[int, str]], numeric: bool) -> None:
        for line, cell in places:
            if is_missing(cell):
                self.missing[cell] += 1
                continue
            self.present += 1
            self.blanks += " " in cell
            self.stray = self.stray or (line, cell)
            # A few hundred cells tell that it has no dates.
            if self.formats and (self.present < 200 or self.dates * 2 > self.present):
                fits = tuple(parsed_date(cell, self.formats))
                if fits:
                    self.dates += 1
                    self.formats = fits

    @property
    def different(self) -> int | None:
        """The number of different texts, None where they are more than are kept."""
        return None if self.texts is None else len(self.texts)

    def mostly(self, count: int) -> bool:
        """Whether nine of ten cells are of this kind."""
        return count > 0 and count >= 0.9 * self.present

    def column(self, asked: str | None, decimal: str) -> Column | str:
        """The column that it is, or ``asked`` for; a sentence where it cannot be that."""
        missing, different = sum(self.missing.values()), self.different
        if asked == "ignore":
            return Column(self.name, "ignored")
        if asked == "number" and not self.numbers:
            return f"no cell of column {short(self.name)} is a number; leave it out by ignore=[{self.name!r}]"
        if asked == "date" and not self.dates:
            return f"no cell of column {short(self.name)} is a date; leave it out by ignore=[{self.name!r}]"
        if asked == "category" and different is None:
            return (
                f"column {short(self.name)} has more than {MOST_VALUES:,} different values, too many for a category; "
                f"leave it out by ignore=[{self.name!r}]"
            )
        if not self.present:
            return Column(self.name, "constant", note="nothing in it")
        same = different == 1 or (self.low == self.high and self.numbers == self.present)
        if same and not missing and asked is None:
            return Column(self.name, "constant", note=f"everywhere {short(next(iter(self.texts or ())))}")
        if asked == "number" or (asked is None and self.mostly(self.numbers)):
            return self._number(missing, asked)
        if asked == "date" or (asked is None and self.mostly(self.dates)):
            form = next((f for f in self.formats if decimal == "," and f.startswith("%d")), self.formats[0])
            strays, note = self.present - self.dates, ""
            if strays:
                note = f"{strays:,} are not dates, taken as missing"
            elif len(self.formats) > 1:
                note = "month and day may be the other way round"
            return Column(self.name, "date", format=form, missing=missing + strays, note=note)
        return self._text(missing, asked)

    def _number(self, missing: int, asked: str | None) -> Column:
        strays = self.present - self.numbers
        note = ""
        if strays:
            line, cell = self.stray or (0, "")
            note = f"{strays:,} {'are' if strays > 1 else 'is'} not a number, taken as missing: {short(cell)} in line {line}"
        own = Column(self.name, "number", (), "", self.low, self.high, missing + strays, note)
        if asked is None and self.whole and not missing and not strays and self.numbers > 2:
            counts = self.counting and self.low in (0, 1)
            all_differ = (
                self.rising
                or self.different == self.numbers
                or (self.different is None and self.high - self.low > self.numbers)
            )
            if counts or (all_differ and _LIKE_AN_ID.fullmatch(self.name)):
                said = "counts the rows" if counts else "its name says so, and all differ"
                return Column(self.name, "id", (), "", self.low, self.high, 0, said)
        return own

    def _text(self, missing: int, asked: str | None) -> Column:
        texts, different = sorted(self.texts or ()), self.different
        lower = {text.lower() for text in texts}
        if asked is None and len(lower) == 2:
            yes = next((text for text in lower if _YES_AND_NO.get(text) in lower), None)
            if yes is not None:
                return Column(self.name, "yes/no", (_YES_AND_NO[yes], yes), missing=missing)
        few = different is not None and (
            (different <= _FEW and (different < self.present or different == 1))
            or (different <= _MOST_OF_TEXT and different * 20 <= self.present)
        )
        if asked == "category" or few:
            return Column(self.name, "category", tuple(texts), missing=missing)
        much = f"{different:,}" if different is not None else f"more than {MOST_VALUES:,}"
        note = f"{much} different"
        if different in (None, self.present) and self.blanks < 0.1 * self.present:
            return Column(self.name, "id", missing=missing, note="all differ" if different else note)
        if self.numbers * 2 > self.present:
            line, cell = self.stray or (0, "")
            note = f"{self.present - self.numbers:,} are not numbers, as {short(cell)} in line {line}"
        return Column(self.name, "text", missing=missing, note=note)


@lru_cache(4096)
def _date_parts(cell: str, form: str) -> tuple[float, ...]:
    """Year, month, weekday, days since 2000 and, where there are times, the hour; NaN for what is not such a date."""
    timed = "%H" in form
    for when in parsed_date(cell, (form,)).values():
        day = when.replace(tzinfo=None)
        days = (day - _START).total_seconds() / 86_400
        return (
            float(day.year),
            float(day.month),
            float(day.isoweekday()),
            days,
            *([day.hour + day.minute / 60] * timed),
        )
    return (nan,) * (4 + timed)


def listed(values: Sequence[str], limit: int = 5) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(values) - limit:,} more" if len(values) > limit else ""
    return ", ".join(map(str, values[:limit])) + more
