"""Objects of classes in .pt files, as whole Modules: they are made bare, and given the attributes that the file has.

A class is one that the program allowed, or with ``weights_only=False`` any Module, of ``backprop.nn`` or defined by the
program by now. For a file nothing is imported from outside of this library, no ``__init__`` and no other method of a class
is called, and an attribute is a plain value, a Tensor, such an object, a Generator or a function.
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
from backprop.storage.safe_globals import allowed
from backprop.storage.unpickling import Name, shortened


class ObjectUnpickler(TensorUnpickler):
    """Reads what TensorUnpickler does, and objects of the classes that the program allowed."""

    def __init__(self, record: Callable[[str, int, str], bytes], size: int) -> None:
        super().__init__(record, size)
        self._found: dict[str, Any] = {}
        self._calls["backprop.random.Generator"] = Generator, ()

    def look_up(self, name: str) -> Any:
        """The class or the function of this name, or None."""
        return allowed.get(name)

    def named(self, name: str) -> Any:
        found = self._found[name] if name in self._found else self.look_up(name)
        if found is None:
            return super().named(name)
        if hasattr(found, "__del__") or hasattr(found, "__setstate__"):
            raise UnpicklingError(
                f"it has a whole {shortened(name)}, whose __del__ or __setstate__ would run; save its state_dict() instead"
            )
        self._found[name] = found
        return Name(name) if isinstance(found, type) else found

    def created(self, name: Name, arguments: tuple[Any, ...]) -> Any:
        if name not in self._found or arguments:
            super().created(name, arguments)
        try:
            return object.__new__(self._found[name])
        except TypeError as error:
            raise UnpicklingError(f"it has a {shortened(name)}, which cannot be made: {error}") from None

    def set_state(self, value: Any, state: Any) -> None:
        if isinstance(value, Generator):
            try:
                value.setstate(state)
            except (TypeError, ValueError):
                raise UnpicklingError("it has a Generator of a state that is none") from None
        elif type(value) in self._found.values() and type(state) is dict and set(map(type, state)) <= {str}:
            self._spend("values", len(state))
            vars(value).update(state)
        else:
            super().set_state(value, state)


class ModuleUnpickler(ObjectUnpickler):
    """Reads what ObjectUnpickler does, and whole Modules, with the functions of this library in them."""

    unknown = "which is neither a Module of a class that is here nor a plain value; save its state_dict() or its values"

    def look_up(self, name: str) -> Any:
        last = name.rpartition(".")[2]
        packages: tuple[Any, ...] = (nn.functional, tensors)
        found = [getattr(package, last) for package in packages if last in package.__all__]
        found = [function for function in found if isinstance(function, FunctionType)]
        if last in dir(nn):
            getattr(nn, last)  # which is imported when it is first asked for
        for value in (*reversed([*_subclasses(Module)]), *found):  # of several classes of one name the last
            if f"{value.__module__}.{value.__qualname__}" == name:
                return value
        return super().look_up(name)


def _subclasses(kind: type) -> Iterator[type]:
    below: type
    for below in type.__subclasses__(kind):
        yield below
        yield from _subclasses(below)
