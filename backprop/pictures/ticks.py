"""Ticks: the round numbers of an axis, found exactly, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction


def round_numbers(low: Fraction, high: Fraction, most: int, whole: bool = False) -> tuple[range, int]:
    """(multiples, exponent): the numbers n·10ᵉ from ``low`` to ``high`` in steps of 1, 2 or 5 times a power of ten.

    The step is the smallest that leaves at most ``most`` of them, and at least one. Since a step is at most 2.5
    times the one before, these are three or more for ``most`` = 8; fewer perhaps where only ``whole`` numbers will do.

    >>> round_numbers(Fraction(3, 100), Fraction(1, 2), 8)
    (range(1, 6), -1)
    """
    difference = high - low
    # The digits of numerator and denominator tell its power of ten to within one; begin well below.
    exponent = len(str(difference.numerator)) - len(str(difference.denominator)) - 4
    if whole:
        exponent = max(exponent, 0)
    found = range(0), exponent
    while True:
        for n in (1, 2, 5):
            step = n * Fraction(10) ** exponent
            first, last = math.ceil(low / step), math.floor(high / step)
            if first > last:
                return found[0][:most], found[1]
            found = range(first * n, last * n + 1, n), exponent
            if len(found[0]) <= most:
                return found
        exponent += 1


def labels(numbers: Sequence[tuple[int, int]]) -> list[str]:
    """The numbers n·10ᵉ in full where all are short so or shorter than with their powers of ten.

    >>> labels([(0, -1), (5, -1), (10, -1)]), labels([(-2, -12), (0, -12), (2, -12)])
    (['0.0', '0.5', '1.0'], ['-2e-12', '0', '2e-12'])
    """
    plain, powers = [_plain(*x) for x in numbers], [_with_power(*x) for x in numbers]
    longest = max(map(len, plain))
    return plain if longest <= 6 or longest <= max(map(len, powers)) else powers


def _plain(n: int, exponent: int) -> str:
    if exponent >= 0:
        return str(n * 10**exponent)
    digits = str(abs(n)).rjust(1 - exponent, "0")
    return f"{'-' if n < 0 else ''}{digits[:exponent]}.{digits[exponent:]}"


def _with_power(n: int, exponent: int) -> str:
    if n == 0:
        return "0"
    digits = str(abs(n))
    point = f".{digits[1:]}".rstrip("0").rstrip(".")
    return f"{'-' if n < 0 else ''}{digits[0]}{point}e{exponent + len(digits) - 1}"
