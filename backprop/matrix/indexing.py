"""Positions in a table: the rows or columns that an index chooses, and all entries in one list, row after row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from reprlib import repr as short
from typing import Any

from backprop.kernel import Rows
from backprop.matrix.entries import is_array


def resolve_index(index: Any, length: int, name: str) -> Sequence[int]:
    """The positions among ``length`` rows (or columns) that an int, a slice or a list of ints chooses.

    >>> list(resolve_index(-1, 5, "row")), list(resolve_index(slice(1, 3), 5, "row")), resolve_index([4, 0], 5, "row")
    ([4], [1, 2], [4, 0])
    """
    positions = range(length)
    if isinstance(index, slice):
        positions = positions[index]
        if not positions:
            raise IndexError(f"{name}s {_slice_text(index)} of {length} are none; at least one is needed")
        return positions
    chosen = index if isinstance(index, (list, range)) else [index]
    if not chosen:
        raise IndexError(f"no {name} is chosen; at least one is needed")
    if bool in map(type, chosen):
        raise TypeError(f"{name}s are chosen by their numbers, got {short(index)}")
    try:
        return [positions[k] for k in chosen]
    except IndexError:
        raise IndexError(f"{name} {short(index)} of {length}: they are numbered 0 to {length - 1}") from None
    except TypeError:
        advice = "; index.tolist() is a list" if is_array(index) else ""
        raise TypeError(
            f"a {name} is chosen by an int, a slice or a list of ints, got {short(index)}{advice}"
        ) from None


def _slice_text(index: slice) -> str:
    """The slice as it stands between brackets."""
    return f"{'' if index.start is None else index.start}:{'' if index.stop is None else index.stop}"


def flatten(rows: Iterable[Sequence[Any]]) -> list[Any]:
    """All entries, row after row.

    >>> flatten([[1, 2], [3, 4]])
    [1, 2, 3, 4]
    """
    entries: list[Any] = []
    extend = entries.extend
    for row in rows:  # each is copied as a whole
        extend(row)
    return entries


def unflatten(entries: list[Any], columns: int) -> Rows:
    """The table that has these entries, row after row.

    >>> unflatten([1, 2, 3, 4], 2)
    [[1, 2], [3, 4]]
    """
    return [entries[start : start + columns] for start in range(0, len(entries), columns)]
