"""Traced numbers: each remembers the operation and the operands it was computed from.

An operation that is run on traced numbers in place of plain ones yields, for each entry of its result, the expression
that computed it. So a new operation needs no code of its own to be explained.
"""

from __future__ import annotations

import gc
import operator
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from math import inf
from numbers import Real
from typing import Any, Callable, NamedTuple, Union

from backprop.numbers import Number, generic, math

Operand = Union["TracedNumber", int, float, Fraction]

UPSTREAM = "∂"  # the table of the numbers that stand for ∂L/∂ of the output
VALUE = "="  # the table of the numbers of the output itself
PART = "part "  # and a number: the table of what one use of a value adds to its gradient


class Entry(NamedTuple):
    """The symbol of a known number: where it stands. The table is that of an input, by its position, UPSTREAM, VALUE, or
    one that the operation gives a name; the place is an index, row-major, or for a name (row, column)."""

    table: int | str
    place: int | tuple[int, int]


_NUMBERS = (int, float, Fraction)
# Operands that leave the other one as it is: 0 + x, with which every sum() begins, 1·x, x/1.
_NEUTRAL = {
    "+": (0, 0),
    "−": (None, 0),
    "·": (1, 1),
    "/": (None, 1),
    "^": (None, 1),
    "mod": (None, None),
    "floordiv": (None, None),
}


class TooLong(Exception):
    """The computation has more steps than are to be recorded."""


