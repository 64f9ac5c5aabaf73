"""Run a program that was written for PyTorch, as it is: in it, torch is this library.

FILE is run as python3 would run it, with all that is behind it as its arguments; -m, -c and - are those of python3, too.
What the program uses and is not here ends in one sentence that names it, below the program's own lines.

examples:
  python3 -m backprop run lecture.py
  python3 -m backprop run lecture.py --epochs 2
  python3 -m backprop run --report lecture.py
  python3 -m backprop run --explain lecture.py
  echo 'import torch; print(torch.ones(2))' | python3 -m backprop run -
"""

from __future__ import annotations

import argparse
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from backprop.programs.execution import exit_code_of, run_file, run_module, run_text
from backprop.programs.modules import as_torch, print_as_pytorch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("program", metavar="FILE", nargs=argparse.REMAINDER, help="the program and its arguments")
    parser.add_argument("-m", dest="module", metavar="MODULE", nargs=argparse.REMAINDER, help="run a module")
    parser.add_argument("-c", dest="text", metavar="TEXT", nargs=argparse.REMAINDER, help="run this text")
    parser.add_argument(
        "--report",
        action="store_true",
        help="list what of PyTorch the program uses and what is not here; do not run it",
    )
    parser.add_argument("--explain", action="store_true", help="write the first training step as a page")
    parser.add_argument("--full-traceback", action="store_true", help="show the lines of backprop in errors, too")


def run(arguments: argparse.Namespace) -> int:
    """Run the program and give its exit code."""
    function = run_module if arguments.module else run_text if arguments.text else run_file
    # What follows "--" is taken for the words of a file.
    words = [*(arguments.module or arguments.text or ()), *arguments.program]
    if not words:
        raise ValueError("a program is needed: FILE, -m MODULE, -c TEXT, or - for standard input")
    name, *rest = words
    if function is run_file and name != "-":
        os.stat(name)
    if arguments.report:
        if function is not run_file or name == "-":
            raise ValueError("--report needs a file")
        from backprop.programs.report import report

        table, complete = report(name)
        print(table, end="")
        return 0 if complete else 1
    as_torch()
    print_as_pytorch()
    explaining: AbstractContextManager[None] = nullcontext()
    if arguments.explain:
        from backprop.programs.first_step import explained

        explaining = explained(_page_of(name))
    with explaining:
        return exit_code_of(lambda: function(name, rest), all_frames=arguments.full_traceback)


def _page_of(name: str) -> str:
    """The name of the page, in the current folder."""
    stem = Path(name).stem if Path(name).suffix == ".py" else "program"
    return f"{stem}-first-step.html"
