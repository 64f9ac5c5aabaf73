"""Graph: a computation as a picture, each value below those it was computed from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from backprop.pictures.graph.layers import Edge, layered
from backprop.pictures.graph.order import neighbours, ordered
from backprop.pictures.graph.places import placed
from backprop.pictures.legend import legend
from backprop.pictures.lettering import text_width
from backprop.pictures.picture import Picture
from backprop.pictures.svg import MARGIN, WIDTH, element, number, sheet, words
from backprop.settings import check_word

_LOOKS = {"operation": ("soft", 0.0), "parameter": ("c0", 0.2), "constant": ("soft", 0.2)}  # colour, how full
_FILLS = {"operation": "#FFFFFF", "parameter": "#CCE3F0", "constant": "#DEE0E2"}  # the same for Graphviz
_NOTE = 12  # the size of a note's letters
_LONGEST = 260  # of a name
_BETWEEN = 40  # two layers
_PORTS = 14  # between the ends of two edges


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

    Raises ValueError for no nodes, an edge to a node that is not there, edges that go round in a circle, and a kind
    that is none.

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
        for node in self._nodes:
            check_word("Graph", f"the kind of {node.name!r}", node.kind, tuple(_LOOKS))
        for edge in self._edges:
            if not all(isinstance(i, int) and 0 <= i < len(self._nodes) for i in edge):
                raise ValueError(
                    f"Graph: an edge is between two of the nodes 0 to {len(self._nodes) - 1}, got {edge!r}"
                )
        try:
            self._graph = layered(len(self._nodes), self._edges)
        except ValueError as circle:
            name = self._nodes[circle.args[0]].name
            raise ValueError(f"Graph: the edges go round in a circle, on which {name!r} is") from None

    def svg(self) -> str:
        graph = self._graph
        above, below = neighbours(graph)
        numbers = self._numbers()
        texts = ["" if i is None else self._nodes[i].name + numbers.get(i, "") for i in graph.of]
        widths = [0.0 if i is None else self._width(text, i) for text, i in zip(texts, graph.of)]
        x = placed(graph, ordered(graph, above, below), above, below, widths)
        width = max(place + half / 2 for place, half in zip(x, widths))
        left = max(MARGIN, (WIDTH - width) / 2)
        kinds = [kind for kind in _LOOKS if any(node.kind == kind for node in self._nodes)]
        names, top = legend([(kind, partial(_mark, kind)) for kind in kinds] if len(kinds) > 1 else [], MARGIN)
        top += MARGIN
        height = 28 + (16 if any(node.note for node in self._nodes) else 0)
        middles = [(left + place, top + level * (height + _BETWEEN)) for place, level in zip(x, graph.level)]
        edges = self._drawn_edges(middles, widths, height)
        boxes = [
            self._box(self._nodes[i], text, middle, width, height, stand_in=vertex >= len(self._nodes))
            for vertex, (i, text, middle, width) in enumerate(zip(graph.of, texts, middles, widths))
            if i is not None
        ]
        foot = max(y for _, y in middles) + height + MARGIN
        description = f"{self._title or 'Graph of a computation'}. {len(self._nodes)} values, {len(self._edges)} uses."
        return sheet(max(width + 2 * MARGIN, WIDTH), foot, self._title, description, names, edges, *boxes)

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
        for i, (node, given) in enumerate(zip(self._nodes, sources)):
            words = [text for text in node[:2] if text] + ([f"of {' and '.join(given)}"] if given else [])
            lines.append(
                f"{i}  {', '.join(words)}" + (f" ({node.kind})" if node.kind not in ("operation", node.name) else "")
            )
        return "\n".join(lines)

    def _numbers(self) -> dict[int, str]:
        """The numbers of the nodes that have stand-ins."""
        originals = dict.fromkeys(i for i in self._graph.of[len(self._nodes) :] if i is not None)
        return {i: f" #{position}" for position, i in enumerate(originals, 1)}

    def _width(self, text: str, node: int) -> float:
        return 20 + max(20.0, min(text_width(text), _LONGEST), text_width(self._nodes[node].note, _NOTE))

    def _box(
        self, node: Node, text: str, middle: tuple[float, float], width: float, height: float, stand_in: bool
    ) -> str:
        x, y = middle
        look = _look(node.kind, dashes="4 3" if stand_in else None)
        box = element("rect", x=x - width / 2, y=y, width=width, height=height, rx=6, **look)
        name = words(x, y + 19, text, anchor="middle", most=_LONGEST)
        note = words(x, y + 36, node.note, "soft", "middle", size=_NOTE) if node.note else ""
        return box + name + note

    def _drawn_edges(self, middles: Sequence[tuple[float, float]], widths: Sequence[float], height: float) -> str:
        """All edges as one line and all their heads as one shape."""
        arriving: dict[int, list[list[int]]] = {}
        for way in self._graph.ways:
            arriving.setdefault(way[-1], []).append(way)
        lines, heads = [], []
        for target, ways in arriving.items():
            centre, top = middles[target]
            step = min(_PORTS, (widths[target] - 16) / max(len(ways) - 1, 1))
            ways.sort(key=lambda way: middles[way[-2]][0])
            for i, way in enumerate(ways):
                port = centre + (i - (len(ways) - 1) / 2) * step
                path = [middles[vertex] for vertex in way[:-1]] + [(port, top - 6)]
                lines.append(_curve(path, height))
                heads.append(f"M{number(port)} {number(top)}l-3.5-7h7z")
        line = element("path", d="".join(lines), class_="soft", fill="none", stroke="currentColor")
        return line + element("path", d="".join(heads), class_="soft", fill="currentColor") if lines else ""


def _curve(path: Sequence[tuple[float, float]], height: float) -> str:
    """Down from the first box, through the layers between, to the last point: level with the layers upright."""
    x, y = path[0][0], path[0][1] + height
    pieces = [f"M{number(x)} {number(y)}"]
    for i, (next_x, next_y) in enumerate(path[1:], 1):
        half = number((y + next_y) / 2)
        pieces.append(f"C{number(x)} {half} {number(next_x)} {half} {number(next_x)} {number(next_y)}")
        x, y = next_x, next_y
        if i < len(path) - 1:
            y += height
            pieces.append(f"V{number(y)}")
    return "".join(pieces)


def _look(kind: str, dashes: str | None = None) -> dict[str, object]:
    colour, full = _LOOKS[kind]
    look = {"class_": colour, "stroke": "currentColor", "fill": "currentColor", "fill_opacity": full}
    return {**look, "stroke_dasharray": dashes}


def _mark(kind: str, x: float, y: float) -> str:
    return element("rect", x=x - 10, y=y - 6, width=20, height=12, rx=3, **_look(kind))


def _quoted(text: str) -> str:
    """Text that may stand in the quotes of the DOT language."""
    return re.sub(r'(["\\])', r"\\\1", "".join(c if c.isprintable() else " " for c in text))
