"""Where the boxes of a graph stand: layers so that every edge goes down, an order in each of them, then coordinates.

The steps are those of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures"
(1981). None of them recurses, and each takes a number of passes that does not depend on the graph.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

Edge = tuple[int, int]
Neighbours = list[list[int]]

_LONGEST = 12  # layers that an edge may reach over
_ORDER_PASSES = 8  # half of them down, half of them up
_COORDINATE_PASSES = 6
_ROOT = 0.001  # the pull of what comes from nothing
_GAP = 18  # between two boxes
_NONE: Mapping[Edge, float] = {}


def levels(count: int, edges: Sequence[Edge]) -> list[int]:
    """The layer of each of ``count`` nodes, the uppermost 0: below all that it comes from, as high as that lets it.

    What comes from nothing, an input or a parameter, stands right above its first use instead. ValueError for a
    circle; its argument is a node on it.

    >>> levels(4, [(0, 1), (1, 2), (3, 2)])
    [0, 1, 2, 1]
    """
    users: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in edges:
        users[source].append(target)
        waiting[target] += 1
    roots = [node for node in range(count) if not waiting[node]]
    level, ready, done = [0] * count, roots[:], 0
    while ready:
        node = ready.pop()
        done += 1
        for user in users[node]:
            level[user] = max(level[user], level[node] + 1)
            waiting[user] -= 1
            if not waiting[user]:
                ready.append(user)
    if done < count:
        raise ValueError(next(node for node in range(count) if waiting[node]))
    for node in roots:
        if users[node]:
            level[node] = min(level[user] for user in users[node]) - 1
    return level


@dataclass
class Layered:
    """The nodes of a graph in layers, with what stands between them so that each link leads to the next layer.

    Vertices 0 to count-1 are the nodes. Those after them are the bends of edges that reach over several layers
    and, ``of`` a node, its stand-ins: an edge that would reach over too many starts at one right above its end,
    as the weights of a recurrent network are drawn at each step. ``paths`` are the edges, from vertex to vertex.
    """

    level: list[int]
    of: list[int | None]
    paths: list[list[int]] = field(default_factory=list)


def layered(
    count: int,
    edges: Sequence[Edge],
    *,
    first: Collection[int] = (),
    last: Collection[int] = (),
    once: Collection[int] = (),
    widths: Sequence[float] = (),
    room: float = math.inf,
) -> Layered:
    """Bends and stand-ins for the edges of a graph, the nodes of which have ``widths``.

    What is ``first`` stands in a layer of its own above all others, what is ``last`` in one below them; neither, nor what
    is drawn ``once``, has a stand-in. A layer that is wider than the ``room`` becomes several.

    >>> layered(3, [(0, 1), (1, 2), (0, 2)]).paths
    [[0, 1], [1, 2], [0, 3, 2]]
    """
    graph = Layered(_levels_between(count, edges, first, last), list(range(count)))
    if widths:
        graph.level = narrowed(graph.level, edges, widths, room)
    once = {*once, *first}
    stand_ins: dict[Edge, int] = {}
    for source, target in edges:
        below = graph.level[target]
        if below - graph.level[source] > _LONGEST and source not in once and target not in last:
            if (source, below) not in stand_ins:
                stand_ins[source, below] = _vertex(graph, below - 1, source)
            source = stand_ins[source, below]
        bends = [_vertex(graph, level, None) for level in range(graph.level[source] + 1, below)]
        graph.paths.append([source, *bends, target])
    return graph


def _levels_between(count: int, edges: Sequence[Edge], first: Collection[int], last: Collection[int]) -> list[int]:
    inner = [(source, target) for source, target in edges if source not in first and target not in last]
    level = [at + bool(first) for at in levels(count, inner)]
    lowest = max(level) + 1
    return [0 if i in first else lowest if i in last else at for i, at in enumerate(level)]


def narrowed(level: Sequence[int], edges: Sequence[Edge], widths: Sequence[float], room: float) -> list[int]:
    """The layers where each has only so many nodes as fit into the ``room``: what comes from nothing moves up first.

    >>> narrowed([0, 0, 0, 1], [(0, 3), (1, 3), (2, 3)], [100.0] * 4, 240)
    [0, 1, 1, 2]
    """
    computed = {target for _, target in edges}
    layers: list[list[int]] = [[] for _ in range(max(level) + 1)]
    for node in sorted(range(len(level)), key=lambda node: node in computed):
        layers[level[node]].append(node)
    starts = [0] * (len(layers) + 1)  # of edges that pass from a layer on, less those that passed the one before
    for source, target in set(edges):
        starts[level[source] + 1] += 1
        starts[level[target]] -= 1
    rows: list[list[int]] = []
    for layer, passing in zip(layers, accumulate(starts)):
        own: list[list[int]] = [[]]
        left = most = room - _GAP * passing
        for node in reversed(layer):
            if own[-1] and widths[node] > left:
                own.append([])
                left = most
            own[-1].append(node)
            left -= widths[node] + _GAP
        rows += reversed(own)
    return [at for _, at in sorted((node, at) for at, row in enumerate(rows) for node in row)]


def _vertex(graph: Layered, level: int, of: int | None) -> int:
    graph.level.append(level)
    graph.of.append(of)
    return len(graph.level) - 1


def neighbours(graph: Layered) -> tuple[Neighbours, Neighbours]:
    """(above, below): the vertices that each vertex is linked with in the layer before and in the next."""
    above: Neighbours = [[] for _ in graph.level]
    below: Neighbours = [[] for _ in graph.level]
    for path in graph.paths:
        for upper, lower in zip(path, path[1:]):
            above[lower].append(upper)
            below[upper].append(lower)
    return above, below


def ordered(graph: Layered, above: Neighbours, below: Neighbours) -> list[list[int]]:
    """The vertices of each layer from left to right.

    Layer after layer is sorted by the mean position of the neighbours in the layer before (the barycentre method),
    downwards and upwards in turn, and the order with the fewest crossings is kept.
    """
    layers: list[list[int]] = [[] for _ in range(max(graph.level) + 1)]
    for vertex in _from_the_results_up(above, below):
        layers[graph.level[vertex]].append(vertex)
    best, fewest = layers, crossings(layers, below)
    for turn in range(_ORDER_PASSES):
        if not fewest:
            break
        layers = _sorted(layers, above) if turn % 2 == 0 else _sorted(layers[::-1], below)[::-1]
        crossed = crossings(layers, below)
        if crossed < fewest:
            best, fewest = layers, crossed
    return best


def crossings(layers: Sequence[Sequence[int]], below: Neighbours) -> int:
    """How often two links cross between a layer and the next: what is first here and last there."""
    total = 0
    for upper, lower in zip(layers, layers[1:]):
        position = {vertex: i for i, vertex in enumerate(lower)}
        ends_so_far: list[int] = []
        for vertex in upper:
            ends = sorted(position[end] for end in below[vertex])
            total += sum(len(ends_so_far) - bisect_right(ends_so_far, end) for end in ends)
            for end in ends:
                insort(ends_so_far, end)
    return total


def _from_the_results_up(above: Neighbours, below: Neighbours) -> list[int]:
    """Each vertex after those it comes from, which keeps together what belongs together; inputs in their order."""
    found: dict[int, None] = {}
    stack = [vertex for vertex in reversed(range(len(above))) if not below[vertex]]
    while stack:
        vertex = stack[-1]
        missing = [source for source in above[vertex] if source not in found]
        if missing:
            stack += reversed(missing)
        else:
            found[stack.pop()] = None
    return list(found)


def _sorted(layers: Sequence[Sequence[int]], before: Neighbours) -> list[list[int]]:
    """Each layer by the mean position of the neighbours in the one before; what has none keeps its own."""
    done = [list(layers[0])]
    for layer in layers[1:]:
        position = {vertex: i / len(done[-1]) for i, vertex in enumerate(done[-1])}
        key = {}
        for i, vertex in enumerate(layer):
            near = before[vertex]
            key[vertex] = math.fsum(position[other] for other in near) / len(near) if near else i / len(layer)
        done.append(sorted(layer, key=key.__getitem__))
    return done


def coordinates(
    graph: Layered, widths: Sequence[float], shifts: Mapping[Edge, float] = _NONE, room: float = math.inf
) -> list[float]:
    """The middle of each vertex, from 0 on, up to ``room`` if the widest layer lets it. ``shifts`` say how far to the right
    of the upper vertex the lower one is wanted, for links that do not end in the middle.

    The coordinates of a layer minimize Σ w·(x − wanted)², where each vertex wants the mean coordinate of its
    neighbours in the layer before, downwards and upwards in turn. Links between two bends weigh 8, from a bend to a
    node 2, between nodes 1 (Gansner et al., "A Technique for Drawing Directed Graphs", 1993), which keeps long
    edges straight; links from an input or a parameter weigh little, so that it moves aside for the chain of the
    computation.
    """
    above, below = neighbours(graph)
    layers = ordered(graph, above, below)
    x = [0.0] * len(widths)
    for layer in layers:
        end = 0.0
        for vertex in layer:
            x[vertex] = end + widths[vertex] / 2
            end += widths[vertex] + _GAP

    def pull(one: int, other: int) -> float:
        bends = (graph.of[one] is None) + (graph.of[other] is None)
        return (1, 2, 8)[bends] if above[one] and above[other] else _ROOT

    def shift(vertex: int, other: int) -> float:
        return shifts[other, vertex] if (other, vertex) in shifts else -shifts.get((vertex, other), 0.0)

    for turn in range(_COORDINATE_PASSES):
        before = above if turn % 2 == 0 else below
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wanted, weights = [], []
            for vertex in layer:
                pulls = [pull(vertex, other) for other in before[vertex]]
                total = math.fsum(pulls)
                ends = [x[other] + shift(vertex, other) for other in before[vertex]]
                moments = math.fsum(weight * end for weight, end in zip(pulls, ends))
                wanted.append(moments / total if total else x[vertex])
                weights.append(total or _ROOT)
            apart = [(widths[a] + widths[b]) / 2 + _GAP for a, b in zip(layer, layer[1:])]
            for vertex, coordinate in zip(layer, spread(wanted, weights, apart)):
                x[vertex] = coordinate
            _keep_within(room, layer, x, widths)
    left = min(x[layer[0]] - widths[layer[0]] / 2 for layer in layers)
    return [middle - left for middle in x]


def _keep_within(room: float, layer: Sequence[int], x: list[float], widths: Sequence[float]) -> None:
    """Move the vertices of a layer that stick out into the room, and those that they push; a wider layer sticks out to the
    right."""
    end = room
    for vertex in reversed(layer):
        x[vertex] = min(x[vertex], end - widths[vertex] / 2)
        end = x[vertex] - widths[vertex] / 2 - _GAP
    end = 0.0
    for vertex in layer:
        x[vertex] = max(x[vertex], end + widths[vertex] / 2)
        end = x[vertex] + widths[vertex] / 2 + _GAP


def spread(wanted: Sequence[float], weights: Sequence[float], apart: Sequence[float]) -> list[float]:
    """The x that minimize Σ wᵢ(xᵢ − wantedᵢ)² with xᵢ₊₁ − xᵢ ≥ apartᵢ, by pooling adjacent violators.

    Measured from where each would stand if all stood as close as they may, the x only have to grow. Neighbours that
    would not are pooled at their mean (Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete
    Information", 1955).

    >>> spread([0, 0, 10], [1, 1, 1], [4, 4])
    [-2.0, 2.0, 10.0]
    """
    offsets = [0.0]
    for gap in apart:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, float, int]] = []  # (mean, weight, how many)
    for want, weight, offset in zip(wanted, weights, offsets):
        mean, count = want - offset, 1
        while pools and pools[-1][0] >= mean:
            other, other_weight, others = pools.pop()
            mean = (mean * weight + other * other_weight) / (weight + other_weight)
            weight, count = weight + other_weight, count + others
        pools.append((mean, weight, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets)]
