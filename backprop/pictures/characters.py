"""Numbers as characters of different heights and lengths: sparklines and bars for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from reprlib import repr as short

from backprop.pictures.picture import as_list, numbers
from backprop.pictures.text_metrics import clipped
from backprop.validation import check_number

_HEIGHTS = "▁▂▃▄▅▆▇█"
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_BAR, _NAME = 40, 24


def sparkline(values: Sequence[float | None]) -> str:
    """A row of numbers as small as a word (Tufte, "Beautiful Evidence", 2006): one character each.

    The way from the lowest to the highest is cut into eight equal parts. Numbers that are all the same are half
    high; None, NaN and the infinities leave a blank.

    >>> sparkline([1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1])
    '▁▂▃▄▅▆▇█▇▆▅▄▃▂▁'
    """
    heights = numbers("sparkline", [math.nan if x is None else x for x in as_list("sparkline", values)])
    finite = [x / 2 for x in heights if math.isfinite(x)]  # halves, whose difference does not overflow
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    parts = [(x / 2 - low) / (high - low) if high > low else 0.5 for x in heights]
    return "".join(_HEIGHTS[min(int(8 * part), 7)] if math.isfinite(x) else " " for x, part in zip(heights, parts))


def bars(values: Mapping[str, float]) -> str:
    """Numbers from 0 up, each with its name and a bar as long as it is large, to an eighth of a character.

    Raises ValueError for a number that is below 0 or not finite, TypeError for what is not a number.

    >>> print(bars({"right": 0.75, "wrong": 0.25}))
    right  ████████████████████████████████████████ 0.75
    wrong  █████████████▍ 0.25
    """
    if not isinstance(values, Mapping):
        raise TypeError(f'bars needs numbers by their names, {{"right": 0.75}}, got {short(values)}')
    sizes = numbers("bars", list(values.values()))
    for name, size in zip(values, sizes):
        check_number("bars", str(name), size, 0)
    names = [clipped(str(name), _NAME) for name in values]
    widest, largest = max(map(len, names), default=0), max(sizes, default=0.0) or 1.0
    lines = []
    for name, size in zip(names, sizes):
        whole, eighths = divmod(round(8 * _BAR * (size / largest)), 8)
        lines.append(f"{name:<{widest}}  {'█' * whole}{_EIGHTHS[eighths]} {size:.4g}")
    return "\n".join(lines)
