"""Histograms one below the other on a common scale, which show where activations and gradients vanish or explode."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from backprop.matrix import Matrix
from backprop.pictures.axes import Axes
from backprop.pictures.characters import sparkline
from backprop.pictures.picture import HasMatrix, Picture, numbers
from backprop.pictures.scales import KINDS, Scale, scale
from backprop.pictures.svg import MARGIN, WIDTH, element, grid_line, line, number, sheet, words
from backprop.pictures.text_metrics import LINE, SIZE, clipped, text_width
from backprop.validation import check_choice

_BINS, _COLUMNS = 60, 40  # in the drawing, in the terminal
_BARS, _GAP = 44, 14  # the height of the highest bar, and of what is free above it
_NAME = 20


class Histograms(Picture):
    """A histogram for each of the ``groups``, {name: numbers}, all over the same range: layers, from first to last.

    The numbers are a list, a Tensor or a Matrix. Each histogram is as high as its fullest bin, and says mean and standard
    deviation of its numbers. ``x_scale="log"`` takes the sizes |x| and shows their powers of ten, where gradients
    that shrink from layer to layer walk to the left. What has no position there (0 on the logarithmic scale, NaN and
    the infinities anywhere) is counted beside the name. Printed, a histogram is a sparkline.

    Raises ValueError for no group or an unknown scale, TypeError for what is not a number.

    >>> print(Histograms({"fc1": [-1.0, 0.0, 0.0, 1.0], "fc2": [-0.1, 0.0, 0.0, 0.1]}))
    fc1  ▅▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▅  mean 0, std 0.707
    fc2  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▅▁█▁▅▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  mean 0, std 0.0707
    """

    def __init__(
        self,
        groups: Mapping[str, Matrix | HasMatrix | Sequence[float]],
        *,
        x_label: str = "",
        title: str = "",
        x_scale: str = "linear",
    ) -> None:
        check_choice("Histograms", "x_scale", x_scale, KINDS)
        if not isinstance(groups, Mapping) or not groups:
            raise ValueError('Histograms needs at least one group by its name, {"layer 1": [0.1, -0.2]}')
        self._groups = {str(name): numbers(str(name), values) for name, values in groups.items()}
        self._x_label, self._title, self._x_scale = x_label, title, x_scale

    def svg(self) -> str:
        summaries = {name: self._summary(values) for name, values in self._groups.items()}
        widest = max(text_width(name) + SIZE + text_width(summaries[name]) for name in summaries)
        head = LINE if widest <= WIDTH - 2 * MARGIN else 2 * LINE
        panel = head + _BARS + _GAP
        axes = Axes(self._scale, Scale(), MARGIN, panel * len(summaries), self._x_label)
        lines = [grid_line(x, axes.top, x, axes.bottom) for x in axes.ticks_across()]
        panels = []
        for i, (name, values) in enumerate(self._groups.items()):
            top, bottom = axes.top + i * panel, axes.top + (i + 1) * panel
            panels += [
                words(MARGIN, top + SIZE + 4, name, most=WIDTH - 2 * MARGIN),
                words(WIDTH - MARGIN, top + head - LINE + SIZE + 4, summaries[name], "soft", "end"),
                _outline(self._counts(values, axes.x, _BINS), axes.left, axes.right, bottom),
                line(axes.left, bottom, axes.right, bottom, "soft"),
            ]
        description = "; ".join(": ".join(pair) for pair in summaries.items())
        title = self._title or "Histograms"
        return sheet(WIDTH, axes.foot, self._title, f"{title}. {description}.", *lines, axes.grid(), *panels)

    def __str__(self) -> str:
        x = self._scale(8)
        names = [clipped(name, _NAME) for name in self._groups]
        widest = max(map(len, names))
        return "\n".join(
            f"{name:<{widest}}  {sparkline(self._counts(values, x, _COLUMNS))}  {self._summary(values)}"
            for name, values in zip(names, self._groups.values())
        )

    def _scale(self, most: int) -> Scale:
        return scale(self._x_scale, [x for values in self._groups.values() for x in self._sizes(values)], most)

    def _sizes(self, values: Sequence[float]) -> Sequence[float]:
        return list(map(abs, values)) if self._x_scale == "log" else values

    def _counts(self, values: Sequence[float], x: Scale, bins: int) -> list[int]:
        """How many of the values fall into each of the bins, which are equally wide on the scale."""
        counts = [0] * bins
        for position in map(x, self._sizes(values)):
            if position == position:
                counts[min(int(position * bins), bins - 1)] += 1
        return counts

    def _summary(self, values: Sequence[float]) -> str:
        """Mean and standard deviation of the finite values, and how many others have no position."""
        finite = [x for x in values if math.isfinite(x)]
        parts = []
        if finite:
            largest = max(map(abs, finite)) or 1.0  # divided by it, no square overflows
            mean = math.fsum(x / largest for x in finite) / len(finite)
            variance = math.fsum((x / largest - mean) ** 2 for x in finite) / len(finite)
            parts.append(f"mean {mean * largest:.3g}, std {math.sqrt(variance) * largest:.3g}")
        if self._x_scale == "log" and 0.0 in finite:
            parts.append(f"{finite.count(0.0)} zero")
        if len(finite) < len(values):
            parts.append(f"{len(values) - len(finite)} not finite")
        return ", ".join(parts) or "no values"


def _outline(counts: Sequence[int], left: float, right: float, bottom: float) -> str:
    """The bars as one shape."""
    width, highest = (right - left) / len(counts), max(counts) or 1
    steps = (f"V{number(bottom - _BARS * n / highest)}H{number(left + (i + 1) * width)}" for i, n in enumerate(counts))
    path = f"M{number(left)} {number(bottom)}{''.join(steps)}V{number(bottom)}z"
    return element("path", d=path, class_="c0", fill="currentColor")
