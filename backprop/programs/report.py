"""What of PyTorch a program uses, and whether it is here: found in its text, without running it."""

from __future__ import annotations

import ast
import inspect
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

from backprop.programs.modules import as_torch
from backprop.programs.places import ABSENT_METHODS
from backprop.tensors.numpy_names import NUMPY_NAMES


def report(path: str) -> tuple[str, bool]:
    """The names of PyTorch that a program uses as a table, and whether all of them are here.

    Files of the program's own folder that it imports are looked at, too.
    """
    found: dict[str, list[tuple[str, Use]]] = {}
    files = [os.path.realpath(path)]
    for file in files:
        with open(file, "rb") as opened:
            source = opened.read()
        place = "" if file == files[0] else f"{os.path.relpath(file, os.path.dirname(files[0]))}:"
        folder = os.path.dirname(file)
        own = {os.path.splitext(name)[0] for name in os.listdir(folder)} - set(_ROOTS)
        for use in uses_of(source):
            if _root(use.name) in own:
                continue
            found.setdefault(use.name, []).append((f"{place}{use.line}", use))
        files += [beside for beside in _beside(source, folder) if beside not in files]
    rows = [("name", "here", "lines")]
    for name in sorted(found, key=lambda name: (found[name][0][1].missing is None, name)):
        missing = found[name][0][1].missing
        rows.append(
            (name, "yes" if missing is None else f"no; {missing}".strip("; "), _listed(line for line, _ in found[name]))
        )
    widths = [max(map(len, column)) for column in zip(*rows)]
    table = "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    absent = sum(uses[0][1].missing is not None for uses in found.values())
    said = f"not here: {absent} of {len(found)} names" if absent else f"all {len(found)} names are here"
    return f"{table}\n\n{said}\n", not absent


def _listed(lines: Iterable[str]) -> str:
    shown = list(lines)
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")


def _beside(source: bytes, folder: str) -> Iterator[str]:
    """The files of the folder that the text imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            for module in modules:
                path = os.path.join(folder, *module.split("."))
                for file in (f"{path}.py", os.path.join(path, "__init__.py")):
                    if os.path.isfile(file) and _root(module) not in _ROOTS:
                        yield os.path.realpath(file)


class Use(NamedTuple):
    """A name of PyTorch's, or of a package that is not installed, in a line of a program.

    ``missing`` is None for what is here, else what is nearest, if anything.
    """

    line: int
    name: str
    missing: str | None = None


def uses_of(source: str | bytes) -> list[Use]:
    """What the text uses of PyTorch and of packages that are not installed, by lines.

    Imports are followed, names that stand for what is imported, and the keywords of calls. Whose an attribute of a computed
    value is nobody knows; listed are those that only tensors have, and none here.

    >>> for use in uses_of("import torch.nn as nn; nn.Liner(2, 1); nn.Linear(1, 1, bais=True); x.to_sparse()"):
    ...     print(use)
    Use(line=1, name='Tensor.to_sparse', missing='')
    Use(line=1, name='torch.nn', missing=None)
    Use(line=1, name='torch.nn.Linear', missing=None)
    Use(line=1, name='torch.nn.Linear(bais=)', missing='')
    Use(line=1, name='torch.nn.Liner', missing='did you mean Linear?')
    """
    as_torch()
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = _names_in(tree, imports)
    own = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    uses = [Use(node.lineno, name, _missing(name)) for node in imports for name, _ in _imported(node)]
    inside: set[ast.AST] = set()  # parts of a longer name
    for node in ast.walk(tree):
        if node in inside or not isinstance(node, (ast.Attribute, ast.Name, ast.Call)):
            continue
        name = _dotted(node.func if isinstance(node, ast.Call) else node, names)
        if isinstance(node, ast.Call):
            if name is not None:
                uses += [Use(node.lineno, f"{name}({word}=)", "") for word in _unknown_keywords(name, node)]
        elif name is not None:
            inside.update(ast.walk(node))
            uses.append(Use(node.lineno, name, _missing(name)))
        elif isinstance(node, ast.Attribute) and node.attr in ABSENT_METHODS - own:
            uses.append(Use(node.lineno, f"Tensor.{node.attr}", ""))
    return sorted({use for use in uses if use.missing is not None or _root(use.name) in _ROOTS})


_ROOTS = ("torch", "torchvision")


def _root(name: str) -> str:
    return name.partition(".")[0]


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The full names that an import binds, each with the name that it is bound to."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, alias.asname or _root(alias.name)
    elif not node.level and node.module:
        for alias in node.names:
            yield (
                (node.module, "") if alias.name == "*" else (f"{node.module}.{alias.name}", alias.asname or alias.name)
            )


def _names_in(tree: ast.AST, imports: list[Any]) -> dict[str, str]:
    """What the names of a program stand for, where that is the same throughout."""
    names = {}
    for node in imports:
        for name, bound in _imported(node):
            is_root = isinstance(node, ast.Import) and bound == _root(name)
            names[bound] = bound if is_root else name
    assigned = Counter(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    assigned.update(n.arg for n in ast.walk(tree) if isinstance(n, ast.arg))
    names = {bound: name for bound, name in names.items() if bound not in assigned}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and assigned[node.targets[0].id] == 1:
            value = _dotted(node.value, names)
            if value is not None:
                names[node.targets[0].id] = value
    return names


def _dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    """The full name in PyTorch that an expression is, if it is one."""
    if isinstance(node, ast.Attribute):
        name = _dotted(node.value, names)
        return None if name is None else f"{name}.{node.attr}"
    name = names.get(node.id) if isinstance(node, ast.Name) else None
    return name if name is not None and _root(name) in _ROOTS else None


def _missing(name: str) -> str | None:
    try:
        _resolved(name)
    except (AttributeError, ImportError) as error:
        return str(error).partition("; ")[2]
    return None


def _resolved(name: str) -> Any:
    """What a name stands for; AttributeError or ImportError where it is not here."""
    root, *rest = name.split(".")
    if root not in _ROOTS:
        if find_spec(root) is None:
            raise ImportError("; it is not installed")
        return None
    value = import_module(root)
    for part in rest:
        if not isinstance(value, (ModuleType, type)):
            break  # an attribute of a function's or an object's
        value = getattr(value, part)
    return value


def _unknown_keywords(name: str, call: ast.Call) -> list[str]:
    """Those of the call's keywords that what it calls does not take."""
    try:
        function = _resolved(name)
        parameters = inspect.signature(function).parameters
    except (AttributeError, ImportError, TypeError, ValueError):
        return []
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return []
    known = {*parameters, *(NUMPY_NAMES if hasattr(function, "takes_numpy_names") else ())}
    return [word.arg for word in call.keywords if word.arg and word.arg not in known]
