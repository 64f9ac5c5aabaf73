"""The steps of an explanation: one for each value of the computation, with all that is to be said of it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from numbers import Real
from reprlib import repr as short
from typing import Any, NamedTuple

from backprop.autograd import Tensor, propagate, reverse_topological_order
from backprop.explanation.derivation import MOST_ENTRIES, Table, traced_operation, traced_update
from backprop.explanation.equations import equation
from backprop.explanation.names import Named, names_of
from backprop.explanation.traced import TracedNumber
from backprop.matrix import Matrix, format_shape
from backprop.nn import Module
from backprop.optim import Optimizer

_PLAIN = (Real, str, tuple, list, range, slice, type(None))


@dataclass(eq=False)
class Step:
    """One value: a leaf, or what an ``operation`` made of ``inputs`` (None for one that was left out).

    A constant number has no ``name``. ``settings`` are the constants of the call, ``formula`` and ``slopes`` the equation
    of the operation, ``remark`` says why its arithmetic is not there, if so. ``gradient`` is None where none is needed; what it is made of is written there only if the value is
    used several times. ``parts`` are what goes on from here to the inputs. ``held`` is what the ``grad`` of a leaf will
    be where it holds something already.
    """

    name: str
    value: Table
    operation: str = ""
    inputs: tuple[Step | None, ...] = ()
    settings: tuple[str, ...] = ()
    formula: str = ""
    slopes: str = ""
    remark: str = ""
    gradient: Table | None = None
    parts: tuple[Part, ...] = ()
    held: Table | None = None

    def __repr__(self) -> str:
        made = f", {self.operation} of {len(self.inputs)} inputs" if self.operation else ""
        return f"Step({self.name or 'a number'}{made})"


class Part(NamedTuple):
    """What one use of ``source`` adds to its gradient; ``whole`` if it is the only one."""

    source: Step
    table: Table
    whole: bool


class Update(NamedTuple):
    """The new value of a parameter, by the ``rule`` of an optimizer, which is written with its settings."""

    step: Step
    value: Table
    rule: str
    equation: str
    remark: str


def steps_of(loss: Tensor, gradient: Matrix, model: Module | None, given: Mapping[str, Named]) -> dict[Tensor, Step]:
    """A step for each Tensor that ``loss`` was computed from, each after those it was computed from."""
    order = reverse_topological_order(loss)
    gradients = propagate(order, {loss: gradient}, set(order))
    made = order[::-1]
    tensors = list(dict.fromkeys(chain.from_iterable((*_leaves(tensor), tensor) for tensor in made))) or [loss]
    names = names_of(tensors, model, given)
    written = {tensor: traced_operation(tensor, gradients[tensor]) for tensor in made}
    parts: dict[Tensor, list[Table]] = {tensor: [] for tensor in gradients}
    for tensor in reversed(made):
        for source, part in zip(_learned(tensor), written[tensor][0][1:]):
            parts[source].append(part)
    steps: dict[Tensor, Step] = {}
    for tensor in tensors:
        step = steps[tensor] = Step(names.get(tensor, ""), Table(tensor.data))
        if tensor in parts:
            step.gradient = _sum(gradients[tensor], parts[tensor])
        if tensor in written:
            (step.value, *handed), step.remark = written[tensor]
            step.operation = tensor.operation.__name__  # type: ignore[union-attr]
            step.formula, step.slopes = equation(tensor.operation)
            step.inputs = tuple([None if x is None else steps[x] for x in tensor.inputs])
            step.settings = tuple(_settings(tensor))
            step.parts = tuple([Part(steps[x], t, len(parts[x]) == 1) for x, t in zip(_learned(tensor), handed)])
        elif tensor in parts and tensor.grad is not None:
            step.held = _sum(tensor.grad + gradients[tensor], [Table(tensor.grad), Table(gradients[tensor])])
    return steps


def updates_of(optimizer: Optimizer, steps: Mapping[Tensor, Step]) -> Iterator[Update]:
    """What the optimizer's ``step()`` will make of each parameter of the computation."""
    name, sentence = type(optimizer).__name__, equation(type(optimizer)).value
    for group, parameter, state in optimizer.members():
        step = steps.get(parameter)
        if step is None or step.gradient is None:
            continue
        gradient = (step.held or step.gradient).matrix
        state = state or optimizer.start(parameter.data, group)
        table, remark = traced_update(optimizer, parameter.data, gradient, state, group)
        settings = [f"{key}={short(value)}" for key, value in group.items() if key in optimizer.defaults and value]
        yield Update(step, table, f"{name}({', '.join(settings)})", sentence, remark)


def _learned(tensor: Tensor) -> list[Tensor]:
    """The inputs that need a gradient."""
    return [x for x in tensor.inputs if x is not None and x.requires_grad]


def _leaves(tensor: Tensor) -> list[Tensor]:
    """The inputs that no operation made, or none that a gradient goes through."""
    return [x for x in tensor.inputs if x is not None and (x.operation is None or not x.requires_grad)]


def _settings(tensor: Tensor) -> Iterator[str]:
    """The constants of the call that differ from their defaults; of large ones the type and the shape."""
    parameters = inspect.signature(inspect.unwrap(tensor.operation)).parameters  # type: ignore[arg-type]
    for name, value in (tensor.constants or {}).items():
        if isinstance(value, (Matrix, Tensor)):
            yield f"{name}={type(value).__name__} {format_shape(value.shape)}"
        elif name not in parameters or value != parameters[name].default:
            yield f"{name}={short(value) if isinstance(value, _PLAIN) else type(value).__name__}"


def _sum(total: Matrix, parts: list[Table]) -> Table:
    """The total, and if it has several parts how its first entries add up."""
    if len(parts) < 2:
        return Table(total)
    entries = zip(*(chain.from_iterable(part.matrix.rows) for part in parts))
    sums: list[Any] = [sum(map(TracedNumber, numbers)) for numbers in islice(entries, MOST_ENTRIES)]
    return Table(total, tuple(sums))
