"""A raster: a table of small rectangles, drawn as one path for each colour, with neighbours of one colour joined."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import groupby
from typing import Callable, TypeVar

from backprop.pictures.svg import element, number

Key = TypeVar("Key", bound=Hashable)


def raster(
    rows: Sequence[Sequence[Key | None]],
    x: float,
    y: float,
    width: float,
    height: float,
    look: Callable[[Key], Mapping[str, object]],
) -> str:
    """The table in the rectangle from (x, y) on; ``look`` gives the attributes for a key. None is left out.

    >>> raster([["a", "a", None]], 10, 20, 30, 10, lambda key: {"class_": key})[88:]
    '<path class="a" d="M0 0h2v1h-2z"/></g>'
    """
    found: dict[Key, list[str]] = {}
    for down, row in enumerate(rows):
        across = 0
        for key, cells in groupby(row):
            run = len(list(cells))
            if key is not None:
                found.setdefault(key, []).append(f"M{across} {down}h{run}v1h-{run}z")
            across += run
    paths = [element("path", **look(key), d="".join(pieces)) for key, pieces in found.items()]
    placed = f"translate({number(x)} {number(y)}) scale({width / len(rows[0]):.6f} {height / len(rows):.6f})"
    return element("g", *paths, transform=placed, shape_rendering="crispEdges")
