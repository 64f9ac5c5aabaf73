"""Graphs: every edge goes down, no box is on another, few edges cross, deep graphs are no special case."""

import itertools
import random
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.pictures import Graph, Group, Node
from backprop.pictures.graph_layout import (
    coordinates,
    crossings,
    layered,
    levels,
    narrowed,
    neighbours,
    ordered,
    spread,
)
from tests.pictures.drawings import Drawing


@st.composite
def graphs(draw, largest=30):
    """(how many nodes, edges): each from a lower number to a higher, some of them twice; the numbers are shuffled."""
    count = draw(st.integers(1, largest))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    found = draw(st.lists(pairs, max_size=60)) if count > 1 else []
    names = draw(st.permutations(range(count)))
    return count, [(names[min(pair)], names[max(pair)]) for pair in found]


@given(graphs())
def test_every_edge_goes_down_and_inputs_stand_above_their_first_use(graph):
    count, edges = graph
    level = levels(count, edges)
    assert all(level[source] < level[target] for source, target in edges)
    assert min(level) == 0
    for node in range(count):
        sources = [level[i] for i, j in edges if j == node]
        users = [level[j] for i, j in edges if i == node]
        if sources:
            # Inputs may have moved down to their first use, but not beyond what they hold in place.
            assert level[node] >= max(sources) + 1
        elif users:
            assert level[node] == min(users) - 1


@given(graphs())
def test_each_link_leads_to_the_next_layer_and_ways_are_the_edges(graph):
    count, edges = graph
    laid = layered(count, edges)
    assert len(laid.paths) == len(edges)
    for (source, target), way in zip(edges, laid.paths):
        assert (laid.of[way[0]], way[-1]) == (source, target)
        assert all(laid.of[bend] is None for bend in way[1:-1])
        assert [laid.level[vertex] for vertex in way] == list(range(laid.level[way[0]], laid.level[target] + 1))
        assert len(way) <= 13
    assert all(laid.level[vertex] >= 0 for vertex in range(len(laid.level)))


@given(graphs())
def test_every_vertex_is_in_its_layer_once_and_crossings_are_not_more_than_at_first(graph):
    laid = layered(*graph)
    above, below = neighbours(laid)
    layers = ordered(laid, above, below)
    assert sorted(itertools.chain(*layers)) == list(range(len(laid.level)))
    assert all(laid.level[vertex] == i for i, layer in enumerate(layers) for vertex in layer)
    assert crossings(layers, below) == counted_one_by_one(layers, below)


def counted_one_by_one(layers, below):
    total = 0
    for upper, lower in zip(layers, layers[1:]):
        links = [(i, lower.index(end)) for i, vertex in enumerate(upper) for end in below[vertex]]
        total += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in itertools.combinations(links, 2))
    return total


def test_links_cross_less():
    """40 graphs of 25 nodes and 48 edges: as their numbers come they cross 3,362 times, from the results up 1,751
    times, sorted 789 times; with passes in one direction only 1,133 or 1,202 times."""
    rng = random.Random(0)
    total = 0
    for _ in range(40):
        laid = layered(25, [(rng.randrange(max(0, j - 9), j), j) for j in range(1, 25) for _ in range(2)])
        above, below = neighbours(laid)
        total += crossings(ordered(laid, above, below), below)
    assert total == 789


def test_what_can_be_drawn_without_crossings_is():
    """Two chains whose numbers are mixed, and a tree."""
    for edges in (
        [(0, 3), (3, 4), (4, 7), (1, 2), (2, 5), (5, 6), (7, 8), (6, 8)],
        [(1, 0), (6, 2), (5, 1), (3, 2), (0, 4), (2, 4)],
    ):
        laid = layered(9, edges)
        above, below = neighbours(laid)
        assert crossings(ordered(laid, above, below), below) == 0


