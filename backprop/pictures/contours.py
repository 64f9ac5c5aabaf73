"""Contours: how high a function of two numbers is, as on a map, and the paths of those who look for its lowest point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Callable

from backprop.pictures.axes import Axes
from backprop.pictures.braille import chart
from backprop.pictures.colours import colour, tint
from backprop.pictures.isolines import isolines
from backprop.pictures.picture import HasMatrix, Picture, as_list, matrix_of, numbers
from backprop.pictures.scales import Linear
from backprop.pictures.svg import MARGIN, MARK, WIDTH, Mark, element, legend, line, polyline, raster, sheet
from backprop.validation import check_number

_COLUMNS, _ROWS, _HEIGHT = 96, 72, 300
_LEVELS, _STRONGEST = 8, 0.5
_MOST_DOTS = 60  # of a path, one a step
_FEW = 4  # levels, in characters

Point = tuple[float, float]


class Contours(Picture):
    """The map of ``function(x, y)``, a number for two numbers, over ``x_range`` and ``y_range``, which are (low, high).

    The lower, the more colour; the lines are where it is as high as the ``levels``, of which there are eight with equal areas
    between them if none are given. ``paths``, {name: [(x, y), …]}, are drawn from a ring to a disc, with a dot a step.
    Where the function is not finite the map is blank. Printed, it is a chart in characters.

    Raises ValueError for a range that is not (low, high) and for points of other than two coordinates, TypeError for what is
    not a number.

    >>> picture = Contours(lambda x, y: x * x + 4 * y * y, (-2, 2), (-1, 1), paths={"SGD": [(-2, 1), (-1, 0.2), (0, 0)]})
    >>> picture
    Contours(shown by a notebook, written by save(path))
    """

    def __init__(
        self,
        function: Callable[[float, float], Any],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        *,
        levels: Sequence[float] | None = None,
        paths: Mapping[str, HasMatrix | Sequence[Sequence[float]]] | None = None,
        x_label: str = "",
        y_label: str = "",
        title: str = "",
    ) -> None:
        self._x, self._y = (_range(name, ends) for name, ends in (("x_range", x_range), ("y_range", y_range)))
        across, up = (_marks(ends, count) for ends, count in ((self._x, _COLUMNS), (self._y, _ROWS)))
        heights = [[function(x, y) for x in across] for y in reversed(up)]
        self._heights = [
            numbers("Contours: function", [getattr(h, "item", lambda h=h: h)() for h in row]) for row in heights
        ]
        self._levels = numbers("levels", _equal_areas(self._heights) if levels is None else levels)
        self._paths = {str(name): _points(str(name), path) for name, path in (paths or {}).items()}
        self._x_label, self._y_label, self._title = x_label, y_label, title

    def svg(self) -> str:
        marks: list[tuple[str, Mark]] = [(name, partial(_mark, i)) for i, name in enumerate(self._paths, 1)]
        names, top = legend([("low", _low_mark), *marks], MARGIN)
        axes = Axes(
            lambda most: Linear(*self._x, most), Linear(*self._y), top + MARGIN, _HEIGHT, self._x_label, self._y_label
        )
        tints = [[self._tint(height) for height in row] for row in self._heights]
        plane = raster(tints, axes.left, axes.top, axes.right - axes.left, _HEIGHT, lambda share: tint("c0", share))
        drawn = [
            polyline([axes.at(*at) for at in points], "soft") for level in self._levels for points in self._lines(level)
        ]
        for i, path in enumerate(self._paths.values(), 1):
            drawn.append(_drawn(i, [axes.at(*at) for at in self._inside(path)]))
        return sheet(WIDTH, axes.foot, self._title, self._description(), names, axes.grid(), plane, *drawn)

    def __str__(self) -> str:
        x, y = Linear(*self._x), Linear(*self._y)
        gap = (math.nan, math.nan)
        lines = {
            f"{level:.3g}": [point for points in self._lines(level) for point in (*points, gap)]
            for level in self._levels[:: 1 + len(self._levels) // _FEW]
        }
        lines.update((name, list(self._inside(path))) for name, path in self._paths.items())
        return chart(
            {name: [(x(a), y(b)) for a, b in points] for name, points in lines.items()},
            x,
            y,
            self._x_label,
            self._y_label,
        )

    def _tint(self, height: float) -> float | None:
        """How much of the colour: the levels that are above, of all."""
        if not math.isfinite(height):
            return None
        return _STRONGEST * sum(height < level for level in self._levels) / max(len(self._levels), 1) or None

    def _lines(self, level: float) -> Iterator[list[Point]]:
        """The lines of a level in the coordinates of the function; the heights are those in the middles of the cells."""
        (left, right), (bottom, top) = self._x, self._y
        for points in isolines(self._heights, level):
            yield [
                (left + (right - left) * (i + 0.5) / _COLUMNS, top - (top - bottom) * (j + 0.5) / _ROWS)
                for i, j in points
            ]

    def _inside(self, path: Sequence[Point]) -> Iterator[Point]:
        """The points of a path that are on the map; NaN for any other."""
        (left, right), (bottom, top) = self._x, self._y
        for x, y in path:
            yield (x, y) if left <= x <= right and bottom <= y <= top else (math.nan, math.nan)

    def _description(self) -> str:
        heights = [height for row in self._heights for height in row if math.isfinite(height)]
        lines = [f"heights from {min(heights):.4g} to {max(heights):.4g}" if heights else "no heights"]
        for name, path in self._paths.items():
            ends = [f"({path[i][0]:.4g}, {path[i][1]:.4g})" for i in (0, -1)] if path else []
            lines.append(f"{name}: {len(path)} points" + (f", from {ends[0]} to {ends[1]}" if ends else ""))
        return f"{self._title or 'Contours'}. {'; '.join(lines)}."


def _range(name: str, ends: tuple[float, float]) -> tuple[float, float]:
    if not isinstance(ends, (tuple, list)) or len(ends) != 2:
        raise ValueError(f"Contours: {name} is (low, high), got {ends!r}")
    low, high = ends
    check_number("Contours", f"{name}[0]", low)
    check_number("Contours", f"{name}[1]", high)
    if not low < high:
        raise ValueError(f"Contours: {name} is (low, high) with low below high, got {ends!r}")
    return float(low), float(high)


def _marks(ends: tuple[float, float], count: int) -> list[float]:
    """The middles of equal pieces."""
    low, high = ends
    return [low + (high - low) * (i + 0.5) / count for i in range(count)]


def _equal_areas(heights: Sequence[Sequence[float]]) -> list[float]:
    finite = sorted(height for row in heights for height in row if math.isfinite(height))
    return sorted({finite[len(finite) * (i + 1) // (_LEVELS + 1)] for i in range(_LEVELS)}) if finite else []


def _points(name: str, path: Any) -> list[Point]:
    table = matrix_of(path)
    points = [
        numbers(f"{name}[{i}]", list(point))
        for i, point in enumerate(table if table is not path else as_list(name, path))
    ]
    for i, point in enumerate(points):
        if len(point) != 2:
            raise ValueError(f"Contours: {name}[{i}] is (x, y), got {len(point)} numbers")
    return [(x, y) for x, y in points]


def _drawn(position: int, points: Sequence[Point]) -> str:
    """The path in pieces where it leaves the map, a dot at each step if they are few, a ring at its start and a disc at its end."""
    name = colour(position)
    parts = []
    for placed, piece in groupby(points, key=lambda point: not math.isnan(point[0])):
        if placed:
            parts.append(polyline(list(piece), name, stroke_width=2, stroke_linejoin="round"))
    placed_points = [point for point in points if not math.isnan(point[0])]
    if len(points) <= _MOST_DOTS:
        parts += [element("circle", cx=x, cy=y, r=2.5, class_=name, fill="currentColor") for x, y in placed_points]
    for (x, y), full in zip((placed_points[:1] + placed_points[-1:]), ("paper", name)):
        ring = {"class_": name, "stroke": "currentColor", "stroke_width": 2}
        parts.append(element("circle", cx=x, cy=y, r=4.5, fill="none" if full == "paper" else "currentColor", **ring))
    return "".join(parts)


def _mark(position: int, x: float, y: float) -> str:
    return line(x - MARK / 2, y, x + MARK / 2, y, colour(position), stroke_width=2)


def _low_mark(x: float, y: float) -> str:
    return element("rect", x=x - 10, y=y - 6, width=20, height=12, **tint("c0", _STRONGEST))
