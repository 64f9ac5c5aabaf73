"""The boxes and arrows of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backprop.pictures.graph.coordinates import placed
from backprop.pictures.graph.layers import Layered
from backprop.pictures.svg import element, number, words
from backprop.pictures.text_metrics import text_width

COLOURS = {"operation": ("soft", 0.0), "parameter": ("c0", 0.2), "constant": ("soft", 0.2)}  # and how full of it

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


def drawn(nodes: Sequence[Node], graph: Layered) -> tuple[str, float, float]:
    """(the drawing, its width, its height), from (0, 0) on.

    In it ``data-node`` says whose box is where, and ``data-edges`` from where to where each part of the line leads.
    """
    stood_in_for = dict.fromkeys(i for i in graph.of[len(nodes) :] if i is not None)
    numbers = {i: f" #{position}" for position, i in enumerate(stood_in_for, 1)}
    names = ["" if i is None else nodes[i].name + numbers.get(i, "") for i in graph.of]
    widths = [0.0 if i is None else _width(name, nodes[i].note) for name, i in zip(names, graph.of)]
    height = 28 + (16 if any(node.note for node in nodes) else 0)
    tops = [(x, level * (height + _BETWEEN)) for x, level in zip(placed(graph, widths), graph.level)]
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
    for way in graph.ways:
        arriving.setdefault(way[-1], []).append(way)
    lines, edges, heads = [], [], []
    for target, ways in arriving.items():
        x, y = tops[target]
        step = min(_PORTS, (widths[target] - 16) / max(len(ways) - 1, 1))
        for i, way in enumerate(sorted(ways, key=lambda way: tops[way[-2]])):
            end = x + (i - (len(ways) - 1) / 2) * step
            lines.append(_curve([tops[vertex] for vertex in way[:-1]], (end, y - 6), height))
            edges.append(f"{graph.of[way[0]]} {target}")
            heads.append(f"M{number(end)} {number(y)}l-3.5-7h7z")
    if not lines:
        return ""
    line = element(
        "path", d="".join(lines), data_edges=",".join(edges), class_="soft", fill="none", stroke="currentColor"
    )
    return line + element("path", d="".join(heads), class_="soft", fill="currentColor")


def _curve(way: Sequence[Point], end: Point, height: float) -> str:
    """From the foot of the first box to the ``end``, upright beside the boxes of the layers between."""
    pieces = [f"M{number(way[0][0])} {number(way[0][1] + height)}"]
    for i, (x, top) in enumerate(way):
        bottom = top + height
        if i:
            pieces.append(f"V{number(bottom)}")
        next_x, next_y = way[i + 1] if i + 1 < len(way) else end
        half = number((bottom + next_y) / 2)
        pieces.append(f"C{number(x)} {half} {number(next_x)} {half} {number(next_x)} {number(next_y)}")
    return "".join(pieces)
