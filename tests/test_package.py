"""The house: nothing to install, imports that point down only, and public names that are all there."""

import ast
import re
import subprocess
import sys
import tokenize
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import backprop

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "backprop"
# From the ground up; a floor imports only floors before it.
FLOORS = [
    "numbers",
    "kernel",
    "constants",
    "files",
    "archive",
    "random",
    "validation",
    "shape_errors",
    "sampling",
    "lazy_names",
    "matrix",
    "dtypes",
    "pictures",
    "autograd",
    "derivatives",
    "tensors",
    "accelerators",
    "testing",
    "special",
    "linalg",
    "nn",
    "distributions",
    "func",
    "optim",
    "utils",
    "datasets",
    "vision",
    "storage",
    "serialization",
    "metrics",
    "training",
    "explanation",
    "exporting",
    "programs",
    "playground",
    "command_line",
    "__main__",
]
STANDARD_LIBRARY = getattr(sys, "stdlib_module_names", None)


# What a function imports when it is called, and asks for by its name: tensor.numpy().
ASKED_FOR = {PACKAGE / "tensors" / "attributes.py": {"numpy"}}


def sources(*folders):
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


LAZY = [path for path in sources("backprop") if path.stem == "__init__" and "lazy_names(" in path.read_text("utf-8")]


@cache
def imports(path):
    """The modules that a file imports, by their full names."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return found


def module_of(path):
    """Its full name; that of a package is its folder's."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if path.stem == "__init__" else parts)


def loaded_by(program):
    """The modules that are there after the program and were not before."""
    program = f"import sys; before = set(sys.modules)\n{program}\nprint(*set(sys.modules) - before)"
    command = [sys.executable, "-c", program]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_it_imports_with_nothing_installed():
    """-I and -S: no site-packages, no environment, not even the current folder, which is therefore added."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import backprop; print(backprop.Matrix([[1]]) @ backprop.Matrix([[2]]))"
    result = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "Matrix([[2]])\n"


@pytest.mark.skipif(STANDARD_LIBRARY is None, reason="Python 3.9 does not list its standard library")
@pytest.mark.parametrize("path", sources("backprop", "examples", "benchmarks"), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_standard_library_is_imported(path):
    if path == ROOT / "examples" / "lecture.py":
        return  # it is written for PyTorch
    beside = {other.stem for other in path.parent.glob("*.py")} if path.parent != PACKAGE else set()
    beside |= ASKED_FOR.get(path, set())
    if path in ASKED_FOR:
        at_once = [
            node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, (ast.Import, ast.ImportFrom))
        ]
        assert not any(alias.name in ASKED_FOR[path] for node in at_once for alias in node.names)
    for module in imports(path):
        # The last one is known to type checkers alone; that it is never run, the test above says.
        assert module.split(".")[0] in STANDARD_LIBRARY | {"backprop"} | beside | {"typing_extensions"}


@pytest.mark.parametrize("path", sources("backprop"), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    if path == PACKAGE / "__init__.py":
        return
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for module in imports(path):
        if module.startswith("backprop."):
            other = module.split(".")[1]
            assert FLOORS.index(other) < FLOORS.index(own) or other == own, f"{own} imports {module}"


def test_no_circle_of_imports():
    """Those in functions and for type checkers included. What a package offers, its ``__init__`` imports."""
    paths = {module_of(path): path for path in sources("backprop")}
    graph = {}
    for module, path in paths.items():
        found = {name if name in paths else name.rpartition(".")[0] for name in imports(path)}
        graph[module] = found & paths.keys() - {module}
    TopologicalSorter(graph).prepare()  # CycleError names the circle


def test_importing_loads_next_to_nothing():
    modules = loaded_by("import backprop; dir(backprop); assert not hasattr(backprop, '_repr_html_')")
    assert {name for name in modules if name.startswith("backprop")} == {
        "backprop",
        "backprop.lazy_names",
        "backprop.tensors",  # the table of its names
        "backprop.validation",
    }


def test_a_method_loads_its_own_module_alone_whoever_asks_for_it():
    loaded = [
        loaded_by(f"""
from backprop import Tensor
assert {{"sin", "sin_", "where", "svd", "__add__", "H"}} <= set(dir(Tensor))
{use}
""")
        for use in (
            "Tensor([0.0]).sin()",
            "Tensor.sin(Tensor([0.0]))",
            """
class Own(Tensor):
    def sin(self):
        return super().sin() + 1.0
