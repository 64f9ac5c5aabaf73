"""Derivatives of functions: the Jacobian of one Tensor with respect to another."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.backward import propagate, reverse_topological_order
from backprop.autograd.cuts import recut
from backprop.autograd.tensor import Tensor, constant, free_graph
from backprop.matrix import Matrix, flatten, trusted

__all__ = ["jacobian"]


def jacobian(func: Callable[[Tensor], Tensor], inputs: Tensor | Matrix | Iterable[Any]) -> Tensor:
    """J with Jᵢⱼ = ∂yᵢ/∂xⱼ for y = func(x), x = ``inputs``: i are the axes of y, j those of x.

    It takes a backward pass for each entry of y.

    Raises ValueError where no graph leads from y to x: y does not depend on x, or only by numbers that were taken out of
    the graph, whose derivative is lost. TypeError for a ``func`` that gives no Tensor.

    >>> jacobian(lambda x: x * x, Tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    if not callable(func):
        raise TypeError(f"jacobian: func is a function of a Tensor, got {short(func)}; write jacobian(func, x)")
    leaf = (
        Tensor(inputs, requires_grad=True)
        if not isinstance(inputs, Tensor)
        else constant(inputs._matrix, inputs._shape)
    )
    leaf.requires_grad = True
    y = func(leaf)
    if not isinstance(y, Tensor):
        raise TypeError(f"jacobian: func gives a Tensor, got a {type(y).__name__}")
    start: Any = y.grad_fn or y
    order = reverse_topological_order(start)
    entries, rows = y._shape.numel(), len(y._matrix.rows)
    found = []
    for i in range(entries):
        unit = recut(trusted([[1 if k == i else 0 for k in range(entries)]]), rows)
        gradients = propagate(order, {start: unit})
        if leaf not in gradients:
            raise ValueError(
                "jacobian: func's result does not depend on x through the graph; data, detach(), no_grad() and the "
                "result of grad() cut it. Where y truly does not depend on x, J is zero"
            )
        found.append(flatten(gradients[leaf].rows))
    free_graph(order)
    return constant(trusted(found), (*y._shape, *leaf._shape), y._dtype)
