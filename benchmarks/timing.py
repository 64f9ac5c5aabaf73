"""Timing: several ways to do the same thing, interleaved in one run, compared turn by turn.

Machines differ and are never quiet, so a time alone says little. A ratio of two ways that took turns compares like
with like, and the median of many such ratios is not moved by a turn that was disturbed.
"""

from __future__ import annotations

import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Callable

Ways = dict[str, Callable[[], object]]
Times = dict[str, list[float]]

# The processor's time for this process goes on only while it runs, whatever else does. Where it is too coarse to time
# a turn by (15.6 ms on Windows), the clock on the wall has to do.
clock = time.process_time if time.get_clock_info("process_time").resolution <= 1e-6 else time.perf_counter

# PyPy compiles what it has seen often enough, branch by branch, and collects its garbage in large steps.
WARM_UP_ROUNDS, TURN = (5, 0.15) if sys.implementation.name == "pypy" else (1, 0.05)


def interleaved(ways: Ways, rounds: int = 15, turn: float = TURN) -> Times:
    """For each way, by name, the seconds of one call in each of ``rounds``, in turns of about ``turn`` seconds.

    The first rounds warm up and are not counted.
    """
    calls = {}
    for name, way in ways.items():
        way()
        started = clock()
        way()
        calls[name] = max(1, round(turn / max(clock() - started, 1e-9)))
    times: Times = {name: [] for name in ways}
    for n in range(WARM_UP_ROUNDS + rounds):
        for name, way in ways.items():
            started = clock()
            for _ in range(calls[name]):
                way()
            if n >= WARM_UP_ROUNDS:
                times[name].append((clock() - started) / calls[name])
    return times


def seconds_of(words: Sequence[str], **settings: Any) -> float:
    """Of a process of this Python with these words, by the clock on the wall: the time of this process leaves out what
    another does."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, **settings)
    return time.perf_counter() - started


def with_compiled_files(folder: str) -> dict[str, str]:
    """The environment of a process that finds the library and keeps compiled files in ``folder``, which begins empty."""
    root = str(Path(__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": root, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}


def row(figures: Sequence[float], bound: str = "", times: Times | None = None) -> dict[str, Any]:
    """A row of a table: the median of some figures, the quartiles that it lies between, the bound that it should keep
    and the median seconds of each way that was timed. A single figure has no quartiles; without any it is None."""
    quartiles = statistics.quantiles(figures, n=4)[::2] if len(figures) > 1 else []
    seconds = {way: statistics.median(of_turns) for way, of_turns in (times or {}).items()}
    figure = statistics.median(figures) if figures else None
    return {"figure": figure, "quartiles": quartiles, "bound": bound, "seconds": seconds}


def compared(ways: Ways, bound: str = "", rounds: int = 15, turn: float = TURN) -> dict[str, Any]:
    """How many times as long the first way takes as the second, by turn, as a row of a table."""
    times = interleaved(ways, rounds, turn)
    ours, theirs = times.values()
    return row([a / b for a, b in zip(ours, theirs)], bound, times)


def slope(times: Mapping[int, float]) -> float:
    """The exponent k in time ≈ c·nᵏ: the slope of the straight line through the logarithms."""
    points = [(math.log(n), math.log(seconds)) for n, seconds in times.items()]
    x, y = (statistics.mean(values) for values in zip(*points))
    return sum((p - x) * (q - y) for p, q in points) / sum((p - x) ** 2 for p, _ in points)


def interpreter() -> str:
    """Which Python this is, for the head of a table."""
    return f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}"
