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
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from backprop.tensors import factory, methods

METHODS = Path(methods.__file__).parents[1] / "autograd" / "methods.pyi"
PACKAGES = ("backprop.nn.functional", "backprop.tensors")
WIDTH = 120
MAKE_OPERATIONS = ("operation", "loss_of_entries")
EXTREME = [
    "(input: TensorLike, dim: None = None) -> Tensor",
    "(input: TensorLike, dim: int, keepdim: bool = False) -> return_types.{name}",
]
ELEMENTWISE = ["(input: TensorLike, dim: Tensor | Matrix) -> Tensor", "(input: TensorLike, *, other: Tensor) -> Tensor"]
BY_ARGUMENTS = {
    "max": EXTREME + ELEMENTWISE,
    "median": EXTREME,
    "min": EXTREME + ELEMENTWISE,
    "nanmedian": EXTREME,
    "nonzero": [
        "(input: TensorLike, *, as_tuple: Literal[False] = False) -> Tensor",
        "(input: TensorLike, *, as_tuple: Literal[True]) -> tuple[Tensor, ...]",
    ],
    "size": ["(input: Tensor) -> Size", "(input: Tensor, dim: int) -> int"],
    "type": ["(input: TensorLike) -> str", "(input: TensorLike, dtype: DType) -> Tensor"],
}
"""The signatures of functions that give another type for other arguments."""
LATER = ("typing_extensions", "backprop")
HEAD = "# Written by tests/stubs.py from the functions of {}."


def path_of(package: str) -> Path:
    return Path(importlib.import_module(package).__file__).with_suffix(".pyi")


def stub(package: str) -> str:
    """The stub of a package that hands on the functions of its modules."""
    public = importlib.import_module(package)
    origin: dict[str, str] = {}
    stubs = [
        signature(source, name)
        for name in sorted(public.__all__)
        for source in sources_of(getattr(public, name), origin)
    ]
    return "\n\n".join([HEAD.format(package), *imports(origin), "\n".join(stubs)]) + "\n"


def methods_stub() -> str:
    """The stub of what is a method, a property or an operator of Tensor: the functions without their first parameter."""
    origin = {
        "Any": "typing",
        "Self": "typing_extensions",
        "Tensor": "backprop.autograd.tensor",
        "builtins": "builtins",
    }
    kinds = [
        ("tensors", methods.METHODS, "", ""),
        ("linalg", methods.LINALG, "", ""),
        ("tensors", methods.PROPERTIES, "@property\n", ""),
        ("tensors", methods.IN_PLACE, "", "_"),
        ("tensors", methods.IN_PLACE_AXES, "", "_"),
    ]
    tables = [
        (f"backprop.{package}.{module}", name, head, end)
        for package, table, head, end in kinds
        for module, names in table.items()
        for name in names.split()
    ]
    hidden = {name: f"builtins.{name}" for _, name, _, _ in tables if hasattr(builtins, name)}
    found = list(operators())
    for module, name, head, end in tables:
        for source in sources_of(getattr(importlib.import_module(module), name), origin):
            source.args.args[:1] = [ast.arg("self")]  # of f(*arguments) there is none
            if end:
                source.returns = ast.Name("Self")
            rename(source, hidden)
            found.append((name + end, head + signature(source, name + end, WIDTH - 4)))
    found.sort(key=lambda each: each[0])
    lines = [f"    {line}" for _, text in found for line in text.split("\n")]
    parts = [HEAD.format("backprop.tensors"), *imports(origin), "\n".join(["class Methods:", *lines])]
    return "\n\n".join(parts) + "\n"


def operators() -> Iterator[tuple[str, str]]:
    """The methods of the operators and ``where``, which has the Tensor in the middle, and their signatures."""
    yield "where", "def where(self, condition: Tensor, other: Any) -> Tensor: ..."
    for names in methods.OPERATORS.values():
        for operator in names:
            alone = operator in ("__abs__", "__neg__", "__pos__", "__invert__")
            for method in methods.methods_of(operator):
                other = "" if alone else ", index: Any" if operator.endswith("item__") else ", other: Any"
                line = f"def {method}(self{other}) -> Tensor: ..."
                if method == "__setitem__":
                    line = line.replace(") -> Tensor", ", value: Any) -> None")
                if method.startswith("__i") and method != "__invert__":
                    line = line.replace("Tensor", "Self")
                if method == "__contains__":
                    line = line.replace("Tensor", "builtins.bool")
                if method in ("__eq__", "__ne__"):
                    line = line.replace("Any", "object") + "  # type: ignore[override]"
                yield method, line