def _binary_methods(symbol: str, function: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """The method for a number on the left, and the one for a number on the right."""
    neutral_left, neutral_right = _NEUTRAL[symbol]

    def left(self: TracedNumber, other: Any) -> Any:
        if type(other) is TracedNumber:
            return _record(function(self.number, other.number), symbol, (self, other))
        if not isinstance(other, _NUMBERS):
            return NotImplemented
        number = function(self.number, other)
        if other == neutral_right:
            return _same(self, number)
        return _record(number, symbol, (self, other))

    def right(self: TracedNumber, other: Any) -> Any:
        if not isinstance(other, _NUMBERS):
            return NotImplemented
        number = function(other, self.number)
        if other == neutral_left:
            return _same(self, number)
        return _record(number, symbol, (other, self))

    return left, right


def _comparison(function: Callable[[Any, Any], bool]) -> Any:
    def method(self: TracedNumber, other: Any) -> Any:
        return function(self.number, plain(other)) if isinstance(other, (TracedNumber, *_NUMBERS)) else NotImplemented

    return method


class TracedNumber(Number):
    """A ``number`` (int, float or Fraction), and the ``symbol`` and ``operands`` it was computed from.

    The symbol is "+", "−" (of one operand or two), "·", "/", "^", "mod", "floordiv", "round" or the name of a function of
    ``math``. A number that was not computed has no operands, and its symbol may be the Entry that it is. Adding 0 and
    multiplying by 1 leave no trace.

    >>> x, w = TracedNumber(0.5), TracedNumber(3)
    >>> y = sum([x * w, 2.0])
    >>> y.number, y.symbol, y.operands[1]
    (3.5, '+', 2.0)
    >>> product = y.operands[0]
    >>> product.symbol, product.operands == (x, w)
    ('·', True)
    """

    __slots__ = ("number", "operands", "symbol")

    number: Any
    symbol: str | Entry
    operands: tuple[Operand, ...]

    def __init__(self, number: Any, symbol: str | Entry = "", operands: tuple[Operand, ...] = ()) -> None:
        self.number, self.symbol, self.operands = number, symbol, operands

    @property
    def is_upstream(self) -> bool:
        """Whether it stands for an entry of ∂L/∂ of the output."""
        return isinstance(self.symbol, Entry) and self.symbol.table == UPSTREAM

    imag = 0  # a Fraction compares itself with a real number only

    @property
    def real(self) -> Any:
        """The number itself."""
        return self.number

    def known_as(self, entry: Entry) -> TracedNumber:
        """Another TracedNumber with its arithmetic, which it loses itself: who uses it from now on uses a known number."""
        other = TracedNumber(self.number, self.symbol, self.operands)
        self.symbol, self.operands = entry, ()
        return other

    def named(self, name: str, row: Sequence[Any]) -> None:
        """Remember how the numbers of the row are computed; from now on they are known by that name."""
        count = _trace.rows[name]
        _trace.rows[name] += 1
        for i, x in enumerate(row):
            if isinstance(x, TracedNumber) and x.operands:
                entry = Entry(name, (count, i))
                _trace.named[entry] = x.known_as(entry)

    __add__, __radd__ = _binary_methods("+", operator.add)
    __sub__, __rsub__ = _binary_methods("−", operator.sub)
    __mul__, __rmul__ = _binary_methods("·", operator.mul)
    __truediv__, __rtruediv__ = _binary_methods("/", operator.truediv)
    __pow__, __rpow__ = _binary_methods("^", operator.pow)
    __mod__, __rmod__ = _binary_methods("mod", operator.mod)
    __floordiv__, __rfloordiv__ = _binary_methods("floordiv", operator.floordiv)

    def function(self, name: str, arguments: tuple[Any, ...], function: Any = None, slope: Any = None) -> Any:
        """The function of these arguments, recorded; what gives no number but an answer, as isnan, is not."""
        number = (function or getattr(math, name))(*map(plain, arguments))
        return _record(number, name, arguments) if type(number) in (int, float) else number

    def __neg__(self) -> TracedNumber:
        return _record(-self.number, "−", (self,))

    def __abs__(self) -> TracedNumber:
        return _record(abs(self.number), "abs", (self,))

    def __round__(self, ndigits: int | None = None) -> TracedNumber:
        return _record(round(self.number, ndigits), "round", (self, ndigits) if ndigits else (self,))

    __lt__, __le__ = _comparison(operator.lt), _comparison(operator.le)
    __gt__, __ge__ = _comparison(operator.gt), _comparison(operator.ge)
    __eq__, __ne__ = _comparison(operator.eq), _comparison(operator.ne)

    def __hash__(self) -> int:
        return hash(self.number)

    def __bool__(self) -> bool:
        return bool(self.number)

    def __float__(self) -> float:
        return float(self.number)

    def __int__(self) -> int:
        return int(self.number)

    def __repr__(self) -> str:
        return f"TracedNumber({self.number!r}, {self.symbol!r})"


Real.register(TracedNumber)


def plain(x: Any) -> Any:
    """The number of a TracedNumber; any other number as it is."""
    return x.number if isinstance(x, TracedNumber) else x


def _same(x: TracedNumber, number: Any) -> TracedNumber:
    """x, if it is the number to its type."""
    return x if type(number) is type(x.number) else TracedNumber(number, x.symbol, x.operands)


class _Trace(threading.local):
    """What is left of the steps that may be recorded, the numbers that have names, and the rows of each name so far."""

    def __init__(self) -> None:
        self.steps, self.named, self.rows = inf, {}, Counter()

    steps: float
    named: dict[Entry, TracedNumber]
    rows: Counter[str]


_trace = _Trace()


def _record(number: Any, symbol: str, operands: tuple[Operand, ...]) -> TracedNumber:
    _trace.steps -= 1
    if _trace.steps < 0:
        raise TooLong
    return TracedNumber(number, symbol, operands)


@contextmanager
def tracing(max_steps: float = inf) -> Iterator[dict[Entry, TracedNumber]]:
    """Within this context the functions of ``math`` that rules use record TracedNumbers too; it gives the numbers to which
    a rule has given a name, each with its arithmetic.

    Raises TooLong after ``max_steps`` steps of arithmetic.

    >>> with tracing():
    ...     y = 1.0 / (1.0 + math.exp(-TracedNumber(0.0)))
    >>> y.number, y.operands[1].operands[1].symbol
    (0.5, 'exp')
    """
    before, collects = vars(_trace).copy(), gc.isenabled()
    vars(_trace).update(steps=max_steps, named={}, rows=Counter())
    gc.disable()  # of so many numbers that refer to others none is in a cycle, and looking for one takes most of the time
    try:
        with generic():
            yield _trace.named
    finally:
        vars(_trace).update(before)
        if collects:
            gc.enable()
