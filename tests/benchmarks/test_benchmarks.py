"""The benchmarks run and compare like with like; how fast anything is, no test says."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def figures_of(name, folder):
    output = subprocess.run(
        [sys.executable, str(BENCHMARKS / name), "--quick", "--json"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    return json.loads(output)


def check_comparison(figures):
    library, hand = figures["seconds"]["library"], figures["seconds"]["by hand"]
    low, high = figures["quartiles"]
    assert library > 0.0 and hand > 0.0
    assert 0.0 < low <= figures["ratio"] <= high


def test_training_step_measures_both_in_one_run(tmp_path):
    """It asserts by itself that both sides compute the same loss and the same weights."""
    check_comparison(figures_of("training_step.py", tmp_path))


def test_linalg_measures_both_and_the_growth(tmp_path):
    """It asserts by itself that both sides come to the same."""
    figures = figures_of("linalg.py", tmp_path)
    for name in ("solve", "eigh", "svd"):
        check_comparison(figures[name])
        assert len(figures[name]["growth"]) == 3 and figures[name]["slope"] > 0.0


def test_layer_steps_measures_both(tmp_path):
    """It asserts by itself that both sides come to the same outputs, gradients and weights."""
    figures = figures_of("layer_steps.py", tmp_path)
    assert len(figures) == 4
    for name in figures.keys() - {"python"}:
        check_comparison(figures[name])


def test_scalar_engine_measures_both(tmp_path):
    """It asserts by itself that both sides come to the same loss and the same gradients."""
    figures = figures_of("scalar_engine.py", tmp_path)
    assert all(seconds > 0.0 for seconds in figures["seconds"].values()) and figures["ratio"] > 0.0


def test_parallel_measures_one_process_and_two(tmp_path):
    """It asserts by itself that both learn the same weights."""
    rows = figures_of("parallel.py", tmp_path)["rows"]
    assert len(rows) == 2 and all(row["figure"] > 0.0 and row["seconds"]["two"] > 0.0 for row in rows.values())


def test_the_slope_is_the_exponent(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    namespace = runpy.run_path(str(BENCHMARKS / "linalg.py"))
    assert abs(namespace["slope"]({n: 1e-6 * n**3 for n in (10, 20, 40)}) - 3.0) < 1e-12
