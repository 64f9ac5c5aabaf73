"""Function: an operation of one's own on Tensors, with its forward and its backward pass as two functions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from backprop.autograd.grad_mode import no_grad, recording
from backprop.autograd.node import Node
from backprop.autograd.packing import part_of
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, constant, wrapped
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
        shapes = [y._shape if isinstance(y, Tensor) else None for y in outputs]
        bounds = list(accumulate([0 if shape is None else shape.numel() for shape in shapes], initial=0))

        def pullback(d: Matrix) -> tuple[Matrix, ...]:
            entries = flatten(d.rows)
            gradients = [
                None if shape is None else constant(trusted([entries[start:end]]), shape)
                for shape, start, end in zip(shapes, bounds, bounds[1:])
            ]
            with no_grad():
                found = cls.backward(ctx, *gradients)
            return cls._checked(found if isinstance(found, tuple) else (found,), tensors)

        # One Node for all outputs, whose value is one after the other in a row.
        row = trusted([[x for y in outputs if isinstance(y, Tensor) for x in flatten(y._matrix.rows)]])
        packed = wrapped(row, trusted_size((bounds[-1],)), get_default_dtype())
        sources = tuple([x if x is None else x.grad_fn or x for x in tensors])
        depth = 1 + max([source.depth for source in sources if isinstance(source, Node)], default=0)
        packed.grad_fn = Node(cls, sources, {}, pullback, depth, row, packed._shape)
        packed._requires_grad = True
        results = list(outputs)
        for k, (y, shape, start) in enumerate(zip(outputs, shapes, bounds)):
            if shape is not None and y.dtype.is_floating_point and id(y) not in ctx._constant_outputs:
                part: Any = part_of(packed, start, shape)
                part.grad_fn.label, part._dtype = f"{cls.__name__}Backward", y._dtype
                results[k] = part
        return tuple(results) if isinstance(output, tuple) else results[0]

    @classmethod
    def _checked(cls, gradients: Sequence[Any], tensors: Sequence[Tensor | None]) -> tuple[Matrix, ...]:
        """A gradient for each input, 0 where none was given."""
        if len(gradients) != len(tensors):
            raise RuntimeError(
                f"{cls.__name__}.backward gave {len(gradients)} gradients for {len(tensors)} inputs; None stands where there is none"
            )
        checked = []
        for k, (gradient, x) in enumerate(zip(gradients, tensors)):
            if x is None or gradient is None:
                checked.append(trusted([[0]]) if x is None else x._matrix.map(lambda _: 0))
            elif isinstance(gradient, Tensor) and gradient._shape == x._shape:
                checked.append(gradient._matrix)
            else:
                came = list(gradient._shape) if isinstance(gradient, Tensor) else repr(gradient)
                raise RuntimeError(
                    f"{cls.__name__}.backward: the gradient of input {k} is a Tensor of the shape {list(x._shape)}, got {came}"
                )
        return tuple(checked)
