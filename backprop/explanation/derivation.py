"""A computation run again on traced numbers, which shows how each entry of its result was computed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, islice
from math import isclose
from typing import Any, Callable, NamedTuple

from backprop.autograd import Node, Tensor, pullbacks_of, recut
from backprop.explanation.traced import UPSTREAM, TooLong, TracedNumber, tracing
from backprop.matrix import Matrix, trusted
from backprop.optim import Optimizer
from backprop.random import generator

MAX_ENTRIES = 8  # of a table are shown with their arithmetic
_MAX_STEPS = 200_000

Wrap = Callable[..., Matrix]


class Table(NamedTuple):
    """The entries of a Tensor, and the first of them as traced numbers; none where their arithmetic is not known."""

    matrix: Matrix
    traced: tuple[TracedNumber, ...] = ()


def traced_operation(node: Node, gradient: Matrix) -> tuple[list[Table], str]:
    """([the value of a Node, the gradient that goes to each input], a remark), from the Node's ``gradient``.

    The remark says why the arithmetic is missing, and is empty if it is there."""
    recorded = [node.matrix, *_input_gradients(node, node.pullbacks, gradient)]

    def compute(wrap: Wrap) -> list[Matrix]:
        with _preserving_state(node.constants or {}) as constants:
            values = [None if x is None else wrap(x._matrix) for x in node.inputs]
            value, pullbacks, _ = node.operation.rerun(values, node.inputs, constants)
            detached = _detached(value, node.matrix)
            return [detached, *_input_gradients(node, pullbacks, wrap(gradient, UPSTREAM))]

    return _tables(compute, recorded)


def traced_update(
    optimizer: Optimizer, value: Matrix, gradient: Matrix, state: Mapping[str, Any], group: Mapping[str, Any]
) -> tuple[Table, str]:
    """(the new value of one parameter, a remark as for ``traced_operation``); the optimizer's state stays as it is."""

    def compute(wrap: Wrap) -> list[Matrix]:
        remembered = {name: wrap(x) if isinstance(x, Matrix) else x for name, x in state.items()}
        return [optimizer.update(wrap(value), wrap(gradient, UPSTREAM), remembered, group)]

    (table,), why = _tables(compute, compute(_identity))
    return table, why


def _tables(compute: Callable[[Wrap], list[Matrix]], recorded: list[Matrix]) -> tuple[list[Table], str]:
    """The recorded results with the arithmetic of ``compute``, if that gives them again.

    It is run on plain numbers first. Unless the results are the recorded ones to the last bit, the computation depends
    on something else: random numbers drawn anew, or weights that have changed since.
    """
    plain_tables = list(map(Table, recorded))
    with suppress(Exception):  # whatever an operation raises for a kind of number that it does not know
        if compute(_identity) != recorded:
            return plain_tables, "run again, it gives other numbers"
        try:
            with tracing(_MAX_STEPS):
                traced = compute(_traced)
        except TooLong:
            return plain_tables, f"it takes more than {_MAX_STEPS:,} steps"
        return [Table(numbers, tuple(_first_entries(w, numbers))) for numbers, w in zip(recorded, traced)], ""
    return plain_tables, "it does more than calculate with numbers"


def _input_gradients(node: Node, pullbacks: Any, gradient: Matrix) -> list[Matrix]:
    """The gradient that goes to each input that needs one, cut as the input is."""
    pairs = zip(node.inputs, pullbacks_of(pullbacks, gradient, node.inputs, node.operation.__name__))
    return [
        recut(pullback(gradient), len(x._matrix.rows)) for x, pullback in pairs if x is not None and x.requires_grad
    ]


def _identity(matrix: Matrix, symbol: str = "") -> Matrix:
    return matrix


def _traced(matrix: Matrix, symbol: str = "") -> Matrix:
    return trusted([[TracedNumber(x, symbol) for x in row] for row in matrix.rows])


def _detached(value: Matrix, recorded: Matrix) -> Matrix:
    """A copy of the value with its arithmetic. The numbers of ``value`` itself lose theirs, so that a pullback that
    uses them shows them as known values."""
    copy = trusted([[x.copy() if isinstance(x, TracedNumber) else x for x in row] for row in value.rows])
    for x, number in zip(chain.from_iterable(value.rows), chain.from_iterable(recorded.rows)):
        if isinstance(x, TracedNumber):
            x.number, x.symbol, x.operands = number, "", ()
    return copy


def _first_entries(traced: Matrix, recorded: Matrix) -> Iterator[TracedNumber]:
    """The first entries, traced.

    From Python 3.12 on, sums of floats round less than sums of traced numbers. Where nearly everything cancels, the
    difference may be large; such an entry is shown without its arithmetic, which would give another number.
    """
    entries = zip(chain.from_iterable(traced.rows), chain.from_iterable(recorded.rows))
    for x, number in islice(entries, MAX_ENTRIES):
        agrees = isinstance(x, TracedNumber) and (x.number == number or isclose(x.number, number, rel_tol=1e-13))
        yield x if agrees else TracedNumber(number)


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
