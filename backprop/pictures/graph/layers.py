"""Layers: which nodes of a graph stand on one line, so that every edge goes down.

The drawing is made in the steps of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical
System Structures" (1981): layers, the order in each of them, then the places. None of the steps recurses, and each
takes a number of passes that does not depend on the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Edge = tuple[int, int]

_LONGEST = 12  # layers that an edge may reach over


def levels(count: int, edges: Sequence[Edge]) -> list[int]:
    """The layer of each of ``count`` nodes, the uppermost 0: below all that it comes from, as high as that lets it.

    What comes from nothing, an input or a parameter, stands right above its first use instead. ValueError for a
    circle; its argument is a node on the way round.

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
    as the weights of a recurrent network are written at each step. ``ways`` are the edges, from vertex to vertex.
    """

    level: list[int]
    of: list[int | None]
    ways: list[list[int]] = field(default_factory=list)


def layered(count: int, edges: Sequence[Edge]) -> Layered:
    """Bends and stand-ins for the edges of a graph.

    >>> layered(3, [(0, 1), (1, 2), (0, 2)]).ways
    [[0, 1], [1, 2], [0, 3, 2]]
    """
    graph = Layered(levels(count, edges), list(range(count)))
    stand_ins: dict[Edge, int] = {}
    for source, target in edges:
        below = graph.level[target]
        if below - graph.level[source] > _LONGEST:
            if (source, below) not in stand_ins:
                stand_ins[source, below] = _vertex(graph, below - 1, source)
            source = stand_ins[source, below]
        bends = [_vertex(graph, level, None) for level in range(graph.level[source] + 1, below)]
        graph.ways.append([source, *bends, target])
    return graph


def _vertex(graph: Layered, level: int, of: int | None) -> int:
    graph.level.append(level)
    graph.of.append(of)
    return len(graph.level) - 1
