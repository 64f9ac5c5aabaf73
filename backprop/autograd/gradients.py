"""Gradients as values: of anything with respect to anything it was computed from, with no ``grad`` touched.

That is how one asks what an input does: which pixels a decision hangs on, which small change would turn it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd.backward import propagate, reverse_topological_order, starting_gradient
from backprop.autograd.tensor import Tensor, constant, free_graph
from backprop.matrix import Matrix

Tensors = Union[Tensor, Sequence[Tensor]]


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensor | Matrix | Sequence[Tensor | Matrix | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
) -> tuple[Tensor, ...]:
    """∂L/∂input for each of ``inputs``, leaves or values between, where L is ``outputs``, a single number.

    Outputs of more entries need ``grad_outputs``, ∂L/∂output, to start from; several outputs are added up. As in
    ``backward()`` the graph is freed afterwards unless ``retain_graph``; unlike there no ``grad`` changes. What the
    outputs do not depend on is an error, or with ``allow_unused`` has None as its gradient.

    Raises TypeError for what is not a Tensor, RuntimeError for an input that the outputs do not depend on, and what
    ``backward()`` raises.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> square = x * x
    >>> grad((square * square).sum(), [x, square])
    (tensor([ 4., 32.]), tensor([2., 8.]))
    """
    if create_graph:
        raise NotImplementedError("grad(create_graph=True): derivatives of derivatives are not there yet")
    results, wanted = _tensors("outputs", outputs), _tensors("inputs", inputs)
    upstream: Sequence[Any] = (
        [grad_outputs] if isinstance(outputs, Tensor) else list(grad_outputs or [None] * len(results))
    )
    if len(results) == 1 and len(upstream) == 1 and isinstance(upstream[0], (list, tuple)):
        upstream = upstream[0]
    if len(upstream) != len(results):
        raise ValueError(f"grad: grad_outputs has {len(upstream)} gradients for {len(results)} outputs")
    gradients: dict[Any, Matrix] = {}
    for output, given in zip(results, upstream):
        start, key = starting_gradient(output, given), output._grad_fn or output
        gradients[key] = gradients[key] + start if key in gradients else start
    keys = [tensor._grad_fn or tensor for tensor in wanted]
    for k, tensor in enumerate(wanted):
        if not tensor.requires_grad:
            raise RuntimeError(
                f"grad: input {k} does not require a gradient; write requires_grad=True where it is made"
            )
    order = reverse_topological_order(*gradients)
    gradients = propagate(order, gradients, set(keys))
    for k, key in enumerate(keys):
        if key not in gradients and not allow_unused:
            raise RuntimeError(
                f"grad: the outputs do not depend on input {k}; allow_unused=True gives None as its gradient"
            )
    if not retain_graph:
        free_graph(order)
    return tuple(
        [
            constant(gradients[key], tensor._shape, tensor._dtype) if key in gradients else None  # type: ignore[misc]
            for key, tensor in zip(keys, wanted)
        ]
    )


def _tensors(name: str, given: Any) -> list[Tensor]:
    tensors = [given] if isinstance(given, Tensor) else list(given) if isinstance(given, Iterable) else [given]
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"grad: {name} are Tensors, got {short(tensor)}")
    return tensors
