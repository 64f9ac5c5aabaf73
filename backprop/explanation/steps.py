"""The steps of an explanation: one for each value of the computation, with its arithmetic and its gradient."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from numbers import Real
from reprlib import repr as short
from typing import Any, NamedTuple

from backprop.autograd import Tensor, propagate, reverse_topological_order
from backprop.explanation.derivation import MAX_ENTRIES, Table, traced_operation, traced_update
from backprop.explanation.names import Named, names_of
from backprop.explanation.traced import TracedNumber
from backprop.matrix import Matrix, format_shape
from backprop.nn import Module
from backprop.optim import Optimizer

_SHORT = (Real, str, tuple, list, range, slice, type(None))


@dataclass(eq=False)
class Step:
    """One value: a leaf, or the result of an ``operation`` on ``inputs`` (None for an optional one that was not given).

    - ``name`` is empty for a constant number; ``settings`` are the constants of the call.
    - ``equation`` and ``derivatives`` are those of the operation; ``remark`` says why the arithmetic is missing, if so.
    - ``gradient`` is None where none is needed. Its arithmetic is a sum, shown only if the value is used several times.
    - ``contributions`` are what this step adds to the gradients of its inputs.
    - ``accumulated`` is the new ``grad`` of a leaf that holds a gradient already.
    """

    name: str
    value: Table
    operation: str = ""
    inputs: tuple[Step | None, ...] = ()
    settings: tuple[str, ...] = ()
    equation: str = ""
    derivatives: str = ""
    remark: str = ""
    gradient: Table | None = None
    contributions: tuple[Contribution, ...] = ()
    accumulated: Table | None = None

    def __repr__(self) -> str:
        made = f", {self.operation} of {len(self.inputs)} inputs" if self.operation else ""
        return f"Step({self.name or 'a number'}{made})"


class Contribution(NamedTuple):
    """What one use of ``source`` adds to its gradient; ``only`` if there is no other use."""

    source: Step
    table: Table
    only: bool


class Update(NamedTuple):
    """The new value of a parameter; ``rule`` is the optimizer with its settings."""

    step: Step
    value: Table
    rule: str
    equation: str
    remark: str


def steps_of(loss: Tensor, gradient: Matrix, model: Module | None, given: Mapping[str, Named]) -> dict[Tensor, Step]:
    """A step for each Tensor that ``loss`` depends on, each after its inputs."""
    order = reverse_topological_order(loss)
    gradients = propagate(order, {loss: gradient}, set(order))
    made = order[::-1]
    tensors = list(dict.fromkeys(chain.from_iterable((*_without_graph(tensor), tensor) for tensor in made))) or [loss]
    names = names_of(tensors, model, given)
    traced = {tensor: traced_operation(tensor, gradients[tensor]) for tensor in made}
    parts: dict[Tensor, list[Table]] = {tensor: [] for tensor in gradients}
    for tensor in reversed(made):
        for source, part in zip(_with_gradient(tensor), traced[tensor][0][1:]):
            parts[source].append(part)
    steps: dict[Tensor, Step] = {}
    for tensor in tensors:
        step = steps[tensor] = Step(names.get(tensor, ""), Table(tensor.matrix))
        if tensor in parts:
            step.gradient = _sum(gradients[tensor], parts[tensor])
        if tensor in traced:
            (step.value, *passed_on), step.remark = traced[tensor]
            step.operation = tensor.operation.__name__
            step.equation, step.derivatives = equation(tensor.operation)
            step.inputs = tuple([None if x is None else steps[x] for x in tensor.inputs])
            step.settings = tuple(_settings(tensor))
            uses = zip(_with_gradient(tensor), passed_on)
            step.contributions = tuple([Contribution(steps[x], t, len(parts[x]) == 1) for x, t in uses])
        elif tensor in parts and tensor.grad is not None:
            step.accumulated = _sum(tensor.grad.matrix + gradients[tensor], [Table(tensor.grad.matrix), Table(gradients[tensor])])
    return steps


def updates_of(optimizer: Optimizer, steps: Mapping[Tensor, Step]) -> Iterator[Update]:
    """The new value that the optimizer's ``step()`` will give each parameter of the computation."""
    name, rule_equation = type(optimizer).__name__, equation(type(optimizer)).value
    for group, parameter, state in optimizer.members():
        step = steps.get(parameter)
        if step is None or step.gradient is None:
            continue
        gradient = (step.accumulated or step.gradient).matrix
        state = state or optimizer.start(parameter.matrix, group)
        table, remark = traced_update(optimizer, parameter.matrix, gradient, state, group)
        settings = [f"{key}={short(value)}" for key, value in group.items() if key in optimizer.defaults and value]
        yield Update(step, table, f"{name}({', '.join(settings)})", rule_equation, remark)


def _with_gradient(tensor: Tensor) -> list[Tensor]:
    """The inputs that need a gradient."""
    return [x for x in tensor.inputs if x is not None and x.requires_grad]


def _without_graph(tensor: Tensor) -> list[Tensor]:
    """The inputs that no gradient flows through: not computed by an operation, or by none that needs one."""
    return [x for x in tensor.inputs if x is not None and (x.operation is None or not x.requires_grad)]


def _settings(tensor: Tensor) -> Iterator[str]:
    """The constants of the call that differ from their defaults; of large ones the type and the shape."""
    parameters = inspect.signature(inspect.unwrap(tensor.operation)).parameters
    for name, value in (tensor.constants or {}).items():
        if isinstance(value, (Matrix, Tensor)):
            yield f"{name}={type(value).__name__} {format_shape(value.shape)}"
        elif name not in parameters or value != parameters[name].default:
            yield f"{name}={short(value) if isinstance(value, _SHORT) else type(value).__name__}"


def _sum(total: Matrix, parts: list[Table]) -> Table:
    """The total with, if it has several parts, the sums of its first entries."""
    if len(parts) < 2:
        return Table(total)
    entries = zip(*(chain.from_iterable(part.matrix.rows) for part in parts))
    sums: list[Any] = [sum(map(TracedNumber, numbers)) for numbers in islice(entries, MAX_ENTRIES)]
    return Table(total, tuple(sums))


# -------------------------------------------------------------------- equations


class Equation(NamedTuple):
    """The equation of the value and those of the derivatives; either may be empty."""

    value: str
    derivatives: str


def equation(documented: Any) -> Equation:
    """The equation at the beginning of the docstring of an operation or of an optimizer.

    It is the first sentence, split where the derivatives begin. If that sentence has no derivatives, they are the first
    later sentence that has some.

    >>> from backprop.autograd import matmul
    >>> equation(matmul)
    Equation(value='C = A·B', derivatives='∂L/∂A = ∂L/∂C·Bᵀ,  ∂L/∂B = Aᵀ·∂L/∂C')
    """
    text = re.sub(r"(?<=[,;])\n(?=∂)", "  ", inspect.getdoc(documented) or "")
    first, *further = re.split(r"\.\s+|\.$", re.sub(r"\n+", " ", text).replace("``", ""))
    value, *derivatives = re.split(r"[,;]\s+(?=∂)", first, maxsplit=1)
    return Equation(value, *(derivatives or [sentence for sentence in further if "∂" in sentence][:1] or [""]))