def sources_of(function: Callable[..., object], origin: dict[str, str]) -> Iterator[ast.FunctionDef]:
    """The definition or, where it has several signatures, these; where their names come from is noted in ``origin``."""
    takes_out = "out" in inspect.signature(function).parameters
    function = inspect.unwrap(function)
    module = parsed(inspect.getmodule(function))
    name = function.__code__.co_name  # that of the definition, which may be within another
    known = {**origins(module, function.__module__), "Literal": "typing", "overload": "typing"}
    known |= {"Any": "typing", **dict.fromkeys(("Tensor", "TensorLike"), "backprop.autograd")}
    overloads = [f"@overload\ndef {name}{text.format(name=name)}: ...\n" for text in BY_ARGUMENTS.get(name, ())]
    for source in definitions(ast.parse("".join(overloads)), name) or definitions(module, name)[:1]:
        if any(decorator.startswith(MAKE_OPERATIONS) for decorator in made_by(source)):
            on_tensors(source)
        elif made_by(source) == ["factory"]:
            with_settings(source)
        if "optionally_in_place" in made_by(source):
            source.args.args.append(ast.arg("inplace", ast.Name("bool")))
            source.args.defaults.append(ast.Constant(False))
        if takes_out:
            source.args.kwonlyargs.append(ast.arg("out", ast.Name("Any")))
            source.args.kw_defaults.append(ast.Constant(None))
        note_origins(source, known, origin)
        yield source


@lru_cache(None)
def parsed(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def definitions(module: ast.Module, name: str) -> list[ast.FunctionDef]:
    """The functions of this name, whose signatures may be changed."""
    return [deepcopy(function) for function in functions(module) if function.name == name]


@lru_cache(None)
def functions(module: ast.Module) -> list[ast.FunctionDef]:
    """All, also those within others, without what they do."""
    found = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for node in found:
        node.body = []
    return found


def made_by(function: ast.FunctionDef) -> list[str]:
    """The decorators."""
    return [ast.unparse(decorator) for decorator in function.decorator_list]


def note_origins(source: ast.FunctionDef, known: dict[str, str], origin: dict[str, str]) -> None:
    """Note in ``origin`` where the names come from that a signature uses."""
    for used in sorted(names_in(source) & known.keys()):
        if known[used].split(".")[:2] == origin.setdefault(used, known[used]).split(".")[:2]:
            continue
        module_too = f"{known[used]}.{used}"  # a second module of this name, with its whole name
        rename(source, {used: module_too})
        origin[module_too] = module_too


def on_tensors(operation: ast.FunctionDef) -> None:
    """Change the signature of a rule to that of the operation."""
    operation.returns = ast.Name("Tensor")
    rename(operation, {"Matrix": "TensorLike"})


def with_settings(make: ast.FunctionDef) -> None:
    """Add the settings that all factories have to those of one."""
    call = definitions(parsed(factory), "call")[0].args
    own = {argument.arg for argument in make.args.kwonlyargs}
    for argument, default in zip(call.kwonlyargs, call.kw_defaults):
        if argument.arg not in own:
            make.args.kwonlyargs.append(argument)
            make.args.kw_defaults.append(default)


def rename(function: ast.FunctionDef, names: dict[str, str]) -> None:
    """Change names that a signature uses."""
    for node in used_in(function):
        node.id = names.get(node.id, node.id)


def signature(function: ast.FunctionDef, name: str, width: int = WIDTH) -> str:
    """That of the function under a ``name``, on one line, or if that is too long with a line for each parameter."""
    several = "".join(f"@{decorator}\n" for decorator in made_by(function) if decorator == "overload")
    head, end = f"def {name}(", f") -> {ast.unparse(function.returns)}: ..."
    words = [word.replace("'", '"') for word in parameters(function.args)]
    line = head + ", ".join(words) + end
    return several + (line if len(line) <= width else "\n".join([head, *(f"    {word}," for word in words), end]))


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
    """The lines that import these names: of the standard library, of what type checkers bring along, then our own."""
    roots = {module: module.split(".")[0] for module in origin.values()}
    for group in (set(roots.values()).difference(LATER), {LATER[0]}, {LATER[1]}):
        modules = sorted(module for module, root in roots.items() if root in group)
        lines = [f"import {module}" for module in modules if module in origin]
        for module in modules:
            names = sorted(name for name in origin if origin[name] == module != name)
            lines += [f"from {module} import {', '.join(names)}"] if names else []
        if lines:
            yield "\n".join(lines)


@lru_cache(None)
def origins(module: ast.Module, name: str) -> dict[str, str]:
    """From where each name comes that a module imports, or assigns itself."""
    found = {}
    under_conditions = [node for part in module.body if isinstance(part, ast.If) for node in part.body]
    for node in [*module.body, *under_conditions]:
        if isinstance(node, ast.ImportFrom):
            found.update({alias.name: node.module for alias in node.names if alias.asname is None})
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
    for part in (
        function.args,
        function.returns,
        *[d for d in function.decorator_list if ast.unparse(d) == "overload"],
    ):
        for node in ast.walk(part):
            if isinstance(node, ast.Name):
                yield node


if __name__ == "__main__":
    for package in PACKAGES:
        path_of(package).write_text(stub(package), "utf-8")
    METHODS.write_text(methods_stub(), "utf-8")
