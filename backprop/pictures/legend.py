"""The legend: a mark and a name for each line or class, set in lines of text as wide as the drawing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Callable

from backprop.pictures.svg import MARGIN, WIDTH, words
from backprop.pictures.text_metrics import LINE, SIZE, text_width

MARK = 24  # the width of a mark
_BESIDE = 6  # between a mark and its name
_APART = 18  # between a name and the next mark

Mark = Callable[[float, float], str]


def legend(entries: Iterable[tuple[str, Mark]], top: float) -> tuple[str, float]:
    """(the drawing, its lower end) of the names, each with what ``mark(x, y)`` draws around a point before it."""
    parts = []
    most = WIDTH - 2 * MARGIN - MARK - _BESIDE
    x, y = float(MARGIN), top + LINE / 2
    for name, mark in entries:
        needed = MARK + _BESIDE + min(text_width(name), most)
        if x > MARGIN and x + needed > WIDTH - MARGIN:
            x, y = MARGIN, y + LINE
        parts.append(mark(x + MARK / 2, y))
        parts.append(words(x + MARK + _BESIDE, y + SIZE / 2 - 2, name, most=most))
        x += needed + _APART
    return "".join(parts), y + LINE / 2 if parts else top
