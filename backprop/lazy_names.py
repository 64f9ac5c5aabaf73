"""Lazy names: what a package offers is imported when it is first asked for, so that importing the package costs little."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Callable

from backprop.validation import did_you_mean

_modules_of: dict[str, list[str]] = {}  # those that a package offers, in which a name may be looked for


def lazy_names(
    package: str, names_of: Mapping[str, str]
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """``__all__``, ``__getattr__`` and ``__dir__`` of a ``package``.

    ``names_of`` has the modules of the package, each with the names that are imported from it, and under "" the modules
    that are offered themselves; a module of another package has its whole name, ``backprop.…``. A type checker does not run this: beside it stand the same imports under ``TYPE_CHECKING``.
    A name that the package does not have is refused with the module below it that has it, or with the nearest name.

    >>> names, get, _ = lazy_names("backprop.optim", {"": "lr_scheduler", "sgd": "SGD", "adam": "Adam", "adamw": "AdamW"})
    >>> names, get("SGD").__name__
    (['lr_scheduler', 'SGD', 'Adam', 'AdamW'], 'SGD')
    >>> get("Adan")
    Traceback (most recent call last):
    AttributeError: backprop.optim has no Adan; did you mean Adam?
    >>> get("StepLR")
    Traceback (most recent call last):
    AttributeError: backprop.optim has no StepLR; it is backprop.optim.lr_scheduler.StepLR
    """
    module_of = {name: module or name for module, names in names_of.items() for name in names.split()}
    modules = names_of.get("", "").split()
    _modules_of[package] = [f"{package}.{name}" for name in modules]

    def load(name: str) -> Any:
        place = module_of[name]
        module = import_module(place if place.startswith("backprop.") else f"{package}.{place}")
        value = module if name in modules else getattr(module, name)
        setattr(sys.modules[package], name, value)  # the next time it is found without asking
        return value

    def __getattr__(name: str) -> Any:
        if name in module_of:
            return load(name)
        advice = ""
        if not name.startswith("_"):  # as those are that a notebook or an inspector asks for
            if find_spec(f"{package}.{name}"):
                return import_module(f"{package}.{name}")
            home = _home_of(name, package)
            advice = f"; it is {home}.{name}" if home else did_you_mean(name, list(module_of))
        error = AttributeError(f"{package} has no {name}{advice}")
        error.name = name  # or the interpreter adds a second suggestion to this one
        raise error

    def __dir__() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of})

    for name, module in module_of.items():
        if name == module and name not in modules:
            load(name)  # later the import system would set it to the module of the same name
    return list(module_of), __getattr__, __dir__


def _home_of(name: str, package: str) -> str | None:
    """The module below the ``package`` that offers the name; those after it are not imported."""
    for module in _modules_of.get(package, ()):
        found = module if name in getattr(import_module(module), "__all__", ()) else _home_of(name, module)
        if found:
            return found
    return None
