"""The graph of one call of a model, in which it is known of each value which of the modules computed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

from backprop.autograd import Node, Tensor, enable_grad, no_grad
from backprop.random import fork_rng

if TYPE_CHECKING:
    from backprop.pictures import Graph


def graph_of_call(model: Any, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Graph:
    """The graph of ``model(*inputs, **options)``, in which the values are grouped by the modules that computed them.

    The model is left as it was, and so is the random generator.
    """
    # The pictures are loaded by the first graph.
    from backprop.pictures.computation import picture_of

    names = {module: name for name, module in model.named_modules() if name}
    calls: list[tuple[str, set[Any]]] = []  # in the order in which they end
    open_calls: list[tuple[int, set[Any]]] = []  # how many had ended before, and what was given
    computed_by: dict[Any, int] = {}  # the first call to end in which it was computed

    def begin(module: Any, inputs: Any, options: Any) -> None:
        open_calls.append((len(calls), set(_values_in((inputs, options)))))

    def end(module: Any, inputs: Any, output: Any) -> None:
        ended_before, given = open_calls.pop()
        values: set[Any] = set()
        waiting = list(_values_in(output))
        while waiting:  # back to what was given, and to what was there before
            value = waiting.pop()
            if value in given or value in values or not isinstance(value, Node):
                continue
            if computed_by.setdefault(value, len(calls)) >= ended_before:
                values.add(value)
                waiting += value.inputs
        calls.append((names[module], values))

    buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    handles = [module.register_forward_pre_hook(begin, with_kwargs=True) for module in names]
    handles += [module.register_forward_hook(end) for module in names]
    try:
        with enable_grad(), fork_rng():
            given = [_as_input(value) for value in inputs]
            named = {name: _as_input(value) for name, value in options.items()}
            output = model(*given, **named)
    finally:
        for handle in handles:
            handle.remove()
        with no_grad():
            for buffer, was in buffers:
                buffer._matrix = was._matrix
    outputs = list(_values_in(output))
    arguments = signature(model.forward).bind(*given, **named).arguments
    called = {name: value for name, value in arguments.items() if isinstance(value, Tensor)}
    return picture_of(
        outputs,
        {**dict(model.named_buffers()), **dict(model.named_parameters()), **called},
        groups=calls,
        inputs=set(_values_in((given, named))),
    )


def _as_input(value: Any) -> Any:
    """A Tensor that requires a gradient, so that all that is computed from it stands in the graph."""
    if isinstance(value, Tensor) and value.dtype.is_floating_point:
        return value.detach().requires_grad_()
    return value


def _values_in(given: Any) -> Iterator[Any]:
    """What stands in the graph for each Tensor in what a module was given, or gave."""
    if isinstance(given, Tensor):
        yield given._grad_fn or given
    elif isinstance(given, Mapping):
        for part in given.values():
            yield from _values_in(part)
    elif isinstance(given, (tuple, list)):
        for part in given:
            yield from _values_in(part)
