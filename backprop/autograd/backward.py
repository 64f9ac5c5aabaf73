"""The chain rule over a graph of values: the order in which they are visited, and the gradients that each passes on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter
from reprlib import repr as short
from typing import Any, Callable, Protocol, TypeVar, Union

from backprop.matrix import Matrix, format_shape, same_shape, trusted

Pullback = Callable[[Matrix], Matrix]
Pullbacks = Union[Callable[[Matrix], Union[Matrix, tuple[Matrix, ...]]], tuple[Pullback, ...]]
V = TypeVar("V", bound="Value")


class Value(Protocol):
    """A value of the computation as the chain rule sees it, which is what a Tensor is."""

    _data: Matrix
    _requires_grad: bool
    depth: int
    operation: Callable[..., Any] | None
    pullbacks: Pullbacks | None

    @property
    def inputs(self: V) -> tuple[V | None, ...]:  # noqa: PYI019 (typing has Self from Python 3.11 on)
        """What the operation computed it from."""


def starting_gradient(output: Value, gradient: Matrix | None) -> Matrix:
    """∂L/∂output to start from: 1 for the single number L itself."""
    if not output._requires_grad:
        raise RuntimeError(
            "backward(): this Tensor was computed from none that requires a gradient, or under no_grad()"
        )
    if gradient is None:
        rows = output._data.rows
        if len(rows) > 1 or len(rows[0]) > 1:
            raise ValueError(
                f"backward() starts from a single number, this Tensor is {format_shape(output._data.shape)}; "
                "reduce it with sum() or mean(), or give gradient=Matrix(…)"
            )
        if rows[0][0] != rows[0][0]:
            raise FloatingPointError("backward(): the loss is nan; there is no gradient to follow")
        return trusted([[1]])
    if not isinstance(gradient, Matrix):
        raise TypeError(f"backward(gradient): needs a Matrix, got {short(gradient)}")
    if gradient.shape != output._data.shape:
        raise ValueError(
            f"backward(gradient): needs {format_shape(output._data.shape)} as the Tensor is, got {format_shape(gradient.shape)}"
        )
    return gradient


def reverse_topological_order(output: V) -> list[V]:
    """What operations computed between the leaves and ``output``, each value before those it was computed from.

    A value lies deeper than everything it was computed from, so falling depth is such an order. A walk that passed
    each gradient on as soon as it met a value would pass on sums that are not complete yet. Leaves pass nothing on.
    """
    order = [output] if output.depth else []
    found = {output}
    for value in order:
        if value.pullbacks is None:
            raise RuntimeError(
                "backward() has already gone through this graph and freed it; "
                "compute the loss again, or add up losses and call backward() once"
            )
        for source in value.inputs:
            if source is not None and source.depth and source._requires_grad and source not in found:
                found.add(source)
                order.append(source)
    order.sort(key=attrgetter("depth"))
    order.reverse()
    return order


def propagate(order: Sequence[V], gradients: dict[V, Matrix], wanted: Collection[V] = ()) -> dict[V, Matrix]:
    """The chain rule: from the ``gradients`` of the outputs, in reverse topological order, to those of the leaves and
    of the values that are ``wanted``."""
    for value in order:
        gradient = gradients[value] if value in wanted else gradients.pop(value)
        for source, pullback in zip(value.inputs, pullbacks_of(value.pullbacks, gradient, value)):
            # A pullback runs only for an input that needs its gradient.
            if source is not None and source._requires_grad:
                part = pullback(gradient)
                if not same_shape(part, source._data):
                    raise _misfit(value, source, part)
                gradients[source] = gradients[source] + part if source in gradients else part
    return gradients


def pullbacks_of(pullbacks: Pullbacks | None, gradient: Matrix, value: Value) -> Sequence[Pullback]:
    """A pullback for each input of the ``value``; a single function for all of them is run here, once."""
    if isinstance(pullbacks, tuple):
        return pullbacks
    assert pullbacks is not None, "a freed graph is refused before"
    parts = pullbacks(gradient)
    parts = parts if isinstance(parts, tuple) else (parts,)
    if len(parts) < len(value.inputs):
        name = getattr(value.operation, "__name__", "")
        raise TypeError(f"{name}: the pullback gave {len(parts)} gradients for {len(value.inputs)} inputs")
    return [lambda _, part=part: part for part in parts]  # type: ignore[misc]


def _misfit(value: Value, source: Value, part: Any) -> Exception:
    assert value.operation is not None, "a leaf passes nothing on"
    name, needed = value.operation.__name__, format_shape(source._data.shape)
    if not isinstance(part, Matrix):
        return TypeError(f"{name}: a pullback gives a Matrix, got {short(part)}")
    return ValueError(f"{name}: a pullback gave a gradient of {format_shape(part.shape)} for an input of {needed}")
