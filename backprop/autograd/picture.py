"""The picture of a computation: its Tensors as nodes, each below those it was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from reprlib import repr as short
from typing import Any, Protocol, Union

from backprop.autograd.backward import Value
from backprop.matrix import format_shape
from backprop.pictures import Graph, Node


class Named(Protocol):
    """What knows the names of its parameters, as a Module does."""

    def named_parameters(self) -> Iterable[tuple[str, Any]]:
        """The name and the Tensor of each."""


Names = Union[Named, Mapping[str, Any]]


def picture_of(output: Value, names: Names | None) -> Graph:
    """The graph that ``output`` was computed by; ``names`` says how Tensors are called."""
    called = {tensor: name for name, tensor in _pairs(names)}
    order = _inputs_first(output)
    nodes = [_node(tensor, called.get(tensor)) for tensor in order]
    edges = [(order[source], j) for tensor, j in order.items() for source in tensor.inputs if source is not None]
    return Graph(nodes, edges)


def _pairs(names: Any) -> Iterator[tuple[str, Value]]:
    if names is None:
        return
    if hasattr(names, "named_parameters"):
        names = dict(names.named_parameters())
    if not isinstance(names, Mapping):
        raise TypeError(f"graph(): names are a model or a dict of Tensors by their names, got {short(names)}")
    for name, tensor in names.items():
        if not hasattr(tensor, "inputs"):
            raise TypeError(f"graph(): {name!r} names a Tensor of the computation, got {short(tensor)}")
        yield name, tensor


def _inputs_first(output: Value) -> dict[Value, int]:
    """The positions of the Tensors that ``output`` was computed from, each after its inputs, which keep their order."""
    order: dict[Value, int] = {}
    path = [output]
    while path:
        tensor = path[-1]
        if tensor.operation is not None and tensor.pullbacks is None:
            raise RuntimeError("graph(): backward() has gone through this graph and freed it; draw it before")
        missing = [source for source in tensor.inputs if source is not None and source not in order]
        if missing:
            path += reversed(missing)
        else:
            order.setdefault(path.pop(), len(order))
    return order


def _node(tensor: Value, name: str | None) -> Node:
    """What stands for a Tensor in the picture of its graph; a number stands for itself."""
    kind = "operation" if tensor.operation is not None else "parameter" if tensor._requires_grad else "constant"
    if tensor.operation is not None:
        name = name or tensor.operation.__name__
    elif kind == "constant" and tensor._data.shape == (1, 1):
        name = name or f"{float(tensor._data.item()):.4g}"
    return Node(name or kind, format_shape(tensor._data.shape), kind)
