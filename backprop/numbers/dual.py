"""Dual numbers: a value and its derivative along one direction, which arithmetic carries along.

x + ε·e with ε² = 0: a function of it is f(x) + ε·f′(x)·e, so that what is computed from dual numbers holds the derivative
of the whole in its ε-part, with no step size. Clifford, "Preliminary Sketch of Biquaternions" (1873).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from fractions import Fraction
from math import inf, log, nan, pi, sqrt
from typing import Any, Callable

from backprop.numbers.functions import Number, math
from backprop.numbers.gamma import digamma

_REALS = (int, float, Fraction)


class Dual(Number):
    """``value`` + ε·``slope``, where ε² = 0.

    Each ``level`` has an ε of its own, and the parts of a number are numbers of lower levels, or plain ones: that is how
    derivatives of derivatives are taken.

    >>> x = Dual(3, 1)
    >>> x * x + 6 / x
    Dual(11.0, 5.333333333333333)
    """

    __slots__ = ("level", "slope", "value")

    def __init__(self, value: Any, slope: Any, level: int = 0) -> None:
        self.value, self.slope, self.level = value, slope, level

    def __add__(self, other: Any) -> Any:
        if type(other) is Dual:
            if other.level != self.level:
                return _on_one_level(operator.add, self, other)
            return Dual(self.value + other.value, self.slope + other.slope, self.level)
        return Dual(self.value + other, self.slope, self.level) if isinstance(other, _REALS) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if type(other) is Dual:
            if other.level != self.level:
                return _on_one_level(operator.sub, self, other)
            return Dual(self.value - other.value, self.slope - other.slope, self.level)
        return Dual(self.value - other, self.slope, self.level) if isinstance(other, _REALS) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return Dual(other - self.value, -self.slope, self.level) if isinstance(other, _REALS) else NotImplemented

    def __mul__(self, other: Any) -> Any:
        if type(other) is Dual:
            if other.level != self.level:
                return _on_one_level(operator.mul, self, other)
            a, b = self.value, other.value
            return Dual(a * b, self.slope * b + a * other.slope, self.level)
        return Dual(self.value * other, self.slope * other, self.level) if isinstance(other, _REALS) else NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is Dual:
            if other.level != self.level:
                return _on_one_level(operator.truediv, self, other)
            y = self.value / other.value
            return Dual(y, (self.slope - y * other.slope) / other.value, self.level)
        return Dual(self.value / other, self.slope / other, self.level) if isinstance(other, _REALS) else NotImplemented

    def __rtruediv__(self, other: Any) -> Any:
        if not isinstance(other, _REALS):
            return NotImplemented
        y = other / self.value
        return Dual(y, -y * self.slope / self.value, self.level)

    def __pow__(self, other: Any) -> Any:
        return (
            self.function("pow", (self, other), operator.pow) if isinstance(other, (Dual, *_REALS)) else NotImplemented
        )

    def __rpow__(self, other: Any) -> Any:
        return self.function("pow", (other, self), operator.pow) if isinstance(other, _REALS) else NotImplemented

    def __mod__(self, other: Any) -> Any:
        return self.function("%", (self, other), operator.mod) if isinstance(other, (Dual, *_REALS)) else NotImplemented

    def __rmod__(self, other: Any) -> Any:
        return self.function("%", (other, self), operator.mod) if isinstance(other, _REALS) else NotImplemented

    def __floordiv__(self, other: Any) -> Any:
        return plain(self) // plain(other)

    def __rfloordiv__(self, other: Any) -> Any:
        return other // plain(self)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope, self.level)

    def __pos__(self) -> Dual:
        return self

    def __abs__(self) -> Dual:
        return Dual(abs(self.value), self.slope * _sign(self.value), self.level)

    # What is constant between its jumps has the derivative 0: a plain number.

    def __round__(self, ndigits: int | None = None) -> Any:
        return round(plain(self), ndigits)

    def __int__(self) -> int:
        return int(plain(self))

    def __float__(self) -> float:
        raise TypeError("a dual number as a float would lose its derivative; take functions from backprop.numbers.math")

    def __lt__(self, other: Any) -> bool:
        return bool(plain(self) < plain(other))

    def __le__(self, other: Any) -> bool:
        return bool(plain(self) <= plain(other))

    def __gt__(self, other: Any) -> bool:
        return bool(plain(self) > plain(other))

    def __ge__(self, other: Any) -> bool:
        return bool(plain(self) >= plain(other))

    def __eq__(self, other: object) -> bool:
        return bool(plain(self) == plain(other))

    def __ne__(self, other: object) -> bool:
        return bool(plain(self) != plain(other))

    def __hash__(self) -> int:
        return hash(plain(self))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.slope!r}" + (f", level={self.level})" if self.level else ")")

    def function(
        self,
        name: str,
        arguments: tuple[Any, ...],
        function: Callable[..., Any] | None = None,
        slope: Callable[[Any, Any], Any] | None = None,
    ) -> Any:
        """f(x + ε·e, …) = f(x, …) + ε·Σ ∂f/∂x·e; TypeError where the derivative is not known."""
        if name in _CONSTANT:
            return getattr(math, name)(*map(plain, arguments))
        level = max([x.level for x in arguments if type(x) is Dual])
        values = [x.value if type(x) is Dual and x.level == level else x for x in arguments]
        y = (function or getattr(math, name))(*values)
        total: Any = 0
        for k, x in enumerate(arguments):
            if type(x) is Dual and x.level == level:
                try:
                    total = total + (slope(values[0], y) if slope else _slope(name, k, values, y)) * x.slope
                except ValueError:  # outside of the domain
                    total = nan
        return Dual(y, total, level)


def plain(x: Any) -> Any:
    """The value alone, of all levels."""
    while type(x) is Dual:
        x = x.value
    return x


def value_of(x: Any, level: int) -> Any:
    """The part of this level without ε."""
    return x.value if type(x) is Dual and x.level == level else x


def slope_of(x: Any, level: int) -> Any:
    """The ε-part of this level, 0 where there is none; that of a NaN, of which nothing is known, is NaN."""
    return x.slope if type(x) is Dual and x.level == level else 0 if x == x else x


def _on_one_level(function: Callable[[Any, Any], Any], a: Dual, b: Dual) -> Any:
    """A number of a lower level is a constant for the ε of the higher one."""
    return function(a, Dual(b, 0, a.level)) if a.level > b.level else function(Dual(a, 0, b.level), b)


def _sign(x: Any) -> int:
    return int(x > 0) - int(x < 0)


def _slope(name: str, k: int, x: Sequence[Any], y: Any) -> Any:
    """∂f/∂xₖ of y = f(x₀, x₁, …)."""
    if name in _OF_ONE and len(x) == 1:
        return _OF_ONE[name](x[0], y)
    if name not in _OF_SEVERAL:
        raise TypeError(f"the derivative of {name} is not known")
    return _OF_SEVERAL[name](k, x, y)


def _quotient(x: Any, y: Any) -> Any:
    """x/y, and ±∞ or NaN over 0."""
    return x / y if y else inf if x > 0 else -inf if x < 0 else nan


def _slope_in_base(base: Any, exponent: Any) -> Any:
    if not exponent:
        return 0
    return exponent * (base ** (exponent - 1) if base or exponent >= 1 else inf)


def _slope_in_exponent(base: Any, y: Any) -> Any:
    return y * math.log(base) if base > 0 else 0 if base == 0 else nan


_CONSTANT = {"ceil", "floor", "trunc", "isnan", "isinf", "isfinite", "isclose", "gcd", "lcm", "frexp"}
_OF_ONE: dict[str, Callable[[Any, Any], Any]] = {
    "exp": lambda x, y: y,
    "exp2": lambda x, y: y * log(2.0),
    "expm1": lambda x, y: y + 1,
    "log": lambda x, y: _quotient(1, x),
    "log2": lambda x, y: _quotient(1, x * log(2.0)),
    "log10": lambda x, y: _quotient(1, x * log(10.0)),
    "log1p": lambda x, y: _quotient(1, 1 + x),
    "sqrt": lambda x, y: _quotient(0.5, y),
    "cbrt": lambda x, y: _quotient(1, 3 * y * y),
    "sin": lambda x, y: math.cos(x),
    "cos": lambda x, y: -math.sin(x),
    "tan": lambda x, y: 1 + y * y,
    "asin": lambda x, y: _quotient(1, math.sqrt(1 - x * x)),
    "acos": lambda x, y: _quotient(-1, math.sqrt(1 - x * x)),
    "atan": lambda x, y: 1 / (1 + x * x),
    "sinh": lambda x, y: math.cosh(x),
    "cosh": lambda x, y: math.sinh(x),
    "tanh": lambda x, y: 1 - y * y,
    "asinh": lambda x, y: 1 / math.sqrt(x * x + 1),
    "acosh": lambda x, y: _quotient(1, math.sqrt(x * x - 1)),
    "atanh": lambda x, y: _quotient(1, 1 - x * x),
    "erf": lambda x, y: 2 / sqrt(pi) * math.exp(-x * x),
    "erfc": lambda x, y: -2 / sqrt(pi) * math.exp(-x * x),
    "fabs": lambda x, y: _sign(x),
    "gamma": lambda x, y: y * digamma(x),
    "lgamma": lambda x, y: digamma(x),
}
_OF_SEVERAL: dict[str, Callable[[int, Sequence[Any], Any], Any]] = {
    "pow": lambda k, x, y: _slope_in_exponent(x[0], y) if k else _slope_in_base(*x),
    "%": lambda k, x, y: -(x[0] // x[1]) if k else 1,
    "fmod": lambda k, x, y: -math.trunc(x[0] / x[1]) if k else 1,
    "atan2": lambda k, x, y: _quotient(-x[0] if k else x[1], x[0] * x[0] + x[1] * x[1]),
    "nextafter": lambda k, x, y: 0 if k else 1,
    "hypot": lambda k, x, y: _quotient(x[k], y),
    "copysign": lambda k, x, y: 0 if k else math.copysign(1.0, plain(x[0])) * math.copysign(1.0, plain(x[1])),
}
