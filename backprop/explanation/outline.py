"""The order in which an explanation is told, whatever it is written in: chapters of passages of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from backprop.explanation.derivation import Table
from backprop.explanation.notation import Plain
from backprop.explanation.steps import Step, Update


class Statement(NamedTuple):
    """What the value of a step is, or ∂``loss``/∂value, or the part of that which one use contributes; with the sign "←"
    what it becomes, and ``held`` what its ``grad`` becomes."""

    step: Step
    table: Table
    loss: str = ""
    partial: bool = False
    held: bool = False
    sign: str = "="

    @property
    def name(self) -> str:
        """The name of the value, or of its ``grad``."""
        return f"{self.step.name}.grad" if self.held else self.step.name

    def worked_out(self, notation: Plain) -> list[tuple[str, list[str]]]:
        """The first entries, each by its place in a table and from its arithmetic to its number; none if there is
        nothing but numbers."""
        matrix, written = self.table
        if not any(x.operands for x in written):
            return []
        rows, columns = matrix.shape
        places = [divmod(place, columns) for place in range(len(written))]
        return [
            ("[{}, {}]".format(*place) if rows * columns > 1 else "", notation.stages(x, matrix[place]))
            for place, x in zip(places, written)
        ]

    @property
    def left_out(self) -> int:
        """How many entries are not worked out, where others are."""
        rows, columns = self.table.matrix.shape
        return rows * columns - len(self.table.written)


class Passage(NamedTuple):
    """What is said at one step: the call of the operation, its equation, what that comes to here, and a ``remark`` where
    the arithmetic is not there."""

    statements: Sequence[Statement]
    call: str = ""
    equation: str = ""
    remark: str = ""
    step: Step | None = None


class Chapter(NamedTuple):
    """A part of the way, and what happens on it."""

    title: str
    lead: str
    passages: Sequence[Passage]


def outline_of(steps: Sequence[Step], loss: str, updates: Sequence[Update], digits: int) -> list[Chapter]:
    """What is given, the way forward, the way back and the update; what there is nothing to say of is left out."""
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
    """The step as one would write it in Python."""
    inputs = ["None" if x is None else x.name or notation.number(x.value.matrix.item()) for x in step.inputs]
    return f"{step.name} = {step.operation}({', '.join([*inputs, *step.settings])})"


def _given(steps: Sequence[Step]) -> Iterator[Passage]:
    statements = [Statement(step, step.value) for step in steps if step.name and not step.operation]
    if statements:
        yield Passage(statements)


def _forward(calls: Mapping[Step, str]) -> Iterator[Passage]:
    for step, call in calls.items():
        yield Passage([Statement(step, step.value)], call, step.formula, step.remark, step)


def _backward(steps: Sequence[Step], loss: str, calls: Mapping[Step, str]) -> Iterator[Passage]:
    """At each step its gradient, where there is more to say of it than that it came from the step before, and then what
    goes on to the inputs."""
    for step in reversed(steps):
        statements = []
        if step.gradient is not None and (step is steps[-1] or step.gradient.written):
            statements.append(Statement(step, step.gradient, loss))
        if step.held is not None:
            statements.append(Statement(step, step.held, held=True))
        statements += [Statement(part.source, part.table, loss, not part.whole) for part in step.parts]
        if statements:
            yield Passage(statements, calls.get(step, ""), step.slopes, step.remark, step)


def _updates(updates: Sequence[Update]) -> Iterator[Passage]:
    for (rule, equation, remark), same in groupby(updates, lambda update: update[2:]):
        yield Passage([Statement(update.step, update.value, sign="←") for update in same], rule, equation, remark)
