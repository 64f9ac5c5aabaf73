"""A call of a function of Tensors, and the derivatives of its results by backward passes and by forward ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from backprop.autograd.gradients import grad
from backprop.autograd.node import Node
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, constant, wrapped
from backprop.derivatives.forward import push_forward
from backprop.derivatives.nests import leaves, mapped, rebuilt
from backprop.derivatives.packing import stacked
from backprop.matrix import trusted


class Call:
    """The call ``func(*args, **kwargs)`` with the Tensors of the arguments at ``argnums`` as variables; with ``has_aux``
    func gives (its result, other).

    The derivatives have graphs only where ``create_graph`` asks for them and the result depends on more than these
    variables: on what the caller can differentiate with respect to.
    """

    result: Any
    aux: Any

    def __init__(
        self,
        func: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        argnums: int | Sequence[int],
        has_aux: bool = False,
        create_graph: bool = True,
    ) -> None:
        places = [argnums] if isinstance(argnums, int) else list(argnums)
        moved = list(args)
        for place in places:
            moved[place] = mapped(variable, args[place])
        self.chosen = moved[places[0]] if isinstance(argnums, int) else tuple([moved[place] for place in places])
        self.variables = list(leaves(self.chosen))
        result = func(*moved, **kwargs)
        self.result, self.aux = result if has_aux else (result, None)
        self.outputs = list(leaves(self.result))
        self._own = {id(x) for x in self.variables if x.is_leaf}
        self.create_graph = create_graph and any(leads_elsewhere(y, self._own) for y in self.outputs)

    def inputs_as(self, found: Iterable[Any]) -> Any:
        """One for each variable, as the arguments hold them."""
        return rebuilt(self.chosen, iter(found))

    def outputs_as(self, found: Iterable[Any]) -> Any:
        """One for each output, as the result holds them."""
        return rebuilt(self.result, iter(found))

    def backward(self, upstream: Iterable[Tensor]) -> list[Tensor]:
        """The gradients of the variables, 0 for one that nothing depends on."""
        pairs = [(y, u) for y, u in zip(self.outputs, upstream) if y.requires_grad]
        found: Sequence[Any] = [None] * len(self.variables)
        if pairs and self.variables:
            outputs, given = map(list, zip(*pairs))
            found = grad(
                outputs, self.variables, given, retain_graph=True, create_graph=self.create_graph, allow_unused=True
            )
        return [self.or_zero(g, x) for g, x in zip(found, self.variables)]

    def forward(self, directions: Iterable[Tensor]) -> list[Tensor]:
        """The derivatives of the outputs along directions of the variables."""
        found = push_forward(self.outputs, {x._grad_fn or x: e for x, e in zip(self.variables, directions)})
        return [self.or_zero(t, y) for t, y in zip(found, self.outputs)]

    def or_zero(self, found: Tensor | None, like: Tensor) -> Tensor:
        """The derivative, or 0 in the shape of ``like``."""
        return _zeros_like(like) if found is None else found

    def backward_rows(self) -> Any:
        """The Jacobian of each output with respect to each variable, a row for each entry of the output."""
        found = []
        for y in self.outputs:
            rows = [
                self.backward([unit if other is y else _zeros_like(other) for other in self.outputs])
                for unit in _units(y)
            ]
            found.append(self.inputs_as([_joined(parts, y, x) for x, parts in zip(self.variables, zip(*rows))]))
        return self.outputs_as(found)

    def forward_rows(self) -> Any:
        """The same by a column for each entry of each variable."""
        columns = []
        for x in self.variables:
            moved = [
                self.forward([unit if other is x else _zeros_like(other) for other in self.variables])
                for unit in _units(x)
            ]
            columns.append([_joined(parts, y, x, True) for y, parts in zip(self.outputs, zip(*moved))])
        return self.outputs_as(map(self.inputs_as, zip(*columns)))

    def released(self, nest: Any) -> Any:
        """The Tensors without the graphs that lead to the variables alone: to nothing that the caller has."""
        return mapped(lambda y: y if self.create_graph and leads_elsewhere(y, self._own) else y.detach(), nest)


def leads_elsewhere(y: Tensor, own: set[int]) -> bool:
    """Whether there is a leaf in its graph that requires a gradient and whose id is not among its ``own``."""
    seen: set[Any] = set()
    todo: list[Any] = [y._grad_fn or y]
    while todo:
        source = todo.pop()
        if source is None or source in seen or not source._requires_grad:
            continue
        seen.add(source)
        if isinstance(source, Node):
            todo += source.inputs
        elif id(source) not in own:
            return True
    return False


def variable(x: Tensor) -> Tensor:
    """The same value as a variable of its own; of one that belongs to a graph the derivatives go on into this."""
    return x.view_as(x) if x.requires_grad else x.detach().clone().requires_grad_()


def _zeros_like(like: Tensor) -> Tensor:
    rows = like._matrix.rows
    return wrapped(trusted([[0.0] * len(rows[0])] * len(rows)), like._shape, like._dtype)


def _units(like: Tensor) -> list[Tensor]:
    """For each entry the Tensor that is 1 there and else 0."""
    count = like._shape.numel()
    return [
        constant(trusted([[1 if k == i else 0 for k in range(count)]]), like._shape, like._dtype) for i in range(count)
    ]


def _joined(parts: Sequence[Tensor], y: Tensor, x: Tensor, as_columns: bool = False) -> Tensor:
    return stacked(*parts, shape=trusted_size((*y._shape, *x._shape)), as_columns=as_columns)
