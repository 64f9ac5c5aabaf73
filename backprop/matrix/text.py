"""A Matrix as text: the literal of its rows; a long table is abridged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

# PyTorch and NumPy print in full up to so many entries, and else so many of each end.
_MOST_ENTRIES, _ENDS = 1000, 3


def format_shape(shape: Iterable[int]) -> str:
    """A shape as text.

    >>> format_shape((2, 3))
    '2×3'
    """
    return "×".join(map(str, shape))


def literal(rows: Sequence[Sequence[Any]]) -> str:
    """The rows as Python writes lists of lists, with the shape behind them where the middle is left out.

    >>> literal([[1, 2.5], [float("nan"), 0]])
    "[[1, 2.5], [float('nan'), 0]]"
    >>> literal([range(1001)])
    '[[0, 1, 2, ..., 998, 999, 1000]], shape=(1, 1001)'
    """
    height, width = len(rows), len(rows[0])
    if height * width <= _MOST_ENTRIES:
        return _listed([_listed(list(map(_exact, row))) for row in rows])
    lines = [_listed([_exact(x) for x in _ends(row)], width) for row in _ends(rows)]
    return f"{_listed(lines, height)}, shape=({height}, {width})"


def _exact(x: Any) -> str:
    return repr(x) if not isinstance(x, float) or isfinite(x) else f"float('{x}')"


def _ends(items: Sequence[Any]) -> Sequence[Any]:
    return items if len(items) <= 2 * _ENDS else [*items[:_ENDS], *items[-_ENDS:]]


def _listed(items: list[str], length: int = 0) -> str:
    """The items in brackets, with dots in the middle if there are more than these."""
    if length > len(items):
        items = [*items[:_ENDS], "...", *items[_ENDS:]]
    return f"[{', '.join(items)}]"
