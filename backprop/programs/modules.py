"""PyTorch's modules: from ``as_torch()`` on, ``import torch`` and its submodules are this library."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

from backprop.nn import Module
from backprop.programs.places import CLASSES, ELSEWHERE, NAMES, OWN, PLACES
from backprop.validation import did_you_mean


def as_torch() -> ModuleType:
    """Let ``import torch`` be this library, and ``import torchvision`` too, from here on; the module is returned.

    A PyTorch that is installed is left alone, and not imported. Programs from the command line: ``python3 -m backprop
    run FILE``.

    >>> torch = as_torch()
    >>> import torch.nn.functional as F
    >>> F.relu(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    >>> torch.fft.fft(torch.zeros(2))
    Traceback (most recent call last):
    AttributeError: torch.fft.fft is not in backprop

    Raises ImportError where PyTorch itself is imported already.
    """
    for root in ("torch", "torchvision"):
        if root in sys.modules and not isinstance(sys.modules[root], _Module):
            raise ImportError(f"as_torch: {root} is imported already; call backprop.as_torch() before its first import")
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)  # before a torch that is installed, and a file of that name
    return import_module("torch")


def print_as_pytorch() -> None:
    """Let what programs print look as in PyTorch: the names of classes, as of ``type(error).__name__``, and a Module
    without the line that says how many parameters it has."""
    for kind, name in CLASSES.items():
        kind.__module__, _, kind.__name__ = name.rpartition(".")
        kind.__qualname__ = kind.__name__
    Module.__repr__ = Module._tree  # type: ignore[method-assign]


class _Module(ModuleType):
    """A module by PyTorch's name: it has what this library has in its place."""

    def __init__(self, name: str, place: Any) -> None:
        super().__init__(name, place.__doc__)
        self._place, self._hidden = place, OWN if name == "torch" else frozenset()
        vars(self).update(NAMES.get(name, {}))

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return [own for own in self._place.__all__ if own not in self._hidden]
        if name.startswith("__"):
            raise AttributeError(name)
        value = self._find(name)
        if _is_module(value):
            return import_module(f"{self.__name__}.{name}")
        setattr(self, name, value)  # the next time it is found without asking
        return value

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *dir(self._place)} - self._hidden)

    def _find(self, name: str) -> Any:
        """What this library has by the name, or AttributeError with what is nearest."""
        full = f"{self.__name__}.{name}"
        if name in self._hidden:
            raise AttributeError(f"{full} is not PyTorch's; it is backprop.{name}")
        try:
            if full in PLACES:
                return import_module(PLACES[full])
            if full in ELSEWHERE:
                module, name = ELSEWHERE[full]
                return getattr(import_module(module), name)
            return getattr(self._place, name)
        except AttributeError as error:
            home = re.search(r"; it is .+", str(error))
            # Only what may be a slip: PyTorch has more names than are here, and save is not ravel.
            nearest = did_you_mean(name, [own for own in dir(self) if not own.startswith("_")], 0.8)
            advice = home.group().replace("backprop", "torch") if home else nearest
            missing = AttributeError(f"{_as_written(full)} is not in backprop{advice}")
            missing.name = name  # or the interpreter adds a suggestion of its own
            raise missing from None


def _is_module(value: Any) -> bool:
    return isinstance(value, (ModuleType, SimpleNamespace))


def _as_written(name: str) -> str:
    """The name as far as the line that asks for it goes on: torch.fft.fft, where there is no torch.fft."""
    frame = sys._getframe(3)
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)
    rest = re.search(rf"\.{name.rpartition('.')[2]}((?:\.\w+)+)", line)
    return name + (rest.group(1) if rest else "")


class _Finder(MetaPathFinder, Loader):
    """Finds PyTorch's modules here."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        parent, _, name = fullname.rpartition(".")
        if fullname in PLACES:
            place = import_module(PLACES[fullname])
        elif parent and isinstance(sys.modules.get(parent), _Module):
            try:
                place = sys.modules[parent]._find(name)
            except AttributeError as error:
                # Without its name, by which the import system would take it for one that it need not tell of.
                raise ModuleNotFoundError(str(error)) from None
            if not _is_module(place):
                raise ModuleNotFoundError(f"{fullname} is not a module; write from {parent} import {name}")
        else:
            return None
        return ModuleSpec(fullname, self, is_package=True, loader_state=place)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name, spec.loader_state)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: it is there."""


_finder = _Finder()
