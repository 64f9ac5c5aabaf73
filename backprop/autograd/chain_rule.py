"""The chain rule over a graph of values: the order in which they are visited, and the gradients that each passes on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate
from numbers import Rational
from operator import attrgetter, mul
from reprlib import repr as short
from typing import Any

from backprop.autograd.cuts import recut
from backprop.autograd.node import Node, Pullback, Pullbacks
from backprop.matrix import Matrix, trusted
from backprop.validation import ArgumentError


def starting_gradient(output: Any, gradient: Any = None) -> Matrix:
    """∂L/∂output to start from, cut as the ``output`` is: 1 for the single number L itself."""
    if not output._requires_grad:
        raise RuntimeError(
            "backward(): element 0 of tensors does not require grad and does not have a grad_fn; this Tensor was computed from"
            " none that requires a gradient, or under no_grad()"
        )
    rows = output._matrix.rows
    if gradient is None:
        if len(rows) > 1 or len(rows[0]) != 1:
            raise RuntimeError(
                f"grad can be implicitly created only for scalar outputs, this Tensor has the shape {list(output._shape)}; "
                "reduce it with sum() or mean(), or give gradient="
            )
        # Over fractions 1 is one, too, or dividing it would make floats of them.
        return trusted([[rows[0][0] ** 0 if isinstance(rows[0][0], Rational) else 1]])
    return same_value("backward(gradient)", output, gradient)


def same_value(name: str, like: Any, value: Any) -> Matrix:
    """The entries of ``value``, a Tensor or a Matrix, cut as those of ``like``; TypeError or ValueError unless it is as large."""
    matrix = value if isinstance(value, Matrix) else getattr(value, "_matrix", None)
    if matrix is None:
        raise TypeError(f"{name} is a Tensor, got {short(value)}")
    if tuple(value.shape) != (like.matrix.shape if matrix is value else like._shape):
        raise ArgumentError(f"{name} has the shape {list(like._shape)}, as the Tensor has, got {list(value.shape)}")
    return recut(matrix, len(like._matrix.rows))


def reverse_topological_order(*outputs: Any) -> list[Node]:
    """What operations computed between the leaves and ``outputs``, each value before those it was computed from.

    A value lies deeper than everything it was computed from, so falling depth is such an order. A walk that passed
    each gradient on as soon as it met a value would pass on sums that are not complete yet. Leaves pass nothing on.
    """
    order = [output for output in dict.fromkeys(outputs) if isinstance(output, Node)]
    found = set(order)
    for value in order:
        for source in value.inputs:
            if isinstance(source, Node) and source not in found:
                found.add(source)
                order.append(source)
    order.sort(key=attrgetter("depth"))
    order.reverse()
    return order


def check_not_freed(order: Sequence[Node]) -> None:
    """RuntimeError for a Node whose graph was freed."""
    if None in [value.pullbacks for value in order]:
        raise RuntimeError(
            "backward() has already gone through this graph and freed it; compute the loss again, add up losses and call "
            "backward() once, or write backward(retain_graph=True) the first time"
        )


def leading_to(wanted: Collection[Any], order: Sequence[Node]) -> tuple[set[Any], list[Node]]:
    """(what is ``wanted`` and what was computed from it, the latter in its order): the graph between, where a pass that asks
    for a few gradients has to go."""
    needed, between = set(wanted), []
    for value in reversed(order):
        if not needed.isdisjoint(value.inputs):
            needed.add(value)
            between.append(value)
    return needed, between[::-1]


def propagate(
    order: Sequence[Node],
    gradients: dict[Any, Matrix],
    wanted: Collection[Any] = (),
    needed: set[Any] | None = None,
) -> dict[Any, Matrix]:
    """The chain rule: from the ``gradients`` of the outputs, in reverse topological order, to those of the leaves and of
    the values that are ``wanted``, or by way of what is ``needed`` alone. Each gradient is cut as its value is."""
    for value in order:
        gradient = gradients.pop(value, None)
        if gradient is None:
            continue  # nothing came, as of a derivative that is 0 everywhere
        if value.hooks:
            for hook in tuple(value.hooks):
                gradient = hook(gradient, value._shape)
        if value in wanted:
            gradients[value] = gradient
            if needed is not None and needed.isdisjoint(value.inputs):
                continue
        inputs = value.inputs
        pullbacks: Any = value.pullbacks
        if type(pullbacks) is not tuple or len(pullbacks) != len(inputs):
            pullbacks = pullbacks_of(pullbacks, gradient, inputs, value.operation.__name__)
        for source, pullback in zip(inputs, pullbacks):
            # A pullback runs only for an input that needs its gradient.
            if source is not None and source._requires_grad and (needed is None or source in needed):
                try:
                    part = pullback(gradient)
                except TypeError:
                    check_pullback(value.operation.__name__, pullback)
                    raise
                own = source._matrix.rows
                if not isinstance(part, Matrix) or len(part.rows) != len(own) or len(part.rows[0]) != len(own[0]):
                    part = _fitted(value, source, part)
                gradients[source] = gradients[source] + part if source in gradients else part
    return gradients


def pullbacks_of(pullbacks: Pullbacks | None, gradient: Matrix, inputs: Sequence[Any], name: str) -> Sequence[Pullback]:
    """A pullback for each input; a single function for all of them is run here, once."""
    if not isinstance(pullbacks, tuple):
        check_pullback(name, pullbacks)
        parts: Any = pullbacks(gradient)  # type: ignore[misc]
        pullbacks = tuple([lambda _, part=part: part for part in (parts if isinstance(parts, tuple) else (parts,))])  # type: ignore[misc]
    if len(pullbacks) < len(inputs):
        raise TypeError(f"{name}: the rule gives {len(pullbacks)} pullbacks or gradients for {len(inputs)} inputs")
    return pullbacks


def check_pullback(name: str, pullback: Any) -> None:
    """TypeError unless it is a function."""
    if not callable(pullback):
        raise TypeError(f"{name}: a pullback is a function of ∂L/∂y, as lambda g: g * 2 is, got {short(pullback)}")


def _fitted(value: Node, source: Any, part: Any) -> Matrix:
    """The gradient cut as its value is, or the error of a pullback that gives something else."""
    name = value.operation.__name__
    if not isinstance(part, Matrix):
        raise TypeError(f"{name}: a pullback gives a Matrix, got {short(part)}")
    rows, own = part.rows, source._matrix.rows
    alike = len(rows) * len(rows[0]) == len(own) * len(own[0])
    if not alike or len(rows) not in accumulate(source._shape, mul, initial=1):
        advice = "it may be transposed" if alike else "where the input was repeated to fit, sum over the copies"
        raise ArgumentError(
            f"{name}: a pullback gave a gradient of {len(rows)}×{len(rows[0])} for an input of the shape {list(source._shape)}; "
            f"it needs the input's shape: {advice}"
        )
    return recut(part, len(own))
