"""Derivatives of derivatives: the backward pass of an operation is an operation too, and so is its forward derivative.

Of y = f(x₁, x₂, …) a rule gives the value and the pullbacks Jᵢᵀu, for whatever numbers the Matrices hold. Run on the dual
numbers xᵢ + ε·eᵢ its value is y + ε·J·e, the derivative along e, and the pullbacks are Jᵢᵀu + ε·Dₑ(Jᵢᵀu). These two are
all that is needed: the number ⟨u, J·e⟩ = ⟨Jᵀu, e⟩ has the derivatives J·e with respect to u, Jᵢᵀu with respect to eᵢ, and
Dₑ(Jᵢᵀu) with respect to xᵢ, as two derivatives can be exchanged. So neither the gradient Jᵀu nor the tangent J·e needs a
rule of its own, nor do their derivatives of any order.

A linear operation needs no dual numbers, as its derivative along e is f(e), nor does one that is linear in each input:
there the derivative along a single eᵢ is f with eᵢ in the place of xᵢ, and so are those of its pullbacks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from threading import local
from typing import Any

from backprop.autograd.chain_rule import pullbacks_of
from backprop.autograd.cuts import recut
from backprop.autograd.grad_mode import enable_grad
from backprop.autograd.node import Node
from backprop.autograd.size import Size, trusted_size
from backprop.autograd.tensor import Tensor, tensor_of, wrapped
from backprop.derivatives.packing import part_of, stacked
from backprop.dtypes import DType
from backprop.matrix import Matrix, flatten, trusted
from backprop.numbers import generic
from backprop.numbers.dual import Dual, slope_of

Outcome = tuple[Matrix, Any, Size]  # as that of a rule: value, pullback, shape


class _Levels(local):
    """How many dual runs are under way in this thread, each with an ε of its own."""

    count = 0


_levels = _Levels()


@contextmanager
def dual_level() -> Iterator[int]:
    _levels.count += 1
    try:
        with generic():
            yield _levels.count
    finally:
        _levels.count -= 1


def moved_along(x: Any, e: Any, level: int) -> Any:
    """x + ε·e; an entry that does not move stays plain."""
    if e is None:
        return x
    directions = recut(e, len(x.rows)).rows
    return trusted([[Dual(a, b, level) if b else a for a, b in zip(p, q)] for p, q in zip(x.rows, directions)])


def _zeros(matrix: Matrix) -> Matrix:
    return trusted([[0] * len(matrix.rows[0])] * len(matrix.rows))


def each(function: Any, matrix: Matrix, level: int) -> Matrix:
    return trusted([[function(x, level) for x in row] for row in matrix.rows])


def inputs_of(node: Node) -> tuple[Any, ...]:
    """The inputs with their values in the call: a leaf that was changed in place since is a Node of what it was."""

    def input_of(x: Any, value: Any) -> Any:
        if x is None or x._matrix is value:
            return x
        if not x._requires_grad:
            return wrapped(value, x._shape, x._dtype)
        return Node(stacked, (x,), {"shape": x._shape}, (lambda d: d,), 1, value, x._shape, (value,))

    return tuple(map(input_of, node.inputs, node.values)) if node.values else node.inputs


class Derived:
    """What is derived from a call of an ``operation``: an operation of the call's ``inputs`` and of others.

    ``values`` are the Matrices of the inputs in the call; ``places`` are the inputs that take part.
    """

    def __init__(self, node: Node, places: Sequence[int]) -> None:
        operation: Any = node.operation
        self.operation, self.inputs, self.places = operation, inputs_of(node), places
        self.values = [None if x is None else x._matrix for x in self.inputs]
        self.variables = [i for i, x in enumerate(self.inputs) if x is not None and x._requires_grad]
        self.__name__, self.__module__, self.__doc__ = operation.__name__, operation.__module__, operation.__doc__

    linear, piecewise_linear, factors, cut, gradients = False, False, frozenset[int](), None, None

    def call(
        self, values: Sequence[Any], constants: Any, u: Matrix, places: Collection[int]
    ) -> tuple[Matrix, list[Any]]:
        """The value, and the gradient of each input, None for one that is not at ``places``."""
        value, pullbacks, _ = self.operation.rerun(values, self.inputs, constants)
        u = recut(u, len(value.rows))
        given = pullbacks_of(pullbacks, u, self.inputs, self.__name__)
        return value, [given[i](u) if i in places else None for i in range(len(values))]

    def packed(self, gradients: Sequence[Any]) -> tuple[Matrix, Size]:
        """The gradients at ``places`` one after the other in a row; a single one as it is."""
        if len(self.places) == 1:
            (place,) = self.places
            like = self.inputs[place]
            return recut(gradients[place], len(like._matrix.rows)), like._shape
        row = [x for place in self.places for x in flatten(gradients[place].rows)]
        return trusted([row]), trusted_size((len(row),))

    def unpacked(self, d: Matrix) -> list[Any]:
        """For each input its part of the row, None for one that is not at ``places``."""
        parts: list[Any] = [None] * len(self.inputs)
        entries, start = flatten(d.rows), 0
        for place in self.places:
            end = start + self.inputs[place]._shape.numel()
            parts[place] = recut(trusted([entries[start:end]]), len(self.inputs[place]._matrix.rows))
            start = end
        return parts


class Backward(Derived):
    """Jᵢᵀu, for the inputs at ``places``, as an operation of all inputs and of u; None in the place of an input says that
    nothing depends on it.

    Of a linear operation it depends on u alone, and is linear in it. Where an operation is linear in each of its factors,
    the Jᵢᵀu of one of them is so in the others and in u, and that of what is added is u, summed.
    """

    def __init__(self, node: Node, places: Sequence[int]) -> None:
        super().__init__(node, places)
        operation = self.operation
        others = operation.factors.difference(places) if operation.factors.issuperset(places) else frozenset()
        self.factors = others | {len(node.inputs)} if others else frozenset()
        self.linear = operation.linear or bool(operation.factors and not others)
        # PyTorch's convolution keeps all inputs, with a derivative of 0.
        known = (operation.linear or operation.factors) and operation.cut != 1
        self.kept = [x if i in others or not known else None for i, x in enumerate(self.inputs)]

    def rerun(self, values: Sequence[Any], inputs: Sequence[Any], constants: Any) -> Outcome:
        """(value, pullback, shape), as those of an operation."""
        *given, u = values
        x = [own if a is None else a for a, own in zip(given, self.values)]
        return self.outcome(x, u, constants, self.call(x, constants, u, self.places)[1])

    def outcome(self, x: Sequence[Any], u: Matrix, constants: Any, gradients: Sequence[Any]) -> Outcome:
        """(value, pullback, shape) where the gradients are known."""

        def pullback(d: Matrix) -> tuple[Any, ...]:
            tangent, seconds = self.along(x, self.unpacked(d), constants, u)
            return (*seconds, tangent)

        value, shape = self.packed(gradients)
        return value, pullback, shape

    def along(
        self, x: Sequence[Any], directions: Sequence[Any], constants: Any, u: Matrix
    ) -> tuple[Matrix, Sequence[Any]]:
        """(J·e, [Dₑ(Jᵢᵀu), …])."""
        operation = self.operation
        if operation.piecewise_linear:  # whose J is diagonal, and constant
            return self.call(x, constants, directions[0], [0])[1][0], [_zeros(x[0])]
        if operation.linear:
            moved = [a and _zeros(a) if e is None else e for a, e in zip(x, directions)]
            return operation.rerun(moved, self.inputs, constants)[0], [a and _zeros(a) for a in x]
        if operation.factors:
            return self._along_factors(x, directions, constants, u)
        with dual_level() as level:
            moved = [moved_along(a, e, level) for a, e in zip(x, directions)]
            value, seconds = self.call(moved, constants, u, self.variables)
            return each(slope_of, value, level), [None if s is None else each(slope_of, s, level) for s in seconds]

    def _along_factors(
        self, x: Sequence[Any], directions: Sequence[Any], constants: Any, u: Matrix
    ) -> tuple[Matrix, Sequence[Any]]:
        (place,) = self.places
        factors = self.operation.factors
        others = factors.difference(self.places) if place in factors else frozenset()
        moved = [a if i in others else a and _zeros(a) if i in factors else None for i, a in enumerate(x)]
        moved[place] = directions[place]
        value, seconds = self.call(moved, constants, u, others.intersection(self.variables))
        return value, [a and _zeros(a) if second is None else second for a, second in zip(x, seconds)]


def recorded(operation: Any, inputs: tuple[Any, ...], constants: Any, outcome: Outcome, dtype: DType | None) -> Tensor:
    """The Tensor of an outcome, with its Node if there is an input that requires a gradient."""
    value, pullback, shape = outcome
    tensor = wrapped(value, shape, dtype)
    if any(x is not None and x._requires_grad for x in inputs):
        depth = 1 + max([x.depth for x in inputs if isinstance(x, Node)], default=0)
        values = [None if x is None else x._matrix for x in inputs]
        node = Node(operation, inputs, constants, pullback, depth, value, shape, values)
        tensor._grad_fn, tensor._requires_grad = node, True
    return tensor


def gradients_of(node: Node, u: Tensor, places: Sequence[int]) -> list[Tensor]:
    """The gradients of the inputs at ``places`` of a Node whose value has the gradient ``u``, with a graph of their own."""
    if node.operation.gradients is not None:
        found = node.operation.gradients(u, *map(tensor_of, (node, *inputs_of(node))), **(node.constants or {}))
        return [found[place] for place in places] if isinstance(found, tuple) else [found]
    if node.operation.factors and len(places) > 1:
        return [gradient for place in places for gradient in gradients_of(node, u, [place])]
    backward = Backward(node, places)
    matrix = recut(u._matrix, len(node._matrix.rows))
    given = pullbacks_of(node.pullbacks, matrix, backward.inputs, backward.__name__)
    gradients = [given[i](matrix) if i in places else None for i in range(len(node.inputs))]
    outcome = backward.outcome(backward.values, matrix, node.constants, gradients)
    packed = recorded(backward, (*backward.kept, u._grad_fn or u), node.constants, outcome, u._dtype)
    if len(places) == 1:
        return [packed]
    shapes = [node.inputs[place]._shape for place in places]
    starts = accumulate([shape.numel() for shape in shapes], initial=0)
    return [part_of(packed, start, shape) for start, shape in zip(starts, shapes)]


def propagate_tensors(
    order: Sequence[Node],
    gradients: dict[Any, Tensor],
    wanted: Collection[Any] = (),
    needed: set[Any] | None = None,
) -> dict[Any, Tensor]:
    """The chain rule on Tensors: as ``propagate``, but each gradient has a graph of its own."""
    with enable_grad():
        for value in order:
            gradient = gradients.pop(value, None)
            if gradient is None:
                continue
            for hook in tuple(value.hooks or ()):
                gradient = hook(gradient, value._shape)
            if value in wanted:
                gradients[value] = gradient
            sources = enumerate(value.inputs)
            places = [i for i, x in sources if x is not None and x._requires_grad and (needed is None or x in needed)]
            for place, part in zip(places, gradients_of(value, gradient, places) if places else ()):
                source = value.inputs[place]
                gradients[source] = gradients[source] + part if source in gradients else part
    return gradients
