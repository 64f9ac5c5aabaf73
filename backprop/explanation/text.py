"""An explanation as plain text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from backprop.explanation.notation import Plain
from backprop.explanation.outline import Chapter, Part, Passage, Statement
from backprop.pictures.tables import table


def as_text(chapters: Sequence[Chapter], digits: int) -> str:
    """The chapters, each under its underlined title."""
    notation = Plain(digits)
    lines: list[str] = []
    for chapter in chapters:
        title = ": ".join(filter(None, (chapter.title, chapter.lead)))
        lines += [title, "─" * len(title), ""]
        lines += _parts(chapter.parts(), notation)
    return "\n".join(lines)


def _parts(parts: Sequence[Part], notation: Plain) -> Iterator[str]:
    """The passages, those of a group indented below its title."""
    for part in parts:
        if isinstance(part, Passage):
            yield from (*_passage(part, notation), "")
        else:
            yield from (f"▾ {part.title}", "")
            yield from (line and f"  {line}" for line in _parts(part.parts, notation))


def _passage(passage: Passage, notation: Plain) -> Iterator[str]:
    """The call, and below it, indented, the equation of the operation and the numbers."""
    if passage.call:
        yield passage.call
    margin = "    " if passage.call else ""
    yield from textwrap.wrap(passage.equation, 116, initial_indent=margin + "│ ", subsequent_indent=margin + "│ ")
    if passage.letters:
        yield from textwrap.wrap(passage.letters, 116, initial_indent=margin + "│ ", subsequent_indent=margin + "│ ")
    if passage.remark:
        yield f"{margin}(without its arithmetic: {passage.remark})"
    for statement in passage.statements:
        yield from (margin + line for line in statement_lines(statement, notation))


def statement_lines(statement: Statement, notation: Plain) -> Iterator[str]:
    """One line for each entry whose arithmetic is shown; a table where there are only numbers."""
    name = symbol(statement)
    lines = statement.lines(notation)
    for own, index, stages in lines:
        yield f"{own or name}{index} {'=' if own else statement.sign} {' = '.join(stages)}"
    if not lines:
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
