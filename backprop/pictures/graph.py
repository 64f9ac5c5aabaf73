"""Graph: a computation as a picture, each value below those it was computed from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from reprlib import repr as short
from typing import NamedTuple

from backprop.pictures.graph_layout import Edge, Layered, coordinates, layered
from backprop.pictures.picture import Picture
from backprop.pictures.svg import MARGIN, WIDTH, element, legend, number, sheet, words
from backprop.pictures.text_metrics import text_width
from backprop.validation import check_choice

COLOURS = {"operation": ("soft", 0.0), "parameter": ("c0", 0.2), "constant": ("soft", 0.2)}  # and how full of it
_FILLS = {"operation": "#FFFFFF", "parameter": "#CCE3F0", "constant": "#DEE0E2"}  # for Graphviz

_NOTE = 12  # the size of a note's letters
_LONGEST = 260  # of a name
_BETWEEN = 40  # two layers
_PORTS = 14  # between the ends of two edges

Point = tuple[float, float]


class Node(NamedTuple):
    """A value in a computation: its ``name``, a ``note`` below it, such as its shape, and its ``kind``.

    An "operation" computed it; a "parameter" is learned; a "constant" neither.
    """

    name: str
    note: str = ""
    kind: str = "operation"


class Graph(Picture):
    """The ``nodes`` of a computation and its ``edges`` (i, j): nodes[j] was computed from nodes[i].

    A value that was used twice by one operation has two edges to it. The graph is laid out from top to bottom; an
    edge that would be very long starts at a stand-in with a dashed outline, right above its end, and both have
    the same number. ``dot()`` is its text for Graphviz. Printed, it is a list.

    Raises ValueError for no nodes, an edge to a node that is not there, edges that go round in a circle, and an unknown
    kind; TypeError for what is not a Node.

    >>> w, x = Node("w", "1×1", "parameter"), Node("x", "1×1", "constant")
    >>> print(Graph([w, x, Node("mul", "1×1")], [(0, 2), (1, 2)]))
    0  w, 1×1 (parameter)
    1  x, 1×1 (constant)
    2  mul, 1×1, of 0 and 1
    """

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], *, title: str = "") -> None:
        self._nodes, self._edges, self._title = list(nodes), list(edges), title
        if not self._nodes:
            raise ValueError("Graph needs at least one node")
        for i, node in enumerate(self._nodes):
            if not isinstance(node, Node):
                raise TypeError(f"Graph: nodes[{i}] is a Node, got {short(node)}")
            check_choice("Graph", f"the kind of {node.name!r}", node.kind, tuple(COLOURS))
        last = len(self._nodes) - 1
        for edge in self._edges:
            if len(edge) != 2 or not all(isinstance(i, int) and 0 <= i <= last for i in edge):
                raise ValueError(f"Graph: an edge is (i, j) with both from 0 to {last}, got {edge!r}")
        try:
            self._graph = layered(len(self._nodes), self._edges)
        except ValueError as circle:
            name = self._nodes[circle.args[0]].name
            raise ValueError(f"Graph: the edges go round in a circle, on which {name!r} is") from None

    def svg(self) -> str:
        kinds = [kind for kind in COLOURS if any(node.kind == kind for node in self._nodes)]
        names, top = legend([(kind, partial(mark, kind)) for kind in kinds] if len(kinds) > 1 else [], MARGIN)
        drawing, width, height = drawn(self._nodes, self._graph)
        left, top = max(MARGIN, (WIDTH - width) / 2), top + MARGIN
        moved = element("g", drawing, transform=f"translate({number(left)} {number(top)})")
        description = f"{self._title or 'Graph of a computation'}. {len(self._nodes)} values, {len(self._edges)} uses."
        wide = max(width + 2 * MARGIN, WIDTH)
        return sheet(wide, top + height + MARGIN, self._title, description, names, moved)

    def dot(self) -> str:
        """The graph in the DOT language, for Graphviz.

        >>> print(Graph([Node("x"), Node("exp")], [(0, 1)]).dot())
        digraph {
        node [shape=box, style=filled, fontname="Helvetica"];
        0 [label="x", fillcolor="#FFFFFF"];
        1 [label="exp", fillcolor="#FFFFFF"];
        0 -> 1;
        }
        """
        lines = ["digraph {", 'node [shape=box, style=filled, fontname="Helvetica"];']
        for i, (name, note, kind) in enumerate(self._nodes):
            label = "\\n".join(_quoted(text) for text in (name, note) if text)
            lines.append(f'{i} [label="{label}", fillcolor="{_FILLS[kind]}"];')
        lines += [f"{source} -> {target};" for source, target in self._edges]
        return "\n".join([*lines, "}"])

    def __str__(self) -> str:
        sources: list[list[str]] = [[] for _ in self._nodes]
        for source, target in self._edges:
            sources[target].append(str(source))
        lines = []
        for i, (name, note, kind) in enumerate(self._nodes):
            origin = f"of {' and '.join(sources[i])}" if sources[i] else ""
            parts = ", ".join(text for text in (name, note, origin) if text)
            lines.append(f"{i}  {parts}" + (f" ({kind})" if kind not in ("operation", name) else ""))
        return "\n".join(lines)


def _quoted(text: str) -> str:
    """Text that may stand in the quotes of the DOT language."""
    return re.sub(r'(["\\])', r"\\\1", "".join(c if c.isprintable() else " " for c in text))


def drawn(nodes: Sequence[Node], graph: Layered) -> tuple[str, float, float]:
    """(the drawing, its width, its height), from (0, 0) on.

    In it ``data-node`` says whose box is where, and ``data-edges`` from where to where each part of the line leads.
    """
    stood_in_for = dict.fromkeys(i for i in graph.of[len(nodes) :] if i is not None)
    numbers = {i: f" #{position}" for position, i in enumerate(stood_in_for, 1)}
    names = ["" if i is None else nodes[i].name + numbers.get(i, "") for i in graph.of]
    widths = [0.0 if i is None else _width(name, nodes[i].note) for name, i in zip(names, graph.of)]
    height = 28 + (16 if any(node.note for node in nodes) else 0)
    tops = [(x, level * (height + _BETWEEN)) for x, level in zip(coordinates(graph, widths), graph.level)]
    parts = [_arrows(graph, tops, widths, height)]
    for vertex, (i, name, (x, y), width) in enumerate(zip(graph.of, names, tops, widths)):
        if i is not None:
            dashes = "4 3" if vertex >= len(nodes) else None
            box = _rectangle(nodes[i].kind, x - width / 2, y, width, height, stroke_dasharray=dashes)
            title = words(x, y + 19, name, anchor="middle", most=_LONGEST)
            note = words(x, y + 36, nodes[i].note, "soft", "middle", most=_LONGEST, size=_NOTE) if nodes[i].note else ""
            parts.append(element("g", box, title, note, data_node=str(i)))
    right = max(x + width / 2 for (x, _), width in zip(tops, widths))
    return "".join(parts), right, max(y for _, y in tops) + height


def mark(kind: str, x: float, y: float) -> str:
    """A small box for the legend, around a point."""
    return _rectangle(kind, x - 10, y - 6, 20, 12)


def _rectangle(kind: str, x: float, y: float, width: float, height: float, **look: object) -> str:
    colour, full = COLOURS[kind]
    look = {"class_": colour, "stroke": "currentColor", "fill": "currentColor", "fill_opacity": full, **look}
    return element("rect", x=x, y=y, width=width, height=height, rx=min(6, height / 4), **look)


def _width(name: str, note: str) -> float:
    return 20 + min(max(20.0, text_width(name), text_width(note, _NOTE)), _LONGEST)


def _arrows(graph: Layered, tops: Sequence[Point], widths: Sequence[float], height: float) -> str:
    """All edges as one line and all their heads as one shape; they end side by side, in the order they come from."""
    arriving: dict[int, list[list[int]]] = {}
    for path in graph.paths:
        arriving.setdefault(path[-1], []).append(path)
    lines, edges, heads = [], [], []
    for target, paths in arriving.items():
        x, y = tops[target]
        step = min(_PORTS, (widths[target] - 16) / max(len(paths) - 1, 1))
        for i, path in enumerate(sorted(paths, key=lambda path: tops[path[-2]])):
            end = x + (i - (len(paths) - 1) / 2) * step
            lines.append(_curve([tops[vertex] for vertex in path[:-1]], (end, y - 6), height))
            edges.append(f"{graph.of[path[0]]} {target}")
            heads.append(f"M{number(end)} {number(y)}l-3.5-7h7z")
    if not lines:
        return ""
    line = element(
        "path", d="".join(lines), data_edges=",".join(edges), class_="soft", fill="none", stroke="currentColor"
    )
    return line + element("path", d="".join(heads), class_="soft", fill="currentColor")


def _curve(path: Sequence[Point], end: Point, height: float) -> str:
    """From the foot of the first box to the ``end``, upright beside the boxes of the layers between."""
    pieces = [f"M{number(path[0][0])} {number(path[0][1] + height)}"]
    for i, (x, top) in enumerate(path):
        bottom = top + height
        if i:
            pieces.append(f"V{number(bottom)}")
        next_x, next_y = path[i + 1] if i + 1 < len(path) else end
        half = number((bottom + next_y) / 2)
        pieces.append(f"C{number(x)} {half} {number(next_x)} {half} {number(next_x)} {number(next_y)}")
    return "".join(pieces)
