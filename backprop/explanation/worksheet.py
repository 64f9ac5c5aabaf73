"""A worksheet: an explanation with blanks for its numbers, to be worked out on paper, and the answers on a page of their own.

What has been asked stands by its name in all that follows, so that no answer is given away. As a page the blanks are
fields that check what is typed in, to the printed digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from html import escape
from typing import Any, Callable

from backprop.explanation.markdown import TeX, as_markdown
from backprop.explanation.markdown import name as name_in_tex
from backprop.explanation.notation import ATOM, RATIO, UNNAMED, Known, Piece, Plain, depth_to_show
from backprop.explanation.outline import Chapter, Part, Passage
from backprop.explanation.page import breakable, document, head, marked, numbers_of
from backprop.explanation.text import arithmetic, as_text
from backprop.explanation.traced import TracedNumber, plain
from backprop.files import beside

_SCRIPT = beside(__name__, "worksheet.js").read_text("utf-8")


class Blanks(Plain):
    """Plain text in which results are blanks; ``answers`` are (name, number) of the blanks so far.

    >>> x = TracedNumber(0.5)
    >>> notation = Blanks()
    >>> notation.stages(x * x, 0.25, ("y", "y"))
    ['0.5·0.5', '____(1)']
    >>> notation.answers
    [('y', '0.25')]
    """

    blank = "____({})"

    def __init__(self, digits: int = 6) -> None:
        super().__init__(digits)
        self.answers: list[tuple[str, str]] = []
        self.asked: dict[Any, tuple[Any, int]] = {}
        self.origin: Callable[[TracedNumber], Known] = lambda x: UNNAMED

    def knowing(self, origin: Callable[[TracedNumber], Known]) -> Blanks:
        other = copy(self)  # with the same answers
        other.origin = origin
        return other

    def result(self, x: Any, known: Known) -> str:
        entry, label = known
        if not label:
            return self.number(x)
        self.answers.append((label, Plain(self.digits).number(x)))
        if entry is not None:
            self.asked[entry] = plain(x), len(self.answers)
        return self.blank.format(len(self.answers))

    def stages(self, x: Any, result: Any, known: Known, chosen: str = "") -> list[str]:
        if not chosen and not depth_to_show(x):  # a number that comes from nowhere is given
            return [self.number(result)]
        return [*([] if chosen else [self.expression(x)]), self.result(result, known)]

    def _number(self, x: Any) -> Piece:
        entry, label = self.origin(x) if isinstance(x, TracedNumber) else UNNAMED
        number, blank = self.asked.get(entry, (None, 0))
        if not blank or number != plain(x):
            return super()._number(x)
        text = self._label(label or f"({blank})")
        return text, RATIO if "/" in text else ATOM

    def _label(self, label: str) -> str:
        return label


class TeXBlanks(Blanks, TeX):
    """The same in TeX."""

    blank = r"\underline{{\hspace{{3em}}}}_{{({})}}"

    def _label(self, label: str) -> str:
        _, loss, stem, indices = re.fullmatch(r"(∂(.+?)/∂)?(.*?)(\[[\d, ]*\])?", label).groups("")  # type: ignore[union-attr]  # all match
        symbol = name_in_tex(stem) + indices
        return rf"\frac{{\partial {name_in_tex(loss)}}}{{\partial {symbol}}}" if loss else symbol


# -------------------------------------------------------------------- the three formats


def worksheet_text(chapters: Sequence[Chapter], digits: int) -> str:
    """Plain text, the answers after a form feed."""
    notation = Blanks(digits)
    text = as_text(chapters, notation)
    answers = [f"({i}) {_equal(label, number)}" for i, (label, number) in enumerate(notation.answers, 1)]
    return "\n".join([f"{text}\fAnswers", "───────", "", *answers, ""])


def worksheet_markdown(chapters: Sequence[Chapter], digits: int) -> str:
    """Markdown with TeX mathematics, the answers as a numbered list on a new page."""
    notation = TeXBlanks(digits)
    text = as_markdown(chapters, notation)
    answers = [f"{i}. `{_equal(label, number)}`" for i, (label, number) in enumerate(notation.answers, 1)]
    return "\n".join([text, '<div style="break-before: page"></div>', "", "## Answers", "", *answers, ""])


def worksheet_page(chapters: Sequence[Chapter], loss: str, digits: int) -> str:
    """A page with fields to type answers in, and the answers on a page of their own."""
    notation = Blanks(digits)
    body = [line for chapter in chapters for line in _chapter(chapter, notation)]
    numbers = [number for _, number in notation.answers]

    def field(match: re.Match[str]) -> str:
        i = match[1]
        return f'<label>({i}) <input size="{digits + 4}" data-answer="{escape(numbers[int(i) - 1])}"></label>'

    steps = re.sub(r"____\((\d+)\)", field, "\n".join(body))
    answers = "\n".join(f"<li>{marked(_equal(label, number))}</li>" for label, number in notation.answers)
    title = f"{loss}, a worksheet"
    whole = _BODY.format(title=escape(title), digits=digits, steps=steps, answers=answers)
    return document(title, whole, _SCRIPT, _OWN_STYLE)


def _equal(label: str, number: str) -> str:
    """An answer; the label of a new value has its sign already."""
    return f"{label} {number}" if label.endswith("←") else f"{label} = {number}"


_OWN_STYLE = """
input { font: inherit; color: inherit; background: none; border: 1px solid var(--soft); border-radius: 4px; }
.right { border-color: var(--c2); box-shadow: 0 0 0 1px var(--c2); }
.wrong { border: 2px dashed var(--c1); }
.step p { overflow-wrap: anywhere; }
.step p * { vertical-align: baseline; }
.answers { break-before: page; }
.answers ol { columns: 16rem; column-gap: 3rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
"""

_BODY = """<h1>{title}</h1>
<p>Fill in the blanks, to {digits} significant digits. <output aria-live="polite" data-digits="{digits}"></output></p>
{steps}
<section class="answers">
<h2>Answers</h2>
<ol>
{answers}
</ol>
</section>"""


def _chapter(chapter: Chapter, notation: Plain) -> Iterator[str]:
    yield f"<h2>{escape(chapter.heading)}</h2>"
    for part in chapter.parts():
        yield from _part(part, notation)


def _part(part: Part, notation: Plain) -> Iterator[str]:
    if isinstance(part, Passage):
        yield from _passage(part, notation)
    else:
        yield f"<details open><summary>{escape(part.title)}</summary>"
        for own in part.parts:
            yield from _part(own, notation)
        yield "</details>"


def _passage(passage: Passage, notation: Plain) -> Iterator[str]:
    """The lines of the text, and the tables."""
    yield '<section class="step first">'
    yield from head(passage)
    for statement in passage.statements:
        lines = statement.lines(notation)
        if lines:
            yield from (f"<p>{breakable(line)}</p>" for line in arithmetic(statement, lines))
        else:
            yield numbers_of(statement, statement.cells(notation))
    yield "</section>"
