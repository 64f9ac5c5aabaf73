"""An explanation as Markdown with TeX mathematics, as GitHub and notebooks show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from backprop.explanation.notation import ATOM, POWER, PRODUCT, Omitted, Piece, Plain
from backprop.explanation.outline import Chapter, Part, Passage, Statement
from backprop.explanation.traced import plain
from backprop.pictures.tables import table

_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def as_markdown(chapters: Sequence[Chapter], notation: TeX) -> str:
    """The chapters, each under its heading, with the equations of the operations as quotations."""
    lines: list[str] = []
    for chapter in chapters:
        lines += [f"## {chapter.heading}", ""]
        lines += _parts(chapter.parts(), notation)
    return "\n".join(lines)


def _parts(parts: Sequence[Part], notation: TeX) -> Iterator[str]:
    """The passages; those of a group open where one clicks on its title."""
    for part in parts:
        if isinstance(part, Passage):
            yield from _passage(part, notation)
        else:
            yield from (f"<details><summary>{escape(part.title)}</summary>", "")
            yield from _parts(part.parts, notation)
            yield from ("</details>", "")


def _passage(passage: Passage, notation: TeX) -> Iterator[str]:
    if passage.call:
        # A fence of more backticks than the text has in a row.
        ticks = "`" * (1 + max(map(len, re.findall("`*", passage.call))))
        yield from (f"**{ticks}{passage.call}{ticks}**", "")
    said = [re.sub(r"([\\`*_\[\]<|])", r"\\\1", text) for text in (passage.equation, passage.letters) if text]
    if said:
        yield from ("> " + "\\\n> ".join(said), "")
    if passage.remark:
        yield from (f"(without its arithmetic: {passage.remark})", "")
    rows = [row for statement in passage.statements for row in _rows(statement, notation)]
    yield from ("```math", r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}", "```", "")


def _rows(statement: Statement, notation: TeX) -> Iterator[str]:
    """A row for each entry; long arithmetic continues in a second row."""
    sign = {"=": "=", "←": r"\leftarrow"}[statement.sign]
    lines = statement.lines(notation)
    for own, index, (first, *others) in lines:
        left = f"{name(own)}{index} &=" if own else f"{_symbol(statement, index)} &{sign}"
        yield f"{left} {first}{' = ' + others[0] if len(others) == 1 else ''}"
        if len(others) > 1:
            yield f"&= {' = '.join(others)}"
    if not lines:
        yield f"{_symbol(statement)} &{sign} {_matrix(statement, notation)}"
    elif statement.omitted:
        yield rf"&\ldots \text{{ {statement.omitted:,} more}}"


def _symbol(statement: Statement, index: str = "") -> str:
    symbol = f"{name(statement.name)}{index}"
    if statement.loss:
        symbol = rf"\frac{{\partial {name(statement.loss)}}}{{\partial {symbol}}}"
    return symbol if statement.part is None else rf"\text{{part of }} {symbol}"


def name(text: str) -> str:
    r"""A value's name in TeX: a letter in italics, a word upright, digits at its end as an index.

    >>> name("W1"), name("linear₂"), name("0.in_proj")
    ('W_{1}', '\\mathrm{linear}_{2}', '\\mathrm{0.in\\_proj}')
    """
    if len(text) == 2 and text[1] == "\u0302":
        return rf"\hat{{{text[0]}}}"
    stem = text.rstrip("0123456789₀₁₂₃₄₅₆₇₈₉")
    digits = text[len(stem) :]
    if not stem:
        return text
    if len(stem) > 1 or not stem.isalpha():
        stem = r"\mathrm{" + re.sub(r"([#$%&_{}])", r"\\\1", stem) + "}"
    return f"{stem}_{{{digits.translate(_DIGITS)}}}" if digits else stem


def _matrix(statement: Statement, notation: TeX) -> str:
    cells = statement.cells(notation)
    if statement.step.shape.numel() == 1:
        return cells[0][0]
    *lines, last = table([[cell.replace(" ", "") for cell in row] for row in cells], statement.shape).splitlines()
    shape = rf"\quad \text{{{statement.note}}}" if statement.note else ""
    if not last.startswith("["):  # a long table is cut, and its shape follows
        shape = rf"\quad \text{{({last})}}"
    else:
        lines.append(last)
    cells = [line.strip("[ ]").replace("...", r"\cdots").split() for line in lines]
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in cells) + r" \end{bmatrix}" + shape


# -------------------------------------------------------------------- TeX


class TeX(Plain):
    r"""The notation of TeX: fractions are drawn, powers raised.

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

    def _number(self, x: Any) -> Piece:
        text, hold = super()._number(x)
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

    def _omitted(self, terms: Omitted) -> str:
        return rf"\cdots\ \text{{({terms.number:,} more terms: }}{self.number(terms.total)}\text{{)}}"
