"""The benchmarks run and compare like with like; how fast anything is, no test says.

Each asserts by itself that both sides come to the same numbers, and fails if they do not.
"""

import doctest
import importlib
import json
import math
import random
import subprocess
import sys
from pathlib import Path

import pytest

from backprop import Matrix, Tensor, optim
from backprop.tensors import exp
from tests import tables
from tests.public import OPERATIONS

pytestmark = pytest.mark.slow
BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def output_of(name, folder, *options):
    command = [sys.executable, str(BENCHMARKS / name), *options]
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """{benchmark: {row: figures}}"""
    runs = json.loads(output_of("run.py", tmp_path_factory.mktemp("runs"), "--quick", "--json"))
    return {name: run["rows"] for name, (run,) in runs.items()}


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def test_every_benchmark_is_run(results):
    shared = {"kernel", "report", "run", "tables", "timing"}
    assert set(results) == {path.stem for path in BENCHMARKS.glob("*.py")} - shared


def test_figures_lie_between_their_quartiles(results):
    for rows in results.values():
        assert rows
        for name, row in rows.items():
            assert all(seconds > 0.0 for seconds in row["seconds"].values()), name
            if row["quartiles"]:
                low, high = row["quartiles"]
                assert low <= row["figure"] <= high and math.isfinite(high - low), name


def test_every_ratio_is_that_of_its_times(results):
    """The median of ratios and the ratio of medians are not the same, but no further apart than the turns were."""
    for benchmark in (
        "matmul",
        "elementwise",
        "training_step",
        "layer_steps",
        "attention_by_hand",
        "axes",
        "higher_derivatives",
        "optimizers",
        "linalg",
    ):
        for name, row in results[benchmark].items():
            ours, theirs = row["seconds"].values()
            assert row["figure"] / 3.0 < ours / theirs < row["figure"] * 3.0, name


def test_no_optimizer_and_no_operation_is_left_out(results):
    rules = {name for name in optim.__all__ if isinstance(getattr(optim, name), type)} - {"Optimizer"}
    assert {name.split(",")[0] for name in results["optimizers"]} == rules
    assert {name.split(",")[0] for name in results["operations"]} >= OPERATIONS.keys()


@pytest.mark.skipif(sys.implementation.name == "pypy", reason="PyPy has no tracemalloc")
def test_a_step_needs_at_most_twice_what_lives_and_leaves_nothing(results):
    rows = results["scaling"]
    peaks = [row["figure"] for name, row in rows.items() if name.startswith("peak")]
    assert len(peaks) == 6 and all(1.0 < peak <= 2.0 for peak in peaks)
    assert rows["bytes more after 1,000 steps"]["figure"] == 0


def test_what_is_not_installed_is_listed(results):
    for name, row in results["peers"].items():
        assert (row["figure"] is None) == (not row["seconds"]), name
    steps, products = "gradient-wave ft-tensorlib kerze micrograd", "ft-tensorlib kerze matrixa mola"
    expected = {*(f"{peer}, step" for peer in steps.split()), *(f"{peer}, product" for peer in products.split())}
    assert expected <= results["peers"].keys()


def test_a_benchmark_alone_prints_a_table(tmp_path):
    title, python, empty, head, *rows = output_of("matmul.py", tmp_path, "--quick").splitlines()
    assert "8×8 to 512×512" in title and sys.version.split()[0] in python and not empty
    assert head.split() == ["figure", "quartiles", "bound", "times"]
    assert [row.split()[0] for row in rows] == ["8×8", "64×64"] and len({*map(len, [head, *rows])}) == 1


def test_interpreters_stand_side_by_side(module):
    def run(python, **figures):
        row = module("timing").row
        return {"title": "", "python": python, "rows": {name: row(values, "≤ 2") for name, values in figures.items()}}

    assert module("run").side_by_side([run("one", a=[1, 2, 3], b=[]), run("two", a=[5], c=[0])]) == [
        "|   | one                    | two   | bound |",
        "|---|------------------------|-------|-------|",
        "| a | 2.000 (1.000 to 3.000) | 5.000 | ≤ 2   |",
        "| c |                        | 0     | ≤ 2   |",
        "| b | not installed          |       | ≤ 2   |",
    ]


def test_the_examples_in_what_they_share(module):
    for name in ("report", "timing"):
        assert doctest.testmod(module(name)).failed == 0


def test_the_slope_is_the_exponent(module):
    assert abs(module("timing").slope({n: 1e-6 * n**3 for n in (10, 20, 40)}) - 3.0) < 1e-12


def test_curves_cross_where_both_take_the_same_time(module):
    crossing, ours, theirs = module("widths").crossing, {1: 1.0, 4: 1.0, 16: 4.0}, {1: 2.0, 4: 2.0, 16: 2.0}
    assert abs(crossing(ours, theirs) - 8.0) < 1e-12 and abs(crossing(theirs, ours) - 8.0) < 1e-12
    assert crossing(ours, {1: 5.0, 4: 5.0}) is None


def test_the_curves_are_drawn(tmp_path):
    output_of("widths.py", tmp_path, "--quick", "widths.svg")
    svg = (tmp_path / "widths.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg") and "scalar engine" in svg and "prefers-color-scheme:dark" in svg


def test_turns_are_timed_and_the_first_is_not_counted(module):
    calls = []
    times = module("timing").interleaved({"one": lambda: calls.append(1), "two": lambda: calls.append(2)}, 4, 1e-9)
    assert {way: len(seconds) for way, seconds in times.items()} == {"one": 4, "two": 4}
    warm_up = module("timing").WARM_UP_ROUNDS
    assert calls == [1, 1, 2, 2] + [1, 2] * (4 + warm_up)


def test_the_kernel_multiplies(module):
    kernel, rng = module("kernel"), random.Random(0)
    for columns in (1, 4, 7):
        a, b = tables.uniform(3, 5, rng=rng), tables.uniform(5, columns, rng=rng)
        assert Matrix(kernel.product(a.rows, kernel.columns(b.rows))).allclose(a @ b, 1e-12)
        assert kernel.turned(b.rows) == b.T.rows


def test_what_a_graph_holds_is_counted_once(module):
    """Two floats are 48 bytes, their places in a row 16, the place of the row in the table 8."""
    held = module("scaling").held
    a = Tensor([[0.5, 1.5]], requires_grad=True)
    assert held(a) == 72
    assert held(exp(a)) == 2 * 72  # the pullback keeps the output, which is counted already
    assert held(a + a) == 2 * 72
