"""Timing: several ways to do the same thing, interleaved in one run, compared by their medians.

Machines differ and are never quiet, so a time alone says little. Ratios of medians, measured turn by turn,
compare like with like.
"""

from __future__ import annotations

import platform
import statistics
import time
from typing import Callable


def interleaved(
    ways: dict[str, Callable[[], object]], rounds: int = 15, seconds: float = 0.05
) -> dict[str, list[float]]:
    """For each way, by name, the seconds of one call in each of ``rounds``, each about ``seconds`` long.

    The first round warms up and is not counted.
    """
    calls = {}
    for name, way in ways.items():
        way()
        started = time.perf_counter()
        way()
        calls[name] = max(1, round(seconds / (time.perf_counter() - started)))
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            for _ in range(calls[name]):
                way()
            if turn:
                times[name].append((time.perf_counter() - started) / calls[name])
    return times


def ratio(times: dict[str, list[float]], way: str, reference: str) -> tuple[float, float, float]:
    """(median, lower quartile, upper quartile) of how many times as long ``way`` takes as ``reference``, by turn."""
    ratios = [a / b for a, b in zip(times[way], times[reference])]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return middle, low, high


def interpreter() -> str:
    """Which Python this is, for the head of a table."""
    return f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}"
