"""The outline of an explanation, in whatever format it is shown: chapters of passages of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, islice, product
from typing import NamedTuple

from backprop.autograd import recut, rows_of
from backprop.explanation.derivation import Table
from backprop.explanation.notation import Plain
from backprop.explanation.steps import Step, Update
from backprop.kernel import Rows
from backprop.matrix import format_shape


class Statement(NamedTuple):
    """The value of a step; with a ``loss`` its gradient ∂loss/∂value, or if ``partial`` what one use contributes to it.

    The ``sign`` "←" says that it is the new value. ``is_grad`` says that it is the new ``grad`` of the step."""

    step: Step
    table: Table
    loss: str = ""
    partial: bool = False
    is_grad: bool = False
    sign: str = "="

    @property
    def name(self) -> str:
        """The name of the value, or of its ``grad``."""
        return f"{self.step.name}.grad" if self.is_grad else self.step.name

    def arithmetic(self, notation: Plain) -> list[tuple[str, list[str]]]:
        """(index, stages from the expression to the number) of the first entries; empty if none has an expression."""
        matrix, traced = self.table
        if not any(x.operands for x in traced):
            return []
        shape, entries = self.step.shape, chain.from_iterable(matrix.rows)
        indices = islice(product(*map(range, shape)), len(traced))
        return [
            (str(list(index)) if shape.numel() > 1 else "", notation.stages(x, entry))
            for index, x, entry in zip(indices, traced, entries)
        ]

    @property
    def rows(self) -> Rows:
        """The entries as the rows of a table, those of the last axis."""
        return recut(self.table.matrix, rows_of(self.step.shape, -1)).rows

    @property
    def note(self) -> str:
        """The shape, where a table does not show it."""
        return f" ({format_shape(self.step.shape)})" if len(self.step.shape) > 2 or 0 in self.step.shape else ""

    @property
    def omitted(self) -> int:
        """The number of entries whose arithmetic is not shown, where that of others is."""
        return self.step.shape.numel() - len(self.table.traced)


class Passage(NamedTuple):
    """What is shown at one step: the call of the operation, its equation, the statements, and a ``remark`` where the
    arithmetic is missing."""

    statements: Sequence[Statement]
    call: str = ""
    equation: str = ""
    remark: str = ""
    step: Step | None = None


class Chapter(NamedTuple):
    """One phase of the step: what is given, the forward pass, the backward pass or the update."""

    title: str
    lead: str
    passages: Sequence[Passage]


def outline_of(steps: Sequence[Step], loss: str, updates: Sequence[Update], digits: int) -> list[Chapter]:
    """What is given, the forward pass, the backward pass and the update; empty chapters are left out."""
    calls = {step: _call(step, Plain(digits)) for step in steps if step.operation}
    chapters = [
        Chapter("Given", "", list(_given(steps))),
        Chapter("Forward", "each value from those before it", list(_forward(calls))),
        Chapter(
            "Backward", f"how {loss} changes with each value, by the chain rule", list(_backward(steps, loss, calls))
        ),
        Chapter("Update", "", list(_updates(updates))),
    ]
    return [chapter for chapter in chapters if chapter.passages]


def _call(step: Step, notation: Plain) -> str:
    """The step as a line of Python."""
    inputs = ["None" if x is None else x.name or notation.number(x.value.matrix.item()) for x in step.inputs]
    return f"{step.name} = {step.operation}({', '.join([*inputs, *step.settings])})"


def _given(steps: Sequence[Step]) -> Iterator[Passage]:
    statements = [Statement(step, step.value) for step in steps if step.name and not step.operation]
    if statements:
        yield Passage(statements)


def _forward(calls: Mapping[Step, str]) -> Iterator[Passage]:
    for step, call in calls.items():
        yield Passage([Statement(step, step.value)], call, step.equation, step.remark, step)


def _backward(steps: Sequence[Step], loss: str, calls: Mapping[Step, str]) -> Iterator[Passage]:
    """At each step its gradient, unless the step before has just shown it, and then what goes on to the inputs."""
    for step in reversed(steps):
        statements = []
        if step.gradient is not None and (step is steps[-1] or step.gradient.traced):
            statements.append(Statement(step, step.gradient, loss))
        if step.accumulated is not None:
            statements.append(Statement(step, step.accumulated, is_grad=True))
        statements += [Statement(part.source, part.table, loss, not part.only) for part in step.contributions]
        if statements:
            yield Passage(statements, calls.get(step, ""), step.derivatives, step.remark, step)


def _updates(updates: Sequence[Update]) -> Iterator[Passage]:
    for (rule, equation, remark), same in groupby(updates, lambda update: update[2:]):
        yield Passage([Statement(update.step, update.value, sign="←") for update in same], rule, equation, remark)
