"""The programs of tests/programs, whole processes with this library and with PyTorch: how many times as long they take here.

The same file is run twice, turn by turn: by ``python3 -m backprop run FILE`` and, where PyTorch is installed, by
``python3 FILE``. The programs are as small as lessons are, so the import of PyTorch is most of its time; the first row is
a program that does nothing else. Nothing needs to be installed: python3 benchmarks/programs.py
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import program
from timing import row

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = sorted((ROOT / "tests" / "programs").glob("*/*.py"))
RUN = ["-m", "backprop", "run"]
SETTINGS = {**os.environ, "PYTHONPATH": str(ROOT)}


def seconds_of(words, path, folder):
    """By the clock on the wall: the time of this process leaves out what another does."""
    command = [sys.executable, "-W", "ignore", *words, str(path)]
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, env=SETTINGS, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def measured(path, folder, turns):
    ways = {"here": RUN}
    text = path.read_text(encoding="utf-8")
    if all(importlib.util.find_spec(name) for name in ("torch", "torchvision") if f"import {name}" in text):
        ways["PyTorch"] = []
    times = {way: [] for way in ways}
    for _ in range(turns):
        for way, words in ways.items():
            times[way].append(seconds_of(words, path, folder))
    here, *there = times.values()
    return row([a / b for a, b in zip(here, *there)] if there else [], times=times)


def measure(quick):
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder, "nothing.py")
        nothing.write_text("import torch\n", encoding="utf-8")
        turns = 1 if quick else 3
        seconds_of(RUN, nothing, folder)  # which compiles what it imports
        rows = {"import torch": measured(nothing, folder, turns)}
        for path in PROGRAMS[:1] if quick else PROGRAMS:
            rows[f"{path.parent.name}/{path.name}"] = measured(path, folder, turns)
        return rows


if __name__ == "__main__":
    program(__doc__, measure)
