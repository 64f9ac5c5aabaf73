"""Function: an operation of one's own on Tensors, with its forward and its backward pass as two functions."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import wraps
from itertools import accumulate
from typing import Any, Callable

from backprop.autograd.grad_mode import no_grad, recording
from backprop.autograd.node import Node
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, constant, wrapped
from backprop.derivatives.packing import part_of, stacked
from backprop.dtypes import get_default_dtype
from backprop.matrix import Matrix, flatten, trusted


class FunctionCtx:
    """What the forward pass keeps for the backward pass: the saved Tensors, and any attribute that is set."""

    def __init__(self) -> None:
        self.saved_tensors: tuple[Tensor | None, ...] = ()
        self.needs_input_grad: tuple[bool, ...] = ()
        self._constant_outputs: set[int] = set()

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep Tensors, inputs or outputs, for ``backward``, which finds them in ``ctx.saved_tensors``."""
        self.saved_tensors = tensors

    save_for_forward = save_for_backward

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Outputs that have no gradient, such as indices."""
        self._constant_outputs |= set(map(id, tensors))

    def mark_dirty(self, *tensors: Tensor) -> None:
        """In PyTorch, inputs that were changed in place; here a value in the graph is never changed."""

    def set_materialize_grads(self, value: bool) -> None:
        """In PyTorch, whether a gradient that is not there comes as zeros, which here it always does."""


class Function:
    """An operation with ``forward(ctx, *inputs)`` and ``backward(ctx, *gradients)``, called by ``apply(*inputs)``.

    ``forward`` gives a Tensor or a tuple of them, and may leave what concerns ``ctx`` to ``setup_context(ctx, inputs,
    output)``; then it has no ``ctx`` itself. ``backward`` gets ∂L/∂output for each output and gives ∂L/∂input for each
    input, None where there is none. Both are static methods. ``@operation`` is the way of this library, for rules on Matrices.

    Raises RuntimeError where ``backward`` gives too few or too many gradients or one of another shape.

    >>> class Square(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...     @staticmethod
    ...     def backward(ctx, gradient):
    ...         (x,) = ctx.saved_tensors
    ...         return gradient * 2 * x
    >>> x = Tensor([1.0, 3.0], requires_grad=True)
    >>> y = Square.apply(x); y
    tensor([1., 9.], grad_fn=<SquareBackward>)
    >>> y.sum().backward(); x.grad
    tensor([2., 6.])
    """

    @staticmethod
    def forward(*arguments: Any) -> Any:
        """The value; each Function writes its own."""
        raise NotImplementedError("a Function needs a static method forward(ctx, *inputs)")

    setup_context: Any = None

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        """The gradients of the inputs; each Function writes its own."""
        raise NotImplementedError("a Function needs a static method backward(ctx, *gradients)")

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        """The derivative of each output along the ``tangents`` of the inputs, None for one that has none; for forward mode."""
        raise NotImplementedError("a Function needs a static method jvp(ctx, *tangents) for forward mode")

    @classmethod
    def apply(cls, *inputs: Any) -> Any:
        """The value for these inputs, recorded in the graph."""
        ctx = FunctionCtx()
        tensors = [x if isinstance(x, Tensor) else None for x in inputs]
        ctx.needs_input_grad = tuple([x is not None and x.requires_grad for x in tensors])
        with no_grad():
            if cls.setup_context is None:
                output = cls.forward(ctx, *inputs)
            else:
                output = cls.forward(*inputs)
                cls.setup_context(ctx, inputs, output)
        outputs = output if isinstance(output, tuple) else (output,)
        if not recording.on or True not in ctx.needs_input_grad:
            return output
        call = _Call(cls, ctx, tensors, outputs)
        size = trusted_size((sum(call.sizes),))

        def pullback(d: Matrix) -> tuple[Matrix, ...]:
            with no_grad():
                found = call.on_parts(wrapped(d, size), outputs)
            return tuple([trusted([[0]]) if g is None else g._matrix for g in found])

        # One Node for all outputs, whose value is one after the other in a row.
        row = trusted([[x for y in outputs if isinstance(y, Tensor) for x in flatten(y._matrix.rows)]])
        packed = wrapped(row, size, get_default_dtype())
        sources = tuple([x if x is None else x._grad_fn or x for x in tensors])
        depth = 1 + max([source.depth for source in sources if isinstance(source, Node)], default=0)
        packed._grad_fn, packed._requires_grad = Node(call, sources, {}, pullback, depth, row, size, ()), True
        results = [
            part if y is not part and y.dtype.is_floating_point and id(y) not in ctx._constant_outputs else y
            for y, part in zip(outputs, call.parts(packed, outputs))
        ]
        for y, result in zip(outputs, results):
            if result is not y:
                result._grad_fn.label, result._dtype = f"{cls.__name__}Backward", y._dtype
        return tuple(results) if isinstance(output, tuple) else results[0]


class _Once(Function):
    """A gradient that has no derivative itself, though the gradients ``u`` that it was computed of may have one."""

    @staticmethod
    def forward(ctx: Any, gradient: Tensor, *u: Any) -> Tensor:
        return gradient.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """The ``backward`` of a Function whose gradients are no values of the graph, as where NumPy computes them.

    It is called under ``no_grad()``, and to differentiate through it with ``create_graph`` is a RuntimeError and no wrong
    number. It stands below ``@staticmethod``.
    """

    @wraps(backward)
    def once(ctx: Any, *u: Any) -> Any:
        with no_grad():
            found = backward(ctx, *u)
        if not recording.on or not any(isinstance(d, Tensor) and d.requires_grad for d in u):
            return found
        gradients = found if isinstance(found, tuple) else (found,)
        return tuple([_Once.apply(g, *u) if isinstance(g, Tensor) else g for g in gradients])

    return once


class _Call:
    """The operation of a Node that a Function made: one call of it."""

    def __init__(
        self, function: type[Function], ctx: FunctionCtx, inputs: Sequence[Any], outputs: Sequence[Any]
    ) -> None:
        self.function, self.ctx, self.inputs, self.outputs = function, ctx, inputs, outputs
        self.sizes = [y._shape.numel() if isinstance(y, Tensor) else 0 for y in outputs]
        self.__name__, self.__module__, self.__doc__ = function.__name__, function.__module__, function.__doc__

    def parts(self, row: Tensor, others: Sequence[Any]) -> list[Any]:
        """Its part of the row for each output; that of ``others`` where it is not a Tensor."""
        starts = accumulate(self.sizes, initial=0)
        return [
            part_of(row, start, y._shape) if isinstance(y, Tensor) else other
            for y, other, start in zip(self.outputs, others, starts)
        ]

    def gradients(self, u: Tensor, y: Tensor, *inputs: Any) -> tuple[Any, ...]:
        """The gradients of the inputs with a graph of their own."""
        return tuple(self.on_parts(u, self.parts(y, self.outputs)))

    def tangent(self, directions: Sequence[Tensor | None]) -> Tensor:
        """The derivatives of the outputs along directions of the inputs, in a row."""
        found = self.function.jvp(copy(self.ctx), *directions)
        tangents = found if isinstance(found, tuple) else (found,)
        pairs = [(y, t) for y, t in zip(self.outputs, tangents) if isinstance(y, Tensor)]
        parts = [wrapped(y._matrix.map(lambda _: 0.0), y._shape) if t is None else t for y, t in pairs]
        return stacked(*parts, shape=trusted_size((sum(self.sizes),)))

    def on_parts(self, u: Tensor, outputs: Sequence[Any]) -> list[Any]:
        """The gradients of the inputs, where ``outputs`` stand for those that were saved; None where it is not a Tensor."""
        ctx = copy(self.ctx)
        places = {id(y): k for k, y in enumerate(self.outputs)}
        ctx.saved_tensors = tuple([outputs[places[id(x)]] if id(x) in places else x for x in ctx.saved_tensors])
        found = self.function.backward(ctx, *self.parts(u, [None] * len(outputs)))
        name, gradients = self.__name__, found if isinstance(found, tuple) else (found,)
        count = len(self.inputs)
        if len(gradients) > count and not any(
            g is not None for g in gradients[count:]
        ):  # inputs left out by the caller
            gradients = gradients[:count]
        if len(gradients) != count:
            raise RuntimeError(
                f"{name}.backward gave {len(gradients)} gradients for {count} inputs; None stands where there is none"
            )
        checked: list[Any] = []
        for k, (gradient, x) in enumerate(zip(gradients, self.inputs)):
            if x is None:
                checked.append(None)
            elif gradient is None:
                checked.append(constant(x._matrix.map(lambda _: 0), x._shape, x._dtype))
            elif isinstance(gradient, Tensor) and gradient._shape == x._shape:
                checked.append(gradient)
            else:
                came = list(gradient._shape) if isinstance(gradient, Tensor) else repr(gradient)
                raise RuntimeError(
                    f"{name}.backward: the gradient of input {k} is a Tensor of the shape {list(x._shape)}, got {came}"
                )
        return checked
