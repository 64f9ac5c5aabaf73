"""An explanation as plain text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from backprop.explanation.notation import Plain
from backprop.explanation.outline import Chapter, Passage, Statement
from backprop.pictures.tables import table


def as_text(chapters: Sequence[Chapter], digits: int) -> str:
    """The chapters, each under its underlined title."""
    notation = Plain(digits)
    lines: list[str] = []
    for chapter in chapters:
        title = ": ".join(filter(None, (chapter.title, chapter.lead)))
        lines += [title, "─" * len(title), ""]
        for passage in chapter.passages:
            lines += [*_passage(passage, notation), ""]
    return "\n".join(lines)


def _passage(passage: Passage, notation: Plain) -> Iterator[str]:
    """The call, and below it, indented, the equation of the operation and the numbers."""
    if passage.call:
        yield passage.call
    margin = "    " if passage.call else ""
    yield from textwrap.wrap(passage.equation, 116, initial_indent=margin + "│ ", subsequent_indent=margin + "│ ")
    if passage.remark:
        yield f"{margin}(without its arithmetic: {passage.remark})"
    for statement in passage.statements:
        yield from (margin + line for line in statement_lines(statement, notation))


def statement_lines(statement: Statement, notation: Plain) -> Iterator[str]:
    """One line for each entry whose arithmetic is shown; a table where there are only numbers."""
    name = symbol(statement)
    entries = statement.arithmetic(notation)
    for index, stages in entries:
        yield f"{name}{index} {statement.sign} {' = '.join(stages)}"
    if not entries:
        cells = [[notation.number(x) for x in row] for row in statement.rows]
        first, *rest = table(cells).splitlines() if statement.step.shape.numel() != 1 else cells[0]
        name += statement.note
        yield f"{name} {statement.sign} {first}"
        yield from (" " * len(f"{name} {statement.sign} ") + line for line in rest)
    elif statement.omitted:
        yield f"… {statement.omitted:,} more"


def symbol(statement: Statement) -> str:
    """The left side of a statement, as ∂L/∂w."""
    name = f"∂{statement.loss}/∂{statement.name}" if statement.loss else statement.name
    return f"part of {name}" if statement.partial else name
