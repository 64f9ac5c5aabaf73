"""Several matrices in one row: the form in which a rule gives a value that has parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from backprop.matrix import Matrix, Shape, flatten, trusted


def packed(*parts: Iterable[Sequence[Any]]) -> Matrix:
    """The entries of all parts, each row after row, in a single row.

    >>> packed([[1, 2], [3, 4]], [[5, 6]])
    Matrix([[1, 2, 3, 4, 5, 6]])
    """
    return trusted([[x for part in parts for row in part for x in row]])


def unpacked(row: Matrix, *shapes: Shape) -> list[Matrix]:
    """The matrices of these shapes, of which ``packed`` made the row.

    >>> unpacked(Matrix([[1, 2, 3, 4, 5, 6]]), (2, 2), (1, 2))
    [Matrix([[1, 2], [3, 4]]), Matrix([[5, 6]])]
    """
    entries = iter(flatten(row.rows))
    return [trusted([list(islice(entries, columns)) for _ in range(rows)]) for rows, columns in shapes]
