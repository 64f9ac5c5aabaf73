"""An explanation as one HTML page: the graph, and beside it the steps, which the reader goes through one by one.

The page needs no other file and no network. Without its script it is a document to read and to print.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from backprop.explanation.notation import Plain
from backprop.explanation.outline import Chapter, Part, Passage, Statement, symbol
from backprop.explanation.steps import Step
from backprop.explanation.views import View, summary, views_of
from backprop.files import beside
from backprop.pictures.colours import custom_properties
from backprop.pictures.tables import MOST_COLUMNS, html

_STYLE, _SCRIPT = (beside(__name__, f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))

_MOST_COLUMNS, _DIGITS = 6, 4  # of a table


def as_page(chapters: Sequence[Chapter], steps: Sequence[Step], loss: str, digits: int) -> str:
    """The whole page."""
    nodes = {step: i for i, step in enumerate(step for step in steps if step.name)}
    forward = next((chapter.parts() for chapter in chapters if chapter.title == "Forward"), [])
    views = views_of(loss, forward, list(nodes))
    within = {step: i for i, view in enumerate(views) for own in view.shown for step in own[:1]}
    notation = Plain(digits)
    sections = [
        _part(part, chapter, chapter.passages[0], nodes, within, notation)
        for chapter in chapters
        for part in chapter.parts()
    ]
    figures = [_figure(view, views, nodes) for view in views]
    body = _BODY.format(loss=escape(loss), figures="\n".join(figures), steps="\n".join(sections))
    return document(f"{loss}, step by step", body, _SCRIPT)


def document(title: str, body: str, script: str, style: str = "") -> str:
    """A page with the style of all explanations and what is its own."""
    return _DOCUMENT.format(title=escape(title), style=custom_properties() + _STYLE + style, body=body, script=script)


_DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
<script>
{script}</script>
</body>
</html>
"""

_BODY = """<header>
<h1>{loss}, step by step</h1>
<p class="keys" hidden>Keys: <kbd>→</kbd> on, <kbd>←</kbd> back, <kbd>Home</kbd> first, <kbd>End</kbd> last. A click on a value goes
to its step, on a layer opens it.</p>
</header>
<main>
<div class="figures">
{figures}
</div>
<div class="steps">
{steps}
</div>
</main>
<nav hidden>
<button data-go="first">First</button>
<button data-go="back">← Back</button>
<output aria-live="polite"></output>
<button data-go="on">On →</button>
<button data-go="last">Last</button>
</nav>"""


def _figure(view: View, views: Sequence[View], nodes: Mapping[Step, int]) -> str:
    """A view below the titles of those around it. ``steps`` are the numbers of the steps that each node shows, ``opens`` is the
    figure that it opens."""
    titles, around = [f"<b>{escape(view.title)}</b>"], view.around
    while around is not None:
        name = views[around].title.partition(": ")[0]
        titles.insert(0, f'<button data-figure="{around}">{escape(name)}</button>')
        around = views[around].around
    shown = json.dumps([[nodes[step] for step in own if step in nodes] for own in view.shown])
    head = f"<figcaption>{' › '.join(titles)}</figcaption>\n" if len(views) > 1 else ""
    return (
        f'<figure tabindex="0" aria-label="The graph of {escape(view.title)}" data-steps="{shown}" '
        f'data-opens="{json.dumps(view.opens)}">\n{head}{view.graph.svg()}\n</figure>'
    )


def _part(
    part: Part,
    chapter: Chapter,
    first: Passage,
    nodes: Mapping[Step, int],
    within: Mapping[Step, int],
    notation: Plain,
) -> str:
    """One step, or the steps of a layer below its name."""
    if isinstance(part, Passage):
        return _section(chapter, part, part is first, nodes, within, notation)
    inner = "\n".join(_part(own, chapter, first, nodes, within, notation) for own in part.parts)
    return f"<details open>\n<summary>{escape(part.title)}</summary>\n{inner}\n</details>"


