"""The chain rule over a graph of Tensors: in which order its values are visited, and what each hands back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, Callable, Union

from backprop.matrix import Matrix, format_shape, same_shape, trusted

if TYPE_CHECKING:
    from backprop.autograd.tensor import Tensor

Pullback = Callable[[Matrix], Matrix]
Pullbacks = Union[Callable[[Matrix], Union[Matrix, tuple[Matrix, ...]]], tuple[Pullback, ...]]


def starting_gradient(output: Tensor, gradient: Matrix | None) -> Matrix:
    """∂L/∂output to start from: 1 for the single number L itself."""
    if not output._requires_grad:
        raise RuntimeError(
            "backward(): this Tensor was computed from none that requires a gradient, or under no_grad()"
        )
    if gradient is None:
        rows = output.data.rows
        if len(rows) > 1 or len(rows[0]) > 1:
            raise ValueError(
                f"backward() starts from a single number, this Tensor is {format_shape(output.shape)}; "
                "reduce it with sum() or mean(), or give gradient=Matrix(…)"
            )
        if rows[0][0] != rows[0][0]:
            raise FloatingPointError("backward(): the loss is nan; there is no gradient to follow")
        return trusted([[1]])
    if not isinstance(gradient, Matrix):
        raise TypeError(f"backward(gradient): needs a Matrix, got {short(gradient)}")
    if gradient.shape != output.shape:
        raise ValueError(
            f"backward(gradient): needs {format_shape(output.shape)} as the Tensor is, got {format_shape(gradient.shape)}"
        )
    return gradient


def reverse_topological_order(output: Tensor) -> list[Tensor]:
    """What operations made on the way from the leaves to ``output``, users before what they use.

    What was computed from others lies deeper than all of them, so falling depth is such an order. Meeting a value and
    passing its gradient on at once would pass on a sum that is not complete yet. Leaves pass nothing on.
    """
    order = [output] if output.depth else []
    found = {output}
    for tensor in order:
        if tensor.pullbacks is None:
            raise RuntimeError(
                "backward() has already gone through this graph and let it go; "
                "compute the loss again, or add up losses and call backward() once"
            )
        for source in tensor.inputs:
            if source is not None and source.depth and source._requires_grad and source not in found:
                found.add(source)
                order.append(source)
    order.sort(key=attrgetter("depth"))
    order.reverse()
    return order


def propagate(
    order: Sequence[Tensor], gradients: dict[Tensor, Matrix], wanted: Collection[Tensor] = ()
) -> dict[Tensor, Matrix]:
    """The chain rule: from ``gradients`` at the outputs, in reverse topological order, to those of the leaves, which
    remain, and of the ``wanted`` on the way."""
    for tensor in order:
        gradient = gradients[tensor] if tensor in wanted else gradients.pop(tensor)
        for source, pullback in zip(tensor.inputs, pullbacks_of(tensor.pullbacks, gradient, tensor)):
            # For what needs no gradient no pullback runs.
            if source is not None and source._requires_grad:
                part = pullback(gradient)
                if not same_shape(part, source._data):
                    raise _misfit(tensor, source, part)
                gradients[source] = gradients[source] + part if source in gradients else part
    return gradients


def pullbacks_of(pullbacks: Pullbacks | None, gradient: Matrix, tensor: Tensor) -> Sequence[Pullback]:
    """A pullback for each input of the ``tensor``; a single one that gives the gradients of all is run here, and each
    hands out its own."""
    if isinstance(pullbacks, tuple):
        return pullbacks
    assert pullbacks is not None, "a graph that was let go is refused before"
    parts = pullbacks(gradient)
    parts = parts if isinstance(parts, tuple) else (parts,)
    if len(parts) < len(tensor.inputs):
        name = getattr(tensor.operation, "__name__", "")
        raise TypeError(f"{name}: the pullback gave {len(parts)} gradients for {len(tensor.inputs)} inputs")
    return [_giver(part) for part in parts]


def _giver(part: Matrix) -> Pullback:
    return lambda _: part


def _misfit(tensor: Tensor, source: Tensor, part: Any) -> Exception:
    assert tensor.operation is not None, "a leaf hands nothing on"
    name = tensor.operation.__name__
    if not isinstance(part, Matrix):
        return TypeError(f"{name}: a pullback gives a Matrix, got {short(part)}")
    return ValueError(
        f"{name}: a pullback gave a gradient of {format_shape(part.shape)} for an input of {format_shape(source.shape)}"
    )


def free_graph(order: Sequence[Tensor]) -> None:
    """Forget the graph, which sets the memory free and makes a second way back through it an error."""
    for tensor in order:
        tensor.inputs, tensor.constants, tensor.pullbacks = (), None, None
