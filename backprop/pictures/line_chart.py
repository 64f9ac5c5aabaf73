"""Line charts: losses over epochs, learning rates over steps, and whatever else is a row of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import groupby
from typing import Union

from backprop.pictures.axes import Axes
from backprop.pictures.braille import chart
from backprop.pictures.colours import COUNT, colour
from backprop.pictures.picture import HasMatrix, Picture, entries, numbers
from backprop.pictures.scales import KINDS, Scale, scale
from backprop.pictures.svg import MARGIN, MARK, WIDTH, element, legend, line, polyline, sheet, words
from backprop.validation import check_choice

Values = Union[HasMatrix, Sequence[Union[int, float, Fraction, None]]]
Point = tuple[float, float]

_HEIGHT = 220  # of the plotting area
_DASHES = (None, "7 4", "2 3", "9 3 2 3")  # the first colours, and each time they come again


class LineChart(Picture):
    """The lines of one or more ``series``, {name: [y, …]}, over common ``x``: 1, 2, 3, … if not given.

    None says that nothing was measured there, and the line skips it. NaN and the infinities have no position,
    nor has what is not above 0 on a logarithmic scale: there the line has a gap. A series may be empty.
    ``x_scale`` and ``y_scale`` are "linear" or "log". Printed, it is a chart in characters.

    Raises ValueError for no series, another scale, or a series with more or fewer numbers than ``x``; TypeError for
    what is not a number.

    >>> chart = LineChart({"train": [2.3, 1.1, 0.6, 0.4], "validation": [1.9, 1.2, 0.9, 0.8]}, y_label="loss")
    >>> chart.svg()[:39]
    '<svg xmlns="http://www.w3.org/2000/svg"'
    """

    def __init__(
        self,
        series: Mapping[str, Values],
        x: HasMatrix | Sequence[float] | None = None,
        *,
        x_label: str = "",
        y_label: str = "",
        title: str = "",
        x_scale: str = "linear",
        y_scale: str = "linear",
    ) -> None:
        check_choice("LineChart", "x_scale", x_scale, KINDS)
        check_choice("LineChart", "y_scale", y_scale, KINDS)
        if not isinstance(series, Mapping) or not series:
            raise ValueError('LineChart needs at least one series by its name, {"loss": [3.0, 2.0, 1.5]}')
        along = None if x is None else numbers("x", x)
        self._lines = {str(name): _points(str(name), values, along) for name, values in series.items()}
        self._x_label, self._title = x_label, title
        self._y_label = y_label or ("" if len(series) > 1 else next(iter(self._lines)))
        self._x_scale, self._y_scale = x_scale, y_scale

    def svg(self) -> str:
        entries = [(name, partial(_mark, i)) for i, name in enumerate(self._lines)] if len(self._lines) > 1 else []
        names, top = legend(entries, MARGIN)
        axes = Axes(self._across, self._up(), top + MARGIN, _HEIGHT, self._x_label, self._y_label)
        drawn = [_drawn(i, (axes.at(x, y) for x, y in line)) for i, line in enumerate(self._lines.values())]
        if not any(drawn):
            middle = (axes.left + axes.right) / 2, (axes.top + axes.bottom) / 2
            drawn.append(words(*middle, "nothing to draw", "soft", "middle"))
        return sheet(WIDTH, axes.foot, self._title, self._description(), names, axes.grid(), *drawn)

    def __str__(self) -> str:
        x, y = self._across(8), self._up()
        points = {name: [(x(a), y(b)) for a, b in line] for name, line in self._lines.items()}
        return chart(points, x, y, self._x_label, self._y_label)

    def _across(self, most: int) -> Scale:
        xs = [x for x, _ in self._all_points()]
        return scale(self._x_scale, xs, most, whole=all(map(float.is_integer, xs)))

    def _up(self) -> Scale:
        return scale(self._y_scale, [y for _, y in self._all_points()], outward=True)

    def _all_points(self) -> list[Point]:
        """The points that have both coordinates: what the scales reach over."""
        return [point for line in self._lines.values() for point in line if all(map(math.isfinite, point))]

    def _description(self) -> str:
        lines = [f"{name}: {len(line)} values{_course(line)}" for name, line in self._lines.items()]
        return f"{self._title or 'Line chart'}. {self._y_label} over {self._x_label or 'their number'}. {'; '.join(lines)}."


def _course(line: Sequence[Point]) -> str:
    """Where a line begins and ends, and where it is lowest and highest in between."""
    finite = [point for point in line if math.isfinite(point[1])]
    if not finite:
        return ""
    (_, first), (_, last) = finite[0], finite[-1]
    low, high = (choose(finite, key=lambda point: point[1]) for choose in (min, max))
    turns = [
        f", {word} {y:.4g} at {x:.4g}"
        for word, (x, y) in (("lowest", low), ("highest", high))
        if y not in (first, last)
    ]
    return f", from {first:.4g} to {last:.4g}" + "".join(turns)


def _points(name: str, values: Values, along: Sequence[float] | None) -> list[Point]:
    """The (x, y) of what was measured."""
    given = entries(name, values)
    if along is not None and len(given) != len(along):
        raise ValueError(f"LineChart: {name!r} has {len(given)} values for {len(along)} numbers in x")
    heights = numbers(name, [0 if y is None else y for y in given])
    return [
        (float(x), height) for x, y, height in zip(along or range(1, len(given) + 1), given, heights) if y is not None
    ]


def _drawn(position: int, points: Iterable[Point]) -> str:
    """The line through the points, in pieces where a point has no position; a piece of one point is a dot."""
    parts = []
    for placed, following in groupby(points, key=lambda point: all(map(math.isfinite, point))):
        piece = list(following)
        if placed and len(piece) == 1:
            x, y = piece[0]
            parts.append(element("circle", cx=x, cy=y, r=3, class_=colour(position), fill="currentColor"))
        elif placed:
            parts.append(polyline(_thinned(piece), colour(position), **_look(position)))
    return "".join(parts)


def _thinned(points: list[Point]) -> list[Point]:
    """Of the points that share one column of pixels the first, the lowest, the highest and the last, which look the
    same (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", 2014)."""
    thinned = []
    for _, column in groupby(enumerate(points), key=lambda point: int(point[1][0])):
        together = list(column)
        by_height = sorted(together, key=lambda point: point[1][1])
        thinned += [point for _, point in sorted({together[0], by_height[0], by_height[-1], together[-1]})]
    return thinned


def _mark(position: int, x: float, y: float) -> str:
    return line(x - MARK / 2, y, x + MARK / 2, y, colour(position), **_look(position))


def _look(position: int) -> dict[str, object]:
    dashes = _DASHES[position // COUNT % len(_DASHES)]
    return {"stroke_width": 2, "stroke_linejoin": "round", "stroke_dasharray": dashes}
