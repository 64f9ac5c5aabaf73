"""Derivatives of functions: the Jacobian of one Tensor with respect to another."""

from __future__ import annotations

from collections.abc import Iterable
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.gradients import grad
from backprop.autograd.tensor import Tensor, constant
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
    x = (inputs if isinstance(inputs, Tensor) else Tensor(inputs)).detach().requires_grad_()
    y = func(x)
    if not isinstance(y, Tensor):
        raise TypeError(f"jacobian: func gives a Tensor, got a {type(y).__name__}")
    count, rows = y._shape.numel(), []
    for i in range(count):
        unit = constant(trusted([[1 if k == i else 0 for k in range(count)]]), y._shape)
        row = grad(y, x, unit, retain_graph=i < count - 1, allow_unused=True)[0] if y.requires_grad else None
        if row is None:
            raise ValueError(
                "jacobian: func's result does not depend on x through the graph; data, detach(), no_grad() and the "
                "result of grad() cut it. Where y truly does not depend on x, J is zero"
            )
        rows.append(flatten(row._matrix.rows))
    return constant(trusted(rows), (*y._shape, *x._shape), y._dtype)
