"""Whole Modules in .pt files: objects of classes that are here already, given the attributes that the file has.

A class is looked for among those of ``backprop.nn`` and those that the program has defined by now. For a file nothing is
imported from outside of this library, no ``__init__`` and no other method of a class is called, and an attribute is a plain
value, a Tensor, a Module, a Generator or a function of this library.
"""

from __future__ import annotations

from collections.abc import Iterator
from pickle import UnpicklingError
from types import FunctionType
from typing import Any, Callable

from backprop import nn, tensors
from backprop.nn.module import Module
from backprop.random import Generator
from backprop.storage.names import TensorUnpickler
from backprop.storage.unpickling import Name, shortened


class ModuleUnpickler(TensorUnpickler):
    """Reads what TensorUnpickler does, and whole Modules."""

    unknown = "which is neither a Module of a class that is here nor a plain value; save its state_dict() or its values"

    def __init__(self, record: Callable[[str, int, str], bytes], size: int) -> None:
        super().__init__(record, size)
        self._classes: dict[str, type] = {}
        self._calls["backprop.random.Generator"] = Generator, ()

    def named(self, name: str) -> Any:
        last = name.rpartition(".")[2]
        packages: tuple[Any, ...] = (nn.functional, tensors)
        for package in packages:
            function = getattr(package, last) if last in package.__all__ else None
            if isinstance(function, FunctionType) and f"{function.__module__}.{function.__qualname__}" == name:
                return function
        if last in dir(nn):
            getattr(nn, last)  # which is imported when it is first asked for
        for kind in _subclasses(Module) if name not in self._classes else ():
            if f"{kind.__module__}.{kind.__qualname__}" == name:
                if hasattr(kind, "__del__") or hasattr(kind, "__setstate__"):
                    raise UnpicklingError(
                        f"it has a whole {shortened(name)}, whose __del__ or __setstate__ would run; "
                        "save its state_dict() instead"
                    )
                self._classes[name] = kind  # of several of one name the last
        return Name(name) if name in self._classes else super().named(name)

    def created(self, name: Name, arguments: tuple[Any, ...]) -> Any:
        if name not in self._classes or arguments:
            super().created(name, arguments)
        try:
            return object.__new__(self._classes[name])
        except TypeError as error:
            raise UnpicklingError(f"it has a {shortened(name)}, which cannot be made: {error}") from None

    def set_state(self, value: Any, state: Any) -> None:
        if isinstance(value, Generator):
            try:
                value.setstate(state)
            except (TypeError, ValueError):
                raise UnpicklingError("it has a Generator of a state that is none") from None
        elif isinstance(value, Module) and type(state) is dict and set(map(type, state)) <= {str}:
            self._spend("values", len(state))
            vars(value).update(state)
        else:
            super().set_state(value, state)


def _subclasses(kind: type) -> Iterator[type]:
    below: type
    for below in type.__subclasses__(kind):
        yield below
        yield from _subclasses(below)
