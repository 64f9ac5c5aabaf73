"""An explanation as plain text, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from backprop.explanation.notation import Plain
from backprop.explanation.outline import Chapter, Line, Part, Passage, Statement, symbol
from backprop.pictures.tables import table


def as_text(chapters: Sequence[Chapter], notation: Plain) -> str:
    """The chapters, each under its underlined title."""
    lines: list[str] = []
    for chapter in chapters:
        lines += [chapter.heading, "─" * len(chapter.heading), ""]
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
    yield from arithmetic(statement, lines)
    if not lines:
        cells = statement.cells(notation)
        first, *rest = table(cells, statement.shape).splitlines() if statement.step.shape.numel() != 1 else cells[0]
        name += statement.note
        yield f"{name} {statement.sign} {first}"
        yield from (" " * len(f"{name} {statement.sign} ") + line for line in rest)


def arithmetic(statement: Statement, lines: Sequence[Line]) -> Iterator[str]:
    """A line for each entry whose arithmetic is shown, and how many are not."""
    for own, index, stages in lines:
        yield f"{own or symbol(statement)}{index} {'=' if own else statement.sign} {' = '.join(stages)}"
    if lines and statement.omitted:
        yield f"… {statement.omitted:,} more"
