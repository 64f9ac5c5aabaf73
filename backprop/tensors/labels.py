"""Labels: what a function is called in the graph, where it uses an operation of another name."""

from __future__ import annotations

from backprop.autograd.tensor import Tensor


def labelled(result: Tensor, label: str) -> Tensor:
    """The result of an operation, called so in the graph."""
    node = result._grad_fn
    if node is not None:
        node.label = label
    return result
