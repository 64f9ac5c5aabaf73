"""How long ``import backprop`` takes, and the first training step of a program, over a bare start of Python.

Where Python keeps compiled files, and where it compiles each time, as from a folder that it cannot write to. With
another checkout, how many times as long it takes as there:

    python3 benchmarks/import_time.py
    python3 benchmarks/import_time.py ../before

Nothing needs to be installed.
"""

from __future__ import annotations

import compileall
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from report import program
from timing import row, seconds_of

HERE = Path(__file__).resolve().parents[1]
PROGRAMS = {
    "import": "import backprop",
    "first step": """
from backprop import Tensor, nn, optim
model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = optim.SGD(model.parameters(), lr=0.1)
nn.MSELoss()(model(Tensor([[0.0, 1.0]])), Tensor([[1.0]])).backward()
optimizer.step()
""",
}


def measured(text, folders, bound, rounds):
    """The time over a bare start, as a multiple of the bare start or of the time over it in a second folder."""
    times = {"bare": [], **{name: [] for name in folders}}
    for turn in range(rounds + 1):
        starts = [("", next(iter(folders.values()))), *((text, folder) for folder in folders.values())]
        seconds = [seconds_of(["-B", "-c", program], cwd=folder) for program, folder in starts]
        if turn:  # the first one warms up
            for way, value in zip(times.values(), seconds):
                way.append(value)
    bare = statistics.median(times["bare"])
    ours, *theirs = ([value - bare for value in times[name]] for name in folders)
    return row([a / b for a, b in zip(ours, *theirs or [[bare] * rounds])], bound, times)


def measure(quick, other=None):
    rounds, rows = 3 if quick else 25, {}
    with tempfile.TemporaryDirectory() as copies:
        folders = {}
        for name, folder in {"here": HERE, **({"there": other} if other else {})}.items():
            folders[name] = Path(copies, name)
            shutil.copytree(
                Path(folder, "backprop"), folders[name] / "backprop", ignore=shutil.ignore_patterns("*.pyc")
            )
        for kept in ("not compiled", "compiled"):
            if kept == "compiled":
                for folder in folders.values():
                    compileall.compile_dir(folder, quiet=1)
            for name, text in PROGRAMS.items():
                if name == "import" or not other:  # another checkout may have other names
                    bound = "≤ 0.5" if other else ""
                    rows[f"{name}, {kept}"] = measured(text, folders, bound, rounds)
    return rows


if __name__ == "__main__":
    program(__doc__, measure, "another checkout")
