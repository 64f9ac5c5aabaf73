"""The order in each layer: edges cross less when a node stands in the middle of its neighbours."""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Sequence

from backprop.pictures.graph.layers import Layered

_PASSES = 8  # half of them down, half of them up

Neighbours = list[list[int]]


def neighbours(graph: Layered) -> tuple[Neighbours, Neighbours]:
    """(above, below): the vertices that each vertex is linked with in the layer before and in the next."""
    above: Neighbours = [[] for _ in graph.level]
    below: Neighbours = [[] for _ in graph.level]
    for way in graph.ways:
        for upper, lower in zip(way, way[1:]):
            above[lower].append(upper)
            below[upper].append(lower)
    return above, below


def ordered(graph: Layered, above: Neighbours, below: Neighbours) -> list[list[int]]:
    """The vertices of each layer from left to right.

    Layer after layer is sorted by the mean place of the neighbours in the layer before (the barycentre method),
    downwards and upwards in turn, and the order with the fewest crossings is kept.
    """
    layers: list[list[int]] = [[] for _ in range(max(graph.level) + 1)]
    for vertex in _from_the_results_up(above, below):
        layers[graph.level[vertex]].append(vertex)
    best, fewest = layers, crossings(layers, below)
    for turn in range(_PASSES):
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
        place = {vertex: i for i, vertex in enumerate(lower)}
        passed: list[int] = []
        for vertex in upper:
            ends = sorted(place[end] for end in below[vertex])
            total += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
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
    """Each layer by the mean place of the neighbours in the one before; what has none keeps its own."""
    done = [list(layers[0])]
    for layer in layers[1:]:
        place = {vertex: i / len(done[-1]) for i, vertex in enumerate(done[-1])}
        key = {}
        for i, vertex in enumerate(layer):
            near = before[vertex]
            key[vertex] = math.fsum(place[other] for other in near) / len(near) if near else i / len(layer)
        done.append(sorted(layer, key=key.__getitem__))
    return done
