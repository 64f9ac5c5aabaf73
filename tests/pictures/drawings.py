"""What the tests of pictures share: every kind of drawing, of plain and of hostile input, and a reader of their SVG."""

from __future__ import annotations

import math
import random
import re
from typing import NamedTuple
from xml.etree import ElementTree

from backprop.pictures import (
    ConfusionMatrix,
    Contours,
    DecisionBoundary,
    Graph,
    Group,
    Histograms,
    Images,
    LineChart,
    Node,
)
from backprop.pictures.text_metrics import SIZE, text_width

NAN, INF = math.nan, math.inf
HOSTILE = "<b onclick=\"x('&amp;')\"> & ]]> \x00\x1b[31m\ud800 \n ﷽ 漢字 e\u0301 " + "and so on " * 30


def drawings(name="name"):
    """{what it is: the drawing}, with ``name`` for every name, label, class and title."""
    rng = random.Random(0)
    noise = [rng.gauss(0, 1) for _ in range(400)]
    points = [[rng.random(), rng.random()] for _ in range(60)]
    labels = {"x_label": name, "y_label": name, "title": name}
    counts = [[rng.randrange(0, 3) + 30 * (i == j) for j in range(12)] for i in range(12)]
    nodes = [Node(f"{name} {i}", "2×3", ("operation", "parameter", "constant")[i % 3]) for i in range(40)]
    edges = [(rng.randrange(max(j - 9, 0), j), j) for j in range(1, 40) for _ in range(2)] + [(0, 39)]
    long_edges = [(i, i + 1) for i in range(39)] + [(0, j) for j in range(20, 40)]
    return {
        "losses": LineChart({f"{name} {i}": [math.exp(-t / 9) + i for t in range(30)] for i in range(7)}, **labels),
        "logarithms": LineChart(
            {name: [10.0**-t for t in range(13)]}, [10.0**t for t in range(13)], x_scale="log", y_scale="log", **labels
        ),
        "large steps": LineChart({name: [1e-12, 3e-12, 2e-12]}, [123456780, 123456784, 123456789], **labels),
        "gaps": LineChart({name: [1, None, 2, NAN, 3, INF, 5, -INF], "b": []}, **labels),
        "one point": LineChart({name: [3]}),
        "none": LineChart({name: [], "b": [NAN, INF], "c": [None]}),
        "constant": LineChart({name: [0.1] * 9}),
        "widest": LineChart({name: [-1.7976931348623157e308, 1.7976931348623157e308, 0, 5e-324]}),
        "narrowest": LineChart({name: [1.0, 1.0 + 2e-16]}, [1.0, 1.00000000001]),
        "images": Images([noise[:64], noise[64:128]], 8, 8, captions=[name, ""], colours="diverging", title=name),
        "digits": Images([[abs(x) for x in noise[i : i + 12]] for i in range(30)], 3, 4, captions=[name] * 30),
        "holes": Images([[NAN, INF, -INF, 1e308, -1e308, 0]], 2, 3, colours="diverging"),
        "nothing in it": Images([[NAN, NAN]], 1, 2),
        "long row": Images([[0.0] * 999], 1, 999),
        "confusion": ConfusionMatrix(counts, [f"{name} {i}" for i in range(12)], title=name),
        "two classes": ConfusionMatrix([[123456789, 0], [0, 0]], [name, "b"]),
        "no class but one": ConfusionMatrix([[0]]),
        "layers": Histograms({f"{name} {i}": [x / 4**i for x in noise] for i in range(4)}, x_label=name, title=name),
        "sizes": Histograms({name: [*noise, 0.0, NAN, INF], "b": [], "c": [0.0]}, x_scale="log", x_label=name),
        "extremes": Histograms({name: [-1e308, 1e308, 5e-324], "b": [NAN]}),
        "boundary": DecisionBoundary(
            lambda rows: [int(x > y) for x, y in rows],
            points,
            [int(x > y) for x, y in points],
            classes=[name, "b"],
            **labels,
        ),
        "probability": DecisionBoundary(lambda rows: [1 / (1 + math.exp(x - y)) for x, y in rows], [[3, 3]], [1]),
        "twelve classes": DecisionBoundary(
            lambda rows: [0] * len(rows), [[i, -(10.0**i)] for i in range(12)], range(12)
        ),
        "contours": Contours(
            lambda x, y: (y * math.tanh(x) - 1) ** 2,
            *((-2, 2), (-1, 3)),
            paths={name: [[i / 9, i / 5] for i in range(-9, 12)], "b": []},
            **labels,
        ),
        "flat": Contours(lambda x, y: 3, (0, 1), (0, 1), paths={name: [(0.5, 0.5)]}),
        "nowhere": Contours(lambda x, y: math.log(x) if x > 0.5 else NAN, (0, 1), (-1e300, 1e300), levels=[-0.1]),
        "framed": Graph(
            nodes[:9], [edge for edge in edges if max(edge) < 9], [Group(name, range(4)), Group("b", [1, 2])]
        ),
        "gradients": Graph([Node(name, "2", gradient="∂ 3")] * 3, [(0, 1, "0.5"), (0, 2, "‖12.5‖"), (1, 2, name)]),
        "graph": Graph(nodes, edges, title=name),
        "long edges": Graph(nodes, long_edges),
        "twice": Graph([Node(name), Node("square")], [(0, 1), (0, 1)]),
        "one node": Graph([Node(name)], []),
    }


