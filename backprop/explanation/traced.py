"""Numbers that remember how they were computed: arithmetic with them writes itself down.

A rule that is run on such numbers in place of the plain ones yields, for each entry of its result, the expression it
was computed by. So no operation has to be told how it is explained: its own code says it.
"""

from __future__ import annotations

import math
import operator
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import wraps
from numbers import Real
from typing import Any, Callable, Union

Operand = Union["TracedNumber", int, float, Fraction]

UPSTREAM = "∂"  # the symbol of a number that stands for ∂L/∂ of the output

_KINDS = (int, float, Fraction)
# What does nothing to the other side: 0 + x, which every sum begins with, 1·x, x/1.
_NEUTRAL = {"+": (0, 0), "−": (None, 0), "·": (1, 1), "/": (None, 1), "^": (None, 1)}


class TooLong(Exception):
    """The computation has more steps than are to be written down."""


def _both(symbol: str, function: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """The method for a number on the left, and the one for a number on the right."""

    def left(self: TracedNumber, other: Any) -> Any:
        return _combined(symbol, function, self, other)

    def right(self: TracedNumber, other: Any) -> Any:
        return _combined(symbol, function, other, self)

    return left, right


def _comparison(function: Callable[[Any, Any], bool]) -> Any:
    def method(self: TracedNumber, other: Any) -> Any:
        return function(self.number, plain(other)) if isinstance(other, (TracedNumber, *_KINDS)) else NotImplemented

    return method


class TracedNumber:
    """A ``number`` (int, float or Fraction), and the ``symbol`` and ``operands`` it was computed from.

    A number that was not computed has no operands. The symbol is "+", "−" (of one operand or two), "·", "/", "^" or
    the name of a function of ``math``; that of a number without operands may say what it is. Zeros that are added and ones that are multiplied leave no trace.

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
    symbol: str
    operands: tuple[Operand, ...]

    def __init__(self, number: Any, symbol: str = "", operands: tuple[Operand, ...] = ()) -> None:
        self.number, self.symbol, self.operands = number, symbol, operands

    imag = 0  # a real number, as Fractions ask of what they are compared with

    @property
    def real(self) -> Any:
        """The number itself."""
        return self.number

    def copy(self) -> TracedNumber:
        """The same number with the same memory."""
        return TracedNumber(self.number, self.symbol, self.operands)

    __add__, __radd__ = _both("+", operator.add)
    __sub__, __rsub__ = _both("−", operator.sub)
    __mul__, __rmul__ = _both("·", operator.mul)
    __truediv__, __rtruediv__ = _both("/", operator.truediv)
    __pow__, __rpow__ = _both("^", operator.pow)

    def __neg__(self) -> TracedNumber:
        return _noted(-self.number, "−", (self,))

    def __abs__(self) -> TracedNumber:
        return _noted(abs(self.number), "abs", (self,))

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
        return f"Written({self.number!r}, {self.symbol!r})"


Real.register(TracedNumber)


def plain(x: Any) -> Any:
    """The number itself, without its memory."""
    return x.number if isinstance(x, TracedNumber) else x


def _combined(symbol: str, function: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    for x in (a, b):
        if not isinstance(x, (TracedNumber, *_KINDS)):
            return NotImplemented
    number = function(plain(a), plain(b))
    left, right = _NEUTRAL[symbol]
    if not isinstance(a, TracedNumber) and a == left:
        return TracedNumber(number, b.symbol, b.operands)
    if not isinstance(b, TracedNumber) and b == right:
        return TracedNumber(number, a.symbol, a.operands)
    return _noted(number, symbol, (a, b))


# -------------------------------------------------------------------- the functions of math


class _Notes(threading.local):
    left: float = math.inf


_notes = _Notes()
_alone = threading.RLock()


def _noted(number: Any, symbol: str, operands: tuple[Operand, ...]) -> TracedNumber:
    _notes.left -= 1
    if _notes.left < 0:
        raise TooLong
    return TracedNumber(number, symbol, operands)


def _writes_down(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def noting(*arguments: Any, **settings: Any) -> Any:
        if TracedNumber not in map(type, arguments):
            return function(*arguments, **settings)
        number = function(*map(plain, arguments), **settings)
        return _noted(number, function.__name__, arguments) if type(number) in (int, float) else number

    return noting


_FUNCTIONS = {name: (function, _writes_down(function)) for name, function in vars(math).items() if callable(function)}


@contextmanager
def tracing(most: float = math.inf) -> Iterator[None]:
    """Within it the functions of ``math`` write themselves down too, where they are given Written numbers.

    They are put where rules look for them, into the module ``math`` itself, and taken out again afterwards; for plain
    numbers they are what they were. After ``most`` steps of arithmetic TooLong is raised.

    >>> with tracing():
    ...     y = 1.0 / (1.0 + math.exp(-TracedNumber(0.0)))
    >>> y.number, y.operands[1].operands[1].symbol
    (0.5, 'exp')
    """
    with _alone:
        before, _notes.left = _notes.left, most
        try:
            for name, (_, noting) in _FUNCTIONS.items():
                setattr(math, name, noting)
            yield
        finally:
            _notes.left = before
            for name, (function, _) in _FUNCTIONS.items():
                setattr(math, name, function)
