"""How numbers and expressions are written on a line: in which order, with which signs and parentheses, and rounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.explanation.abbreviation import More, depth_shown, parts_of
from backprop.explanation.traced import UPSTREAM, TracedNumber, plain

SUM, RATIO, PRODUCT, POWER, ATOM = range(5)  # how tightly the parts of a text hold together

Piece = tuple[str, int]  # a text and how tightly it holds together


class Plain:
    """Text as one types it, floats to ``digits`` significant digits.

    >>> x, w = TracedNumber(0.5), TracedNumber(-3.0)
    >>> print(Plain().expression((x - w) ** 2 * w + 1 / x))
    (0.5 − (−3))²·(−3) + 1/0.5
    """

    minus, dot = "−", "·"

    def __init__(self, digits: int = 6) -> None:
        self.digits = digits

    def number(self, x: Any) -> str:
        """One number: an int and a Fraction exactly, a float rounded.

        >>> from fractions import Fraction
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
        return self._written(x, depth_shown(x))[0]

    def stages(self, x: Any, result: Any) -> list[str]:
        """``x`` worked out as on paper: the whole expression, then its outermost step alone, then the ``result``.

        A product with ∂L/∂y in it ends in ∂L/∂y·∂y/∂x, all other factors taken together.

        >>> d, y = TracedNumber(0.5, UPSTREAM), TracedNumber(0.25)
        >>> Plain().stages(d * y * (1 - y), 0.09375), Plain().stages(y, 0.25)
        (['0.5·0.25·(1 − 0.25)', '0.5·0.1875', '0.09375'], ['0.25'])
        """
        outermost = self._chained(x) or self._written(x, 1)[0]
        return list(dict.fromkeys((self.expression(x), outermost, self.number(result))))

    def _chained(self, x: Any) -> str:
        factors = parts_of(x) if isinstance(x, TracedNumber) and x.symbol in ("·", "/") else []
        upstream: list[Any] = []
        slope: Any = 1
        for sign, factor in factors:
            if sign == "·" and isinstance(factor, TracedNumber) and factor.symbol == UPSTREAM:
                upstream.append(factor)
            else:
                slope = slope * plain(factor) if sign == "·" else slope / plain(factor)
        if not upstream or (len(factors) == 2 and not any(parts_of(factor) for _, factor in factors)):
            return ""
        return self._product([("·", self._single(factor)) for factor in (*upstream, slope)])[0]

    # ---------------------------------------------------------------- the grammar

    def _written(self, x: Any, depth: int) -> Piece:
        parts = parts_of(x) if depth else ()
        if not parts:
            return self._single(x)
        pieces = [(sign, self._written(part, depth - 1)) for sign, part in parts]
        if x.symbol in ("+", "−"):
            return self._sum(pieces), SUM if len(pieces) > 1 else PRODUCT
        if x.symbol in ("·", "/"):
            return self._product(pieces)
        if x.symbol == "^":
            return self._power(pieces[0][1], pieces[1][1], plain(parts[1][1])), POWER
        return self._call(x.symbol, [text for _, (text, _) in pieces]), ATOM

    def _single(self, x: Any) -> Piece:
        if isinstance(x, More):
            return self._more(x), PRODUCT
        text = self.number(x)
        return text, RATIO if "/" in text else PRODUCT if text.startswith(self.minus) else ATOM

    def _sum(self, pieces: Sequence[tuple[str, Piece]]) -> str:
        line = ""
        for sign, (text, hold) in pieces:
            if sign == "−" and (hold == SUM or text.startswith(self.minus)):
                text = self._parentheses(text)
            elif sign == "+" and line and text.startswith(self.minus):
                sign, text = "−", text[len(self.minus) :]
            shown = self.minus if sign == "−" else sign
            line = f"{line} {shown} {text}" if line else text if sign == "+" else shown + text
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

    def _more(self, count: int) -> str:
        return f"… ({count:,} more terms)"
