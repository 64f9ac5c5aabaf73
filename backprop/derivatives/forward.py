"""Forward mode: the derivative of a result along a direction of the inputs, carried through the graph from the leaves on.

Reverse mode gives Jᵀu, all derivatives of one number; forward mode gives J·e, all results along one direction. So it is
the cheaper one where a function has fewer inputs than outputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop.autograd.chain_rule import reverse_topological_order
from backprop.autograd.grad_mode import enable_grad
from backprop.autograd.node import Node
from backprop.autograd.tensor import Tensor, tensor_of, wrapped
from backprop.derivatives.higher import (
    Derived,
    Outcome,
    dual_level,
    each,
    gradients_of,
    inputs_of,
    moved_along,
    recorded,
)
from backprop.matrix import Matrix, trusted
from backprop.numbers.dual import slope_of, value_of


class Forward(Derived):
    """J·e, for directions of the inputs at ``places``, as an operation of all inputs and of these directions."""

    def rerun(self, values: Sequence[Any], inputs: Sequence[Any], constants: Any) -> Outcome:
        """(value, pullback, shape), as those of an operation."""
        count = len(self.inputs)
        x, directions = values[:count], dict(zip(self.places, values[count:]))
        with dual_level() as level:
            moved = [moved_along(a, directions.get(i), level) for i, a in enumerate(x)]
            value, _, shape = self.operation.rerun(moved, self.inputs, constants)
            tangent = each(slope_of, value, level)

        def pullback(u: Matrix) -> tuple[Any, ...]:
            needed = {*self.variables, *self.places}
            with dual_level() as level:
                moved = [moved_along(a, directions.get(i), level) for i, a in enumerate(x)]
                _, gradients = self.call(moved, constants, u, needed)
                seconds = [None if g is None else each(slope_of, g, level) for g in gradients]
                return (*seconds, *[each(value_of, gradients[place], level) for place in self.places])

        return tangent, pullback, shape


def _tangent(node: Node, directions: Sequence[Tensor | None]) -> Tensor:
    """J·e of the operation of a Node, for a direction of each input, None where it is 0, as a Tensor with a graph."""
    operation, constants = node.operation, node.constants or {}
    places = [i for i, e in enumerate(directions) if e is not None]
    if not hasattr(operation, "rerun"):  # a Function
        return operation.tangent(directions)  # type: ignore[no-any-return]
    if operation.piecewise_linear:  # whose J is diagonal, and so Jᵀ
        return gradients_of(node, directions[0], [0])[0]  # type: ignore[arg-type]
    if operation.linear and callable(operation):
        moved = [_zeros_like(x) if e is None else e for x, e in zip(node.inputs, directions)]
        return operation(*moved, **constants)  # type: ignore[no-any-return]
    if operation.factors.issuperset(places) and places and callable(operation):
        total: Any = None
        for place in places:
            moved = [tensor_of(x) if i in operation.factors else None for i, x in enumerate(inputs_of(node))]
            moved[place] = directions[place]
            part = operation(*moved, **constants)
            total = part if total is None else total + part
        return total  # type: ignore[no-any-return]
    forward = Forward(node, places)
    given: list[Any] = [directions[place] for place in places]
    inputs = (*forward.inputs, *[e._grad_fn or e for e in given])
    outcome = forward.rerun([*forward.values, *[e._matrix for e in given]], inputs, constants)
    return recorded(forward, inputs, constants, outcome, given[0]._dtype)


def _zeros_like(x: Any) -> Tensor | None:
    if x is None:
        return None
    return wrapped(trusted([[0.0] * len(x._matrix.rows[0])] * len(x._matrix.rows)), x._shape)


def push_forward(outputs: Sequence[Tensor], tangents: Mapping[Any, Tensor]) -> list[Tensor | None]:
    """The derivative of each output along the ``tangents`` of leaves and Nodes of its graph; None for one that depends on
    none of them."""
    found = dict(tangents)
    with enable_grad():
        for node in reversed(reverse_topological_order(*[y._grad_fn or y for y in outputs])):
            directions = [None if x is None else found.get(x) for x in node.inputs]
            if node not in found and any(e is not None for e in directions):
                found[node] = _tangent(node, directions)
    return [found.get(y._grad_fn or y) for y in outputs]
