"""The steps of an explanation: one for each value of the computation, with its arithmetic and its gradient."""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from numbers import Real
from reprlib import repr as short
from typing import Any, NamedTuple

from backprop.autograd import Node, Size, Tensor, propagate, recut, reverse_topological_order
from backprop.autograd.chain_rule import check_not_freed
from backprop.explanation.derivation import Table, representative, traced_operation, traced_update
from backprop.explanation.equations import constants_of, equation, equation_of, letters_of
from backprop.explanation.names import Named, Value, names_of
from backprop.explanation.traced import TracedNumber
from backprop.matrix import Matrix, flatten, format_shape
from backprop.nn import Module
from backprop.optim import Optimizer
from backprop.optim.optimizer import as_matrix, as_numbers, opened
from backprop.pictures.layers import layers_of

_SHORT = (Real, str, tuple, list, range, slice, type(None))


@dataclass(eq=False)
class Step:
    """One value: a leaf, or the result of an ``operation`` on ``inputs`` (None for an optional one that was not given).

    - ``name`` is empty for a constant number; ``settings`` are the constants of the call; ``linear`` is an operation that computes sums of its
      inputs or moves them.
    - ``equation`` and ``derivatives`` are those of the operation, ``letters`` says whose numbers stand there by which letter;
      ``remark`` says why the arithmetic is missing, if so.
    - ``layer`` is the name of the module of the model in which it was computed; ``prefix`` tells its numbers with names
      from those of another step.
    - ``gradient`` is None where none is needed. Its arithmetic is a sum, shown only if the value is used several times.
    - ``contributions`` are what this step adds to the gradients of its inputs.
    - ``accumulated`` is the new ``grad`` of a leaf that holds a gradient already.
    """

    name: str
    value: Table
    shape: Size
    operation: str = ""
    linear: bool = False
    inputs: tuple[Step | None, ...] = ()
    settings: tuple[str, ...] = ()
    equation: str = ""
    derivatives: str = ""
    letters: tuple[tuple[str, Step], ...] = ()
    remark: str = ""
    layer: str = ""
    prefix: str = ""
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


def steps_of(loss: Tensor, gradient: Matrix, model: Module | None, given: Mapping[str, Named]) -> dict[Value, Step]:
    """A step for each value that ``loss`` depends on, each after its inputs."""
    last: Value = loss._grad_fn or loss
    order = reverse_topological_order(last)
    check_not_freed(order)
    gradients = propagate(order, {last: gradient}, set(order))
    made = order[::-1]
    values: list[Value] = list(dict.fromkeys(chain.from_iterable((*_leaves_of(node), node) for node in made))) or [loss]
    constants = dict(chain.from_iterable(map(constants_of, made)))
    names, layers = (
        names_of(values, model, given, constants),
        layers_of(made, () if model is None else model.named_parameters()),
    )
    traced = {node: traced_operation(node, gradients[node]) for node in made}
    parts: dict[Value, list[Table]] = {value: [] for value in gradients}
    for node in reversed(made):
        for source, part in zip(_with_gradient(node), traced[node][0][1:]):
            parts[source].append(part)
    steps: dict[Value, Step] = {}
    for value in values:
        step = steps[value] = Step(names.get(value, ""), Table(value.matrix), value.shape)
        if value in parts:
            step.gradient = _sum(gradients[value], parts[value])
        if isinstance(value, Node):
            (step.value, *passed_on), step.remark = traced[value]
            step.operation, step.linear = value.operation.__name__, getattr(value.operation, "linear", False)
            step.inputs = tuple([None if x is None else steps[x] for x in value.inputs])
            step.equation, step.derivatives = equation_of(value)
            step.letters = tuple([(letter, steps[x]) for letter, x in letters_of(value)])
            step.settings = tuple(_settings(value))
            step.layer = layers[value]
            uses = zip(_with_gradient(value), passed_on)
            step.contributions = tuple([Contribution(steps[x], t, len(parts[x]) == 1) for x, t in uses])
        elif value in parts and value.grad is not None:
            held, new = value.grad.matrix, gradients[value]
            step.accumulated = _sum(held + recut(new, len(held.rows)), [Table(held), Table(new)])
    owners = Counter(chain.from_iterable(map(_names_within, steps.values())))
    for step in steps.values():
        step.prefix = f"{step.name}." if any(owners[name] > 1 for name in _names_within(step)) else ""
    return steps


def _names_within(step: Step) -> set[int | str]:
    """The names that the operation gives to numbers on the way."""
    return {entry.table for entry in step.value.named}


def updates_of(optimizer: Optimizer, steps: Mapping[Value, Step]) -> Iterator[Update]:
    """The new value that the optimizer's ``step()`` will give each parameter of the computation."""
    name, rule_equation = type(optimizer).__name__, equation(type(optimizer)).value
    arguments = inspect.signature(type(optimizer)).parameters
    for group in map(as_numbers, optimizer.param_groups):
        settings = [
            f"{key}={short(value)}"
            for key, value in group.items()
            if key == "lr" or (key in arguments and key != "params" and value != arguments[key].default)
        ]
        for parameter in group["params"]:
            step = steps.get(parameter)
            if step is None or step.gradient is None:
                continue
            value = as_matrix(parameter)
            gradient = recut((step.accumulated or step.gradient).matrix, len(value.rows))
            state = opened(optimizer.state.get(parameter) or optimizer.start(parameter, group), optimizer.numbers)
            if group.get("maximize"):
                gradient = -gradient
            table, remark = traced_update(optimizer, value, gradient, state, group)
            yield Update(step, table, f"{name}({', '.join(settings)})", rule_equation, remark)


def _with_gradient(node: Node) -> list[Value]:
    """The inputs that need a gradient."""
    return [x for x in node.inputs if x is not None and x.requires_grad]


def _leaves_of(node: Node) -> list[Tensor]:
    """The inputs that no operation of the graph computed."""
    return [x for x in node.inputs if isinstance(x, Tensor)]


def _settings(node: Node) -> Iterator[str]:
    """The settings of the function that was called, where they differ from their defaults; of large ones the type and the
    shape. What the rule behind it takes beyond them is its own affair, and a shape is seen at the numbers."""
    operation, constants = node.operation, node.constants or {}
    functions = vars(sys.modules[operation.__module__])
    called = functions.get(node.called) or functions.get(operation.__name__)
    if called is None and not inspect.unwrap(operation).__name__.startswith("_"):
        called = operation
    parameters = inspect.signature(called).parameters if called and constants else {}
    for name, value in constants.items():
        if name not in parameters or value is None or isinstance(value, Size):
            continue
        if isinstance(value, (Matrix, Tensor)):
            yield f"{name}={type(value).__name__} {format_shape(value.shape)}"
        elif value != parameters[name].default and value != ():
            yield f"{name}={_setting(value)}"


def _setting(value: Any) -> str:
    if isinstance(value, float):
        return format(value, ".6g")
    return short(value) if isinstance(value, _SHORT) else type(value).__name__


def _sum(total: Matrix, parts: list[Table]) -> Table:
    """The total with, if it has several parts, some of its entries as sums."""
    if len(parts) < 2:
        return Table(total)
    columns = [flatten(part.matrix.rows) for part in parts]
    sums = {i: sum([TracedNumber(numbers[i]) for numbers in columns]) for i in representative(flatten(total.rows))}
    return Table(total, sums)  # type: ignore[arg-type]  # what a sum of TracedNumbers is