@given(graphs())
def test_no_two_boxes_overlap(graph):
    laid = layered(*graph)
    widths = [0.0 if of is None else 40.0 + 7 * (of % 5) for of in laid.of]
    x = coordinates(laid, widths)
    for a, b in itertools.combinations(range(len(x)), 2):
        if laid.level[a] == laid.level[b]:
            assert abs(x[a] - x[b]) >= (widths[a] + widths[b]) / 2 + 18 - 1e-6
    assert min(middle - width / 2 for middle, width in zip(x, widths)) == pytest.approx(0, abs=1e-9)


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=6))
def test_spread_is_the_least_that_there_is(items):
    """Against all ways to pool neighbours, exactly: the best allowed one is the minimum of the convex problem."""
    wanted, weights, gaps = zip(*items)
    apart = gaps[1:]
    x = spread(wanted, weights, apart)
    assert all(b - a >= gap - 1e-9 for a, b, gap in zip(x, x[1:], apart))
    offsets = [sum(apart[:i]) for i in range(len(wanted))]
    best = None
    for cuts in itertools.product([False, True], repeat=len(apart)):
        pools, start = [], 0
        for end in [i + 1 for i, cut in enumerate(cuts) if cut] + [len(wanted)]:
            pool = range(start, end)
            mean = Fraction(sum(weights[i] * (wanted[i] - offsets[i]) for i in pool), sum(weights[i] for i in pool))
            pools.append((mean, pool))
            start = end
        if all(a[0] <= b[0] for a, b in zip(pools, pools[1:])):
            cost = sum(weights[i] * (mean + offsets[i] - wanted[i]) ** 2 for mean, pool in pools for i in pool)
            best = cost if best is None else min(best, cost)
    assert sum(w * (a - b) ** 2 for w, a, b in zip(weights, x, wanted)) == pytest.approx(float(best), abs=1e-6)


@given(graphs(12))
def test_the_drawing_has_every_box_and_arrow_in_it(graph):
    count, edges = graph
    drawing = Drawing(Graph([Node(f"n{i}") for i in range(count)], edges).svg())
    boxes = drawing.of("rect", "soft")
    assert len(boxes) >= count
    for (a, b), (c, d) in boxes:
        assert 0 <= a < c <= drawing.width and 0 <= b < d <= drawing.height
    paths = [path.get("d") for path in drawing.root.iter("{http://www.w3.org/2000/svg}path")]
    assert [path.count("M") for path in paths] == ([len(edges)] * 2 if edges else [])
    (group,) = [g for g in drawing.root.iter("{http://www.w3.org/2000/svg}g") if "translate" in g.get("transform", "")]
    moved, down = map(float, re.findall(r"[\d.]+", group.get("transform")))
    arriving = {}
    for curve in paths[0].split("M")[1:] if paths else []:
        before, _, _, _, end, foot = map(float, re.findall(r"-?[\d.]+", curve.split("C")[-1]))
        # An arrow ends 6 above its box.
        (box,) = [(a, b, c) for (a, b), (c, _) in boxes if abs(b - down - foot - 6) < 0.02 and a <= end + moved <= c]
        arriving.setdefault(box, []).append((before, end + moved))
    for (left, _, right), arrows in arriving.items():
        ends = [end for _, end in sorted(arrows)]
        assert ends == sorted(ends) and sum(ends) / len(ends) == pytest.approx((left + right) / 2, abs=0.02)


def test_a_chain_is_straight_and_its_weights_stand_beside_it():
    nodes = [Node("x"), *(Node(f"w{i}", kind="parameter") for i in range(5)), *(Node("linear") for _ in range(5))]
    edges = [(0, 6), *((i, i + 1) for i in range(6, 10)), *((i + 1, i + 6) for i in range(5))]
    drawing = Drawing(Graph(nodes, edges).svg())
    middles = [(t.left + t.right) / 2 for t in drawing.texts if t.words == "linear"]
    assert max(middles) - min(middles) < 1
    assert all((t.left + t.right) / 2 > max(middles) for t in drawing.texts if re.fullmatch(r"w[1-4]", t.words))


