"""The house: nothing to install, imports that point down only, and public names that are all there."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import backprop

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "backprop"
# From the ground up; a floor imports only floors before it.
FLOORS = [
    "kernel",
    "files",
    "seeding",
    "validation",
    "lazy_names",
    "matrix",
    "pictures",
    "linalg",
    "autograd",
    "tensors",
    "nn",
    "optim",
    "utils",
    "datasets",
    "storage",
    "metrics",
    "training",
    "explanation",
    "playground",
    "command_line",
    "__main__",
]
STANDARD_LIBRARY = getattr(sys, "stdlib_module_names", None)


def sources(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path):
    """The modules that a file imports, by their full names."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_it_imports_with_nothing_installed():
    """-I and -S: no site-packages, no environment, not even the current folder, which is therefore added."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import backprop; print(backprop.Matrix([[1]]) @ backprop.Matrix([[2]]))"
    result = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[ 2 ]\n"


@pytest.mark.skipif(STANDARD_LIBRARY is None, reason="Python 3.9 does not list its standard library")
@pytest.mark.parametrize("path", sources("backprop", "examples", "benchmarks"), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_standard_library_is_imported(path):
    beside = {other.stem for other in path.parent.glob("*.py")} if path.parent != PACKAGE else set()
    for module in imports(path):
        assert module.split(".")[0] in STANDARD_LIBRARY | {"backprop"} | beside


@pytest.mark.parametrize("path", sources("backprop"), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    if path == PACKAGE / "__init__.py":
        return
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for module in imports(path):
        if module.startswith("backprop."):
            other = module.split(".")[1]
            assert FLOORS.index(other) < FLOORS.index(own) or other == own, f"{own} imports {module}"


def test_every_file_stands_on_a_floor():
    assert {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir() and path.name != "__pycache__"
    } == {
        *FLOORS,
        "__init__",
    }


def test_every_public_name_is_there_and_documented():
    assert len(set(backprop.__all__)) == len(backprop.__all__)
    for name in backprop.__all__:
        assert getattr(backprop, name).__doc__, name
    for module in (backprop.nn.functional, backprop.metrics):
        for name in module.__all__:
            assert getattr(module, name).__doc__, name


def test_every_file_begins_with_what_it_is():
    for path in sources("backprop", "examples", "benchmarks", "tests"):
        text = path.read_text("utf-8")
        assert not text or (ast.get_docstring(ast.parse(text)) or "").strip(), path


def test_data_and_types_are_shipped():
    data = ("digits.csv.gz", "iris.csv", "breast_cancer.csv", "README.md")
    pages = (
        "explanation/page.css",
        "explanation/page.js",
        *(f"playground/page.{kind}" for kind in ("html", "css", "js")),
    )
    for name in ("py.typed", *(f"datasets/{name}" for name in data), *pages):
        assert (PACKAGE / name).is_file()


def test_the_version_stands_in_one_place():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'dynamic = ["version"]' in project and 'version = { attr = "backprop.__version__" }' in project
    assert re.fullmatch(r"\d+\.\d+\.\d+", backprop.__version__)
