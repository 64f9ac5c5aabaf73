"""Gradients as values: of anything with respect to anything it was computed from, with no ``grad`` touched.

That is how one asks what an input does: which pixels a decision hangs on, which small change would turn it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from importlib import import_module
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd.chain_rule import (
    check_not_freed,
    leading_to,
    propagate,
    reverse_topological_order,
    starting_gradient,
)
from backprop.autograd.node import Node
from backprop.autograd.tensor import Tensor, constant, free_graph, wrapped
from backprop.matrix import Matrix

Tensors = Union[Tensor, Sequence[Tensor]]


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensor | Matrix | Sequence[Tensor | Matrix | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor, ...]:
    """∂L/∂input for each of ``inputs``, leaves or values between, where L is ``outputs``, a single number.

    Outputs of more entries need ``grad_outputs``, ∂L/∂output, to start from; several outputs are added up. As in
    ``backward()`` the graph is freed afterwards unless ``retain_graph``; unlike there no ``grad`` changes. What the
    outputs do not depend on is an error, or with ``allow_unused`` has None as its gradient, with ``materialize_grads`` 0.
    With ``create_graph`` the gradients have a graph of their own. With ``is_grads_batched`` the first axis of
    ``grad_outputs`` counts several, and so does that of the gradients: a backward pass for each. ``only_inputs`` changes
    nothing, as in PyTorch.

    Raises TypeError for what is not a Tensor, RuntimeError for an input that the outputs do not depend on, and what
    ``backward()`` raises.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> square = x * x
    >>> grad((square * square).sum(), [x, square])
    (tensor([ 4., 32.]), tensor([2., 8.]))
    """
    results, wanted = _tensors("grad", "outputs", outputs), _tensors("grad", "inputs", inputs)
    upstream: Sequence[Any] = (
        [grad_outputs] if isinstance(outputs, Tensor) else list(grad_outputs or [None] * len(results))
    )
    if len(results) == 1 and len(upstream) == 1 and isinstance(upstream[0], (list, tuple)):
        upstream = upstream[0]
    if len(upstream) != len(results):
        raise ValueError(f"grad: grad_outputs has {len(upstream)} gradients for {len(results)} outputs")
    if is_grads_batched:
        settings: Any = (create_graph, only_inputs, allow_unused, False, materialize_grads)
        each = import_module("backprop.func.maps").vmap(lambda *u: grad(results, wanted, u, retain_graph, *settings))
        return each(*upstream)  # type: ignore[no-any-return]
    for k, tensor in enumerate(wanted):
        if not tensor.requires_grad:
            raise RuntimeError(
                f"grad: input {k} does not require a gradient; write requires_grad=True where it is made"
            )
    keys = [tensor._grad_fn or tensor for tensor in wanted]
    gradients, order = _gradients(results, upstream, set(keys), create_graph)
    for k, key in enumerate(keys):
        if key not in gradients and not (allow_unused or materialize_grads):
            raise RuntimeError(
                f"grad: the outputs do not depend on input {k}; allow_unused=True gives None as its gradient"
            )
    if not (create_graph if retain_graph is None else retain_graph):
        free_graph(order)
    found = [_as_tensor(gradients.get(key), tensor) for key, tensor in zip(keys, wanted)]
    return tuple([x * 0 if g is None and materialize_grads else g for g, x in zip(found, wanted)])  # type: ignore[misc]


def backward(
    tensors: Tensors,
    grad_tensors: Tensor | Matrix | Sequence[Tensor | Matrix | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    *,
    inputs: Tensors | None = None,
) -> None:
    """``Tensor.backward`` from several Tensors at once, each with its own of ``grad_tensors``.

    >>> x = Tensor(3.0, requires_grad=True)
    >>> backward([x * 2, x * x]); x.grad
    tensor(8.)
    """
    outputs = [tensors] if isinstance(tensors, Tensor) else _tensors("backward", "tensors", tensors)
    given = list(grad_tensors) if isinstance(grad_tensors, (list, tuple)) else [grad_tensors] * len(outputs)
    wanted = [] if inputs is None else _tensors("backward", "inputs", inputs)
    if len(given) != len(outputs) or (inputs is not None and not wanted):
        raise RuntimeError(f"backward: a gradient for each of {len(outputs)} tensors, and some inputs if any are given")
    keys = {x._grad_fn or x: x for x in wanted}
    totals, order = _gradients(outputs, given, keys, create_graph)
    for key, total in totals.items():
        tensor = keys.get(key, key)
        if isinstance(tensor, Tensor) and (tensor._grad_fn is None or key in keys):  # not changed in place since
            tensor.accumulate(total)
    if not (create_graph if retain_graph is None else retain_graph):
        free_graph(order)


def _gradients(
    outputs: Sequence[Tensor], upstream: Sequence[Any], wanted: Collection[Any], create_graph: bool
) -> tuple[dict[Any, Any], list[Node]]:
    """The gradients of the leaves, or of what is wanted, Tensors with ``create_graph`` and else Matrices, and the Nodes that
    were gone through."""
    starts: dict[Any, Any] = {}
    for output, given in zip(outputs, upstream):
        start: Any = starting_gradient(output, given)
        if create_graph:
            start = given if isinstance(given, Tensor) else wrapped(start, output._shape, output._dtype)
        key = output._grad_fn or output
        starts[key] = starts[key] + start if key in starts else start
    nodes = order = reverse_topological_order(*starts)
    needed = None
    if wanted:
        needed, order = leading_to(wanted, nodes)
        if needed.difference(starts, order, *[value.inputs for value in order]):  # a freed part may have led there
            check_not_freed(nodes)
        nodes = [value for value in nodes if value in needed]
    else:
        check_not_freed(nodes)
    if create_graph:  # what most programs do not load
        higher = import_module("backprop.derivatives.higher")
        return higher.propagate_tensors(nodes, starts, wanted, needed), order
    return propagate(nodes, starts, wanted, needed), order


def _as_tensor(gradient: Any, like: Tensor) -> Tensor | None:
    if gradient is None or isinstance(gradient, Tensor):
        return gradient
    return constant(gradient, like._shape, like._dtype)


def _tensors(caller: str, name: str, given: Any) -> list[Tensor]:
    tensors = [given] if isinstance(given, Tensor) else list(given) if isinstance(given, Iterable) else [given]
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{caller}: {name} are Tensors, got {short(tensor)}")
    return tensors
