"""Derivatives of functions: the Jacobian of one Tensor with respect to another."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.backward import propagate, reverse_topological_order
from backprop.autograd.tensor import Tensor, free_graph
from backprop.matrix import Matrix, flatten, trusted

__all__ = ["jacobian"]


def jacobian(func: Callable[[Tensor], Tensor], x: Tensor | Matrix | Iterable[Any]) -> Matrix:
    """J with Jᵢⱼ = ∂yᵢ/∂xⱼ for y = func(x), the entries of both counted row after row.

    y with m entries and x with n give J (m, n). It takes a backward pass for each entry of y.

    Raises ValueError where no graph leads from y to x: y does not depend on x, or only by numbers that were taken out of
    the graph, whose derivative is lost. TypeError for a ``func`` that gives no Tensor.

    >>> jacobian(lambda x: x * x, Matrix([[1, 2], [3, 4]]))
    Matrix([[2, 0, 0, 0], [0, 4, 0, 0], [0, 0, 6, 0], [0, 0, 0, 8]])
    """
    if not callable(func):
        raise TypeError(f"jacobian: func is a function of a Tensor, got {short(func)}; write jacobian(func, x)")
    leaf = Tensor(x.data if isinstance(x, Tensor) else x, requires_grad=True)
    y = func(leaf)
    if not isinstance(y, Tensor):
        raise TypeError(f"jacobian: func gives a Tensor, got a {type(y).__name__}")
    entries = y.shape[0] * y.shape[1]
    order = reverse_topological_order(y)
    rows = []
    for i in range(entries):
        unit = Matrix.from_flat([1 if k == i else 0 for k in range(entries)], *y.shape)
        gradients = propagate(order, {y: unit})
        if leaf not in gradients:
            raise ValueError(
                "jacobian: func's result does not depend on x through the graph; data, detach(), no_grad() and the "
                "result of grad() cut it. Where y truly does not depend on x, J is Matrix.zeros(m, n)"
            )
        rows.append(flatten(gradients[leaf].rows))
    free_graph(order)
    return trusted(rows)
