"""A computation run again on traced numbers, which shows how each entry of its result was computed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from math import isclose
from typing import Any, Callable, NamedTuple

from backprop.autograd import Node, Tensor, pullbacks_of, recut
from backprop.explanation.traced import UPSTREAM, VALUE, Entry, TooLong, TracedNumber, plain, tracing
from backprop.matrix import Matrix, flatten, trusted
from backprop.optim import Optimizer
from backprop.random import generator

_MAX_ENTRIES = 8  # of a table that is shown with the arithmetic of all; of a larger one that of a few is
_MAX_STEPS = 400_000

Wrap = Callable[..., Matrix]


class Table(NamedTuple):
    """The entries of a Tensor, and some of them as traced numbers, by their index; none where their arithmetic is not
    known. ``named`` are the numbers on the way to them that have names."""

    matrix: Matrix
    traced: Mapping[int, TracedNumber] = {}
    named: Mapping[Entry, TracedNumber] = {}


def traced_operation(node: Node, gradient: Matrix) -> tuple[list[Table], str]:
    """([the value of a Node, the gradient that goes to each input], a remark), from the Node's ``gradient``.

    The remark says why the arithmetic is missing, and is empty if it is there."""
    recorded = [node.matrix, *_input_gradients(node, node.pullbacks, gradient)]

    def compute(wrap: Wrap) -> Iterator[Matrix]:
        with _preserving_state(node.constants or {}) as constants:
            values = [None if x is None else wrap(x._matrix, k) for k, x in enumerate(node.inputs)]
            value, pullbacks, _ = node.operation.rerun(values, node.inputs, constants)
            yield _detached(value, VALUE, node.matrix)
            places = [k for k, x in enumerate(node.inputs) if x is not None and x.requires_grad]
            for k, slopes in zip(places, _input_gradients(node, pullbacks, wrap(gradient, UPSTREAM))):
                yield _detached(slopes, gradient_to(k))

    return _tables(compute, recorded, recorded)


def traced_update(
    optimizer: Optimizer, value: Matrix, gradient: Matrix, state: Mapping[str, Any], group: Mapping[str, Any]
) -> tuple[Table, str]:
    """(the new value of one parameter, a remark as for ``traced_operation``); the optimizer's state stays as it is."""

    def compute(wrap: Wrap) -> Iterator[Matrix]:
        remembered = {name: wrap(x, name) if isinstance(x, Matrix) else x for name, x in state.items()}
        for name in optimizer.in_place & state.keys():
            remembered[name] = [row[:] for row in remembered[name].rows]
        slopes = wrap(gradient, UPSTREAM)
        yield optimizer.update(wrap(value, VALUE), -slopes if group.get("maximize") else slopes, remembered, group)

    (new,) = compute(_identity)
    (table,), why = _tables(compute, [new], [new - value])
    return table, why


def _tables(
    compute: Callable[[Wrap], Iterator[Matrix]], recorded: list[Matrix], telling: list[Matrix]
) -> tuple[list[Table], str]:
    """The recorded results with the arithmetic of ``compute``, if that gives them again: that of some entries, chosen by
    what is ``telling`` about each result, itself or how it differs from what was before.

    It is run on plain numbers first. Unless the results are the recorded ones to the last bit, the computation depends
    on something else: random numbers drawn anew, or weights that have changed since.
    """
    plain_tables = list(map(Table, recorded))
    with suppress(Exception):  # whatever an operation raises for a kind of number that it does not know
        if list(compute(_identity)) != recorded:
            return plain_tables, "run again, it gives other numbers"
        try:
            with tracing(_MAX_STEPS) as named:
                results = compute(_traced)
                value, forward = next(results), dict(named)
                gradients = list(results)
        except TooLong:
            return plain_tables, f"it takes more than {_MAX_STEPS:,} steps"
        backward = {entry: x for entry, x in named.items() if entry not in forward}
        within = [forward, *[backward] * len(gradients)]
        traced = map(_some_entries, [value, *gradients], recorded, telling, within)
        return list(map(Table, recorded, traced, within)), ""
    return plain_tables, "it does more than calculate with numbers"


def _input_gradients(node: Node, pullbacks: Any, gradient: Matrix) -> list[Matrix]:
    """The gradient that goes to each input that needs one, cut as the input is."""
    pairs = zip(node.inputs, pullbacks_of(pullbacks, gradient, node.inputs, node.operation.__name__))
    return [
        recut(pullback(gradient), len(x._matrix.rows)) for x, pullback in pairs if x is not None and x.requires_grad
    ]


def _identity(matrix: Matrix, table: int | str = "") -> Matrix:
    return matrix


def _traced(matrix: Matrix, table: int | str) -> Matrix:
    index = count()
    return trusted([[TracedNumber(x, Entry(table, next(index))) for x in row] for row in matrix.rows])


def gradient_to(k: int) -> int:
    """The table of the gradient that goes to the input at this position."""
    return -1 - k


def _detached(result: Matrix, table: int | str, recorded: Matrix | None = None) -> Matrix:
    """A copy of the result with its arithmetic. Its own numbers lose theirs, and become those that were recorded: what
    uses them shows them as known entries of that table."""
    numbers, index = iter(flatten((recorded or result).rows)), count()

    def known(x: Any) -> Any:
        entry, number = Entry(table, next(index)), next(numbers)
        if not isinstance(x, TracedNumber):
            return x
        copy = x.known_as(entry) if x.operands else TracedNumber(x.number, x.symbol)
        x.number = plain(number)
        return copy

    return trusted([list(map(known, row)) for row in result.rows])


def _some_entries(
    traced: Matrix, recorded: Matrix, telling: Matrix, named: Mapping[Entry, TracedNumber]
) -> dict[int, TracedNumber]:
    """Some entries, traced.

    From Python 3.12 on, sums of floats round less than sums of traced numbers. Where nearly everything cancels, the
    difference may be large; such an entry is shown without its arithmetic, which would give another number.
    """
    entries, numbers = flatten(traced.rows), flatten(recorded.rows)
    shown = {}
    for i in representative(flatten(telling.rows)):
        x, number = entries[i], numbers[i]
        if isinstance(x, TracedNumber) and isinstance(x.symbol, Entry):
            x = named.get(x.symbol, x)
        agrees = isinstance(x, TracedNumber) and (x.number == number or isclose(x.number, number, rel_tol=1e-13))
        shown[i] = x if agrees else TracedNumber(number)
    return shown


def representative(numbers: Sequence[Any]) -> list[int]:
    """The indices of the entries of a table whose arithmetic is shown: all of a small one, of a large one the first three
    that are not 0, and the largest.

    >>> representative([0.5] * 4), representative([0.0] * 9 + [1.0] * 9 + [-2.0])
    ([0, 1, 2, 3], [9, 10, 11, 18])
    """
    if len(numbers) <= _MAX_ENTRIES:
        return list(range(len(numbers)))
    largest = max(range(len(numbers)), key=lambda i: abs(numbers[i]))
    return sorted({*[i for i, x in enumerate(numbers) if x][:3], largest})


@contextmanager
def _preserving_state(constants: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The constants with copies of the Tensors, such as running means, and of lists; random generators are restored."""
    rngs = [generator(), *(c for c in constants.values() if isinstance(c, random.Random))]
    states = [(rng, rng.getstate()) for rng in rngs]
    try:
        yield {
            name: c.detach().clone() if isinstance(c, Tensor) else c[:] if type(c) is list else c
            for name, c in constants.items()
        }
    finally:
        for rng, state in states:
            rng.setstate(state)
