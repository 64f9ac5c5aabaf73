"""A line search: a step along a direction for which the loss decreases enough and its slope flattens enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Callable, NamedTuple

from backprop.kernel import dot

ENOUGH_DESCENT, FLAT_ENOUGH, TOO_NARROW = 1e-4, 0.9, 1e-9


class Point(NamedTuple):
    """The step t along the direction, with the loss there, its gradient, and its slope along the direction."""

    t: float
    loss: float
    gradient: list[float]
    slope: float


def strong_wolfe(
    evaluate: Callable[[float], tuple[float, list[float]]],
    first: Point,
    t: float,
    direction: Sequence[float],
    max_rounds: int,
) -> tuple[Point, int]:
    """A step t from ``first`` (t = 0) that meets the strong Wolfe conditions, and the number of evaluations:

    L(t) ≤ L(0) + 10⁻⁴·t·L′(0) and |L′(t)| ≤ 0.9·|L′(0)|.

    Steps grow until two points bracket such a t, then the bracket shrinks. Each new point is the minimum of the cubic
    through two points. ``evaluate`` gives loss and gradient at t. After the first evaluation and ``max_rounds`` more,
    or when the bracket is too small, the result is the best point so far.

    Nocedal and Wright, "Numerical Optimization" (2nd ed., 2006), algorithms 3.5 and 3.6, with the interpolation and
    the safeguards of Schmidt's minFunc, as in PyTorch.
    """

    def point(t: float) -> Point:
        loss, gradient = evaluate(t)
        return Point(t, loss, gradient, dot(gradient, direction))

    def too_high(candidate: Point) -> bool:
        return candidate.loss > first.loss + ENOUGH_DESCENT * candidate.t * first.slope

    def flat(candidate: Point) -> bool:
        return abs(candidate.slope) <= -FLAT_ENOUGH * first.slope

    before, here, rounds = first, point(t), 0
    while rounds < max_rounds:
        if too_high(here) or (rounds > 1 and here.loss >= before.loss):
            bracket = [before, here]
            break
        if flat(here):
            return here, rounds + 1
        if here.slope >= 0:
            bracket = [before, here]
            break
        t = _lowest(before, here, here.t + 0.01 * (here.t - before.t), here.t * 10)
        before, here, rounds = here, point(t), rounds + 1
    else:
        bracket = [first, here]

    width = max(map(abs, direction))
    stuck = False
    low = 0 if bracket[0].loss <= bracket[1].loss else 1
    while rounds < max_rounds and abs(bracket[1].t - bracket[0].t) * width >= TOO_NARROW:
        left, right = sorted(end.t for end in bracket)
        t = _lowest(bracket[0], bracket[1], left, right)
        margin = 0.1 * (right - left)
        # Twice too close to an end, or once outside: take a point a tenth of the width inside of the bracket.
        near = min(right - t, t - left) < margin
        if near and (stuck or t >= right or t <= left):
            t = right - margin if abs(t - right) < abs(t - left) else left + margin
            near = False
        stuck = near
        here, rounds = point(t), rounds + 1
        if too_high(here) or here.loss >= bracket[low].loss:
            bracket[1 - low] = here
            low = 0 if bracket[0].loss <= bracket[1].loss else 1
            continue
        if flat(here):
            return here, rounds + 1
        if here.slope * (bracket[1 - low].t - bracket[low].t) >= 0:
            bracket[1 - low] = bracket[low]
        bracket[low] = here
    return bracket[low], rounds + 1


def _lowest(a: Point, b: Point, low: float, high: float) -> float:
    """The minimum of the cubic with the losses and slopes of both points, limited to ``low`` and ``high``; their middle
    if it has none."""
    if a.t > b.t:
        a, b = b, a
    apart = a.t - b.t
    chord = a.slope + b.slope - 3 * (a.loss - b.loss) / apart if apart else math.nan
    square = chord * chord - a.slope * b.slope
    if not square >= 0:
        return (low + high) / 2
    root = math.sqrt(square)
    above, below = b.slope + root - chord, b.slope - a.slope + 2 * root
    # A loss that is straight from a to b has its minimum at infinity.
    share = above / below if below else math.copysign(math.inf, above)
    return float(min(max(b.t - (b.t - a.t) * share, low), high))
