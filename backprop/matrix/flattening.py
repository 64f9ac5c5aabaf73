"""Flattening: the entries of a table in one list, row after row, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from backprop.kernel import Rows


def flatten(rows: Iterable[Sequence[Any]]) -> list[Any]:
    """All entries, row after row.

    >>> flatten([[1, 2], [3, 4]])
    [1, 2, 3, 4]
    """
    return list(chain.from_iterable(rows))


def unflatten(entries: list[Any], columns: int) -> Rows:
    """The table that has these entries, row after row.

    >>> unflatten([1, 2, 3, 4], 2)
    [[1, 2], [3, 4]]
    """
    return [entries[start : start + columns] for start in range(0, len(entries), columns)]
