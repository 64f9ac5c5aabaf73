"""The rules of arithmetic: the value of each operation and, beside it, the pullbacks.

A rule is a function of Matrices. ``tensor.py`` makes operations on Tensors of these, under the same names; inside this
file ``sum``, ``abs`` and ``pow`` are therefore the rules, not Python's own.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

from backprop.autograd.backward import Pullbacks
from backprop.matrix import Matrix, Shape, float_matmul, power_of, resolve_index, trusted

Result = tuple[Matrix, Pullbacks]


def sum_to_shape(gradient: Matrix, shape: Shape) -> Matrix:
    """The gradient of what was broadcast from ``shape``: summed over each axis along which it was repeated.

    >>> sum_to_shape(Matrix([[1, 2], [3, 4]]), (1, 2))
    Matrix([[4, 6]])
    """
    rows, columns = shape
    if gradient.shape[0] != rows:
        gradient = gradient.sum(axis=0)
    if gradient.shape[1] != columns:
        gradient = gradient.sum(axis=1)
    return gradient


def add(a: Matrix, b: Matrix) -> Result:
    """C = A + B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = ∂L/∂C, summed where A or B was broadcast."""
    return a + b, (lambda d: sum_to_shape(d, a.shape), lambda d: sum_to_shape(d, b.shape))


def sub(a: Matrix, b: Matrix) -> Result:
    """C = A − B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = −∂L/∂C."""
    return a - b, (lambda d: sum_to_shape(d, a.shape), lambda d: sum_to_shape(-d, b.shape))


def mul(a: Matrix, b: Matrix) -> Result:
    """C = A∘B, entry by entry,  ∂L/∂A = ∂L/∂C∘B,  ∂L/∂B = ∂L/∂C∘A."""
    return a * b, (lambda d: sum_to_shape(d * b, a.shape), lambda d: sum_to_shape(d * a, b.shape))


def div(a: Matrix, b: Matrix) -> Result:
    """C = A/B, entry by entry,  ∂L/∂A = ∂L/∂C / B,  ∂L/∂B = −∂L/∂C∘C / B."""
    c = a / b
    return c, (lambda d: sum_to_shape(d / b, a.shape), lambda d: sum_to_shape(-d * c / b, b.shape))


def pow(a: Matrix, b: Matrix) -> Result:
    """C = Aᴮ, entry by entry,  ∂L/∂A = ∂L/∂C∘B∘Aᴮ⁻¹,  ∂L/∂B = ∂L/∂C∘C∘ln A.

    Where a = 0 a derivative that is not finite is taken as 0: so the norm √Σx² has the gradient 0 at the origin
    rather than NaN. A base below 0 has no derivative in its exponent; needing one is a ValueError.
    """
    c = a**b
    bases, exponents = a.broadcast_to(*c.shape), b.broadcast_to(*c.shape)

    def to_base(d: Matrix) -> Matrix:
        slopes = [
            [0 if p == 0 or (x == 0 and p < 1) else p * power_of(x, p - 1) for x, p in zip(xs, ps)]
            for xs, ps in zip(bases.rows, exponents.rows)
        ]
        return sum_to_shape(d * trusted(slopes), a.shape)

    def to_exponent(d: Matrix) -> Matrix:
        negative = next((x for row in a.rows for x in row if x < 0), None)
        if negative is not None:
            raise ValueError(f"pow: the base {negative!r} is negative, so there is no derivative in the exponent")
        logarithms = bases.map(lambda x: math.log(x) if x else 0)
        return sum_to_shape(d * c * logarithms, b.shape)

    return c, (to_base, to_exponent)


def neg(a: Matrix) -> Result:
    """C = −A,  ∂L/∂A = −∂L/∂C."""
    return -a, lambda d: -d


def sign(x: Any) -> Any:
    """1 above 0, −1 below, 0 for 0 and NaN for NaN.

    >>> sign(-0.5), sign(float("nan"))
    (-1, nan)
    """
    return (x > 0) - (x < 0) if x == x else x


def abs(a: Matrix) -> Result:
    """C = |A|, entry by entry,  ∂L/∂A = ∂L/∂C∘sign A; the sign of 0 is 0, that of NaN is NaN."""
    return builtins.abs(a), lambda d: d * a.map(sign)


def matmul(a: Matrix, b: Matrix) -> Result:
    """C = A·B,  ∂L/∂A = ∂L/∂C·Bᵀ,  ∂L/∂B = Aᵀ·∂L/∂C."""
    return float_matmul(a, b), (lambda d: float_matmul(d, b.T), lambda d: float_matmul(a.T, d))


def transpose(a: Matrix) -> Result:
    """C = Aᵀ,  ∂L/∂A = (∂L/∂C)ᵀ."""
    return a.T, lambda d: d.T


def reshape(a: Matrix, rows: int, columns: int) -> Result:
    """C = A's entries in new rows,  ∂L/∂A = ∂L/∂C's entries in the old rows."""
    return a.reshape(rows, columns), lambda d: d.reshape(*a.shape)


def sum(a: Matrix, axis: int | None = None) -> Result:
    """C = Σ A over an axis or over all,  ∂L/∂A = ∂L/∂C, repeated to the shape of A."""
    total = a.sum(axis) if axis is not None else trusted([[a.sum()]])
    return total, lambda d: d.broadcast_to(*a.shape)


def getitem(a: Matrix, index: Any) -> Result:
    """C = A[index],  ∂L/∂A = ∂L/∂C at the chosen entries (summed where one was chosen twice), 0 elsewhere."""
    chosen = a[index]
    height, width = a.shape
    rows, columns = index if isinstance(index, tuple) else (index, slice(None))
    row_indices, column_indices = resolve_index(rows, height, "row"), resolve_index(columns, width, "column")

    def scatter(d: Matrix) -> Matrix:
        spread: list[list[Any]] = [[0] * width for _ in range(height)]
        for i, entries in zip(row_indices, d.rows):
            for j, entry in zip(column_indices, entries):
                spread[i][j] += entry
        return trusted(spread)

    return chosen if isinstance(chosen, Matrix) else trusted([[chosen]]), scatter
