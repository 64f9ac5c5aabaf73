"""Graph: a computation as a picture, each value below those it was computed from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from reprlib import repr as short
from typing import NamedTuple, Union

from backprop.pictures.graph_groups import TITLE, Arranger, Group, Stop, nested
from backprop.pictures.graph_layout import levels
from backprop.pictures.picture import Picture
from backprop.pictures.svg import MARGIN, WIDTH, Mark, element, legend, number, sheet, words
from backprop.pictures.text_metrics import text_width
from backprop.validation import check_choice

# The colour of each kind, and how full of it.
COLOURS = {
    "input": ("c2", 0.2),
    "operation": ("soft", 0.0),
    "parameter": ("c0", 0.2),
    "constant": ("soft", 0.2),
    "layer": ("c3", 0.2),
}
_FILLS = {
    "input": "#CCE1DC",
    "operation": "#FFFFFF",
    "parameter": "#CCE3F0",
    "constant": "#DEE0E2",
    "layer": "#EFDCE8",
}  # for Graphviz

_NOTE = 12  # the size of a note's letters
_MOST_TOLD = 20  # of the values in the description
_LONGEST = 300  # of a name
_PORTS = 14  # between the ends of two edges

Edge = Union[tuple[int, int], tuple[int, int, str]]


class Node(NamedTuple):
    """A value in a computation: its ``name``, a ``note`` below it, such as its shape, its ``kind`` and its ``gradient``.

    An "operation" computed it; a "parameter" is learned; a "constant" neither; an "input" is what comes from
    outside, and a "layer" stands for what is computed in it.
    """

    name: str
    note: str = ""
    kind: str = "operation"
    gradient: str = ""


class Graph(Picture):
    """The ``nodes`` of a computation and its ``edges`` (i, j): nodes[j] was computed from nodes[i].

    A value that was used twice by one operation has two edges to it. The drawing is ``width`` wide, or as wide as its widest
    boxes need. An edge (i, j, text) bears a text: the gradient that
    flows back along it. ``groups`` are drawn as frames around their members and may lie in each other. The graph is laid
    out from top to bottom; an edge that would be very long starts at a stand-in with a dashed outline, right above its
    end, and both have the same number. ``dot()`` is its text for Graphviz. Printed, it is a list.

    Raises ValueError for no nodes, an edge or a group with a node that is not there, edges that go round in a circle, groups
    that overlap or are computed from each other, and an unknown kind; TypeError for what is not a Node or a Group.

    >>> w, x = Node("w", "1×1", "parameter"), Node("x", "1×1", "constant")
    >>> print(Graph([w, x, Node("mul", "1×1")], [(0, 2, "∂ 3"), (1, 2)], [Group("scale", [0, 2])]))
    0  w, 1×1 (parameter)
    1  x, 1×1 (constant)
    2  mul, 1×1, of 0 (∂ 3) and 1
    scale: 0, 2
    """

    def __init__(
        self,
        nodes: Sequence[Node],
        edges: Sequence[Edge],
        groups: Sequence[Group] = (),
        *,
        title: str = "",
        width: float = WIDTH,
    ) -> None:
        self._nodes, self._groups, self._title, self._width = list(nodes), list(groups), title, width
        if not self._nodes:
            raise ValueError("Graph needs at least one node")
        for i, node in enumerate(self._nodes):
            if not isinstance(node, Node):
                raise TypeError(f"Graph: nodes[{i}] is a Node, got {short(node)}")
            check_choice("Graph", f"the kind of {node.name!r}", node.kind, tuple(COLOURS))
        last = len(self._nodes) - 1
        for edge in edges:
            ends, texts = edge[:2], edge[2:]
            if len(ends) != 2 or not all(isinstance(i, int) and 0 <= i <= last for i in ends):
                raise ValueError(f"Graph: an edge is (i, j) with both from 0 to {last}, got {edge!r}")
            if len(texts) > 1 or not all(isinstance(text, str) for text in texts):
                raise ValueError(f"Graph: an edge is (i, j) or (i, j, text), got {edge!r}")
        for i, group in enumerate(self._groups):
            if not isinstance(group, Group):
                raise TypeError(f"Graph: groups[{i}] is a Group, got {short(group)}")
            if not group.members or not all(isinstance(i, int) and 0 <= i <= last for i in group.members):
                raise ValueError(
                    f"Graph: the members of {group.name!r} are from 0 to {last}, got {short(list(group.members))}"
                )
        self._edges = [(edge[0], edge[1], "".join(edge[2:])) for edge in edges]
        try:
            levels(len(self._nodes), [edge[:2] for edge in self._edges])
        except ValueError as circle:
            name = self._nodes[circle.args[0]].name
            raise ValueError(f"Graph: the edges go round in a circle, on which {name!r} is") from None
        self._labels, self._arranger = self._in_layers()

    def _in_layers(self) -> tuple[list[str], Arranger]:
        """The texts of the edges, which are items after the nodes, each on the way of its edge; and the layers of all."""
        labels: list[str] = []
        parts: list[tuple[int, int]] = []
        members = [list(group.members) for group in self._groups]
        for source, target, text in self._edges:
            if text:
                label = len(self._nodes) + len(labels)
                labels.append(text)
                parts += [(source, label), (label, target)]
                for group in members:
                    if target in group:
                        group.append(label)
            else:
                parts.append((source, target))
        groups = [Group(group.name, own) for group, own in zip(self._groups, members)]
        widths = [*(_width(node.name, node) for node in self._nodes), *map(_label_width, labels)]
        own = range(len(self._nodes), len(widths))
        try:
            return labels, Arranger(widths, parts, groups, labels=own, room=self._width - 2 * MARGIN)
        except ValueError as error:
            names = " and ".join(map(repr, error.args))
            why = "overlap" if len(error.args) > 1 else "is computed from what is computed from it"
            raise ValueError(f"Graph: {'the groups ' * (len(error.args) > 1)}{names} {why}") from None

    def svg(self) -> str:
        kinds = [kind for kind in COLOURS if any(node.kind == kind for node in self._nodes)]
        marks: list[tuple[str, Mark]] = [(kind, partial(mark, kind)) for kind in kinds] if len(kinds) > 1 else []
        if self._labels:
            marks.append(("gradient, flows back", _gradient_mark))
        names, top = legend(marks, MARGIN, self._width)
        drawing, width, height = self._drawn()
        left, top = max(MARGIN, (self._width - width) / 2), top + MARGIN
        moved = element("g", drawing, transform=f"translate({number(left)} {number(top)})")
        wide = max(width + 2 * MARGIN, self._width)
        return sheet(wide, top + height + MARGIN, self._title, self._description(), names, moved)

    def _description(self) -> str:
        """The computation in words, as far as they are few."""
        sources: dict[int, list[str]] = {}
        for source, target, _ in self._edges:
            sources.setdefault(target, []).append(self._nodes[source].name)
        computed = [f"{self._nodes[i].name} from {' and '.join(names)}" for i, names in sorted(sources.items())]
        more = f"; and {len(computed) - _MOST_TOLD} more" if len(computed) > _MOST_TOLD else ""
        told = f": {'; '.join(computed[:_MOST_TOLD])}{more}" if computed else ""
        return f"{self._title or 'Graph of a computation'}. {len(self._nodes)} values, {len(self._edges)} uses{told}."

    def _drawn(self) -> tuple[str, float, float]:
        """(the drawing, its width, its height), from (0, 0) on.

        In it ``data-node`` says whose box is where, and ``data-edges`` from where to where each part of the line leads.
        """
        count = len(self._nodes)
        numbers = {i: f" #{position}" for position, i in enumerate(self._arranger.repeated, 1)}
        names = [node.name + numbers.get(i, "") for i, node in enumerate(self._nodes)]
        notes = 12 + 16 * (1 + any(node.note for node in self._nodes) + any(node.gradient for node in self._nodes))
        sizes = [(_width(name, node), float(notes)) for name, node in zip(names, self._nodes)]
        sizes += [(_label_width(text), 16.0) for text in self._labels]
        placed = self._arranger.arrange(sizes)
        parts = [_frame(*frame) for frame in placed.frames]
        parts.append(self._arrows(placed.ways, sizes))
        for group, (left, top, wide, _) in zip(self._groups, placed.frames):
            parts.append(words(left + 8, top + 16, group.name, "soft haloed", most=wide - 16, size=TITLE))
        for position, (i, x, y) in enumerate(placed.boxes):
            if i < count:
                parts.append(_box(i, self._nodes[i], names[i], x, y, *sizes[i], position >= len(sizes)))
            else:
                parts.append(_label(self._labels[i - count], x, y))
        return "".join(parts), placed.width, placed.height

    def _arrows(self, ways: Sequence[list[Stop]], sizes: Sequence[tuple[float, float]]) -> str:
        """All edges as one line and all their heads as one shape; they end side by side, in the order they come from."""
        waiting = iter(ways)
        # What is drawn before the text, and the rest.
        arriving: dict[int, list[tuple[int, str, list[Stop]]]] = {}
        for source, target, text in self._edges:
            way, before = next(waiting), ""
            if text:
                before, way = _curve(way), next(waiting)
                way[0] = Stop(way[0].x, way[0].bottom, way[0].bottom)
            arriving.setdefault(target, []).append((source, before, way))
        lines, edges, heads = [], [], []
        for target, found in arriving.items():
            step = min(_PORTS, (sizes[target][0] - 16) / max(len(found) - 1, 1))
            for i, (source, before, way) in enumerate(sorted(found, key=lambda found: found[2][-2])):
                x, y, _ = way[-1]
                end = x + (i - (len(found) - 1) / 2) * step
                lines.append(before + _curve([*way[:-1], Stop(end, y - 6, y - 6)]))
                edges.append(f"{source} {target}")
                heads.append(f"M{number(end)} {number(y)}l-3.5-7h7z")
        if not lines:
            return ""
        line = element(
            "path", d="".join(lines), data_edges=",".join(edges), class_="soft", fill="none", stroke="currentColor"
        )
        return line + element("path", d="".join(heads), class_="soft", fill="currentColor")

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
        for i, node in enumerate(self._nodes):
            label = "\\n".join(_quoted(text) for text in (node.name, node.note, node.gradient) if text)
            lines.append(f'{i} [label="{label}", fillcolor="{_FILLS[node.kind]}"];')
        lines += self._clusters()
        for source, target, text in self._edges:
            label = f' [label="{_quoted(text)}"]' if text else ""
            lines.append(f"{source} -> {target}{label};")
        return "\n".join([*lines, "}"])

    def _clusters(self) -> Iterator[str]:
        """The groups, each in the one around it."""
        innermost, around = nested(len(self._nodes), self._groups)

        def cluster(group: int) -> Iterator[str]:
            yield f'subgraph cluster_{group} {{ label="{_quoted(self._groups[group].name)}"; style=dashed;'
            for inner, outer in enumerate(around):
                if outer == group:
                    yield from cluster(inner)
            yield " ".join([*(f"{i};" for i, own in enumerate(innermost) if own == group), "}"])

        for group, outer in enumerate(around):
            if outer < 0:
                yield from cluster(group)

    def __str__(self) -> str:
        sources: list[list[str]] = [[] for _ in self._nodes]
        for source, target, text in self._edges:
            sources[target].append(f"{source} ({text})" if text else str(source))
        lines = []
        for i, (name, note, kind, gradient) in enumerate(self._nodes):
            origin = f"of {' and '.join(sources[i])}" if sources[i] else ""
            parts = ", ".join(text for text in (name, note, gradient, origin) if text)
            lines.append(f"{i}  {parts}" + (f" ({kind})" if kind not in ("operation", name) else ""))
        lines += [f"{name}: {', '.join(map(str, members))}" for name, members in self._groups]
        return "\n".join(lines)


def _quoted(text: str) -> str:
    """Text that may stand in the quotes of the DOT language."""
    return re.sub(r'(["\\])', r"\\\1", "".join(c if c.isprintable() else " " for c in text))


def _box(i: int, node: Node, name: str, x: float, y: float, width: float, height: float, stands_in: bool) -> str:
    lines = [words(x, y + 19, name, anchor="middle", most=_LONGEST)]
    for text, colour in ((node.note, "soft"), (node.gradient, "c1")):
        if text:
            lines.append(words(x, y + 20 + 16 * len(lines), text, colour, "middle", most=_LONGEST, size=_NOTE))
    dashes = "4 3" if stands_in else None
    box = _rectangle(node.kind, x - width / 2, y, width, height, stroke_dasharray=dashes)
    return element("g", box, *lines, data_node=str(i))


def _label(text: str, x: float, y: float) -> str:
    return words(x, y + 12, f"↑ {text}", "c1 haloed", "middle", most=_LONGEST, size=_NOTE)


def _frame(left: float, top: float, width: float, height: float) -> str:
    look = {"class_": "soft", "fill": "none", "stroke": "currentColor", "stroke_dasharray": "2 3"}
    return element("rect", x=left, y=top, width=width, height=height, rx=8, **look)


def mark(kind: str, x: float, y: float) -> str:
    """A small box for the legend, around a point."""
    return _rectangle(kind, x - 10, y - 6, 20, 12)


def _gradient_mark(x: float, y: float) -> str:
    return words(x, y + 5, "↑", "c1", "middle", size=_NOTE)


def _rectangle(kind: str, x: float, y: float, width: float, height: float, **look: object) -> str:
    colour, full = COLOURS[kind]
    look = {"class_": colour, "stroke": "currentColor", "fill": "currentColor", "fill_opacity": full, **look}
    return element("rect", x=x, y=y, width=width, height=height, rx=min(6, height / 4), **look)


def _width(name: str, node: Node) -> float:
    notes = max(text_width(node.note, _NOTE), text_width(node.gradient, _NOTE))
    return 20 + min(max(20.0, text_width(name), notes), _LONGEST)


def _label_width(text: str) -> float:
    return min(text_width(f"↑ {text}", _NOTE), _LONGEST) + 4


def _curve(way: Sequence[Stop]) -> str:
    """From stop to stop, upright at each."""
    x, top, y = way[0]
    pieces = [f"M{number(x)} {number(top)}"]
    for i, (next_x, top, bottom) in enumerate(way):
        if i:
            half = number((y + top) / 2)
            pieces.append(f"C{number(x)} {half} {number(next_x)} {half} {number(next_x)} {number(top)}")
        if bottom > top:
            pieces.append(f"V{number(bottom)}")
        x, y = next_x, bottom
    return "".join(pieces)
