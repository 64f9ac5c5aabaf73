"""Isolines: the lines on which a table of heights has a level, by marching squares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

Point = tuple[float, float]
_Crossing = tuple[int, int, int, int]  # (i, j, k, l): between the columns i and k of the rows j and l


def isolines(heights: Sequence[Sequence[float]], level: float) -> list[list[Point]]:
    """The lines as points (column, row); a closed one ends where it begins.

    Each goes from edge to edge of the cells between four heights, where a straight slope has the level. Where a cell
    has two lines they pass around the corners that are on the other side than its mean (Lorensen and Cline, "Marching
    Cubes", 1987, in two dimensions). Cells with a height that is not finite have none.

    >>> isolines([[0.0, 0.0], [1.0, 1.0]], 0.25)
    [[(1.0, 0.25), (0.0, 0.25)]]
    """
    links: dict[_Crossing, list[_Crossing]] = {}
    for j in range(len(heights) - 1):
        for i in range(len(heights[0]) - 1):
            for one, other in _pairs(heights, level, i, j):
                links.setdefault(one, []).append(other)
                links.setdefault(other, []).append(one)
    lines = []
    done: set[_Crossing] = set()
    # The lines that end at the border first, and then those that are closed.
    for start in sorted(links, key=lambda crossing: len(links[crossing])):
        if start in done:
            continue
        line, at = [start], start
        done.add(start)
        while True:
            following = next((other for other in links[at] if other not in done), None)
            if following is None:
                break
            line.append(following)
            done.add(following)
            at = following
        if len(line) > 2 and start in links[at]:
            line.append(start)
        lines.append([_point(heights, level, crossing) for crossing in line])
    return lines


def _pairs(heights: Sequence[Sequence[float]], level: float, i: int, j: int) -> Iterator[tuple[_Crossing, _Crossing]]:
    """Between which crossings the lines go in the cell whose first corner is in column i of row j."""
    corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
    high = [heights[row][column] for column, row in corners]
    if not all(map(math.isfinite, high)):
        return
    above = [height >= level for height in high]
    edges = [(0, 1), (1, 2), (3, 2), (0, 3)]  # around the cell, each from its lower column or row on
    crossings = [(*corners[a], *corners[b]) for a, b in edges if above[a] != above[b]]
    if len(crossings) == 2:
        yield crossings[0], crossings[1]
    elif crossings:
        upper, right, lower, left = crossings
        first = above[0] == (sum(high) / 4 >= level)
        yield from ((upper, right), (lower, left)) if first else ((left, upper), (right, lower))


def _point(heights: Sequence[Sequence[float]], level: float, crossing: _Crossing) -> Point:
    i, j, k, l = crossing
    low, high = heights[j][i], heights[l][k]
    share = (level - low) / (high - low)
    return i + share * (k - i), j + share * (l - j)
