"""Expressions in TeX's mathematics: fractions are drawn, powers raised."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from backprop.explanation.notation import ATOM, POWER, PRODUCT, Piece, Plain
from backprop.explanation.traced import plain


class TeX(Plain):
    r"""The grammar of plain text in the signs of TeX.

    >>> from backprop.explanation.traced import TracedNumber
    >>> x, w = TracedNumber(0.5), TracedNumber(-3.0)
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
        if hold == ATOM and "\\" in text:
            hold = POWER if "^" in text else PRODUCT
        return text, hold

    def _product(self, pieces: Sequence[tuple[str, Piece]]) -> Piece:
        above, below = ([("·", piece) for sign, piece in pieces if sign == side] for side in "·/")
        if not below:
            return super()._product(above)
        # A fraction holds together what stands above and below its bar.
        sides = [side[0][1][0] if len(side) == 1 else super(TeX, self)._product(side)[0] for side in (above, below)]
        return r"\frac{{{}}}{{{}}}".format(*sides), PRODUCT

    def _power(self, base: Piece, exponent: Piece, number: Any) -> str:
        text = base[0] if base[1] == ATOM else self._parentheses(base[0])
        return f"{text}^{{{exponent[0]}}}"

    def _call(self, name: str, arguments: Sequence[str]) -> str:
        return rf"\mathrm{{{name}}}{self._parentheses(', '.join(arguments))}"

    def _parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def _more(self, count: int) -> str:
        return rf"\cdots\ \text{{({count:,} more terms)}}"
