"""Gradients as values: of anything with respect to anything it was computed from, with no ``grad`` touched.

That is how one asks what an input does: which pixels a decision hangs on, which small change would turn it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

from backprop.matrix import Matrix, flattened, trusted
from backprop.tensor import Tensor, let_go, pull_back, reverse_topological_order, starting_gradient


def grad(output: Tensor, inputs: Tensor | Iterable[Tensor], grad_output: Matrix | None = None) -> tuple[Matrix, ...]:
    """∂L/∂input for each of ``inputs``, leaves or values on the way, where L is ``output``, a single number.

    An output of more entries needs ``grad_output``, ∂L/∂output, to start from. As in ``backward()`` the graph is let
    go afterwards; unlike there no ``grad`` changes.

    Raises TypeError for what is not a Tensor, ValueError for an input that ``output`` does not depend on, and what
    ``backward()`` raises.

    >>> x = Tensor([[1.0, 2.0]], requires_grad=True)
    >>> square = x * x
    >>> grad((square * square).sum(), [x, square])
    (Matrix([[4.0, 32.0]]), Matrix([[2.0, 8.0]]))
    """
    wanted = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    for tensor in (output, *wanted):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"grad needs Tensors, got {tensor!r}")
    upstream = starting_gradient(output, grad_output)
    order = reverse_topological_order(output)
    gradients = pull_back(order, {output: upstream}, set(wanted))
    for k, tensor in enumerate(wanted):
        if tensor not in gradients:
            raise ValueError(f"grad: the output does not depend on input {k}, or that does not require a gradient")
    let_go(order)
    return tuple(gradients[tensor] for tensor in wanted)


def jacobian(func: Callable[[Tensor], Tensor], x: Tensor | Matrix | Iterable[Any]) -> Matrix:
    """J with Jᵢⱼ = ∂yᵢ/∂xⱼ for y = func(x), the entries of both counted row after row.

    y with m entries and x with n give J (m, n). One way back through the graph for each entry of y.

    Raises ValueError where no graph leads from y to x: y does not depend on x, or it does by numbers that were taken out
    of the graph, whose derivative is lost. TypeError for a ``func`` that gives no Tensor.

    >>> jacobian(lambda x: x * x, Matrix([[1, 2], [3, 4]]))
    Matrix([[2, 0, 0, 0], [0, 4, 0, 0], [0, 0, 6, 0], [0, 0, 0, 8]])
    """
    leaf = Tensor(x.data if isinstance(x, Tensor) else x, requires_grad=True)
    y = func(leaf)
    if not isinstance(y, Tensor):
        raise TypeError(f"jacobian: func gives a Tensor, got a {type(y).__name__}")
    entries = y.shape[0] * y.shape[1]
    order = reverse_topological_order(y)
    rows = []
    for i in range(entries):
        unit = Matrix.from_flat([1 if k == i else 0 for k in range(entries)], *y.shape)
        gradients = pull_back(order, {y: unit})
        if leaf not in gradients:
            raise ValueError(
                "jacobian: func's result does not depend on x through the graph; data, detach(), no_grad() and the "
                "result of grad() cut it. Where y truly does not depend on x, J is Matrix.zeros(m, n)"
            )
        rows.append(flattened(gradients[leaf].rows))
    let_go(order)
    return trusted(rows)