def test_a_long_edge_starts_at_a_stand_in_with_the_same_number():
    nodes = [Node("w", kind="parameter"), *(Node(f"h{i}") for i in range(1, 40))]
    edges = [(i, i + 1) for i in range(39)] + [(0, 5), (0, 20), (0, 30)]
    svg = Graph(nodes, edges).svg()
    words = [text.words for text in Drawing(svg).texts]
    assert words.count("w #1") == 3 and "w" not in words
    assert svg.count("stroke-dasharray") == 2


def test_deep_and_wide_graphs_are_drawn():
    """Nothing recurses: 3,000 layers, and a value that is used 3,000 times."""
    chain = [(i, i + 1) for i in range(2999)]
    assert Graph([Node("n")] * 3000, chain).svg().count("<rect") == 3001
    star = [(0, j) for j in range(1, 3000)]
    svg = Graph([Node("n")] * 3000, star).svg()
    assert svg.count("<rect") - svg.count('stroke-dasharray="4 3"') == 3001
    assert Graph([Node("n")] * 1000, [(0, j) for j in range(1, 1000)] + chain[:999]).svg().count(" #1<") == 988


@given(graphs(), st.integers(60, 200))
def test_layers_are_no_wider_than_the_room(graph, room):
    """Every edge still goes down, and a layer has one node or fits."""
    count, edges = graph
    widths = [30.0 + 7 * (i % 5) for i in range(count)]
    level = narrowed(levels(count, edges), edges, widths, room)
    assert all(level[source] < level[target] for source, target in edges)
    for at in range(max(level) + 1):
        own = [width + 18 for width, other in zip(widths, level) if other == at]
        assert own and (len(own) == 1 or sum(own) - 18 <= room)


@pytest.mark.parametrize("count", [1, 2, 5, 20])
def test_the_drawing_of_a_chain_of_layers_is_as_wide_as_a_telephone(count):
    names = ["x", *(f"layer.{i}.{kind}" for i in range(count) for kind in ("weight", "bias")), *["linear"] * count]
    edges = [(0 if i == 0 else 2 * count + i, 2 * count + 1 + i) for i in range(count)]
    edges += [(2 * i + j, 2 * count + 1 + i) for i in range(count) for j in (1, 2)]
    assert Drawing(Graph([Node(name, "128×128") for name in names], edges).svg()).width == 460


def test_a_value_that_is_used_twice_has_two_edges():
    graph = Graph([Node("x"), Node("square")], [(0, 1), (0, 1)])
    assert len(set(re.findall(r"M([\d.]+) [\d.]+l", graph.svg()))) == 2  # the points of the heads
    assert graph.dot().count("0 -> 1;") == 2
    assert str(graph) == "0  x\n1  square, of 0 and 0"


def test_dot():
    graph = Graph([Node('a "quoted" \\ name\n', "2×3", "parameter"), Node("exp", kind="constant")], [(0, 1)])
    assert graph.dot() == (
        'digraph {\nnode [shape=box, style=filled, fontname="Helvetica"];\n'
        '0 [label="a \\"quoted\\" \\\\ name \\n2×3", fillcolor="#CCE3F0"];\n'
        '1 [label="exp", fillcolor="#DEE0E2"];\n0 -> 1;\n}'
    )


def test_groups_are_clusters_in_dot():
    graph = Graph([Node("a"), Node("b"), Node("c")], [(0, 1, "7")], [Group("inner", [1]), Group("outer", [0, 1])])
    assert graph.dot().split("\n")[5:] == [
        'subgraph cluster_1 { label="outer"; style=dashed;',
        'subgraph cluster_0 { label="inner"; style=dashed;',
        "1; }",
        "0; }",
        '0 -> 1 [label="7"];',
        "}",
    ]


N = Node("n")


