"""What each value of a computation is called: as the caller or the model names it, or after its operation."""

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

_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def names_of(tensors: Iterable[Tensor], model: Module | None, given: Mapping[str, Named]) -> dict[Tensor, str]:
    """A name for each: that in ``given``, for the Tensor or its Matrix, or else that of the parameter in ``model``.

    The others are called after the operation that made them, w for a Parameter and x for another leaf, and numbered
    where there are several of a kind. A constant number has no name but itself.

    >>> a, b = Tensor(2, requires_grad=True), Tensor(3, requires_grad=True)
    >>> list(names_of([a, b, a + b, a * b, b * a], None, {"a": a}).values())
    ['a', 'x', 'add', 'mul₁', 'mul₂']

    Raises ValueError for a given name that is that of none of them, and for two that are called the same.
    """
    tensors = list(tensors)
    names: dict[Tensor, str] = dict(_chosen(tensors, model, given))
    owners = {names[tensor]: tensor for tensor in tensors if tensor in names}
    for tensor in tensors:
        if tensor in names and tensor.data is not owners[names[tensor]].data:
            raise ValueError(f"explain: two values are called {names[tensor]}")
    taken = set(owners)
    kinds = {tensor: _kind(tensor) for tensor in tensors if tensor not in names and not _is_number(tensor)}
    several, numbers = Counter(kinds.values()), Counter[str]()
    for tensor, kind in kinds.items():
        name = kind
        while name in taken or (name == kind and several[kind] > 1):
            numbers[kind] += 1
            name = kind + str(numbers[kind]).translate(_LOW)
        names[tensor] = name
        taken.add(name)
    return {tensor: names[tensor] for tensor in tensors if tensor in names}


def _chosen(tensors: list[Tensor], model: Module | None, given: Mapping[str, Named]) -> Iterator[tuple[Tensor, str]]:
    """The names from the model, then those of the caller, which come before them."""
    if model is not None:
        yield from ((parameter, name) for name, parameter in model.named_parameters())
    for name, own in given.items():
        if not isinstance(own, (Tensor, Matrix)):
            raise TypeError(f"explain: {name} names a Tensor or a Matrix of the computation, got {short(own)}")
        found = [tensor for tensor in tensors if tensor is own or tensor.data is own]
        if not found:
            raise ValueError(f"explain: {name} is no part of this computation")
        yield from ((tensor, name) for tensor in found)


def _kind(tensor: Tensor) -> str:
    if tensor.operation is not None:
        return tensor.operation.__name__
    return "w" if isinstance(tensor, Parameter) else "x"


def _is_number(tensor: Tensor) -> bool:
    return tensor.operation is None and not tensor.requires_grad and tensor.shape == (1, 1)
