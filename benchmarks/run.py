"""All benchmarks, one after the other, each in a process of its own, as Markdown with a column for each interpreter.

With this interpreter alone, or with several that are named:

    python3 benchmarks/run.py
    python3 benchmarks/run.py python3.11 python3.13 pypy3

A figure is a median, with its quartiles. Nothing needs to be installed, but the packages that ``peers.py`` compares.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from report import aligned, significant

BENCHMARKS = (
    "dot_products",
    "matmul",
    "elementwise",
    "training_step",
    "fit_step",
    "layer_steps",
    "attention_by_hand",
    "axes",
    "higher_derivatives",
    "optimizers",
    "linalg",
    "microgpt",
    "widths",
    "peers",
    "parallel",
    "scaling",
    "operations",
    "import_time",
    "programs",
)


def measured(name, python, quick):
    """What the benchmark prints as JSON."""
    command = [python, str(Path(__file__).with_name(f"{name}.py")), "--json", *["--quick"] * quick]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)


def side_by_side(runs):
    """The table of one benchmark, as lines of Markdown."""
    names = {name: row["bound"] for run in reversed(runs) for name, row in run["rows"].items()}
    head = ["", *(run["python"] for run in runs), "bound"]
    body = [[name, *(_cell(run["rows"].get(name)) for run in runs), bound] for name, bound in names.items()]
    lines = [f"| {line} |" for line in aligned([head, *body], " | ")]
    return [lines[0], "|".join(["", *("-" * len(cell) for cell in lines[0].split("|")[1:-1]), ""]), *lines[1:]]


def _cell(row):
    if row is None:
        return ""
    quartiles = " to ".join(map(significant, row["quartiles"]))
    return significant(row["figure"]) + (f" ({quartiles})" if quartiles else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("interpreters", nargs="*", default=[sys.executable], help="by default the one that runs this")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds: does it run?")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    arguments = parser.parse_args()
    results = {}
    for name in BENCHMARKS:
        results[name] = runs = [measured(name, python, arguments.quick) for python in arguments.interpreters]
        if not arguments.json:
            print(f"### {name}.py\n\n{runs[0]['title']}\n", *side_by_side(runs), "", sep="\n", flush=True)
    if arguments.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
