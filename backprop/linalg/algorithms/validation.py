"""Validation: what the functions of ``linalg`` ask of a Matrix before any of their algorithms starts."""

from __future__ import annotations

import math
from fractions import Fraction
from reprlib import repr as short
from typing import Any

from backprop.kernel import Rows
from backprop.linalg.algorithms.tables import largest
from backprop.matrix import Matrix


class LinAlgError(ValueError, RuntimeError):
    """What linear algebra cannot do with these numbers: a singular system, a shape that does not fit, a NaN.

    It is a ValueError, as in NumPy, and a RuntimeError, as in PyTorch.

    >>> issubclass(LinAlgError, ValueError), issubclass(LinAlgError, RuntimeError)
    (True, True)
    """


class PivotError(LinAlgError):
    """An elimination that ends at the ``pivot`` of this index, counted from 0: what it would divide by is 0, or negative
    where it must not be."""

    def __init__(self, message: str, pivot: int) -> None:
        super().__init__(message)
        self.pivot = pivot


def check_matrix(name: str, a: Any) -> None:
    """TypeError unless ``a`` is a Matrix."""
    if not isinstance(a, Matrix):
        raise TypeError(f"{name} needs a Matrix, got {short(a)}; a list of rows is Matrix(rows)")


def check_square(name: str, a: Any) -> None:
    """TypeError unless ``a`` is a Matrix, LinAlgError unless it has the same number of rows and columns."""
    check_matrix(name, a)
    rows, columns = a.shape
    if rows != columns:
        raise LinAlgError(f"{name} needs a square Matrix, got {rows}×{columns}")


def check_symmetric(name: str, a: Matrix) -> None:
    """LinAlgError unless A = Aᵀ, up to rounding: 10⁻¹² of the largest entry."""
    tolerance = 1e-12 * largest(a)
    for i, row in enumerate(a.rows):
        for j in range(i):
            if not abs(row[j] - a.rows[j][i]) <= tolerance:
                raise LinAlgError(
                    f"{name}: entry [{i}, {j}] is {row[j]!r} and entry [{j}, {i}] is {a.rows[j][i]!r}; "
                    "the matrix is not symmetric"
                )


def is_exact(*matrices: Matrix) -> bool:
    """Whether there is a Fraction among the entries and no float: then a result can be exact.

    Integers alone are divided as Python divides them, into floats.
    """
    types = {type(x) for a in matrices for row in a.rows for x in row}
    return Fraction in types and float not in types


def fractions(a: Matrix) -> Rows:
    """The rows of ``a`` as new lists of Fractions.

    >>> fractions(Matrix([[1, 2]]))
    [[Fraction(1, 1), Fraction(2, 1)]]
    """
    return [list(map(Fraction, row)) for row in a.rows]


def floats(name: str, a: Matrix) -> Rows:
    """The rows of ``a`` as new lists of floats; LinAlgError for NaN, infinity, or what is too large for a float."""
    try:
        rows = [list(map(float, row)) for row in a.rows]
    except OverflowError:
        raise LinAlgError(f"{name}: an entry is beyond the largest float") from None
    for i, row in enumerate(rows):
        if not all(map(math.isfinite, row)):
            j = next(j for j, x in enumerate(row) if not math.isfinite(x))
            raise LinAlgError(f"{name}: entry [{i}, {j}] is {row[j]}; all must be finite")
    return rows