def _section(
    chapter: Chapter,
    passage: Passage,
    first: bool,
    nodes: Mapping[Step, int],
    within: Mapping[Step, int],
    notation: Plain,
) -> str:
    """One step. On the graph, ``moves`` are [from, to, numbers], and ``shows`` maps a node to [value, gradient], the texts
    that stand there from now on; null leaves one as it is."""
    moves = [(nodes[source], nodes[target], numbers) for source, target, numbers in _moves(passage)]
    shows: dict[int, list[str | None]] = {}
    for statement in passage.statements:
        if statement.part is None:
            line = shows.setdefault(nodes[statement.step], [None, None])
            line[bool(statement.loss)] = ("∂ " if statement.loss else "") + summary(statement.table.matrix)
    step = passage.step
    here, figure = ("", 0) if step is None else (str(nodes[step]), within[step])
    body = [f"<h2>{escape(chapter.heading)}</h2>", *head(passage)]
    body += [line for statement in passage.statements for line in _lines(statement, notation)]
    return (
        f'<section class="step{" first" if first else ""}" data-node="{here}" data-figure="{figure}" '
        f'data-moves="{escape(json.dumps(moves))}" data-shows="{escape(json.dumps(shows))}">\n'
        + "\n".join(body)
        + "\n</section>"
    )


def _moves(passage: Passage) -> Iterator[tuple[Step, Step, str]]:
    """(from, to, numbers): the inputs move to the step in the forward pass, gradients to the inputs in the backward
    pass."""
    step = passage.step
    for statement in passage.statements:
        if statement.loss and step is not None and statement.step is not step:
            yield step, statement.step, summary(statement.table.matrix)
        elif not statement.loss and statement.step is step:
            yield from ((x, step, summary(x.value.matrix)) for x in dict.fromkeys(step.inputs) if x and x.name)


def head(passage: Passage) -> Iterator[str]:
    """What stands above the numbers: the call, the equation, its letters and a remark."""
    if passage.call:
        yield f"<h3><code>{escape(passage.call)}</code></h3>"
    said = [marked(text) for text in (passage.equation, passage.letters) if text]
    if said:
        yield f"<blockquote>{'<br>'.join(said)}</blockquote>"
    if passage.remark:
        yield f"<p>(without its arithmetic: {escape(passage.remark)})</p>"


def numbers_of(statement: Statement, cells: Sequence[Sequence[str]], most_columns: int = MOST_COLUMNS) -> str:
    """A statement whose numbers are a table, or a single one."""
    table = html(cells, shape=statement.shape, most_columns=most_columns)
    numbers = table if statement.step.shape.numel() != 1 else f"<b>{cells[0][0]}</b>"
    return f'<div class="table"><b>{marked(symbol(statement))}</b>{statement.note} {statement.sign} {numbers}</div>'


def marked(text: str) -> str:
    """The text, in which the beginning of a derivative and an index are not broken over two lines."""
    return re.sub(r"∂[^\s/]+/∂|\[\d+(?:, \d+)+\]", r"<bdi>\g<0></bdi>", escape(text))


def breakable(text: str) -> str:
    """Arithmetic that may go on in another line after a sign, and not within a number."""
    return marked(text).replace("·", "·<wbr>").replace("/(", "/<wbr>(")


def _lines(statement: Statement, notation: Plain) -> Iterator[str]:
    name, lines = symbol(statement), statement.lines(notation)
    for own, index, stages in lines:
        signs = ["=" if own else statement.sign, *["="] * len(stages)]
        spans = "".join(f"<span>{sign} {breakable(text)}</span> " for sign, text in zip(signs, stages))
        yield f"<p><b>{marked((own or name) + index)}</b> {spans}</p>"
    if not lines:
        columns = statement.step.shape[-1] if statement.step.shape else 1
        brief = notation if columns <= _MOST_COLUMNS // 2 else Plain(min(notation.digits, _DIGITS))
        yield numbers_of(statement, statement.cells(brief), most_columns=_MOST_COLUMNS)
    elif statement.omitted:
        yield f"<p>… {statement.omitted:,} more</p>"
