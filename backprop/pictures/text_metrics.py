"""How wide a text comes out, near enough to keep labels apart and inside the drawing, whatever font is there."""

from __future__ import annotations

import math
from unicodedata import combining, east_asian_width

FONT = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"
SIZE = 14  # of all letters that are not said to have another
LINE = 20  # from one line of text to the next

_NARROW, _WIDE = frozenset(" !\"'(),-./:;I[\\]`fijlrt|·"), frozenset("%@MWmw…")


def text_width(text: str, size: float = SIZE) -> float:
    """At least the width of ``text`` in the widest of the usual fonts, DejaVu Sans.

    >>> text_width("0.5", 10)
    17.7
    """
    return size * math.fsum(map(_share_of_size, text))


def shortened(text: str, most: float, size: float = SIZE) -> str:
    """The text, or as much of both its ends as fits into the width ``most``: names often differ in the last letters.

    >>> shortened("encoder.layers.0.attention.weight", 120)
    'encode…eight'
    """
    if text_width(text, size) <= most:
        return text
    letters = 1
    while text_width(clipped(text, letters + 1), size) <= most:
        letters += 1
    return clipped(text, letters)


def clipped(text: str, letters: int) -> str:
    """The text, or so many letters of it, with an ellipsis for those in its middle.

    >>> clipped("encoder.layers.0.attention.weight", 11)
    'encod…eight'
    """
    if len(text) <= letters:
        return text
    return f"{text[: letters // 2]}…{text[len(text) - (letters - 1) // 2 :]}"


def _share_of_size(letter: str) -> float:
    if letter in _NARROW:
        return 0.47
    if letter in _WIDE or east_asian_width(letter) in "WF":
        return 1.0
    if combining(letter):
        return 0.0
    return 0.65 if letter.islower() or letter.isdigit() else 0.84
