"""Parametrizations: an attribute of a module, as its weight, is computed by a module of one's own at each use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from backprop.autograd import Tensor, no_grad
from backprop.nn.containers import ModuleDict, ModuleList, check_modules
from backprop.nn.module import Module
from backprop.nn.parameters import Parameter
from backprop.validation import ArgumentError, check_bool


class _Cache(local):
    values: dict[tuple[int, str], Tensor] | None = None  # None outside of cached(), in each thread by itself


_cache = _Cache()


def register_parametrization(module: Any, tensor_name: str, parametrization: Module, *, unsafe: bool = False) -> Any:
    """Let ``module.weight`` be ``parametrization(original)``, for ``tensor_name`` "weight"; gives the module.

    What is learned is ``module.parametrizations.weight.original``. A ``right_inverse`` of the parametrization says what it
    starts with, and makes it possible to assign to ``module.weight``; where it gives several Tensors they are ``original0``,
    ``original1``, … Several parametrizations are applied one after the other.

    Raises ArgumentError where the module has no such parameter or buffer, or, unless ``unsafe``, where the shape or the
    dtype would become another.

    >>> from backprop.nn import Linear
    >>> class Symmetric(Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).T
    >>> layer = register_parametrization(Linear(2, 2), "weight", Symmetric())
    >>> layer.weight.equal(layer.weight.T), [name for name, _ in layer.named_parameters()]
    (True, ['bias', 'parametrizations.weight.original'])
    """
    check_modules("register_parametrization", module=module, parametrization=parametrization)
    check_bool("register_parametrization", unsafe=unsafe)
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        before = getattr(module, tensor_name)
        module.parametrizations[tensor_name].append(parametrization)
    else:
        if tensor_name not in {*module._parameters, *module._buffers}:
            raise ArgumentError(
                f"register_parametrization: {module._get_name()} has no parameter or buffer {tensor_name!r}"
            )
        before = getattr(module, tensor_name)
        own = ParametrizationList(parametrization, before)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            kind = type(module)
            module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), {"__module__": kind.__module__})
            module.parametrizations = ModuleDict()
        module.parametrizations[tensor_name] = own
        setattr(type(module), tensor_name, _parametrized(tensor_name))
    after = getattr(module, tensor_name)
    if not unsafe and (after.shape, after.dtype) != (before.shape, before.dtype):
        raise ArgumentError(
            f"register_parametrization: {tensor_name} keeps its shape and its dtype, {list(before.shape)} and "
            f"{before.dtype}, the parametrization gave {list(after.shape)} and {after.dtype}; write unsafe=True to allow it"
        )
    return module


def _parametrized(name: str) -> property:
    def get(module: Any) -> Any:
        if _cache.values is None:
            return module.parametrizations[name]()
        key = id(module), name
        if key not in _cache.values:
            _cache.values[key] = module.parametrizations[name]()
        return _cache.values[key]

    def set(module: Any, value: Tensor) -> None:
        module.parametrizations[name].right_inverse(value)

    return property(get, set)


class ParametrizationList(ModuleList):
    """The parametrizations of one attribute, and what they are applied to, ``original`` or ``original0``, ``original1``, …"""

    def __init__(self, parametrization: Module, value: Tensor) -> None:
        super().__init__([parametrization])
        with no_grad():
            start = getattr(parametrization, "right_inverse", lambda own: own)(value)
        self.is_tensor = isinstance(start, Tensor)
        if self.is_tensor:
            value.data = start
            self._have("original", value)
        else:
            for i, part in enumerate(start):
                like = Parameter(part, value.requires_grad) if isinstance(value, Parameter) else part
                self._have(f"original{i}", like)
        self.ntensors = 1 if self.is_tensor else len(start)

    def _have(self, name: str, value: Tensor) -> None:
        if isinstance(value, Parameter):
            self.register_parameter(name, value)
        else:
            self.register_buffer(name, value)

    def _originals(self) -> list[Any]:
        names = ["original"] if self.is_tensor else [f"original{i}" for i in range(self.ntensors)]
        return [getattr(self, name) for name in names]

    def forward(self) -> Any:
        first, *others = self
        value = first(*self._originals())
        for parametrization in others:
            value = parametrization(value)
        return value

    def right_inverse(self, value: Tensor) -> None:
        """Set the originals so that ``value`` comes out."""
        with no_grad():
            for parametrization in reversed(list(self)):
                if not hasattr(parametrization, "right_inverse"):
                    raise ArgumentError(
                        f"{parametrization._get_name()} has no right_inverse, which is needed to set a value"
                    )
                value = parametrization.right_inverse(value)
        for original, part in zip(self._originals(), [value] if self.is_tensor else value):
            original.data = part


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether the module has parametrizations, or one of this attribute."""
    own = module._modules.get("parametrizations")
    return bool(own) if tensor_name is None else own is not None and tensor_name in own


def remove_parametrizations(module: Any, tensor_name: str, leave_parametrized: bool = True) -> Any:
    """Have a plain parameter again, with the value that the parametrizations give it now, or with
    ``leave_parametrized=False`` the original."""
    if not is_parametrized(module, tensor_name):
        raise ArgumentError(f"remove_parametrizations: {tensor_name} of {module._get_name()} has no parametrization")
    own = module.parametrizations[tensor_name]
    if not leave_parametrized and not own.is_tensor:
        raise ArgumentError(
            f"remove_parametrizations: {tensor_name} has no single original; leave leave_parametrized out"
        )
    value = getattr(module, tensor_name)
    if own.is_tensor:
        original = own.original
        if leave_parametrized:
            original.data = value.detach()
    else:
        original = Parameter(value.detach()) if value.requires_grad else value
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__bases__[0]
    if isinstance(original, Parameter):
        module.register_parameter(tensor_name, original)
    else:
        module.register_buffer(tensor_name, original)
    return module


@contextmanager
def cached() -> Iterator[None]:
    """In it each parametrized attribute is computed once, at its first use."""
    before = _cache.values
    _cache.values = {} if before is None else before
    try:
        yield
    finally:
        _cache.values = before