class Text(NamedTuple):
    """A text of a drawing in the box that it takes at most."""

    words: str
    left: float
    top: float
    right: float
    bottom: float


class Drawing:
    """What an SVG says: its size, its texts with their boxes, and the points of its shapes by their tag and class."""

    def __init__(self, svg):
        self.root = ElementTree.fromstring(svg)
        _, _, self.width, self.height = map(float, self.root.get("viewBox").split())
        self.texts, self.shapes = [], []
        self._read(self.root, (0.0, 0.0), (1.0, 1.0), "")

    def points(self):
        return [point for _, _, points in self.shapes for point in points]

    def of(self, tag, kind=""):
        return [points for t, k, points in self.shapes if t == tag and kind in k.split() + [""]]

    def _read(self, element, moved, scaled, kind):
        tag, kind = element.tag.split("}")[1], element.get("class", kind)
        turned = "rotate" in element.get("transform", "")
        numbers = [float(x) for x in re.findall(r"-?\d+\.?\d*", element.get("transform", ""))]
        if numbers and not turned:
            moved = moved[0] + numbers[0], moved[1] + numbers[1]
            scaled = tuple(numbers[2:]) or scaled

        def at(x, y):
            return moved[0] + scaled[0] * x, moved[1] + scaled[1] * y

        if tag == "text":
            x, y = at(float(element.get("x")), float(element.get("y")))
            size = float(element.get("font-size", SIZE))
            width = text_width(element.text or "", size)
            before = {"start": 0.0, "middle": width / 2, "end": width}[element.get("text-anchor", "start")]
            box = (x - before, y - 0.75 * size, x - before + width, y + 0.2 * size)
            if turned:
                assert numbers == [-90, float(element.get("x")), float(element.get("y"))]
                box = (x - 0.75 * size, y + before - width, x + 0.2 * size, y + before)
            self.texts.append(Text(element.text, *box))
        else:
            points = [at(*point) for point in _points(tag, element.attrib)]
            if points:
                self.shapes.append((tag, kind, points))
        for child in element:
            self._read(child, moved, scaled, kind)


def _points(tag, given):
    if tag == "line":
        return [(float(given["x1"]), float(given["y1"])), (float(given["x2"]), float(given["y2"]))]
    if tag == "rect":
        x, y = float(given.get("x", 0)), float(given.get("y", 0))
        return [(x, y), (x + float(given["width"]), y + float(given["height"]))]
    if tag == "circle":
        return [(float(given["cx"]), float(given["cy"]))]
    if tag == "polyline":
        return [tuple(map(float, pair.split(","))) for pair in given["points"].split()]
    return list(_path(given["d"])) if tag == "path" else []


def _path(d):
    """The points on the way of a path, and the control points of its curves."""
    x = y = 0.0
    for command, written in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", d):
        n = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", written)]
        if command == "A" or command == "a":
            groups = [n[i + 5 : i + 7] for i in range(0, len(n), 7)]
        elif command in "HhVv":
            assert len(n) == 1
            zero = (x, y) if command.isupper() else (0.0, 0.0)
            groups = [[n[0], zero[1]] if command in "Hh" else [zero[0], n[0]]]
        else:
            groups = [n[i : i + 2] for i in range(0, len(n), 2)]
        for group in groups:
            x, y = (group[0], group[1]) if command.isupper() else (x + group[0], y + group[1])
            yield x, y
