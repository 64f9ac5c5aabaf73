"""Expansion: entries repeated along axes of size 1 and along new ones in front, and its inverse, their sums."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from backprop.autograd.cuts import recut
from backprop.matrix import Matrix, flatten, trusted


def repeated(matrix: Matrix, shape: Sequence[int], size: Sequence[int]) -> Matrix:
    if 0 in size:
        return trusted([[]])
    shape, size = tuple(shape), tuple(size)
    rows = recut(matrix, prod(shape[:-1])).rows if shape else matrix.rows
    if size and shape[-1] != size[-1]:
        rows = [row * size[-1] for row in rows]
    inner = 1
    for own, wanted in zip(reversed(shape[:-1]), reversed(size[:-1])):
        if own != wanted:
            rows = flatten([rows[i : i + inner] * wanted for i in range(0, len(rows), inner)])
        inner *= wanted
    return trusted(rows)


def summed(matrix: Matrix, size: Sequence[int], shape: Sequence[int]) -> Matrix:
    """Summed over the axes along which ``shape`` was repeated to ``size``."""
    if 0 in size:
        return trusted([[0] * prod(shape)])
    shape, size = tuple(shape), tuple(size)
    rows = recut(matrix, prod(size[:-1])).rows
    inner = repeats = 1
    for axis in range(len(size) - 2, -1, -1):
        if shape[axis] == size[axis]:
            inner *= size[axis]
            continue
        repeats *= size[axis]
        if not axis or shape[axis - 1] == size[axis - 1]:  # the last of the axes that are summed together
            span = inner * repeats
            rows = [
                list(map(sum, zip(*rows[start + i : start + span : inner])))
                for start in range(0, len(rows), span)
                for i in range(inner)
            ]
            repeats = 1
    if shape and shape[-1] != size[-1]:
        rows = [[sum(row)] for row in rows]
    return trusted(rows)
