"""The picture of a computation: its values as nodes, each below those it was computed from.

A value is a ``grad_fn``, which has ``inputs``, or a leaf Tensor, which has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from reprlib import repr as short
from typing import Any, Protocol, Union

from backprop.matrix import format_shape
from backprop.pictures.graph import Graph, Node


class Named(Protocol):
    """What knows the names of its parameters, as a Module does."""

    def named_parameters(self) -> Iterable[tuple[str, Any]]:
        """The name and the Tensor of each."""


Names = Union[Named, Mapping[str, Any]]


def picture_of(output: Any, names: Names | None) -> Graph:
    """The graph that ``output`` was computed by; ``names`` says how Tensors are called."""
    called = {tensor._grad_fn or tensor: name for name, tensor in _pairs(names)}
    order = _inputs_first(output)
    nodes = [_node(value, called.get(value)) for value in order]
    edges = [(order[source], j) for value, j in order.items() for source in _inputs(value)]
    return Graph(nodes, edges)


def _pairs(names: Any) -> Iterator[tuple[str, Any]]:
    if names is None:
        return
    if hasattr(names, "named_parameters"):
        names = dict(names.named_parameters())
    if not isinstance(names, Mapping):
        raise TypeError(f"graph(): names are a model or a dict of Tensors by their names, got {short(names)}")
    for name, tensor in names.items():
        if not hasattr(tensor, "_grad_fn"):
            raise TypeError(f"graph(): {name!r} names a Tensor of the computation, got {short(tensor)}")
        yield name, tensor


def _inputs(value: Any) -> list[Any]:
    """What a value was computed from; a leaf from nothing."""
    return [source for source in value.inputs if source is not None] if _is_computed(value) else []


def _is_computed(value: Any) -> bool:
    """Whether it is a node of the graph and no leaf; its class is asked, as a Tensor would search for a similar name."""
    return hasattr(type(value), "inputs")


def _inputs_first(output: Any) -> dict[Any, int]:
    """The positions of the values that ``output`` was computed from, each after its inputs, which keep their order."""
    order: dict[Any, int] = {}
    path = [output]
    while path:
        value = path[-1]
        if _is_computed(value) and value.pullbacks is None:
            raise RuntimeError("graph(): backward() has gone through this graph and freed it; draw it before")
        missing = [source for source in _inputs(value) if source not in order]
        if missing:
            path += reversed(missing)
        else:
            order.setdefault(path.pop(), len(order))
    return order


def _node(value: Any, name: str | None) -> Node:
    """What stands for a value in the picture of its graph; a number stands for itself."""
    shape = format_shape(value.shape) if value.shape else "scalar"
    if _is_computed(value):
        return Node(name or value.called, shape, "operation")
    kind = "parameter" if value.requires_grad else "constant"
    if kind == "constant" and value.shape.numel() == 1:
        name = name or f"{float(value.item()):.4g}"
    return Node(name or kind, shape, kind)
