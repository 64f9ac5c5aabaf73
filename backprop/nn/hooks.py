"""The hooks of a Module: functions that are called before and after its forward pass, and after its backward pass."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from backprop.autograd import Tensor
from backprop.derivatives.function import Function

FORWARD_PRE, FORWARD, BACKWARD_PRE, BACKWARD, LOAD_PRE, LOAD_POST = range(6)


class Hook(NamedTuple):
    """A function, what it is called for, and whether it gets the keyword arguments too."""

    kind: int
    function: Callable[..., Any]
    with_kwargs: bool = False


def call_with_hooks(module: Any, inputs: Any, options: dict[str, Any]) -> Any:
    """``module.forward(*inputs, **options)``, and all hooks of the module in their order."""
    for hook in _of(module, FORWARD_PRE):
        changed = hook.function(module, inputs, *([options] if hook.with_kwargs else []))
        if changed is not None and hook.with_kwargs:
            inputs, options = changed
        elif changed is not None:
            inputs = changed if isinstance(changed, tuple) else (changed,)
    gate = _BackwardGate(module) if _of(module, BACKWARD_PRE) or _of(module, BACKWARD) else None
    if gate:
        inputs = gate.through(inputs, gate.of_inputs)
    output = module.forward(*inputs, **options)
    for hook in _of(module, FORWARD):
        changed = hook.function(module, inputs, *([options] if hook.with_kwargs else []), output)
        output = output if changed is None else changed
    if gate:
        several = isinstance(output, (tuple, list))
        outputs = gate.through(output if several else (output,), gate.of_outputs)
        output = type(output)(outputs) if several else outputs[0]
    return output


def _of(module: Any, kind: int) -> list[Hook]:
    return [hook for hook in module._hooks if hook.kind == kind]


class _Watched(Function):
    """y = x for each of several Tensors; their gradients, once all are there, are what ``watch`` makes of them."""

    @staticmethod
    def forward(ctx: Any, watch: Any, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.watch = watch
        return tuple([tensor.detach() for tensor in tensors])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        return (None, *ctx.watch(gradients))


class _BackwardGate:
    """Sees the gradients of the outputs and of the inputs of one call of a module, and calls its backward hooks."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.inputs_watched = False
        self.grad_output: tuple[Tensor | None, ...] = ()

    def through(self, values: Any, watch: Callable[..., Any]) -> tuple[Any, ...]:
        """The values, of which those that require a gradient are watched."""
        places = [i for i, value in enumerate(values) if isinstance(value, Tensor) and value.requires_grad]
        watched = list(values)
        if places:
            self.inputs_watched = self.inputs_watched or watch == self.of_inputs
            count = len(watched)

            def spread(gradients: tuple[Tensor, ...]) -> list[Any]:
                found: list[Any] = [None] * count
                for i, gradient in zip(places, gradients):
                    found[i] = gradient
                changed = watch(tuple(found))
                return [changed[i] for i in places]

            for i, value in zip(places, _Watched.apply(spread, *[values[i] for i in places])):
                watched[i] = value
        return tuple(watched)

    def of_outputs(self, gradients: tuple[Tensor | None, ...]) -> tuple[Tensor | None, ...]:
        for hook in _of(self.module, BACKWARD_PRE):
            changed = hook.function(self.module, gradients)
            if changed is not None:
                gradients = changed if isinstance(changed, tuple) else (changed,)
        self.grad_output = gradients
        if not self.inputs_watched:  # then this is the end of the backward pass here
            self.of_inputs((None,))
        return gradients

    def of_inputs(self, gradients: tuple[Tensor | None, ...]) -> tuple[Tensor | None, ...]:
        for hook in _of(self.module, BACKWARD):
            changed = hook.function(self.module, gradients, self.grad_output)
            if changed is not None:
                gradients = changed if isinstance(changed, tuple) else (changed,)
        return gradients
