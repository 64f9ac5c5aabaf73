"""The benchmarks run and compare like with like; how fast anything is, no test says."""

import json
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def test_training_step_measures_both_in_one_run(tmp_path):
    """It asserts by itself that both sides compute the same loss and the same weights."""
    output = subprocess.run(
        [sys.executable, str(BENCHMARKS / "training_step.py"), "--quick", "--json"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    figures = json.loads(output)
    library, hand = figures["seconds"]["library"], figures["seconds"]["by hand"]
    low, high = figures["quartiles"]
    assert library > 0.0 and hand > 0.0
    assert 0.0 < low <= figures["ratio"] <= high
