"""The first training step of a program as a page: its values, gradients and updates with their numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from types import FrameType
from typing import Any

from backprop.autograd import Tensor, as_tensor, reverse_topological_order
from backprop.explanation import explain
from backprop.nn import Module
from backprop.optim import Optimizer

_MOST_NUMBERS = 100_000  # which takes half a minute at most


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Write the page when ``backward()`` is first called within the block, and say so, or why there is none.

    The values have the names that the program gives them, the parameters those of its model.
    """
    backward = Tensor.backward
    said = "no page: the program did not call backward()"

    def first(loss: Tensor, gradient: Any = None, *arguments: Any, **settings: Any) -> None:
        nonlocal said
        Tensor.backward = backward  # type: ignore[method-assign]
        said = _written(path, loss, gradient, sys._getframe(1))
        backward(loss, gradient, *arguments, **settings)

    Tensor.backward = first  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        Tensor.backward = backward  # type: ignore[method-assign]
        print(f"backprop: {said}", file=sys.stderr)


def _written(path: str, loss: Tensor, gradient: Any, frame: FrameType) -> str:
    if loss._grad_fn is None:
        return "no page: nothing was computed before backward()"
    nodes = reverse_topological_order(loss._grad_fn)
    numbers = sum(prod(node.shape) for node in nodes)
    if numbers > _MOST_NUMBERS:
        return f"no page: the first step computes {numbers:,} numbers, a page is for up to {_MOST_NUMBERS:,}"
    values = {*nodes, *(x for node in nodes for x in node.inputs)}
    model = _found(Module, frame, lambda own: values.intersection(own.parameters()))
    optimizer = _found(Optimizer, frame, lambda own: type(own).update is not Optimizer.update)
    taken = {"L", *dict(model.named_parameters() if model else ())}
    names = {
        name: value
        for name, value in frame.f_locals.items()
        if isinstance(value, Tensor) and (value._grad_fn or value) in values and name not in taken
    }
    upstream = None if gradient is None else as_tensor(gradient).matrix
    try:
        explain(loss, names, model=model, optimizer=optimizer, gradient=upstream).save(path)
    except Exception as error:  # noqa: BLE001  # the program goes on
        return f"no page: {error}"
    return f"the first training step is in {path}"


def _found(kind: type, frame: FrameType | None, fits: Any) -> Any:
    """The first of this kind among the variables of the functions that are running, the innermost first."""
    while frame is not None:
        for value in (*frame.f_locals.values(), *frame.f_globals.values()):
            if isinstance(value, kind) and fits(value):
                return value
        frame = frame.f_back
    return None
