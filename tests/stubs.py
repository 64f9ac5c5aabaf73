"""The signatures of the operations for type checkers, which do not see through ``@operation``.

python3 -m tests.stubs    writes the stubs again

An operation is written for a Matrix and called with a Tensor, a Matrix or a number: in its stub, which is made from the
source, ``Matrix`` is ``TensorLike`` and the result a Tensor. All other functions keep their signature. A built-in type
that a method hides, as ``int``, is ``builtins.int`` there.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

from backprop.tensors import methods

METHODS = Path(methods.__file__).parents[1] / "autograd" / "methods.pyi"
PACKAGES = ("backprop.nn.functional", "backprop.tensors")
WIDTH = 120
MAKE_OPERATIONS = ("operation", "loss_of_entries")
HEAD = "# Written by tests/stubs.py from the functions of {}."


def path_of(package: str) -> Path:
    return Path(importlib.import_module(package).__file__).with_suffix(".pyi")


def stub(package: str) -> str:
    """The stub of a package that hands on the functions of its modules."""
    public = importlib.import_module(package)
    origin: dict[str, str] = {}
    stubs = [signature(source_of(getattr(public, name), origin), name) for name in sorted(public.__all__)]
    return "\n\n".join([HEAD.format(package), *imports(origin), "\n".join(stubs)]) + "\n"


def methods_stub() -> str:
    """The stub of what is a method, a property or an operator of Tensor: the functions without their first parameter."""
    origin = dict.fromkeys(("Tensor", "TensorLike"), "backprop.autograd.tensor") | {"Any": "typing"}
    origin |= {"builtins": "builtins"}
    found = []
    kinds = [
        ("tensors", methods.METHODS, ""),
        ("linalg", methods.LINALG, ""),
        ("tensors", methods.PROPERTIES, "@property\n"),
    ]
    hidden = {name for _, table, _ in kinds for names in table.values() for name in names.split()} & vars(
        builtins
    ).keys()
    for package, table, head in kinds:
        for module, names in table.items():
            functions = importlib.import_module(f"backprop.{package}.{module}")
            for name in names.split():
                source = source_of(getattr(functions, name), origin)
                source.args.args[:1] = [ast.arg("self")]  # of f(*arguments) there is none
                rename(source, {name: f"builtins.{name}" for name in hidden})
                found.append((name, head + signature(source, name, WIDTH - 4)))
    in_place_too = "(self, *arguments: Any, **settings: Any) -> Tensor: ..."
    found += [(f"{name}_", f"def {name}_{in_place_too}") for name in in_place()]
    found += operators()
    lines = [f"    {line}" for _, text in sorted(found) for line in text.split("\n")]
    parts = [HEAD.format("backprop.tensors"), *imports(origin), "\n".join(["class Methods:", *lines])]
    return "\n\n".join(parts) + "\n"


def in_place() -> Iterator[str]:
    """The names of what is there in place too."""
    for names in (*methods.IN_PLACE.values(), *methods.IN_PLACE_AXES.values()):
        yield from names.split()


def operators() -> Iterator[tuple[str, str]]:
    """The methods of the operators, and their signatures."""
    for names in methods.OPERATORS.values():
        for operator in names:
            alone = operator in ("__abs__", "__neg__", "__pos__", "__invert__")
            for method in methods.methods_of(operator):
                if method == "__setitem__":
                    continue  # gives None
                other = "" if alone else ", index: Any" if method == "__getitem__" else ", other: Any"
                line = f"def {method}(self{other}) -> Tensor: ..."
                if method == "__contains__":
                    line = line.replace("Tensor", "builtins.bool")
                if method in ("__eq__", "__ne__"):
                    line = line.replace("Any", "object") + "  # type: ignore[override]"
                yield method, line


def source_of(function: Callable[..., object], origin: dict[str, str]) -> ast.FunctionDef:
    """The definition, that of an operation with the parameters it takes; where its names come from is noted in ``origin``."""
    function = inspect.unwrap(function)
    module = ast.parse(inspect.getsource(inspect.getmodule(function)))
    name = function.__code__.co_name  # that of the definition, which may be within another
    source = next(node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name == name)
    if any(ast.unparse(decorator).startswith(MAKE_OPERATIONS) for decorator in source.decorator_list):
        on_tensors(source)
    known = {**origins(module, function.__module__), **dict.fromkeys(("Tensor", "TensorLike"), "backprop.autograd")}
    for used in sorted(names_in(source) & known.keys()):
        if known[used].split(".")[:2] == origin.setdefault(used, known[used]).split(".")[:2]:
            continue
        module_too = f"{known[used]}.{used}"  # a second module of this name, with its whole name
        rename(source, {used: module_too})
        origin[module_too] = module_too
    return source


def on_tensors(operation: ast.FunctionDef) -> None:
    """Change the signature of a rule to that of the operation."""
    operation.returns = ast.Name("Tensor")
    rename(operation, {"Matrix": "TensorLike"})


def rename(function: ast.FunctionDef, names: dict[str, str]) -> None:
    """Change names that a signature uses."""
    for node in used_in(function):
        node.id = names.get(node.id, node.id)


def signature(function: ast.FunctionDef, name: str, width: int = WIDTH) -> str:
    """That of the function under a ``name``, on one line, or if that is too long with a line for each parameter."""
    head, end = f"def {name}(", f") -> {ast.unparse(function.returns)}: ..."
    words = [word.replace("'", '"') for word in parameters(function.args)]
    line = head + ", ".join(words) + end
    return line if len(line) <= width else "\n".join([head, *(f"    {word}," for word in words), end])


def parameters(of: ast.arguments) -> Iterator[str]:
    """Each with its annotation and its default, and the star before those that are given by keyword alone."""
    missing = [None] * (len(of.args) - len(of.defaults))
    for argument, default in zip(of.args, [*missing, *of.defaults]):
        yield ast.unparse(argument) + (f" = {ast.unparse(default)}" if default else "")
    if of.vararg or of.kwonlyargs:
        yield "*" + (ast.unparse(of.vararg) if of.vararg else "")
    for argument, default in zip(of.kwonlyargs, of.kw_defaults):
        yield ast.unparse(argument) + (f" = {ast.unparse(default)}" if default else "")


def imports(origin: dict[str, str]) -> Iterator[str]:
    """The lines that import these names: first of the standard library, then our own."""
    for own in (False, True):
        modules = sorted({module for module in origin.values() if module.startswith("backprop") is own})
        lines = [f"import {module}" for module in modules if module in origin]
        for module in modules:
            names = sorted(name for name in origin if origin[name] == module != name)
            lines += [f"from {module} import {', '.join(names)}"] if names else []
        if lines:
            yield "\n".join(lines)


def origins(module: ast.Module, name: str) -> dict[str, str]:
    """From where each name comes that a module imports, or assigns itself."""
    found = {}
    for node in module.body:
        if isinstance(node, ast.ImportFrom):
            found.update({alias.name: node.module for alias in node.names})
        elif isinstance(node, ast.Import):
            found.update({alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = name
        elif isinstance(node, ast.ClassDef):
            found[node.name] = name
    return found


def names_in(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in used_in(function)}


def used_in(function: ast.FunctionDef) -> Iterator[ast.Name]:
    """The names that a signature uses, where they stand."""
    for part in (function.args, function.returns):
        for node in ast.walk(part):
            if isinstance(node, ast.Name):
                yield node


if __name__ == "__main__":
    for package in PACKAGES:
        path_of(package).write_text(stub(package), "utf-8")
    METHODS.write_text(methods_stub(), "utf-8")
