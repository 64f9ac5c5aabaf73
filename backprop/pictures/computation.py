"""The picture of a computation: its values as nodes, each below those it was computed from.

A value is a ``grad_fn``, which has ``inputs``, or a leaf Tensor, which has none.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from reprlib import repr as short
from typing import Any, Protocol, Union

from backprop.matrix import Matrix, format_shape
from backprop.pictures.graph import Graph, Node
from backprop.pictures.graph_groups import Group
from backprop.pictures.layers import layers_of, owners, runs_of


class Named(Protocol):
    """What knows the names of its parameters, as a Module does."""

    def named_parameters(self) -> Iterable[tuple[str, Any]]:
        """The name and the Tensor of each."""


Names = Union[Named, Mapping[str, Any]]


def picture_of(
    outputs: Sequence[Any],
    names: Names | None,
    *,
    gradients: Mapping[Any, tuple[Matrix, Sequence[Matrix | None]]] | None = None,
    groups: Iterable[tuple[str, Collection[Any]]] = (),
    inputs: Collection[Any] = (),
) -> Graph:
    """The graph that the ``outputs`` were computed by; ``names`` says how Tensors are called.

    ``gradients`` are those of the values, each with what goes on to the inputs; with them the values are shown, not their
    shapes. ``groups`` are the names of modules, each with the values that it computed; if not given those of a model that the
    ``names`` are from. ``inputs`` are what a model was given.
    """
    called = {tensor._grad_fn or tensor: name for name, tensor in _pairs(names)}
    order = _inputs_first(outputs)
    nodes = [_node(value, called.get(value), value in inputs) for value in order]
    given = set(inputs)
    if not groups and names is not None and hasattr(names, "named_parameters"):
        computed = list(filter(_is_computed, order))
        groups = runs_of(computed, layers_of(computed, owners(names.named_parameters())))
        given.update(value for value in order if not value.requires_grad)
    framed = list(_frames(nodes, order, groups, given))
    if gradients is None:
        return Graph(nodes, [(order[source], j) for value, j in order.items() for source in _inputs(value)], framed)
    edges = []
    for value, i in order.items():
        gradient, passed_on = gradients.get(value, (None, ()))
        own = "" if gradient is None else f"∂ {_in_short(gradient)}"
        nodes[i] = nodes[i]._replace(note=_in_short(value.matrix), gradient=own)
        for source, part in zip_longest(_inputs(value), passed_on):
            edges.append((order[source], i, "" if part is None else _in_short(part)))
    return Graph(nodes, edges, framed)


def _frames(
    nodes: list[Node], order: Mapping[Any, int], groups: Iterable[tuple[str, Collection[Any]]], given: Collection[Any]
) -> Iterator[Group]:
    """A frame for each module that has several values: those that it computed, and the leaves that are used nowhere else,
    unless they are ``given``. What is in it loses the name of the module."""
    users: dict[Any, set[Any]] = {}
    for value in order:
        for source in _inputs(value):
            if not _is_computed(source) and source not in given:
                users.setdefault(source, set()).add(value)
    framed = []
    for name, computed in groups:
        own = set(computed)
        own.update([leaf for leaf, by in users.items() if by <= own])
        framed.append((name, sorted(order[value] for value in own)))
    framed = [(name, members) for name, members in framed if len(members) > 1]
    for name, members in sorted(framed, key=lambda group: -len(group[0])):  # the innermost name first
        for i in members:
            nodes[i] = nodes[i]._replace(name=nodes[i].name.removeprefix(f"{name}."))
    for name, members in framed:
        outer = max((other for other, _ in framed if name.startswith(f"{other}.")), key=len, default="")
        yield Group(name.removeprefix(f"{outer}."), members)


def _in_short(matrix: Matrix) -> str:
    """A few numbers to three digits; of more their Euclidean norm.

    >>> _in_short(Matrix([[0.5, -1.0]])), _in_short(Matrix([[3.0, 0.0], [0.0, 4.0]]))
    ('0.5, −1', '‖5‖')
    """
    numbers = [float(x) for row in matrix.rows for x in row]
    few = len(numbers) <= 3
    text = ", ".join(f"{x + 0.0:.3g}" for x in (numbers if few else [math.hypot(*numbers)])).replace("-", "−")
    return text if few else f"‖{text}‖"


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


def _inputs_first(outputs: Sequence[Any]) -> dict[Any, int]:
    """The positions of the values that ``outputs`` were computed from, each after its inputs, which keep their order."""
    order: dict[Any, int] = {}
    path = list(reversed(outputs))
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


def _node(value: Any, name: str | None, is_input: bool) -> Node:
    """What stands for a value in the picture of its graph; a number stands for itself."""
    shape = format_shape(value.shape) if value.shape else "scalar"
    if _is_computed(value):
        return Node(name or value.called, shape, "operation")
    kind = "input" if is_input else "parameter" if value.requires_grad else "constant"
    if kind == "constant" and value.shape.numel() == 1:
        name = name or f"{float(value.item()):.4g}"
    return Node(name or kind, shape, kind)
