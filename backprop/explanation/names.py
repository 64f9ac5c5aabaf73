"""A name for each value of a computation: from the caller, from the model, or after its operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from reprlib import repr as short
from typing import Union

from backprop.autograd import Node, Tensor
from backprop.matrix import Matrix
from backprop.nn import Module
from backprop.nn.parameters import Parameter

Named = Union[Tensor, Matrix]
Value = Union[Node, Tensor]  # a result in the graph, or a leaf

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def names_of(
    values: Iterable[Value], model: Module | None, given: Mapping[str, Named], constants: Mapping[Value, str] = {}
) -> dict[Value, str]:
    """A name for each value: from ``given``, by the Tensor or its Matrix, or from the parameters of ``model``.

    All others are named after their operation, or as the ``constants`` are called, a Parameter w and another leaf x, and
    numbered where there are several of a kind. A constant number has no name.

    >>> a, b = Tensor(2, requires_grad=True), Tensor(3, requires_grad=True)
    >>> list(names_of([a, b, (a + b).grad_fn, (a * b).grad_fn, (b * a).grad_fn], None, {"a": a}).values())
    ['a', 'x', 'add', 'mul₁', 'mul₂']

    Raises ValueError for a given name of something else, and for two values with the same name.
    """
    values = list(values)
    names: dict[Value, str] = dict(_given_names(values, model, given))
    owners = {names[value]: value for value in values if value in names}
    for value in values:
        if value in names and value._matrix is not owners[names[value]]._matrix:
            raise ValueError(f"explain: two values are called {names[value]}")
    used = set(owners)
    kinds = {
        value: constants.get(value) or _kind(value) for value in values if value not in names and not _is_number(value)
    }
    several, numbers = Counter(kinds.values()), Counter[str]()
    for value, kind in kinds.items():
        name = kind
        while name in used or (name == kind and several[kind] > 1):
            numbers[kind] += 1
            name = kind + str(numbers[kind]).translate(_SUBSCRIPTS)
        names[value] = name
        used.add(name)
    return {value: names[value] for value in values if value in names}


def _given_names(values: list[Value], model: Module | None, given: Mapping[str, Named]) -> Iterator[tuple[Value, str]]:
    """The names from the model, then those of the caller, which replace them."""
    if model is not None:
        yield from ((parameter, name) for name, parameter in model.named_parameters())
    for name, own in given.items():
        if not isinstance(own, (Tensor, Matrix)):
            raise TypeError(f"explain: {name} names a Tensor or a Matrix of the computation, got {short(own)}")
        key: Named | Node = own if isinstance(own, Matrix) else own._grad_fn or own
        found = [value for value in values if value is key or value._matrix is key]
        if not found:
            raise ValueError(f"explain: {name} is no part of this computation")
        yield from ((value, name) for value in found)


def _kind(value: Value) -> str:
    if isinstance(value, Node):
        return value.called
    return "w" if isinstance(value, Parameter) else "x"


def _is_number(value: Value) -> bool:
    return not isinstance(value, Node) and not value.requires_grad and value.shape.numel() == 1
