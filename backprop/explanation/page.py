"""An explanation as one HTML page: the graph, and beside it the steps, which the reader goes through one by one.

The page needs no other file and no network. Without its script it is a document to read and to print.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files

from backprop.explanation.notation import Plain
from backprop.explanation.outline import Chapter, Passage, Statement
from backprop.explanation.steps import Step
from backprop.explanation.text import symbol
from backprop.matrix import Matrix
from backprop.pictures import Graph, Node
from backprop.pictures.tables import html

_STYLE, _SCRIPT = (files("backprop.explanation").joinpath(f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
_ROUNDED = Plain(3)  # digits on the graph, where there is little room
_MAX_NUMBERS = 3


def as_page(chapters: Sequence[Chapter], steps: Sequence[Step], loss: str, digits: int) -> str:
    """The whole page."""
    nodes = {step: i for i, step in enumerate(step for step in steps if step.name)}
    sections = [
        _section(chapter, passage, nodes, Plain(digits)) for chapter in chapters for passage in chapter.passages
    ]
    return _PAGE.format(
        loss=escape(loss), style=_STYLE, script=_SCRIPT, graph=_graph(nodes).svg(), steps="\n".join(sections)
    )


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{loss}, step by step</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{loss}, step by step</h1>
<p class="keys" hidden>Go on and back with the keys <kbd>→</kbd> and <kbd>←</kbd>, to the end and the beginning with
<kbd>End</kbd> and <kbd>Home</kbd>.</p>
</header>
<main>
<figure tabindex="0" aria-label="The graph of the computation">
{graph}
</figure>
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
</nav>
<script>
{script}</script>
</body>
</html>
"""


def _graph(nodes: dict[Step, int]) -> Graph:
    drawn = []
    for step in nodes:
        operation = f" = {step.operation}" if step.operation and not step.name.startswith(step.operation) else ""
        kind = "operation" if step.operation else "constant" if step.gradient is None else "parameter"
        drawn.append(Node(step.name + operation, _summary(step.value.matrix), kind))
    return Graph(drawn, [(nodes[x], i) for step, i in nodes.items() for x in step.inputs if x in nodes])


def _section(chapter: Chapter, passage: Passage, nodes: dict[Step, int], notation: Plain) -> str:
    """One step. On the graph, ``moves`` are [from, to, numbers], and ``shows`` maps a node to its text from now on."""
    first = passage is chapter.passages[0]
    lead = f": {chapter.lead}" if chapter.lead else ""
    moves = [(nodes[source], nodes[target], numbers) for source, target, numbers in _moves(passage)]
    shows = {
        nodes[s.step]: ("∂ " if s.loss else "") + _summary(s.table.matrix) for s in passage.statements if not s.partial
    }
    here = "" if passage.step is None else str(nodes[passage.step])
    body = [f"<h2>{escape(chapter.title + lead)}</h2>"]
    if passage.call:
        body.append(f"<h3><code>{escape(passage.call)}</code></h3>")
    said = [escape(text) for text in (passage.equation, passage.letters) if text]
    if said:
        body.append(f"<blockquote>{'<br>'.join(said)}</blockquote>")
    if passage.remark:
        body.append(f"<p>(without its arithmetic: {escape(passage.remark)})</p>")
    body += [line for statement in passage.statements for line in _lines(statement, notation)]
    return (
        f'<section class="step{" first" if first else ""}" data-node="{here}" '
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
            yield step, statement.step, _summary(statement.table.matrix)
        elif not statement.loss and statement.step is step:
            yield from ((x, step, _summary(x.value.matrix)) for x in dict.fromkeys(step.inputs) if x and x.name)


def _lines(statement: Statement, notation: Plain) -> Iterator[str]:
    name, lines = escape(symbol(statement)), statement.lines(notation)
    for own, index, stages in lines:
        signs = ["=" if own else statement.sign, *["="] * len(stages)]
        spans = "".join(f"<span>{sign} {escape(text)}</span> " for sign, text in zip(signs, stages))
        yield f"<p><b>{own or name}{index}</b> {spans}</p>"
    if not lines:
        cells = [[notation.number(x) for x in row] for row in statement.rows]
        numbers = html(cells) if statement.step.shape.numel() != 1 else f"<b>{cells[0][0]}</b>"
        yield f'<div class="table"><b>{name}</b>{statement.note} {statement.sign} {numbers}</div>'
    elif statement.omitted:
        yield f"<p>… {statement.omitted:,} more</p>"


def _summary(matrix: Matrix) -> str:
    """The first few numbers, to three digits."""
    numbers = [_ROUNDED.number(x) for row in matrix.rows for x in row]
    return ", ".join(numbers[:_MAX_NUMBERS] + ["…"] * (len(numbers) > _MAX_NUMBERS))