@pytest.mark.parametrize(
    ("nodes", "edges", "sentence"),
    [
        ([], [], "^Graph needs at least one node$"),
        (["x"], [], r"^Graph: nodes\[0\] is a Node, got 'x'$"),
        (
            [Node("x", "", "leaf")],
            [],
            "^Graph: the kind of 'x' is 'input', 'operation', 'parameter', 'constant' or 'layer', got 'leaf'$",
        ),
        ([N, N], [(0, 2)], r"^Graph: an edge is \(i, j\) with both from 0 to 1, got \(0, 2\)$"),
        ([N, N], [(-1, 0)], "^Graph: an edge is"),
        ([N, N], [("n", "n")], "^Graph: an edge is"),
        ([N], [(0, 0)], "^Graph: the edges go round in a circle, on which 'n' is$"),
        ([N, N], [(0, 1, 3)], r"^Graph: an edge is \(i, j\) or \(i, j, text\), got \(0, 1, 3\)$"),
        (
            [Node("a"), Node("b"), Node("c")],
            [(0, 1), (1, 2), (2, 1)],
            "^Graph: the edges go round in a circle, on which '[bc]' is$",
        ),
    ],
)
def test_what_is_no_graph_is_refused(nodes, edges, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        Graph(nodes, edges)


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        (["ab"], r"^Graph: groups\[0\] is a Group, got 'ab'$"),
        ([Group("a", [])], r"^Graph: the members of 'a' are from 0 to 3, got \[\]$"),
        ([Group("a", [4])], r"^Graph: the members of 'a' are from 0 to 3, got \[4\]$"),
        ([Group("a", [0, 1]), Group("b", [1, 2])], "^Graph: the groups 'b' and 'a' overlap$"),
        ([Group("a", [0, 2])], "^Graph: 'a' is computed from what is computed from it$"),
    ],
)
def test_what_is_no_group_is_refused(groups, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        Graph([N] * 4, [(0, 1), (1, 2), (2, 3)], groups)


@given(graphs(16), st.randoms(use_true_random=False))
def test_frames_have_their_members_in_them_and_nothing_else(graph, rng):
    """Of chains cut out of an order of computation, one within the other: boxes and frames lie in each other or apart."""
    count, edges = graph
    order = sorted(range(count), key=lambda i: (levels(count, edges)[i], i))
    first, last = sorted(rng.sample(range(count + 1), 2))
    inner = sorted(rng.sample(range(first, last + 1), 2)) if last - first > 1 else (first, last)
    groups = [Group("outer", order[first:last]), Group("inner", order[slice(*inner)])]
    drawing = Drawing(Graph([Node(f"n{i}") for i in range(count)], edges, groups).svg())
    rects = list(drawing.root.iter("{http://www.w3.org/2000/svg}rect"))[1:]
    placed = [
        [float(rect.get(key)) for key in ("x", "y", "width", "height")]
        for rect in rects
        if rect.get("rx") in ("6", "8")
    ]
    boxes = [(x, y, x + width, y + height) for x, y, width, height in placed]
    frames, nodes = boxes[:2], boxes[2 : 2 + count]
    for frame, (_, members) in zip(frames, groups):
        inside = [i for i, box in enumerate(nodes) if contains(frame, box)]
        assert inside == sorted(members)
        assert all(i in members or apart(frame, box) for i, box in enumerate(nodes))
    assert contains(*frames)


def contains(outer, inner):
    """With room on all sides."""
    return outer[0] + 9 < inner[0] and outer[1] + 9 < inner[1] and inner[2] < outer[2] - 9 and inner[3] < outer[3] - 9


def apart(one, other):
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_text_of_an_edge_is_on_its_way():
    """Between the two boxes, and the line goes through it."""
    drawing = Drawing(Graph([Node("x"), Node("exp")], [(0, 1, "3")]).svg())
    x, text, exp = (next(text for text in drawing.texts if text.words == words) for words in ("x", "↑ 3", "exp"))
    assert x.bottom < text.top and text.bottom < exp.top
    assert abs((text.left + text.right) - (exp.left + exp.right)) < 1