assert Own([0.0]).sin().item() == 1.0""",
        )
    ]
    for modules in loaded:
        assert "backprop.tensors.trigonometry" in modules
        assert not modules & {"backprop.tensors.sorting", "backprop.tensors.scattering", "backprop.linalg.top_level"}


def test_a_training_step_loads_what_it_needs_alone():
    modules = loaded_by("""
from backprop import Tensor, manual_seed, nn, no_grad, optim
manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = optim.Adam(model.parameters())
optimizer.zero_grad()
nn.MSELoss()(model(Tensor([[0.0, 1.0]])), Tensor([[1.0]])).backward()
optimizer.step()
with no_grad():
    model(Tensor([[1.0, 1.0]])).mean()
""")
    own = {name.split(".")[1] for name in modules if name.startswith("backprop.")}
    assert own == {
        "lazy_names",
        "validation",
        "shape_errors",
        "random",
        "sampling",
        "numbers",
        "kernel",
        "matrix",
        "dtypes",
        "autograd",
        "derivatives",  # Function, of which the hooks of a Module are one
        "tensors",
        "nn",
        "optim",
    }
    assert not modules & {
        "backprop.derivatives.higher",
        "backprop.autograd.functional",
        "backprop.numbers.dual",
        "backprop.pictures.computation",
        "backprop.nn.convolution",
        "backprop.nn.functional.convolution",
        "backprop.optim.lbfgs",
        "backprop.optim.lr_scheduler",
    }
    dear = "concurrent.futures csv dataclasses difflib html json logging pathlib secrets shutil statistics urllib"
    assert not modules & set(dear.split())


WITHOUT_A_STUB = [path for path in LAZY if not path.with_suffix(".pyi").exists()]


@pytest.mark.parametrize("path", WITHOUT_A_STUB, ids=lambda p: str(p.relative_to(ROOT)))
def test_type_checkers_see_the_lazy_names(path):
    text = path.read_text("utf-8")
    checked = next(node for node in ast.parse(text).body if isinstance(node, ast.If))
    package = import_module(module_of(path))
    aliases = [(node.module, alias) for node in checked.body for alias in node.names]
    # Of a package with a stub of its own all names, by *; each other is named twice, or it is not offered.
    whole = {module for module, alias in aliases if alias.name == "*"}
    assert all((ROOT / module.replace(".", "/") / "__init__.pyi").exists() for module in whole)
    pairs = [(module, alias.name) for module, alias in aliases if alias.name != "*"]
    pairs += [(module, name) for module in whole for name in import_module(module).__all__]
    names = [name for _, name in pairs]
    assert all(alias.asname == alias.name for _, alias in aliases if alias.name != "*")
    assert sorted(names) == sorted(package.__all__) and len(names) == len(set(names))
    assert set(names) <= set(dir(package))
    for module, name in pairs:
        seen = {}
        exec(f"from {module} import {name}", seen)
        assert getattr(package, name) is seen[name]


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
        assert getattr(backprop, name).__doc__ or name == "newaxis", name  # which is None
    for module in (backprop.nn.functional, backprop.metrics):
        for name in module.__all__:
            assert getattr(module, name).__doc__, name


def test_every_file_begins_with_what_it_is():
    for path in sources("backprop", "examples", "benchmarks", "tests"):
        with path.open(encoding="utf-8") as file:
            tokens = tokenize.generate_tokens(file.readline)
            first = next(token for token in tokens if token.type not in (tokenize.COMMENT, tokenize.NL))
        # An empty file says nothing of itself.
        assert (
            first.type == tokenize.ENDMARKER or first.type == tokenize.STRING and ast.literal_eval(first.string).strip()
        ), path


def test_data_and_types_are_shipped():
    data = ("digits.csv.gz", "iris.csv", "breast_cancer.csv", "README.md")
    pages = (
        "explanation/page.css",
        "explanation/page.js",
        *(f"playground/page/{name}" for name in ("index.html", "page.css", "main.js", "worker.js")),
    )
    for name in ("py.typed", *(f"datasets/{name}" for name in data), *pages):
        assert (PACKAGE / name).is_file()


@pytest.mark.parametrize("path", sources("backprop"), ids=str)
def test_files_beside_a_module_are_found_in_an_archive_too(path):
    """There no path leads to them, and before CPython 3.10 a module does not know its package while it is loaded."""
    assert not re.search(r"Path\(__file__|__package__", path.read_text("utf-8"))


def test_the_version_stands_in_one_place():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'dynamic = ["version"]' in project and 'version = { attr = "backprop.__version__" }' in project
    assert re.fullmatch(r"\d+\.\d+\.\d+", backprop.__version__)
