"""The outline of an explanation, in whatever format it is shown: chapters of passages of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import Any, NamedTuple, Union

from backprop.autograd import Size, recut, rows_of
from backprop.explanation.derivation import Table, gradient_to
from backprop.explanation.notation import UNNAMED, Known, Plain, numbers_shown
from backprop.explanation.steps import Step, Update
from backprop.explanation.traced import PART, UPSTREAM, VALUE, Entry, TracedNumber
from backprop.matrix import flatten, format_shape
from backprop.pictures.layers import child_layer
from backprop.pictures.tables import MOST_COLUMNS

GRAD = "grad"  # the table of the new grad of a leaf
_MAX_CELLS = 12  # of a table that a worksheet asks for
_MAX_PLACES = 12  # of dropped entries that are told


class Line(NamedTuple):
    """Arithmetic: stages from the expression to the number, of the entry at a ``place``, or of one with a ``name``."""

    name: str
    place: str
    stages: list[str]


class Statement(NamedTuple):
    """The value of a step; with a ``loss`` its gradient ∂loss/∂value, or the ``part`` of this number, that of one use.

    ``of`` is the step whose operation gave it, and ``derived`` are the numbers with names that are to be shown before it.
    The ``sign`` "←" says that it is the new value, for which ``slope`` is the loss of its gradient. ``is_grad`` says that
    it is the new ``grad`` of the step."""

    step: Step
    table: Table
    loss: str = ""
    of: Step | None = None
    derived: Sequence[Entry] = ()
    part: int | None = None
    is_grad: bool = False
    sign: str = "="
    slope: str = ""

    @property
    def name(self) -> str:
        """The name of the value, or of its ``grad``."""
        return f"{self.step.name}.grad" if self.is_grad else self.step.name

    def lines(self, notation: Plain) -> list[Line]:
        """The arithmetic of some entries, after that of the numbers on the way that have names; none where there is
        nothing but numbers."""
        matrix, traced, named = self.table
        moved = self._is_moved()
        if not moved and not any(x.operands for x in traced.values()):
            return []
        own, lines = notation.knowing(self.origin), []
        for entry in self.derived:
            stages = own.stages(named[entry], named[entry].number, self._known(entry))
            lines.append(Line(*self._derived(entry), stages))
        columns = len(matrix.rows[0])
        for i, x in traced.items():
            result = matrix.rows[i // columns][i % columns]
            stages = own.stages(x, result, self._asked(i), self.origin(x)[1] if moved else "")
            lines.append(Line("", place(i, self.step.shape), stages))
        return lines

    def cells(self, notation: Plain) -> list[list[str]]:
        """The entries as the rows of a table, those of the last axis."""
        rows = recut(self.table.matrix, rows_of(self.step.shape, -1)).rows
        if self.step.shape.numel() > _MAX_CELLS or len(rows[0]) > MOST_COLUMNS:  # nothing is asked that is left out
            return [list(map(notation.number, row)) for row in rows]
        index = count()
        return [[notation.result(x, self._asked(next(index))) for x in row] for row in rows]

    def origin(self, x: TracedNumber) -> Known:
        """Which entry of which value a known number is."""
        return self._known(x.symbol) if isinstance(x.symbol, Entry) and not x.operands else UNNAMED

    def _known(self, entry: Entry) -> Known:
        table, index = entry
        if isinstance(index, tuple):
            return (self.of, entry), "".join(self._derived(entry))
        if isinstance(table, str) and table.startswith(PART):
            return (self.step, table, index), ""
        of = self.of or self.step
        if not (isinstance(table, int) or table in (UPSTREAM, VALUE)):
            return UNNAMED
        step: Step | None = of
        is_slope = table == UPSTREAM
        if isinstance(table, int):
            is_slope = table < 0
            step = of.inputs[gradient_to(table) if is_slope else table]
            if is_slope and not any(part.only for part in of.contributions if part.source is step):
                return UNNAMED  # no more than a part of it
        if step is None or not step.name:
            return UNNAMED
        known = Statement(step, self.table, self.loss or self.slope if is_slope else "")
        if is_slope and self.sign == "←" and step.accumulated:
            known = Statement(step, self.table, is_grad=True)
        return known.entry(index)

    def _derived(self, entry: Entry) -> tuple[str, str]:
        """(name, place) of a number that the operation has named; a rule of an optimizer names one for each entry."""
        row, column = entry.place  # type: ignore[misc]  # of what has a name
        if self.sign == "←":
            index = row * len(self.table.matrix.rows[0]) + column
            return f"{self.step.name}.{entry.table}", place(index, self.step.shape)
        return f"{'' if self.of is None else self.of.prefix}{entry.table}", str([row, column])

    def entry(self, index: int) -> Known:
        """The entry of the statement itself at this index."""
        table = GRAD if self.is_grad else UPSTREAM if self.loss else VALUE
        known = (self.step, table if self.part is None else f"{PART}{self.part}", index)
        label = symbol(self) + place(index, self.step.shape)
        return (known, label) if self.sign == "=" else (None, f"{label} {self.sign}")

    def _asked(self, index: int) -> Known:
        """The same; unnamed if it is given."""
        return self.entry(index) if self.of or self.loss or self.is_grad else UNNAMED

    def _is_moved(self) -> bool:
        """Whether all are known entries, and which ones says more than a table: because each was chosen for its value, as a
        maximum is, or because the table is large."""
        entries, size = self.table.traced.values(), self.step.shape.numel()
        if not entries or not all(self.origin(x)[1] for x in entries):
            return False
        if self.of is not self.step or self.of.linear:
            return size > _MAX_CELLS
        return any(size < x.shape.numel() for x in self.of.inputs if x is not None)

    @property
    def shape(self) -> str:
        """That of the value, as 2×3."""
        return format_shape(self.step.shape)

    @property
    def note(self) -> str:
        """The shape, where a table does not show it."""
        return f" ({self.shape})" if len(self.step.shape) > 2 or 0 in self.step.shape else ""

    @property
    def omitted(self) -> int:
        """The number of entries whose arithmetic is not shown, where that of others is."""
        return self.step.shape.numel() - len(self.table.traced)


def symbol(statement: Statement) -> str:
    """The left side of a statement, as ∂L/∂w."""
    name = f"∂{statement.loss}/∂{statement.name}" if statement.loss else statement.name
    return name if statement.part is None else f"part of {name}"


def place(index: int, shape: Size) -> str:
    """The indices of the entry at ``index`` in row-major order.

    >>> place(5, Size((2, 3))), place(0, Size(()))
    ('[1, 2]', '')
    """
    if shape.numel() == 1:
        return ""
    indices = []
    for size in reversed(shape):
        index, i = divmod(index, size)
        indices.append(i)
    return str(indices[::-1])


class Passage(NamedTuple):
    """What is shown at one step: the call of the operation, its equation and what the ``letters`` in it stand for, the
    statements, and a ``remark`` where the arithmetic is missing."""

    statements: Sequence[Statement]
    call: str = ""
    equation: str = ""
    letters: str = ""
    remark: str = ""
    step: Step | None = None


class Group(NamedTuple):
    """The passages of a layer with several steps, one after the other."""

    title: str
    parts: Sequence[Part]

    @property
    def name(self) -> str:
        """That of the layer in the model."""
        return self.title.partition(": ")[0]


Part = Union[Passage, Group]


class Chapter(NamedTuple):
    """One phase of the step: what is given, the forward pass, the backward pass or the update."""

    title: str
    lead: str
    passages: Sequence[Passage]
    layers: Mapping[str, str] = {}

    @property
    def heading(self) -> str:
        """The title, and the lead where there is one."""
        return ": ".join(filter(None, (self.title, self.lead)))

    def parts(self) -> list[Part]:
        """The passages, those of one layer in a group, which may have groups in it."""
        return _grouped(self.passages, "", self.layers)


def outline_of(
    steps: Sequence[Step], loss: str, updates: Sequence[Update], layers: Mapping[str, str], digits: int
) -> list[Chapter]:
    """What is given, the forward pass, the backward pass and the update; empty chapters are left out. ``layers`` are the
    kinds of the modules by their names."""
    calls = {step: _call(step, Plain(digits)) for step in steps if step.operation}
    seen: set[tuple[Step, Entry]] = set()
    forward = Chapter("Forward", "each value from those before it", list(_forward(calls, seen)), layers)
    groups = set(_groups(forward.parts()))
    chapters = [
        Chapter("Given", "", list(_given(steps))),
        forward,
        Chapter(
            "Backward",
            f"how {loss} changes with each value, by the chain rule",
            list(_backward(steps, loss, calls, seen)),
            layers,
        ),
        Chapter("Update", "", list(_updates(updates, loss)), {name: layers[name] for name in groups}),
    ]
    return [chapter for chapter in chapters if chapter.passages]


def _grouped(passages: Sequence[Passage], prefix: str, layers: Mapping[str, str]) -> list[Part]:
    parts: list[Part] = []
    for name, run in groupby(passages, lambda passage: child_layer(passage.step.layer if passage.step else "", prefix)):
        own = list(run)
        inner: Sequence[Part] = _grouped(own, name + ".", layers) if name else own
        if not name or name not in layers or len(own) < 2:
            parts += inner
        else:
            if len(inner) == 1 and isinstance(inner[0], Group):  # a list of layers says nothing of its own
                inner = list(inner[0].parts)
            parts.append(Group(f"{name}: {layers[name]}", inner))
    return parts


def _groups(parts: Sequence[Part]) -> Iterator[str]:
    """The names of the layers that are groups."""
    for part in parts:
        if isinstance(part, Group):
            yield part.name
            yield from _groups(part.parts)


def _call(step: Step, notation: Plain) -> str:
    """The step as a line of Python."""
    inputs = ["None" if x is None else x.name or notation.number(x.value.matrix.item()) for x in step.inputs]
    while inputs[-1] == "None":
        inputs.pop()
    return f"{step.name} = {step.operation}({', '.join([*inputs, *step.settings])})"


def _letters(step: Step, notation: Plain) -> str:
    """What the letters of the equation stand for, each with its shape; and which entries of an input a mask m drops."""
    said = [f"{letter} = {_with_shape(x, notation)}" for letter, x in step.letters]
    mask = dict(step.letters).get("m")
    if mask is not None:
        entries = flatten(mask.value.matrix.rows)
        dropped = [place(i, mask.shape) for i, x in enumerate(entries) if not x]
        more = f", … {len(dropped) - _MAX_PLACES:,} more" if len(dropped) > _MAX_PLACES else ""
        factor = max(entries)
        kept = f"; the others are multiplied by 1/(1 − {notation.number(1 - 1 / factor)})" if factor else ""
        said.append(f"{len(dropped):,} dropped: {', '.join(dropped[:_MAX_PLACES])}{more}{kept}")
    return ", ".join(said)


def _with_shape(step: Step, notation: Plain) -> str:
    if not step.name:
        return notation.number(step.value.matrix.item())
    return f"{step.name} ({format_shape(step.shape)})" if len(step.shape) else step.name


def _given(steps: Sequence[Step]) -> Iterator[Passage]:
    statements = [Statement(step, step.value) for step in steps if step.name and not step.operation]
    if statements:
        yield Passage(statements)


def _deriving(statement: Statement, seen: set[tuple[Any, Entry]]) -> Statement:
    """The statement, before it the numbers with names that its arithmetic uses and that are not ``seen`` yet."""
    named, wanted = statement.table.named, set()
    layer = list(statement.table.traced.values()) if named else []
    for _ in range(3):  # what is used, what that is computed from, and what that
        shown = [x for number in layer for x in numbers_shown(number) if isinstance(x, TracedNumber)]
        used = {x.symbol for x in shown if not x.operands} & named.keys()
        new = {entry for entry in used if (statement.of, entry) not in seen}
        wanted |= new
        layer = [named[entry] for entry in new]  # type: ignore[index]  # as they are keys
    seen.update((statement.of, entry) for entry in wanted)  # type: ignore[misc]
    return statement._replace(derived=[entry for entry in named if entry in wanted])


def _forward(calls: Mapping[Step, str], seen: set[tuple[Step, Entry]]) -> Iterator[Passage]:
    for step, call in calls.items():
        statement = _deriving(Statement(step, step.value, of=step), seen)
        yield Passage([statement], call, step.equation, _letters(step, Plain()), step.remark, step)


def _backward(
    steps: Sequence[Step], loss: str, calls: Mapping[Step, str], seen: set[tuple[Step, Entry]]
) -> Iterator[Passage]:
    """At each step its gradient, unless the step before has just shown it, and then what goes on to the inputs."""
    for step in reversed(steps):
        statements = []
        if step.gradient is not None and (step is steps[-1] or step.gradient.traced):
            statements.append(Statement(step, step.gradient, loss))
        if step.accumulated is not None:
            statements.append(Statement(step, step.accumulated, is_grad=True, slope=loss))
        for source, table, part, only in step.contributions:
            statement = Statement(source, table, loss, step, part=None if only else part)
            statements.append(_deriving(statement, seen))
        if statements:
            letters = _letters(step, Plain())
            yield Passage(statements, calls.get(step, ""), step.derivatives, letters, step.remark, step)


def _updates(updates: Sequence[Update], loss: str) -> Iterator[Passage]:
    for step, value, call, equation, letters, remark in updates:
        statement = _deriving(Statement(step, value, of=step, sign="←", slope=loss), set())
        yield Passage([statement], call, equation, f"θ = {_with_shape(step, Plain())}, {letters}", remark, step)
