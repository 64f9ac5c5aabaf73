"""Gathering: each number of the result is one number of a row of the input, or the sum of some, weighted or not.

The first numbers of all sums are gathered from a row at once, then all second ones, and so on: the numbers of a sum are
then side by side, and ``sum`` is one call for each. What is to be gathered is computed once for each size and kept. The
gradient is such a sum too: each number collects from all the results that it is part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul, truediv
from typing import Any, NamedTuple

from backprop.autograd import Result, Size, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix
from backprop.nn.functional.windows import Gather, as_gradient, as_matrix, gather, rows_of_images


class Taps(NamedTuple):
    """The gathers of the first number of each sum, of the second, …, and their weights where these are not all 1."""

    gathers: list[Gather]
    weights: list[list[float]] | None = None


class Sums(NamedTuple):
    """The taps of the results, from a row with one number appended; and those of the gradient, from a row of results with
    a 0 appended."""

    forth: Taps
    back: Taps

    def transposed(self) -> Sums:
        """Each number of a row added to the sums from which its gradient comes."""
        return Sums(self.back, self.forth)


def sums_of(chosen: Sequence[Sequence[int]], size: int, weights: Sequence[Sequence[float]] | None = None) -> Sums:
    """The sums of the numbers with these indices of a row of ``size``, times ``weights``; −1 is the number appended to it."""
    containing: list[list[int]] = [[] for _ in range(size)]
    turned: list[list[float]] = [[] for _ in range(size)]
    for i, indices in enumerate(chosen):
        for k, index in enumerate(indices):
            if index >= 0:
                containing[index].append(i)
                if weights is not None:
                    turned[index].append(weights[i][k])
    if weights is None:
        return Sums(Taps(side_by_side(chosen)), Taps(side_by_side(containing)))
    return Sums(
        Taps(side_by_side(chosen), _columns(weights, 0.0)), Taps(side_by_side(containing), _columns(turned, 0.0))
    )


def side_by_side(lists: Sequence[Sequence[int]]) -> list[Gather]:
    """The gathers of all first indices, of all second ones, …; shorter lists are filled up with −1."""
    return list(map(gather, _columns(lists, -1)))


def _columns(lists: Sequence[Sequence[Any]], blank: Any) -> list[list[Any]]:
    most = max([1, *map(len, lists)])
    return [list(own) for own in zip(*[[*own, *[blank] * (most - len(own))] for own in lists])]


def summed(rows: Rows, taps: Taps, extra: Any = 0, divisors: list[int] | None = None) -> Rows:
    """The sums of each row, to which ``extra`` is appended, over the ``divisors``."""
    gathers, weights = taps
    if len(gathers) == 1 and weights is None and divisors is None:
        (take,) = gathers
        return [list(take([*row, extra])) for row in rows]
    result = []
    for row in rows:
        extended = [*row, extra]
        numbers: Any = [take(extended) for take in gathers]
        if weights is not None:
            numbers = [map(mul, own, factors) for own, factors in zip(numbers, weights)]
        totals = map(sum, zip(*numbers))
        result.append(list(totals if divisors is None else map(truediv, totals, divisors)))
    return result


@operation(cut=1, same_dtype=True)
def _gathered(input: Matrix, *, sums: Sums, shape: Size, extra: Any = 0, divisors: list[int] | None = None) -> Result:
    """yᵢ = 1/nᵢ Σ of the x in part i,  ∂L/∂x = Σ of the ∂L/∂yᵢ / nᵢ of all the parts that it is in, each times its weight.

    Each row has an ``extra`` number appended, index −1, which is all that is gathered where there are no entries; without
    ``divisors`` all n are 1."""
    y = summed(rows_of_images(input), sums.forth, extra, divisors) or [[extra] * shape.numel()]

    def pullback(d: Matrix) -> Matrix:
        slopes = rows_of_images(d) if input.rows[0] else []
        if divisors is not None:
            slopes = [list(map(truediv, row, divisors)) for row in slopes]
        return as_gradient(summed(slopes, sums.back), input)

    return as_matrix(y), pullback, shape
