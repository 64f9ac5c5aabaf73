"""What flows where in the backward pass: the gradient of each value, and the part of it that goes on to each input."""

from __future__ import annotations

from typing import Any

from backprop.autograd.chain_rule import (
    check_not_freed,
    propagate,
    pullbacks_of,
    reverse_topological_order,
    starting_gradient,
)
from backprop.matrix import Matrix


def flow(output: Any) -> dict[Any, tuple[Matrix, list[Matrix | None]]]:
    """The gradient of each value that the number ``output`` depends on, and what goes on from it to each of its inputs,
    None to one that needs no gradient."""
    last = output._grad_fn or output
    order = reverse_topological_order(last)
    check_not_freed(order)
    gradients = propagate(order, {last: starting_gradient(output)}, set(order))
    found: dict[Any, tuple[Matrix, list[Matrix | None]]] = {value: (own, []) for value, own in gradients.items()}
    for value in order:
        if value in gradients:
            pairs = zip(value.inputs, pullbacks_of(value.pullbacks, gradients[value], value.inputs, value.called))
            found[value][1][:] = [
                pullback(gradients[value]) if source._requires_grad else None
                for source, pullback in pairs
                if source is not None
            ]
    return found
