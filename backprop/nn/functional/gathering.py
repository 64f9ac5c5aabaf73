"""Gathering: each number of the result is one number of a row of the input, or the sum of some.

The first numbers of all sums are gathered from a row at once, then all second ones, and so on: the numbers of a sum are
then side by side, and ``sum`` is one call for each. What is to be gathered is computed once for each size and kept. The
gradient is such a sum too: each number collects from all the results that it is part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import truediv
from typing import Any, NamedTuple

from backprop.autograd import Result, Size, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix
from backprop.nn.functional.windows import Gather, as_matrix, gather, rows_of_images


class Sums(NamedTuple):
    """The gathers of the first number of each sum, of the second, …, from a row with one number appended; and those of
    the gradient, from a row of results with a 0 appended."""

    forth: list[Gather]
    back: list[Gather]

    def transposed(self) -> Sums:
        """Each number of a row added to the sums from which its gradient comes."""
        return Sums(self.back, self.forth)


def sums_of(chosen: Sequence[list[int]], size: int) -> Sums:
    """The sums of the numbers with these indices of a row of ``size``; −1 is the number appended to it."""
    containing: list[list[int]] = [[] for _ in range(size)]
    for i, indices in enumerate(chosen):
        for index in indices:
            if index >= 0:
                containing[index].append(i)
    return Sums(side_by_side(chosen), side_by_side(containing))


def side_by_side(lists: Sequence[list[int]]) -> list[Gather]:
    """The gathers of all first indices, of all second ones, …; shorter lists are filled up with −1."""
    most = max([1, *map(len, lists)])
    return [gather(list(own)) for own in zip(*[own + [-1] * (most - len(own)) for own in lists])]


def summed(rows: Rows, gathers: list[Gather], extra: Any = 0) -> Rows:
    """The sums of each row, to which ``extra`` is appended."""
    if len(gathers) == 1:
        (take,) = gathers
        return [list(take([*row, extra])) for row in rows]
    result = []
    for row in rows:
        extended = [*row, extra]
        result.append(list(map(sum, zip(*[take(extended) for take in gathers]))))
    return result


@operation(cut=1)
def _gathered(input: Matrix, *, sums: Sums, shape: Size, extra: Any = 0, divisors: list[int] | None = None) -> Result:
    """yᵢ = 1/nᵢ Σ of the x in part i,  ∂L/∂x = Σ of the ∂L/∂yᵢ / nᵢ of all the parts that it is in.

    Each row has an ``extra`` number appended, index −1; without ``divisors`` all n are 1."""
    y = summed(rows_of_images(input), sums.forth, extra)
    if divisors is not None:
        y = [list(map(truediv, row, divisors)) for row in y]

    def pullback(d: Matrix) -> Matrix:
        slopes = rows_of_images(d)
        if divisors is not None:
            slopes = [list(map(truediv, row, divisors)) for row in slopes]
        return as_matrix(summed(slopes, sums.back))

    return as_matrix(y), pullback, shape
