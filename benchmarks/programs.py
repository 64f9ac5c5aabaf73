"""The programs of tests/programs, whole processes with this library and with PyTorch: how many times as long they take here.

The same file is run twice, turn by turn: by ``python3 -m backprop run FILE`` and, where PyTorch is installed, by
``python3 FILE``. The programs are as small as lessons are, so the import of PyTorch is most of its time; the first row is
a program that does nothing else. Nothing needs to be installed: python3 benchmarks/programs.py
"""

from __future__ import annotations

import importlib.util
import subprocess
import tempfile
from pathlib import Path

from report import program
from timing import row, seconds_of, with_compiled_files

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = sorted((ROOT / "tests" / "programs").glob("*/*.py"))
RUN = ["-m", "backprop", "run"]


def measured(path, turns, settings):
    ways = {"here": RUN}
    text = path.read_text(encoding="utf-8")
    if all(importlib.util.find_spec(name) for name in ("torch", "torchvision") if f"import {name}" in text):
        ways["PyTorch"] = []
    times = {way: [] for way in ways}
    for turn in range(turns + 1):
        for way, words in ways.items():
            seconds = seconds_of(["-W", "ignore", *words, str(path)], stderr=subprocess.DEVNULL, **settings)
            if turn:  # the first one compiles what is imported
                times[way].append(seconds)
    here, *there = times.values()
    return row([a / b for a, b in zip(here, *there)] if there else [], times=times)


def measure(quick):
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder, "nothing.py")
        nothing.write_text("import torch\n", encoding="utf-8")
        settings = {"cwd": folder, "env": with_compiled_files(folder)}
        paths = {"import torch": nothing, **{f"{path.parent.name}/{path.name}": path for path in PROGRAMS}}
        return {
            name: measured(path, 1 if quick else 3, settings)
            for name, path in list(paths.items())[: 2 if quick else None]
        }


if __name__ == "__main__":
    program(__doc__, measure)
