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
from backprop.explanation.traced import PART, UPSTREAM, Entry, TracedNumber
from backprop.matrix import Matrix, flatten, format_shape
from backprop.nn import Module
from backprop.optim import Optimizer
from backprop.optim.optimizer import as_matrix, as_numbers, opened
from backprop.pictures.layers import layers_of, owners

_SHORT = (Real, str, tuple, list, range, slice, type(None))


@dataclass(eq=False)
class Step:
    """One value: a leaf, or the result of an ``operation`` on ``inputs`` (None for an optional one that was not given).

    - ``name`` is empty for a constant number; ``settings`` are the constants of the call; ``linear`` is an operation that computes sums of its
      inputs or moves them.
    - ``equation`` and ``derivatives`` are those of the operation, ``letters`` says whose numbers stand there by which letter;
      ``remark`` says why the arithmetic is missing, if so.
    - ``layer`` is the name of the module of the model in which it was computed, or to which a parameter belongs; ``prefix``
      tells its numbers with names from those of another step.
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
    """What one use of ``source`` adds to its gradient: the ``part`` of this number, or the ``only`` one."""

    source: Step
    table: Table
    part: int
    only: bool


class Update(NamedTuple):
    """The new value of a parameter; ``call`` is the optimizer with its settings, ``letters`` are those of its equation but θ."""

    step: Step
    value: Table
    call: str
    equation: str
    letters: str
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
    names, owned = names_of(values, model, given, constants), {} if model is None else owners(model.named_parameters())
    layers = {**owned, **layers_of(made, owned)}
    traced = {node: traced_operation(node, gradients[node]) for node in made}
    parts: dict[Value, list[Table]] = {value: [] for value in gradients}
    passed_on: dict[Node, list[tuple[Value, Table, int]]] = {node: [] for node in made}
    for node in reversed(made):
        for source, part in zip(_with_gradient(node), traced[node][0][1:]):
            passed_on[node].append((source, part, len(parts[source])))
            parts[source].append(part)
    steps: dict[Value, Step] = {}
    for value in values:
        step = steps[value] = Step(names.get(value, ""), Table(value.matrix), value.shape, layer=layers.get(value, ""))
        if value in parts:
            step.gradient = _sum(gradients[value], {f"{PART}{i}": part.matrix for i, part in enumerate(parts[value])})
        if isinstance(value, Node):
            (step.value, *_), step.remark = traced[value]
            step.operation, step.linear = value.operation.__name__, getattr(value.operation, "linear", False)
            step.inputs = tuple([None if x is None else steps[x] for x in value.inputs])
            step.equation, step.derivatives = equation_of(value)
            step.letters = tuple([(letter, steps[x]) for letter, x in letters_of(value)])
            step.settings = tuple(_settings(value))
            step.contributions = tuple(
                [Contribution(steps[x], part, i, len(parts[x]) == 1) for x, part, i in passed_on[value]]
            )
        elif value in parts and value.grad is not None:
            held, new = value.grad.matrix, gradients[value]
            step.accumulated = _sum(held + recut(new, len(held.rows)), {"": held, UPSTREAM: new})
    several = Counter(chain.from_iterable(map(_names_within, steps.values())))
    for step in steps.values():
        step.prefix = f"{step.name}." if any(several[name] > 1 for name in _names_within(step)) else ""
    return steps


def _names_within(step: Step) -> set[int | str]:
    """The names that the operation gives to numbers on the way."""
    return {entry.table for entry in step.value.named}


def updates_of(optimizer: Optimizer, steps: Mapping[Value, Step], loss: str) -> Iterator[Update]:
    """The new value that the optimizer's ``step()`` will give each parameter of the computation."""
    name, said = type(optimizer).__name__, equation(type(optimizer)).value
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
            given = f"{step.name}.grad" if step.accumulated else f"∂{loss}/∂{step.name}"
            letters = f"g = {'−' if group.get('maximize') else ''}{given}"
            if "step" in state:
                letters += f", t = {int(state['step']) + 1}"
            table, remark = traced_update(optimizer, value, gradient, state, group)
            yield Update(step, table, f"{name}({', '.join([step.name, *settings])})", said, letters, remark)


def _with_gradient(node: Node) -> list[Value]:
    """The inputs that need a gradient."""
    return [x for x in node.inputs if x is not None and x.requires_grad]


def _leaves_of(node: Node) -> list[Tensor]:
    """The inputs that no operation of the graph computed."""
    return [x for x in node.inputs if isinstance(x, Tensor)]


def _settings(node: Node) -> Iterator[str]:
    """The settings of the function that was called, where they differ from their defaults; of large ones the type and the
    shape. What the rule behind it takes beyond them is its own affair, and a shape is seen at the numbers."""
    operation, constants = node.operation, dict(_flat(node.constants or {}))
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


def _flat(constants: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each constant with its name, in place of a tuple with names what it holds; (2, 2) as 2."""
    for name, value in constants.items():
        if hasattr(value, "_asdict"):
            yield from _flat(value._asdict())
        else:
            equal = type(value) is tuple and len(set(map(repr, value))) == 1
            yield name, value[0] if equal else value


def _setting(value: Any) -> str:
    if isinstance(value, float):
        return format(value, ".6g")
    return short(value) if isinstance(value, _SHORT) else type(value).__name__


def _sum(total: Matrix, parts: Mapping[str, Matrix]) -> Table:
    """The total with, if it has several parts, some of its entries as sums of entries of these tables."""
    if len(parts) < 2:
        return Table(total)
    columns = {table: flatten(part.rows) for table, part in parts.items()}
    sums = {
        i: sum([TracedNumber(numbers[i], Entry(table, i)) for table, numbers in columns.items()])
        for i in representative(flatten(total.rows))
    }
    return Table(total, sums)  # type: ignore[arg-type]  # what a sum of TracedNumbers is
