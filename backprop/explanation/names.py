"""A name for each value of a computation: from the caller, from the model, or after its operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from reprlib import repr as short
from typing import Union

from backprop.autograd import Tensor
from backprop.matrix import Matrix
from backprop.nn import Module
from backprop.nn.parameters import Parameter

Named = Union[Tensor, Matrix]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def names_of(tensors: Iterable[Tensor], model: Module | None, given: Mapping[str, Named]) -> dict[Tensor, str]:
    """A name for each Tensor: from ``given``, by the Tensor or its Matrix, or from the parameters of ``model``.

    All others are named after their operation, a Parameter w and another leaf x, and numbered where there are several
    of a kind. A constant number has no name.

    >>> a, b = Tensor(2, requires_grad=True), Tensor(3, requires_grad=True)
    >>> list(names_of([a, b, a + b, a * b, b * a], None, {"a": a}).values())
    ['a', 'x', 'add', 'mul₁', 'mul₂']

    Raises ValueError for a given name of something else, and for two values with the same name.
    """
    tensors = list(tensors)
    names: dict[Tensor, str] = dict(_given_names(tensors, model, given))
    owners = {names[tensor]: tensor for tensor in tensors if tensor in names}
    for tensor in tensors:
        if tensor in names and tensor.matrix is not owners[names[tensor]].matrix:
            raise ValueError(f"explain: two values are called {names[tensor]}")
    used = set(owners)
    kinds = {tensor: _kind(tensor) for tensor in tensors if tensor not in names and not _is_number(tensor)}
    several, numbers = Counter(kinds.values()), Counter[str]()
    for tensor, kind in kinds.items():
        name = kind
        while name in used or (name == kind and several[kind] > 1):
            numbers[kind] += 1
            name = kind + str(numbers[kind]).translate(_SUBSCRIPTS)
        names[tensor] = name
        used.add(name)
    return {tensor: names[tensor] for tensor in tensors if tensor in names}


def _given_names(
    tensors: list[Tensor], model: Module | None, given: Mapping[str, Named]
) -> Iterator[tuple[Tensor, str]]:
    """The names from the model, then those of the caller, which replace them."""
    if model is not None:
        yield from ((parameter, name) for name, parameter in model.named_parameters())
    for name, own in given.items():
        if not isinstance(own, (Tensor, Matrix)):
            raise TypeError(f"explain: {name} names a Tensor or a Matrix of the computation, got {short(own)}")
        found = [tensor for tensor in tensors if tensor is own or tensor.matrix is own]
        if not found:
            raise ValueError(f"explain: {name} is no part of this computation")
        yield from ((tensor, name) for tensor in found)


def _kind(tensor: Tensor) -> str:
    if tensor.operation is not None:
        return tensor.operation.__name__
    return "w" if isinstance(tensor, Parameter) else "x"


def _is_number(tensor: Tensor) -> bool:
    return tensor.operation is None and not tensor.requires_grad and tensor.shape == (1, 1)
