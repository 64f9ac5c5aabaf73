"""microGPT on tensors and number by number, as its benchmark writes it: the same losses, and few lines."""

import ast
import importlib
import itertools

import pytest

from backprop import manual_seed
from tests.examples.test_examples import EXAMPLES, run


def test_each_step_has_the_loss_of_a_scalar_engine(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES.parent / "benchmarks"))
    manual_seed(42)
    numbers = importlib.import_module("microgpt")  # the benchmark
    model, names = numbers.EXAMPLE["MicroGPT"](), ["del", "ord", "if"]
    theirs = numbers.train(numbers.values_of(model), names, 3)
    ours = numbers.EXAMPLE["train"](model, names, 3)
    for expected, came in itertools.zip_longest(theirs, ours):
        assert came == pytest.approx(expected, abs=1e-12)


def test_it_learns_and_invents(tmp_path):
    text = run("microgpt.py", "--steps", "200", folder=tmp_path)
    first, second = (float(line.split()[-1]) for line in text.splitlines() if line.startswith("step"))
    assert second < first < 3.29583  # ln 27, that of guessing
    assert len(text.split("invented: ")[1].split()) <= 20


def test_its_first_step_is_explained(tmp_path):
    assert run("microgpt.py", "--explain", "step.html", folder=tmp_path) == ""
    page = (tmp_path / "step.html").read_text("utf-8")
    assert "scaled_dot_product_attention" in page and "attn_qkv.weight" in page


def test_it_has_less_than_70_lines_of_its_own():
    """Without blank lines, imports, comments and docstrings."""
    text = (EXAMPLES / "microgpt.py").read_text("utf-8")
    left_out = set()
    for node in ast.walk(ast.parse(text)):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node)
        if documented:
            node = node.body[0]
        if documented or isinstance(node, (ast.Import, ast.ImportFrom)):
            left_out.update(range(node.lineno, node.end_lineno + 1))
    lines = [line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in left_out]
    assert len([line for line in lines if line and not line.startswith("#")]) < 70
