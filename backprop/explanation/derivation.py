"""A computation run once more, on written numbers: how each entry of what it gave came about."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, islice
from math import isclose
from typing import Any, Callable, NamedTuple

from backprop.autograd import Tensor, pullbacks_of
from backprop.explanation.traced import UPSTREAM, TooLong, TracedNumber, tracing
from backprop.matrix import Matrix, trusted
from backprop.optim import Optimizer
from backprop.seeding import generator

MOST_ENTRIES = 8  # of a table are written out
_MOST_STEPS = 200_000

Mark = Callable[..., Matrix]


class Table(NamedTuple):
    """A Matrix, and how its first entries, row after row, were computed; of none where that is not known."""

    matrix: Matrix
    written: tuple[TracedNumber, ...] = ()


def traced_operation(tensor: Tensor, gradient: Matrix) -> tuple[list[Table], str]:
    """The value of a Tensor that an operation made, what of its ``gradient`` goes to each input that needs one, and why
    their arithmetic is not there, if so."""
    recorded = [tensor.data, *_parts(tensor, tensor.pullbacks, gradient)]
    rule: Callable[..., Any] = tensor.operation.__wrapped__  # type: ignore[union-attr]

    def compute(mark: Mark) -> list[Matrix]:
        with _undisturbed(tensor.constants or {}) as constants:
            value, pullbacks = rule(*[None if x is None else mark(x.data) for x in tensor.inputs], **constants)
            settled = _settled(value, tensor.data)
            return [settled, *_parts(tensor, pullbacks, mark(gradient, UPSTREAM))]

    return _tables(compute, recorded)


def traced_update(
    optimizer: Optimizer, value: Matrix, gradient: Matrix, state: Mapping[str, Any], group: Mapping[str, Any]
) -> tuple[Table, str]:
    """The value that the optimizer's rule gives one parameter, and why its arithmetic is not there, if so; what the
    rule remembers stays as it is."""

    def compute(mark: Mark) -> list[Matrix]:
        remembered = {name: mark(x) if isinstance(x, Matrix) else x for name, x in state.items()}
        return [optimizer.update(mark(value), mark(gradient, UPSTREAM), remembered, group)]

    (table,), why = _tables(compute, compute(_as_it_is))
    return table, why


def _tables(compute: Callable[[Mark], list[Matrix]], recorded: list[Matrix]) -> tuple[list[Table], str]:
    """What was recorded, with the arithmetic of ``compute`` where that is what happened.

    It is run on the plain numbers first: only what gives the recorded ones again, to the last bit, is a matter of them
    alone. What drew random numbers of its own is not, nor what used weights that have changed since.
    """
    without = list(map(Table, recorded))
    with suppress(Exception):  # whatever a rule may raise that meets numbers of a kind it does not know
        if compute(_as_it_is) != recorded:
            return without, "run again, it gives other numbers"
        try:
            with tracing(_MOST_STEPS):
                written = compute(_marked)
        except TooLong:
            return without, f"it takes more than {_MOST_STEPS:,} steps"
        return [Table(numbers, tuple(_first(w, numbers))) for numbers, w in zip(recorded, written)], ""
    return without, "it does more than calculate with numbers"


def _parts(tensor: Tensor, pullbacks: Any, gradient: Matrix) -> list[Matrix]:
    """What goes to each input that needs a gradient."""
    pairs = zip(tensor.inputs, pullbacks_of(pullbacks, gradient, tensor))
    return [pullback(gradient) for x, pullback in pairs if x is not None and x.requires_grad]


def _as_it_is(matrix: Matrix, symbol: str = "") -> Matrix:
    return matrix


def _marked(matrix: Matrix, symbol: str = "") -> Matrix:
    return trusted([[TracedNumber(x, symbol) for x in row] for row in matrix.rows])


def _settled(value: Matrix, recorded: Matrix) -> Matrix:
    """A copy of the value that keeps how it was computed. Its own written numbers forget that: the pullbacks, which may
    use them, start from a value that is known by then."""
    copy = trusted([[x.copy() if isinstance(x, TracedNumber) else x for x in row] for row in value.rows])
    for x, number in zip(chain.from_iterable(value.rows), chain.from_iterable(recorded.rows)):
        if isinstance(x, TracedNumber):
            x.number, x.symbol, x.operands = number, "", ()
    return copy


def _first(written: Matrix, recorded: Matrix) -> Iterator[TracedNumber]:
    """How the first entries came about.

    From Python 3.12 on sums of floats round less than those of numbers that remember. Where nearly all cancels, that may
    be most of what is left; such a number stands without its arithmetic, which would not come to it.
    """
    entries = zip(chain.from_iterable(written.rows), chain.from_iterable(recorded.rows))
    for x, number in islice(entries, MOST_ENTRIES):
        agreed = isinstance(x, TracedNumber) and (x.number == number or isclose(x.number, number, rel_tol=1e-13))
        yield x if agreed else TracedNumber(number)


@contextmanager
def _undisturbed(constants: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The constants with copies of the Tensors, such as running means; generators are set back afterwards."""
    generators = [generator(), *(c for c in constants.values() if isinstance(c, random.Random))]
    states = [(own, own.getstate()) for own in generators]
    try:
        yield {name: c.detach() if isinstance(c, Tensor) else c for name, c in constants.items()}
    finally:
        for own, state in states:
            own.setstate(state)
