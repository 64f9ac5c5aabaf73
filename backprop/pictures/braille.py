"""A line chart in characters: each character of braille is two dots wide and four high."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from backprop.pictures.scales import Scale, Tick
from backprop.pictures.text_metrics import clipped

_COLUMNS, _ROWS = 52, 15
_NAME = 18  # letters of a name that are shown
_BLANK = 0x2800
# The bit of each dot, from the upper row to the lower, left and right (Unicode, "Braille Patterns").
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

Point = tuple[float, float]


def chart(lines: Mapping[str, Sequence[Point]], x: Scale, y: Scale, x_label: str, y_label: str) -> str:
    """The lines through points from 0 to 1, with ticks and labels; the names, where there are several, at their ends.

    >>> from backprop.pictures.scales import Linear
    >>> drawn = chart({"loss": [(0.0, 1.0), (1.0, 0.0)]}, Linear(1, 3), Linear(0, 4), "epoch", "loss")
    >>> for row in drawn.splitlines()[:3]:
    ...     print(row)
      loss
    4 ┤⠑⠢⢄⡀
      │   ⠈⠒⠤⣀
    """
    rows = max(_ROWS, len(lines))
    dots = [[_BLANK] * _COLUMNS for _ in range(rows)]
    for points in lines.values():
        for across, down in _traced(points, 2 * _COLUMNS - 1, 4 * rows - 1):
            dots[down // 4][across // 2] |= _DOTS[down % 4][across % 2]
    numbers = {_row(tick.position, rows): tick.label for tick in y.ticks}
    beside = max(map(len, numbers.values()))
    names = _names(lines, rows) if len(lines) > 1 else {}
    body = [
        f"{numbers.get(row, ''):>{beside}} {'┤' if row in numbers else '│'}{_characters(line)} {names.get(row, '')}"
        for row, line in enumerate(dots)
    ]
    indent = " " * (beside + 1)
    below = [f"{indent}└{'─' * _COLUMNS}", f"{indent} {_numbers_below(x.ticks)}", f"{indent} {x_label:^{_COLUMNS}}"]
    return "\n".join(line.rstrip() for line in [f"{indent}{y_label}", *body, *below] if line.strip())


def _characters(line: Sequence[int]) -> str:
    return "".join(map(chr, line)).replace(chr(_BLANK), " ")


def _traced(points: Sequence[Point], right: int, bottom: int) -> Iterator[tuple[int, int]]:
    """The dots (across, down) on the line through the points; a point with a NaN interrupts it."""
    before = None
    for point in points:
        if not all(map(math.isfinite, point)):
            before = None
            continue
        across, down = round(point[0] * right), round((1 - point[1]) * bottom)
        from_across, from_down = before or (across, down)
        steps = max(abs(across - from_across), abs(down - from_down), 1)
        for step in range(steps + 1):
            yield (
                from_across + round((across - from_across) * step / steps),
                from_down + round((down - from_down) * step / steps),
            )
        before = across, down


def _names(lines: Mapping[str, Sequence[Point]], rows: int) -> dict[int, str]:
    """The name of each line in the row where it ends, or in one near it if that has a name already."""
    ends: list[tuple[int, int, str]] = []
    for name, points in lines.items():
        heights = [height for across, height in points if math.isfinite(across) and math.isfinite(height)]
        ends.append((_row(heights[-1] if heights else 0.0, rows), len(ends), clipped(name, _NAME)))
    chosen: dict[int, str] = {}
    row = -1
    for position, (end, _, name) in enumerate(sorted(ends)):
        row = min(max(end, row + 1), rows - len(ends) + position)
        chosen[row] = name
    return chosen


def _numbers_below(ticks: Sequence[Tick]) -> str:
    """The numbers in the middle below their ticks, less those for which the one before leaves no room."""
    line = ""
    for position, label in ticks:
        start = min(max(round(position * (_COLUMNS - 1) - (len(label) - 1) / 2), 0), _COLUMNS - len(label))
        if not line or start > len(line):
            line = line.ljust(start) + label
    return line


def _row(position: float, rows: int) -> int:
    return round((1 - position) * (4 * rows - 1)) // 4
