"""Text on a terminal: one line stays one line, and nothing in a stranger's text is a command to the terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""The text with what is no letter, digit, sign or blank as an escape sequence.

    >>> print(printable("höhe\n\x1b[2J"))
    höhe\n\x1b[2J
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
