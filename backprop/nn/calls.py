"""Calls: a model is called once, and of each value it is known which of its modules computed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

from backprop.autograd import Node, Tensor, enable_grad, no_grad
from backprop.random import fork_rng

if TYPE_CHECKING:
    from backprop.pictures import Graph


class Call:
    """One call of the module called ``name``: what it was given, and what was computed in it."""

    def __init__(self, name: str, inputs: Iterable[Any]) -> None:
        self.name = name
        self.inputs, self.values = set(inputs), set[Any]()

    def end(self, outputs: Iterable[Any], before: set[Any]) -> None:
        """Note what leads from the inputs, and from what was there ``before``, to the outputs."""
        waiting = list(outputs)
        while waiting:
            value = waiting.pop()
            if isinstance(value, Node) and not (value in self.inputs or value in self.values or value in before):
                self.values.add(value)
                waiting += value.inputs


def graph_of_call(model: Any, inputs: tuple[Any, ...], options: Mapping[str, Any]) -> Graph:
    """The graph of ``model(*inputs, **options)``, in which the values are grouped by the modules that computed them.

    The model is left as it was, and so is the random generator.
    """
    # The pictures are loaded by the first graph.
    from backprop.pictures.computation import picture_of

    calls: list[Call] = []
    open_calls: list[tuple[Call, set[Any]]] = []
    names = {module: name for name, module in model.named_modules() if name}

    def begin(module: Any, inputs: Any, options: Any) -> None:
        before = {value for call in calls for value in call.values}
        open_calls.append((Call(names[module], _values_in((inputs, options))), before))

    def end(module: Any, inputs: Any, output: Any) -> None:
        call, before = open_calls.pop()
        call.end(_values_in(output), before)
        calls.append(call)

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
                buffer.data = was
    outputs = list(_values_in(output))
    arguments = signature(model.forward).bind(*given, **named).arguments
    called = {name: value for name, value in arguments.items() if isinstance(value, Tensor)}
    return picture_of(
        outputs,
        {**dict(model.named_buffers()), **dict(model.named_parameters()), **called},
        groups=[(call.name, call.values) for call in calls],
        inputs=set(called.values()),
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
