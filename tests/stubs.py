"""The signatures of the operations for type checkers, which do not see through ``@operation``.

python3 -m tests.stubs    writes the stubs again

An operation is written for a Matrix and called with a Tensor, a Matrix or a number: in its stub, which is made from the
source, ``Matrix`` is ``TensorLike`` and the result a Tensor. All other functions keep their signature.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("backprop/nn/functional", "backprop/tensors")
WIDTH = 120


def path_of(package: str) -> Path:
    return ROOT / package / "__init__.pyi"


def stub(package: str) -> str:
    """The stub of a package whose ``__init__`` takes its functions from its modules."""
    init = parsed(f"{package}/__init__.py")
    names = next(ast.literal_eval(node.value) for node in init.body if isinstance(node, ast.Assign))
    modules = origins(init)
    origin, functions = {}, []
    for name in names:
        module = parsed(modules[name].replace(".", "/") + ".py")
        function = next(node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == name)
        if any(ast.unparse(decorator).startswith("operation") for decorator in function.decorator_list):
            on_tensors(function)
        functions.append(signature(function))
        known = {**origins(module, modules[name]), "Tensor": "backprop.autograd", "TensorLike": "backprop.autograd"}
        origin.update({used: known[used] for used in names_in(function) if used in known})
    head = f"# Written by tests/stubs.py from the functions of {package.replace('/', '.')}."
    return "\n\n".join([head, *imports(origin), "\n".join(functions)]) + "\n"


def on_tensors(operation: ast.FunctionDef) -> None:
    """Change the signature of a rule to that of the operation."""
    for node in ast.walk(operation.args):
        text = ast.unparse(node.annotation) if isinstance(node, ast.arg) and node.annotation else ""
        if text in ("Matrix", "Matrix | None"):
            node.annotation = ast.parse(text.replace("Matrix", "TensorLike"), mode="eval").body
    operation.returns = ast.Name("Tensor")


def signature(function: ast.FunctionDef) -> str:
    """On one line, or if that is too long with a line for each parameter."""
    head, end = f"def {function.name}(", f") -> {ast.unparse(function.returns)}: ..."
    words = [word.replace("'", '"') for word in parameters(function.args)]
    line = head + ", ".join(words) + end
    return line if len(line) <= WIDTH else "\n".join([head, *(f"    {word}," for word in words), end])


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


def origins(module: ast.Module, name: str = "") -> dict[str, str]:
    """From where each name comes that a module imports, or assigns itself."""
    found = {}
    for node in module.body:
        if isinstance(node, ast.ImportFrom):
            found.update({alias.name: node.module for alias in node.names})
        elif isinstance(node, ast.Import):
            found.update({alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = name
    return found


def names_in(function: ast.FunctionDef) -> set[str]:
    """The names that a signature uses."""
    used = (node for part in (function.args, function.returns) for node in ast.walk(part))
    return {node.id for node in used if isinstance(node, ast.Name)}


def parsed(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


if __name__ == "__main__":
    for package in PACKAGES:
        path_of(package).write_text(stub(package), "utf-8")
