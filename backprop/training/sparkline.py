"""A curve in one line of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None]) -> str:
    """One bar a value, ▁ in the lowest eighth of their range and █ in the highest; where all are equal, ▁.

    None, NaN and what is infinite is a gap. Tufte, "Beautiful Evidence" (2006), pages 46 to 63.

    >>> sparkline([1.0, 2.0, 4.0, 8.0, None, 6.0, 0.0])
    '▂▃▅█ ▇▁'
    """
    # Halved, the greatest range is a number too.
    halves = [value / 2 if value is not None and math.isfinite(value) else None for value in values]
    known = [half for half in halves if half is not None]
    low = min(known, default=0.0)
    height = max(known, default=0.0) - low
    shares = [None if half is None else (half - low) / (height or 1.0) for half in halves]
    return "".join(" " if share is None else BARS[min(int(8 * share), 7)] for share in shares)
