"""The places in each layer: every vertex as near to its neighbours as the others beside it allow."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.pictures.graph.layers import Layered
from backprop.pictures.graph.order import neighbours, ordered

_PASSES = 6
_ROOT = 0.001  # the pull of what comes from nothing
_GAP = 18  # between two boxes


def placed(graph: Layered, widths: Sequence[float]) -> list[float]:
    """The middle of each vertex, from 0 on.

    A layer's places minimize Σ w·(x − wanted)², where each vertex wants the mean place of its neighbours in the layer
    before, downwards and upwards in turn. Links between two bends weigh 8, from a bend to a node 2, between nodes
    1 (Gansner et al., "A Technique for Drawing Directed Graphs", 1993), which keeps long edges straight; links
    from an input or a parameter weigh little, so that it moves aside for the chain of the computation.
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

    for turn in range(_PASSES):
        before = above if turn % 2 == 0 else below
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wanted, weights = [], []
            for vertex in layer:
                pulls = [pull(vertex, other) for other in before[vertex]]
                total = math.fsum(pulls)
                moments = math.fsum(weight * x[other] for weight, other in zip(pulls, before[vertex]))
                wanted.append(moments / total if total else x[vertex])
                weights.append(total or _ROOT)
            apart = [(widths[a] + widths[b]) / 2 + _GAP for a, b in zip(layer, layer[1:])]
            for vertex, place in zip(layer, spread(wanted, weights, apart)):
                x[vertex] = place
    left = min(place - width / 2 for place, width in zip(x, widths))
    return [place - left for place in x]


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
