"""Notation: numbers and expressions as text, rounded, with as few parentheses as needed, long ones abbreviated."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, Callable, NamedTuple

from backprop.explanation.traced import TracedNumber, plain

_MAX_NUMBERS = 12
_MAX_DEPTH = 8
_MAX_TERMS = 6
_LARGEST_TERMS = 4

SUM, RATIO, PRODUCT, POWER, ATOM = range(5)  # how tightly the parts of a text hold together, from the loosest

Known = tuple[Any, str]  # what identifies an entry of a value, and its name
UNNAMED: Known = (None, "")

Part = tuple[str, Any]  # the sign that joins an operand to those before it, and the operand
Piece = tuple[str, int]  # a text, and how tightly its parts hold together


class Plain:
    """Plain text, with floats to ``digits`` significant digits.

    >>> x, w = TracedNumber(0.5), TracedNumber(-3.0)
    >>> print(Plain().expression((x - w) ** 2 * w + 1 / x))
    (0.5 − (−3))²·(−3) + 1/0.5
    """

    minus, dot = "−", "·"

    def __init__(self, digits: int = 6) -> None:
        self.digits = digits

    def number(self, x: Any) -> str:
        """One number: an int or a Fraction exactly, a float rounded.

        >>> from fractions import Fraction
        >>> Plain().number(-0.12345678), Plain(3).number(1e-7), Plain().number(Fraction(1, 3))
        ('−0.123457', '1e−07', '1/3')
        """
        x = plain(x)
        # Adding 0 turns −0 into 0.
        text = format(x + 0.0, f".{self.digits}g") if isinstance(x, float) else str(x)
        return text.replace("-", self.minus)

    def expression(self, x: Any) -> str:
        """How ``x`` was computed, in at most about a dozen numbers: what lies deeper is shown by its value, and of a
        long sum only the largest terms and the sum of the others are shown."""
        return self._expression(x, depth_to_show(x))[0]

    def knowing(self, origin: Callable[[TracedNumber], Known]) -> Plain:
        """This notation where ``origin`` says which entry of which value a known number is. Here numbers tell more."""
        return self

    def result(self, x: Any, known: Known) -> str:
        """The number at the end of a line, or in a table, which is ``known`` from now on."""
        return self.number(x)

    def stages(self, x: Any, result: Any, known: Known, chosen: str = "") -> list[str]:
        """``x`` computed as on paper: the whole expression, then its outermost operation alone, then the ``result``; or
        the name of the entry that was ``chosen``, and its value.

        A product that contains ∂L/∂y ends in ∂L/∂y·∂y/∂x, with all other factors multiplied together.

        >>> from backprop.explanation.traced import UPSTREAM, Entry
        >>> d, y = TracedNumber(0.5, Entry(UPSTREAM, 0)), TracedNumber(0.25)
        >>> Plain().stages(d * y * (1 - y), 0.09375, UNNAMED), Plain().stages(y, 0.25, UNNAMED)
        (['0.5·0.25·(1 − 0.25)', '0.5·0.1875', '0.09375'], ['0.25'])
        """
        number = self.number(result)
        depth = depth_to_show(x)
        before = [self._expression(x, depth)[0], self._chain_rule(x) or self._expression(x, 1)[0]] if depth else []
        stages = [stage for stage in dict.fromkeys([chosen] if chosen else before) if stage != number]
        return [*stages, self.result(result, known)]

    def _chain_rule(self, x: Any) -> str:
        factors = parts_of(x) if isinstance(x, TracedNumber) and x.symbol in ("·", "/") else []
        upstream: list[Any] = []
        derivative: Any = 1
        for sign, factor in factors:
            if sign == "·" and isinstance(factor, TracedNumber) and factor.is_upstream:
                upstream.append(factor)
            else:
                derivative = derivative * plain(factor) if sign == "·" else derivative / plain(factor)
        if not upstream or (len(factors) == 2 and not any(parts_of(factor) for _, factor in factors)):
            return ""
        return self._product([("·", self._number(factor)) for factor in (*upstream, derivative)])[0]

    # ---------------------------------------------------------------- the grammar

    def _expression(self, x: Any, depth: int) -> Piece:
        parts = parts_of(x) if depth else ()
        if not parts:
            return self._number(x)
        pieces = [(sign, self._expression(part, depth - 1)) for sign, part in parts]
        if x.symbol in ("+", "−"):
            return self._sum(pieces), SUM if len(pieces) > 1 else PRODUCT
        if x.symbol in ("·", "/"):
            return self._product(pieces)
        if x.symbol == "^":
            return self._power(pieces[0][1], pieces[1][1], plain(parts[1][1])), POWER
        name = "ln" if x.symbol == "log" else x.symbol  # as in the equations
        return self._call(name, [text for _, (text, _) in pieces]), ATOM

    def _number(self, x: Any) -> Piece:
        if isinstance(x, Omitted):
            return self._omitted(x), PRODUCT
        text = self.number(x)
        return text, RATIO if "/" in text else PRODUCT if text.startswith(self.minus) else ATOM

    def _sum(self, pieces: Sequence[tuple[str, Piece]]) -> str:
        line = ""
        for sign, (text, hold) in pieces:
            if sign == "−" and (hold == SUM or text.startswith(self.minus)):
                text = self._parentheses(text)
            elif sign == "+" and line and text.startswith(self.minus):
                sign, text = "−", text[len(self.minus) :]
            symbol = self.minus if sign == "−" else sign
            line = f"{line} {symbol} {text}" if line else text if sign == "+" else symbol + text
        return line

    def _product(self, pieces: Sequence[tuple[str, Piece]]) -> Piece:
        line = ""
        for sign, (text, hold) in pieces:
            loose = hold < PRODUCT or (line and (text.startswith(self.minus) or hold == PRODUCT))
            text = self._parentheses(text) if loose else text
            line = f"{line}{self.dot if sign == '·' else sign}{text}" if line else text
        return line, PRODUCT

    def _power(self, base: Piece, exponent: Piece, number: Any) -> str:
        text = base[0] if base[1] == ATOM else self._parentheses(base[0])
        if number in range(2, 10) and len(exponent[0]) == 1:
            return text + "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(number)]
        return f"{text}^{exponent[0] if exponent[1] == ATOM else self._parentheses(exponent[0])}"

    def _call(self, name: str, arguments: Sequence[str]) -> str:
        return f"{name}({', '.join(arguments)})"

    def _parentheses(self, text: str) -> str:
        return f"({text})"

    def _omitted(self, terms: Omitted) -> str:
        return f"… ({terms.number:,} more terms: {self.number(terms.total)})"


# -------------------------------------------------------------------- abbreviation


class Omitted(NamedTuple):
    """The number of terms of a sum that are left out, and their sum."""

    number: int
    total: Any


def parts_of(x: Any) -> list[Part]:
    """The operands ``x`` was computed from: a sum of sums as one sum, a product of products as one product.

    Of a sum products with a 0 are left out, and of a long one all but the largest terms. A number that was not computed
    has no parts.

    >>> a, b = TracedNumber(2), TracedNumber(3)
    >>> [(sign, part.number) for sign, part in parts_of(a * b / (a + b))]
    [('·', 2), ('·', 3), ('/', 5)]
    """
    if not isinstance(x, TracedNumber) or not x.operands:
        return []
    if x.symbol not in ("+", "−", "·", "/"):
        return [("", operand) for operand in x.operands]
    parts: list[Part] = []
    sums = x.symbol in ("+", "−")
    first, second = ("+", "−") if sums else ("·", "/")
    waiting: list[Part] = [(first, x)]
    while waiting:
        sign, part = waiting.pop()
        symbol = part.symbol if isinstance(part, TracedNumber) and part.operands else None
        if sign == first and symbol in (first, second):
            *left, right = part.operands
            waiting.append((symbol, right))
            waiting.extend((first, operand) for operand in left)
        elif sums or sign == second or not parts or isinstance(part, TracedNumber) or part != 1:
            parts.append((sign, part))
    return _terms(parts) if sums else parts


def _terms(parts: list[Part]) -> list[Part]:
    """The terms of a sum that are shown: a product that is 0 says nothing, and the largest ones matter most."""
    terms = [(sign, x) for sign, x in parts if plain(x) != 0 or not isinstance(x, TracedNumber) or x.symbol != "·"]
    if len(terms) > _MAX_TERMS:
        terms = [(sign, x) for sign, x in terms if plain(x) != 0]
    if len(terms) > _MAX_TERMS:
        terms.sort(key=lambda term: -abs(plain(term[1])) if plain(term[1]) == plain(term[1]) else -inf)
        rest = [plain(x) if sign == "+" else -plain(x) for sign, x in terms[_LARGEST_TERMS:]]
        terms[_LARGEST_TERMS:] = [("+", Omitted(len(rest), sum(rest)))]
    return terms or parts[:1]


def numbers_shown(x: Any) -> list[Any]:
    """The numbers of which the expression of ``x`` consists."""
    shown = [x]
    for _ in range(depth_to_show(x)):
        shown = [own for part in shown for own in ([own for _, own in parts_of(part)] or [part])]
    return shown


def depth_to_show(x: Any) -> int:
    """How many levels of operands can be shown with at most a dozen numbers."""
    depth = 0
    while depth < _MAX_DEPTH and _count(x, depth + 1) <= _MAX_NUMBERS:
        depth += 1
    return depth


def _count(x: Any, depth: int) -> int:
    parts = parts_of(x) if depth else ()
    return sum(_count(part, depth - 1) for _, part in parts) if parts else 1
