"""Nests: Tensors in tuples, lists and dicts, as functions take and give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

from backprop.autograd.tensor import Tensor


def leaves(nest: Any) -> Iterator[Tensor]:
    """The Tensors in it, in their order.

    >>> [x.item() for x in leaves({"a": Tensor(1.0), "b": [Tensor(2.0), "text"]})]
    [1.0, 2.0]
    """
    if isinstance(nest, Tensor):
        yield nest
    elif isinstance(nest, (tuple, list)):
        for item in nest:
            yield from leaves(item)
    elif isinstance(nest, dict):
        yield from leaves(list(nest.values()))


def mapped(function: Callable[[Tensor], Any], nest: Any) -> Any:
    """The same nest with the function of each Tensor in its place."""
    if isinstance(nest, Tensor):
        return function(nest)
    if isinstance(nest, (tuple, list)):
        items = [mapped(function, item) for item in nest]
        return type(nest)(*items) if hasattr(nest, "_fields") else type(nest)(items)
    if isinstance(nest, dict):
        return type(nest)((key, mapped(function, value)) for key, value in nest.items())
    return nest


def rebuilt(nest: Any, found: Iterator[Any]) -> Any:
    """The same nest with the next of ``found`` in the place of each Tensor."""
    return mapped(lambda _: next(found), nest)
