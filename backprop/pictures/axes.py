"""Axes: a plotting area with a scale along its lower and its left side, room for their numbers, and the grid."""

from __future__ import annotations

from typing import Callable

from backprop.pictures.scales import Scale
from backprop.pictures.svg import MARGIN, WIDTH, grid_line, line, words
from backprop.pictures.text_metrics import LINE, SIZE, text_width

_GAP = 8  # between the area and the numbers beside it
_APART = 10  # between two numbers beside each other


class Axes:
    """The area from (``left``, ``top``) to (``right``, ``bottom``) in a drawing of WIDTH, down to its ``foot``.

    ``x(most)`` gives the scale along the lower side with at most so many ticks, and no more than there is room to
    label. ``at(x, y)`` is the point of the drawing that stands for two numbers.
    """

    def __init__(
        self, x: Callable[[int], Scale], y: Scale, top: float, height: float, x_label: str = "", y_label: str = ""
    ) -> None:
        self.y, self.top, self.bottom = y, top, top + height
        self._x_label, self._y_label = x_label, y_label
        self.foot = self.bottom + _GAP + LINE + (LINE if x_label else 0)
        beside = max((text_width(tick.label) + _GAP for tick in y.ticks), default=0.0)
        beside += MARGIN + (LINE if y_label else 0)
        for most in range(8, 0, -1):
            self.x = x(most)
            halves = [text_width(tick.label) / 2 for tick in self.x.ticks]
            # The first and the last number stick out of the area by half.
            self.left, self.right = max([beside, *halves]) + 2, WIDTH - max([MARGIN, *halves]) - 2
            ends = [x + half for x, half in zip(self.ticks_across(), halves)]
            starts = [x - half for x, half in zip(self.ticks_across(), halves)]
            if all(end + _APART <= start for end, start in zip(ends, starts[1:])):
                break

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The point for the numbers x and y; NaN where one of them has no position."""
        return self._across(self.x(x)), self._up(self.y(y))

    def ticks_across(self) -> list[float]:
        """Where in the drawing the ticks of the lower side stand."""
        return [self._across(tick.position) for tick in self.x.ticks]

    def grid(self) -> str:
        """The lines at the ticks, the numbers beside them and the labels: what the marks are drawn upon."""
        parts = []
        for tick in self.y.ticks:
            y = self._up(tick.position)
            parts.append(grid_line(self.left, y, self.right, y))
            parts.append(words(self.left - _GAP, y + SIZE / 2 - 2, tick.label, "soft", "end"))
        for x, tick in zip(self.ticks_across(), self.x.ticks):
            parts.append(line(x, self.bottom, x, self.bottom + 4, "soft"))
            parts.append(words(x, self.bottom + _GAP + SIZE, tick.label, "soft", "middle"))
        parts.append(line(self.left, self.bottom, self.right, self.bottom, "soft"))
        return "".join(parts) + self._labels()

    def _labels(self) -> str:
        centre, width = (self.left + self.right) / 2, self.right - self.left
        middle, height = (self.top + self.bottom) / 2, self.bottom - self.top
        foot = self.bottom + _GAP + SIZE + LINE
        parts = []
        if self._x_label:
            parts.append(words(centre, foot, self._x_label, most=width, anchor="middle"))
        if self._y_label:
            parts.append(words(MARGIN + SIZE, middle, self._y_label, anchor="middle", most=height, turned=True))
        return "".join(parts)

    def _across(self, position: float) -> float:
        return self.left + position * (self.right - self.left)

    def _up(self, position: float) -> float:
        return self.bottom - position * (self.bottom - self.top)
