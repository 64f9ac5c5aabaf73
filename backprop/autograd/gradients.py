"""Gradients as values: of anything with respect to anything it was computed from, with no ``grad`` touched.

That is how one asks what an input does: which pixels a decision hangs on, which small change would turn it.
"""

from __future__ import annotations

from collections.abc import Iterable

from backprop.autograd.backward import propagate, reverse_topological_order, starting_gradient
from backprop.autograd.tensor import Tensor, free_graph
from backprop.matrix import Matrix


def grad(output: Tensor, inputs: Tensor | Iterable[Tensor], grad_output: Matrix | None = None) -> tuple[Matrix, ...]:
    """∂L/∂input for each of ``inputs``, leaves or values between, where L is ``output``, a single number.

    An output of more entries needs ``grad_output``, ∂L/∂output, to start from. As in ``backward()`` the graph is
    freed afterwards; unlike there no ``grad`` changes.

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
    gradients = propagate(order, {output: upstream}, set(wanted))
    for k, tensor in enumerate(wanted):
        if tensor not in gradients:
            raise ValueError(f"grad: the output does not depend on input {k}, or that does not require a gradient")
    free_graph(order)
    return tuple(gradients[tensor] for tensor in wanted)
