"""How numbers and expressions are written on a line: in which order, with which signs, how far, and rounded.

Two notations share one grammar: plain text, ``0.5·(1 − 0.2)²``, and TeX, which draws fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from backprop.explain.written import UPSTREAM, Written, plain

_SUM, _RATIO, _PRODUCT, _POWER, _ATOM = range(5)  # how tightly the parts of a text hold together
_MOST_NUMBERS = 12
_MOST_STEPS = 8
_MOST_TERMS = 6
_FIRST_TERMS = 3


class _More(int):
    """So many terms of a sum that are left out."""


Part = tuple[str, Any]  # how it is joined to what stands before it, and what it is
Piece = tuple[str, int]  # a text and how tightly it holds together


class Plain:
    """Text as one types it, floats to ``digits`` significant digits.

    >>> x, w = Written(0.5), Written(-3.0)
    >>> print(Plain().expression((x - w) ** 2 * w + 1 / x))
    (0.5 − (−3))²·(−3) + 1/0.5
    """

    minus, dot = "−", "·"

    def __init__(self, digits: int = 6) -> None:
        self.digits = digits

    def number(self, x: Any) -> str:
        """One number: an int and a Fraction exactly, a float rounded.

        >>> Plain().number(-0.12345678), Plain(3).number(1e-7), Plain().number(Fraction(1, 3))
        ('−0.123457', '1e-07', '1/3')
        """
        x = plain(x)
        # Adding 0 turns −0 into 0.
        text = format(x + 0.0, f".{self.digits}g") if isinstance(x, float) else str(x)
        return self.minus + text[1:] if text.startswith("-") else text

    def expression(self, x: Any) -> str:
        """How ``x`` was computed, down to so many steps that no more than a dozen numbers are written: what lies deeper
        stands there as its own number, and of a long sum the first terms and the last."""
        return self._written(x, _depth(x))[0]

    def stages(self, x: Any, result: Any) -> list[str]:
        """``x`` worked out as on paper: the whole expression, then its outermost step alone, then the ``result``.

        A product with ∂L/∂y in it ends in ∂L/∂y·∂y/∂x, all other factors taken together.

        >>> d, y = Written(0.5, UPSTREAM), Written(0.25)
        >>> Plain().stages(d * y * (1 - y), 0.09375), Plain().stages(y, 0.25)
        (['0.5·0.25·(1 − 0.25)', '0.5·0.1875', '0.09375'], ['0.25'])
        """
        outermost = self._chained(x) or self._written(x, 1)[0]
        return list(dict.fromkeys((self.expression(x), outermost, self.number(result))))

    def _chained(self, x: Any) -> str:
        factors = _parts(x) if isinstance(x, Written) and x.symbol in ("·", "/") else []
        upstream: list[Any] = []
        slope: Any = 1
        for sign, factor in factors:
            if sign == "·" and isinstance(factor, Written) and factor.symbol == UPSTREAM:
                upstream.append(factor)
            else:
                slope = slope * plain(factor) if sign == "·" else slope / plain(factor)
        if len(upstream) != 1 or (len(factors) == 2 and not any(_parts(factor) for _, factor in factors)):
            return ""
        return self._product([("·", self._single(factor)) for factor in (*upstream, slope)])[0]

    # ---------------------------------------------------------------- the grammar

    def _written(self, x: Any, depth: int) -> Piece:
        parts = _parts(x) if depth else ()
        if not parts:
            return self._single(x)
        pieces = [(sign, self._written(part, depth - 1)) for sign, part in parts]
        if x.symbol in ("+", "−"):
            return self._sum(pieces), _SUM if len(pieces) > 1 else _PRODUCT
        if x.symbol in ("·", "/"):
            return self._product(pieces)
        if x.symbol == "^":
            return self._power(pieces[0][1], pieces[1][1], plain(parts[1][1])), _POWER
        return self._call(x.symbol, [text for _, (text, _) in pieces]), _ATOM

    def _single(self, x: Any) -> Piece:
        if isinstance(x, _More):
            return self._more(x), _PRODUCT
        text = self.number(x)
        return text, _RATIO if "/" in text else _PRODUCT if text.startswith(self.minus) else _ATOM

    def _sum(self, pieces: Sequence[tuple[str, Piece]]) -> str:
        line = ""
        for sign, (text, hold) in pieces:
            if sign == "−" and (hold == _SUM or text.startswith(self.minus)):
                text = self._parentheses(text)
            elif sign == "+" and line and text.startswith(self.minus):
                sign, text = "−", text[len(self.minus) :]
            shown = self.minus if sign == "−" else sign
            line = f"{line} {shown} {text}" if line else text if sign == "+" else shown + text
        return line

    def _product(self, pieces: Sequence[tuple[str, Piece]]) -> Piece:
        line = ""
        for sign, (text, hold) in pieces:
            loose = hold < _PRODUCT or (line and (text.startswith(self.minus) or hold == _PRODUCT))
            text = self._parentheses(text) if loose else text
            line = f"{line}{self.dot if sign == '·' else sign}{text}" if line else text
        return line, _PRODUCT

    def _power(self, base: Piece, exponent: Piece, number: Any) -> str:
        text = base[0] if base[1] == _ATOM else self._parentheses(base[0])
        if number in range(2, 10) and len(exponent[0]) == 1:
            return text + "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(number)]
        return f"{text}^{exponent[0] if exponent[1] == _ATOM else self._parentheses(exponent[0])}"

    def _call(self, name: str, arguments: Sequence[str]) -> str:
        return f"{name}({', '.join(arguments)})"

    def _parentheses(self, text: str) -> str:
        return f"({text})"

    def _more(self, count: int) -> str:
        return f"… ({count:,} more terms)"


class TeX(Plain):
    r"""The same in TeX's mathematics.

    >>> x, w = Written(0.5), Written(-3.0)
    >>> print(TeX().expression((x - w) ** 2 * w + 1 / x))
    \left(0.5 - \left(-3\right)\right)^{2} \cdot \left(-3\right) + \frac{1}{0.5}
    """

    minus, dot = "-", r" \cdot "

    def number(self, x: Any) -> str:
        x = plain(x)
        if isinstance(x, Fraction) and x.denominator > 1:
            return rf"{'-' if x < 0 else ''}\frac{{{abs(x.numerator)}}}{{{x.denominator}}}"
        digits, e, exponent = super().number(x).partition("e")
        return rf"{digits}\cdot 10^{{{int(exponent)}}}" if e else digits

    def _single(self, x: Any) -> Piece:
        text, hold = super()._single(x)
        if hold == _ATOM and "\\" in text:
            hold = _POWER if "^" in text else _PRODUCT
        return text, hold

    def _product(self, pieces: Sequence[tuple[str, Piece]]) -> Piece:
        above, below = ([("·", piece) for sign, piece in pieces if sign == side] for side in "·/")
        if not below:
            return super()._product(above)
        # A fraction holds together what stands above and below its bar.
        sides = [side[0][1][0] if len(side) == 1 else super(TeX, self)._product(side)[0] for side in (above, below)]
        return r"\frac{{{}}}{{{}}}".format(*sides), _PRODUCT

    def _power(self, base: Piece, exponent: Piece, number: Any) -> str:
        text = base[0] if base[1] == _ATOM else self._parentheses(base[0])
        return f"{text}^{{{exponent[0]}}}"

    def _call(self, name: str, arguments: Sequence[str]) -> str:
        return rf"\mathrm{{{name}}}{self._parentheses(', '.join(arguments))}"

    def _parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def _more(self, count: int) -> str:
        return rf"\cdots\ \text{{({count:,} more terms)}}"


# -------------------------------------------------------------------- what is shown of an expression


def _parts(x: Any) -> list[Part]:
    """What ``x`` was computed from, sums of sums and products of products as one; none for a number that just is."""
    if not isinstance(x, Written) or not x.operands:
        return []
    if x.symbol not in ("+", "−", "·", "/"):
        return [("", operand) for operand in x.operands]
    parts: list[Part] = []
    sums = x.symbol in ("+", "−")
    first, second = ("+", "−") if sums else ("·", "/")
    waiting: list[Part] = [(first, x)]
    while waiting:
        sign, part = waiting.pop()
        symbol = part.symbol if isinstance(part, Written) and part.operands else None
        if sign == first and symbol in (first, second):
            *left, right = part.operands
            waiting.append((symbol, right))
            waiting.extend((first, operand) for operand in left)
        elif sums or sign == second or not parts or isinstance(part, Written) or part != 1:
            parts.append((sign, part))
    if sums and len(parts) > _MOST_TERMS:
        left_out = _More(len(parts) - _FIRST_TERMS - 1)
        parts = [*parts[:_FIRST_TERMS], ("+", left_out), parts[-1]]
    return parts


def _depth(x: Any) -> int:
    """How many steps down one can go without writing too many numbers."""
    depth = 0
    while depth < _MOST_STEPS and _count(x, depth + 1) <= _MOST_NUMBERS:
        depth += 1
    return depth


def _count(x: Any, depth: int) -> int:
    parts = _parts(x) if depth else ()
    return sum(_count(part, depth - 1) for _, part in parts) if parts else 1
