"""Tables to try things on, and what is asked of their entries."""

from __future__ import annotations

import random

from backprop import Matrix, sampling
from backprop.linalg.algorithms.tables import diagonal, hstack, identity, largest, tril, triu, vstack, zeros
from backprop.matrix import flatten, unflatten

__all__ = [
    "diag",
    "diagonal",
    "full",
    "hstack",
    "identity",
    "largest",
    "means",
    "normal",
    "ones",
    "reshaped",
    "sums",
    "total",
    "tril",
    "triu",
    "uniform",
    "vstack",
    "zeros",
]


def full(rows: int, columns: int, value: object) -> Matrix:
    return Matrix([[value] * columns] * rows)


def ones(rows: int, columns: int) -> Matrix:
    return full(rows, columns, 1)


def reshaped(entries: object, rows: int, columns: int) -> Matrix:
    """These numbers, or the entries of a Matrix, in another shape."""
    values = flatten(entries.rows) if isinstance(entries, Matrix) else list(entries)
    assert len(values) == rows * columns
    return Matrix(unflatten(values, columns))


def uniform(
    rows: int, columns: int, low: float = 0.0, high: float = 1.0, *, rng: random.Random | None = None
) -> Matrix:
    return reshaped(sampling.uniform(rows * columns, low, high, rng=rng), rows, columns)


def normal(rows: int, columns: int, mean: float = 0.0, std: float = 1.0, *, rng: random.Random | None = None) -> Matrix:
    return reshaped(sampling.normal(rows * columns, mean, std, rng=rng), rows, columns)


def sums(m: Matrix, axis: int) -> Matrix:
    """Of each column (axis 0), or of each row (1)."""
    return Matrix([[sum(column) for column in zip(*m)]]) if axis == 0 else Matrix([[sum(row)] for row in m])


def means(m: Matrix, axis: int) -> Matrix:
    return sums(m, axis) / m.shape[axis]


def total(m: Matrix) -> object:
    """The sum of all entries."""
    return sum(flatten(m.rows))


def diag(m: Matrix) -> list[object]:
    """The entries from top left downwards to the right."""
    return [row[i] for i, row in enumerate(m.rows[: m.shape[1]])]


def contents(data):
    """What a LabeledDataset holds, as == compares it."""
    return data.inputs.tolist(), data.targets.tolist(), list(data.classes), list(data.features)


def listed(batches):
    """Batches as lists, which == compares."""
    return [(x.tolist(), t if isinstance(t, (list, tuple)) else t.tolist()) for x, t in batches]
