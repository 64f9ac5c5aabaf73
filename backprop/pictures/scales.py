"""Scales: where a number stands along an axis, and its ticks: round numbers, found exactly, and their labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

KINDS = ("linear", "log")
_NEAR = 1e-9  # what powers of ten may be off by: logarithms are rounded


class Tick(NamedTuple):
    """A round number on an axis: its position from 0 to 1, and its label."""

    position: float
    label: str


class Scale:
    """From a number to its position on an axis, 0 at the lower end and 1 at the upper; ``ticks`` from low to high.

    A number below the lowest or above the highest stands where that does. What has no position gives NaN: NaN and the
    infinities, and on a logarithmic scale all that is not above 0.
    """

    ticks: Sequence[Tick] = ()

    def __call__(self, value: float) -> float:
        raise NotImplementedError


class Linear(Scale):
    """Equal steps for equal differences, from ``low`` to ``high``, with ``most`` ticks at most.

    ``outward`` moves both ends out to the next tick, which may make it two more; ``whole`` allows no fractions.

    >>> [tick.label for tick in Linear(0.03, 2.3, outward=True).ticks]
    ['0.0', '0.5', '1.0', '1.5', '2.0', '2.5']
    """

    def __init__(self, low: float, high: float, most: int = 8, *, outward: bool = False, whole: bool = False) -> None:
        self._low, self._high = low, high
        bottom, top = _rounded(low), _rounded(high)
        if bottom == top:
            room = abs(bottom) / 2 or Fraction(1)
            bottom, top = bottom - room, top + room
        multiples, exponent = round_numbers(bottom, top, most, whole)
        ten, n = Fraction(10) ** exponent, multiples.step
        if outward:
            multiples = range(math.floor(bottom / ten / n) * n, math.ceil(top / ten / n) * n + 1, n)
            bottom, top = multiples[0] * ten, multiples[-1] * ten
        # In units of a power of two near the largest number, so that the widest range does not overflow.
        largest = max(abs(bottom), abs(top))
        self._shift = largest.denominator.bit_length() - largest.numerator.bit_length()
        unit = Fraction(2) ** self._shift
        self._bottom, self._width = float(bottom * unit), float((top - bottom) * unit)
        positions = [float((n * ten - bottom) / (top - bottom)) for n in multiples]
        self.ticks = list(map(Tick, positions, labels([(n, exponent) for n in multiples])))

    def __call__(self, value: float) -> float:
        if not math.isfinite(value):
            return math.nan
        near = min(max(value, self._low), self._high)
        return _within((math.ldexp(near, self._shift) - self._bottom) / self._width)


class Log(Scale):
    """Equal steps for equal ratios, from ``low`` to ``high``, both above 0, with ``most`` ticks at most.

    >>> [tick.label for tick in Log(1e-4, 1.0).ticks], [tick.label for tick in Log(0.3, 4.0).ticks]
    (['0.0001', '0.001', '0.01', '0.1', '1'], ['0.5', '1', '2'])
    """

    def __init__(self, low: float, high: float, most: int = 8) -> None:
        self._bottom, self._top = math.log10(low), math.log10(high)
        if self._top - self._bottom < _NEAR:
            self._bottom, self._top = self._bottom - 0.5, self._top + 0.5
        chosen = self._round_numbers(low, high, most)
        self.ticks = list(map(Tick, [self._place(math.log10(n) + e) for n, e in chosen], labels(chosen)))

    def __call__(self, value: float) -> float:
        return _within(self._place(math.log10(value))) if 0 < value < math.inf else math.nan

    def _place(self, exponent: float) -> float:
        return (exponent - self._bottom) / (self._top - self._bottom)

    def _round_numbers(self, low: float, high: float, most: int) -> list[tuple[int, int]]:
        """1, 2 and 5 times the powers of ten; the powers alone; or every second, fifth, … of them."""
        decades = range(math.floor(self._bottom), math.floor(self._top + _NEAR) + 1)
        fine = [(n, e) for e in decades for n in (1, 2, 5) if -_NEAR <= self._place(math.log10(n) + e) <= 1 + _NEAR]
        if len(fine) < 3:
            # Within a decade, equal steps; they crowd towards its upper end, so half as many.
            multiples, exponent = round_numbers(_rounded(low), _rounded(high), (most + 1) // 2)
            return [(n, exponent) for n in multiples]
        sparser = [[(n, e) for n, e in fine if n == 1 and e % every == 0] for every in (1, 2, 5, 10, 20, 50, 100, 200)]
        return next((some for some in [fine, *sparser] if 0 < len(some) <= most), fine[:most])


def scale(kind: str, values: Iterable[float], most: int = 8, *, outward: bool = False, whole: bool = False) -> Scale:
    """The scale of this kind, "linear" or "log", over the values that have a position on it.

    ``outward`` and ``whole`` are for "linear".
    """
    if kind == "log":
        placed = [x for x in values if 0 < x < math.inf]
        return Log(min(placed, default=1.0), max(placed, default=10.0), most)
    placed = [x for x in values if math.isfinite(x)]
    return Linear(min(placed, default=0.0), max(placed, default=1.0), most, outward=outward, whole=whole)


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


def _within(position: float) -> float:
    return min(max(position, 0.0), 1.0)


def _rounded(x: float) -> Fraction:
    """x as people read it: 0.1 is 1/10, and 0.30000000000000004 is 3/10. What agrees in 12 digits is one number."""
    return Fraction(f"{x:.12g}")
