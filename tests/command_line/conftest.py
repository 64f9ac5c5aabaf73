"""What the tests of the command line share: commands called in this process, and commands in one of their own."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from backprop.command_line import main
from tests.time_limit import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
IRIS = str(ROOT / "backprop" / "datasets" / "iris.csv")
QUICK = ["--epochs", "3", "--layers", "4"]


class Result(NamedTuple):
    """What a command came to."""

    code: int
    out: str
    err: str

    def refused(self, start):
        """Whether it was refused as bad input in one line that begins so, with nothing on standard output."""
        one_line = self.err.count("\n") == 1 and self.err.endswith("\n") and len(self.err) < 700
        return (self.code, self.out) == (2, "") and one_line and self.err.startswith(f"backprop: {start}")


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """A function that calls ``main`` with words, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*words):
        code = main([str(word) for word in words])
        return Result(code, *capsys.readouterr())

    return called


def started(folder, *words, python=(), stdout=subprocess.PIPE, **settings):
    """The command in a process of its own, in ``folder``."""
    return subprocess.Popen(
        [sys.executable, "-s", "-S", *python, "-m", "backprop", *map(str, words)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **settings},
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def finished(process, given=b""):
    """What it came to, its output as UTF-8."""
    out, err = process.communicate(given, timeout=PATIENCE)
    return Result(process.returncode, out.decode(), err.decode())
