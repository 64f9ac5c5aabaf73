"""Powers of two: they scale a matrix without rounding, so that what is computed with it neither overflows nor vanishes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from math import frexp, isfinite, ldexp
from typing import NamedTuple

from backprop.kernel import Rows
from backprop.linalg.algorithms.validation import LinAlgError

_LARGEST_EXPONENT = 1024  # of the largest float, (1 − 2⁻⁵³)·2¹⁰²⁴


class Equilibrated(NamedTuple):
    """The ``columns`` of âᵢⱼ = aᵢⱼ·2^(rᵢ − cⱼ), with the exponents rᵢ of the rows and cⱼ of the columns."""

    columns: Rows
    of_rows: list[int]
    of_columns: list[int]


def exponent_of(values: Iterable[float]) -> int:
    """The e with the largest absolute value between 2ᵉ⁻¹ and 2ᵉ; 0 where all are 0.

    >>> exponent_of([3.0, -0.5])
    2
    """
    return frexp(max(map(abs, values)))[1]


def shifted(values: Iterable[float], exponent: int) -> list[float]:
    """The values times 2ᵉ.

    >>> shifted([3.0, -0.5], 2)
    [12.0, -2.0]
    """
    return list(map(ldexp, values, repeat(exponent)))


def scaled(rows: Rows, to: int = 0) -> tuple[Rows, int]:
    """The rows times 2⁻ᵉ, and e, that bring the largest entry to between 2ᵗᵒ⁻¹ and 2ᵗᵒ.

    >>> scaled([[3.0, -0.5]])
    ([[0.75, -0.125]], 2)
    """
    exponent = exponent_of(max(map(abs, row)) for row in rows) - to
    return [shifted(row, -exponent) for row in rows], exponent


def scaled_lines(lines: Iterable[Sequence[float]]) -> tuple[Rows, list[int]]:
    """Each line times 2⁻ᵉ, and the exponents e, that bring the largest entry of each to between ½ and 1.

    >>> scaled_lines([[3.0, -0.5], [0.0, 0.25]])
    ([[0.75, -0.125], [0.0, 0.5]], [2, -1])
    """
    lines = list(lines)
    exponents = list(map(exponent_of, lines))
    return [shifted(line, -e) for line, e in zip(lines, exponents)], exponents


def equilibrated(rows: Rows) -> Equilibrated:
    """Rows, then columns, scaled so that the largest entry of each column is between ½ and 1, of each row at least ¼.

    What is below 2⁻¹⁰²² beside the largest of its column, in rows of one size, loses digits; nothing else is rounded.

    >>> equilibrated([[2.0**1000, 0.0], [2.0**1000, 2.0**-1000]]).columns
    [[0.5, 0.5], [0.0, 0.5]]
    """
    # To the largest exponent there is: upwards nothing is lost, whatever the columns turn out to need.
    of_rows = [_LARGEST_EXPONENT - exponent_of(row) for row in rows]
    columns, of_columns = scaled_lines(zip(*map(shifted, rows, of_rows)))
    return Equilibrated(columns, of_rows, of_columns)


def unscaled(name: str, values: Sequence[float], exponents: Iterable[int]) -> list[float]:
    """Each value times 2ᵉ; LinAlgError where one is beyond the largest float.

    >>> unscaled("svd", [0.75, 0.5], [2, 3])
    [3.0, 4.0]
    """
    try:
        if all(map(isfinite, values)):
            return list(map(ldexp, values, exponents))
    except OverflowError:
        pass
    raise LinAlgError(f"{name}: an entry of the result is beyond the largest float")
