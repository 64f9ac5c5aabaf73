"""An explanation as Markdown with TeX mathematics, as GitHub and notebooks show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backprop.explanation.outline import Chapter, Passage, Statement
from backprop.explanation.tex import TeX
from backprop.matrix.text import table

_LOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def as_markdown(chapters: Sequence[Chapter], digits: int) -> str:
    """Chapter by chapter, each under its heading; equations of operations as quotations."""
    notation = TeX(digits)
    lines: list[str] = []
    for chapter in chapters:
        lines += ["## " + ": ".join(filter(None, (chapter.title, chapter.lead))), ""]
        for passage in chapter.passages:
            lines += _passage(passage, notation)
    return "\n".join(lines)


def _passage(passage: Passage, notation: TeX) -> Iterator[str]:
    if passage.call:
        # As many backticks around a text as never stand in it.
        ticks = "`" * (1 + max(map(len, re.findall("`*", passage.call))))
        yield from (f"**{ticks}{passage.call}{ticks}**", "")
    if passage.equation:
        yield from ("> " + re.sub(r"([\\`*_\[\]<|])", r"\\\1", passage.equation), "")
    if passage.remark:
        yield from (f"(without its arithmetic: {passage.remark})", "")
    rows = [row for statement in passage.statements for row in _rows(statement, notation)]
    yield from ("```math", r"\begin{aligned}", " \\\\\n".join(rows), r"\end{aligned}", "```", "")


def _rows(statement: Statement, notation: TeX) -> Iterator[str]:
    """What stands on the left of the sign, and on the right; long arithmetic goes on in a second row."""
    sign = {"=": "=", "←": r"\leftarrow"}[statement.sign]
    entries = statement.worked_out(notation)
    for place, (first, *others) in entries:
        yield f"{_symbol(statement, place)} &{sign} {first}{' = ' + others[0] if len(others) == 1 else ''}"
        if len(others) > 1:
            yield f"&= {' = '.join(others)}"
    if not entries:
        yield f"{_symbol(statement)} &{sign} {_matrix(statement, notation)}"
    elif statement.left_out:
        yield rf"&\ldots \text{{ {statement.left_out:,} more}}"


def _symbol(statement: Statement, place: str = "") -> str:
    symbol = f"{name(statement.name)}{place}"
    if statement.loss:
        symbol = rf"\frac{{\partial {name(statement.loss)}}}{{\partial {symbol}}}"
    return rf"\text{{part of }} {symbol}" if statement.partial else symbol


def name(text: str) -> str:
    r"""A value's name in TeX: a letter in italics, a word upright, a number at its end low.

    >>> name("W1"), name("linear₂"), name("0.in_proj")
    ('W_{1}', '\\mathrm{linear}_{2}', '\\mathrm{0.in\\_proj}')
    """
    stem = text.rstrip("0123456789₀₁₂₃₄₅₆₇₈₉")
    digits = text[len(stem) :]
    if not stem:
        return text
    if len(stem) > 1 or not stem.isalpha():
        stem = r"\mathrm{" + re.sub(r"([#$%&_{}])", r"\\\1", stem) + "}"
    return f"{stem}_{{{digits.translate(_LOW)}}}" if digits else stem


def _matrix(statement: Statement, notation: TeX) -> str:
    matrix = statement.table.matrix
    if matrix.shape == (1, 1):
        return notation.number(matrix.item())
    *lines, last = table([[notation.number(x).replace(" ", "") for x in row] for row in matrix.rows]).splitlines()
    shape = ""
    if not last.startswith("["):  # a long table is cut, and its shape told
        shape = rf"\quad \text{{({last})}}"
    else:
        lines.append(last)
    rows = [line.strip("[ ]").replace("...", r"\cdots").split() for line in lines]
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}" + shape
