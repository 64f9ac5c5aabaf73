"""Graph: a computation as a picture, each value below those it was computed from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from reprlib import repr as short

from backprop.pictures.graph.drawing import COLOURS, Node, drawn, mark
from backprop.pictures.graph.layers import Edge, layered
from backprop.pictures.legend import legend
from backprop.pictures.picture import Picture
from backprop.pictures.svg import MARGIN, WIDTH, element, number, sheet
from backprop.validation import check_choice

_FILLS = {"operation": "#FFFFFF", "parameter": "#CCE3F0", "constant": "#DEE0E2"}  # for Graphviz


class Graph(Picture):
    """The ``nodes`` of a computation and its ``edges`` (i, j): nodes[j] was computed from nodes[i].

    A value that was used twice by one operation has two edges to it. The graph is laid out from top to bottom; an
    edge that would be very long starts at a stand-in with a dashed outline, right above its end, and both have
    the same number. ``dot()`` is its text for Graphviz. Printed, it is a list.

    Raises ValueError for no nodes, an edge to a node that is not there, edges that go round in a circle, and a kind
    that is none; TypeError for what is no Node.

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
            told = ", ".join(text for text in (name, note, origin) if text)
            lines.append(f"{i}  {told}" + (f" ({kind})" if kind not in ("operation", name) else ""))
        return "\n".join(lines)


def _quoted(text: str) -> str:
    """Text that may stand in the quotes of the DOT language."""
    return re.sub(r'(["\\])', r"\\\1", "".join(c if c.isprintable() else " " for c in text))
