"""The dot product: all multiply-adds of the library are done here.

p·q = Σ pₖ qₖ. From Python 3.12 on ``math.sumprod`` does it in C, and rounds only once for floats; before,
``sum(map(mul, p, q))`` is the fastest that the standard library has.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from operator import mul
from typing import Any

Rows = list[list[Any]]

if sys.version_info >= (3, 12):
    from math import sumprod as dot

    def row_products(left: Iterable[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
        """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: A·B for left = rows of A, right = columns of B.

        n·m·k multiply-adds for n rows and m rows of k numbers.

        >>> row_products([[1, 2], [3, 4]], [[10, 1], [0, 5]])
        [[12, 10], [34, 20]]
        """
        return [[dot(p, q) for q in right] for p in left]

else:

    def dot(p: Iterable[Any], q: Iterable[Any]) -> Any:
        """p·q = Σ pₖ qₖ."""
        return sum(map(mul, p, q))

    def row_products(left: Iterable[Sequence[Any]], right: Sequence[Sequence[Any]]) -> Rows:
        """Cᵢⱼ = leftᵢ·rightⱼ, each row with each row: A·B for left = rows of A, right = columns of B."""
        # Written out: calling dot() costs a tenth of a product of 32 numbers.
        return [[sum(map(mul, p, q)) for q in right] for p in left]
