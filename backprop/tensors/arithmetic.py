"""Arithmetic entry by entry, with broadcasting: the value of each operation and, beside it, the pullbacks."""

from __future__ import annotations

import builtins
import math
from typing import Any

from backprop.autograd.operation import Result, operation
from backprop.matrix import Matrix, power_of, trusted


def sum_to_shape(gradient: Matrix, shape: tuple[int, int]) -> Matrix:
    """The gradient of what was broadcast from ``shape``: summed over each axis along which it was repeated.

    >>> sum_to_shape(Matrix([[1, 2], [3, 4]]), (1, 2))
    Matrix([[4, 6]])
    """
    rows, columns = shape
    if len(gradient.rows) != rows:
        gradient = gradient.sum(axis=0)
    if len(gradient.rows[0]) != columns:
        gradient = gradient.sum(axis=1)
    return gradient


@operation
def add(input: Matrix, other: Matrix) -> Result:
    """C = A + B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = ∂L/∂C, summed where A or B was broadcast.

    >>> from backprop import Tensor
    >>> add(Tensor([[1.0, 2.0]]), 10)
    tensor([[11., 12.]])
    """
    return input + other, (lambda d: sum_to_shape(d, input.shape), lambda d: sum_to_shape(d, other.shape))


@operation
def sub(input: Matrix, other: Matrix) -> Result:
    """C = A − B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = −∂L/∂C."""
    return input - other, (lambda d: sum_to_shape(d, input.shape), lambda d: sum_to_shape(-d, other.shape))


@operation
def mul(input: Matrix, other: Matrix) -> Result:
    """C = A∘B, entry by entry,  ∂L/∂A = ∂L/∂C∘B,  ∂L/∂B = ∂L/∂C∘A."""
    return input * other, (
        lambda d: sum_to_shape(d * other, input.shape),
        lambda d: sum_to_shape(d * input, other.shape),
    )


@operation
def div(input: Matrix, other: Matrix) -> Result:
    """C = A/B, entry by entry,  ∂L/∂A = ∂L/∂C / B,  ∂L/∂B = −∂L/∂C∘C / B."""
    c = input / other
    return c, (lambda d: sum_to_shape(d / other, input.shape), lambda d: sum_to_shape(-d * c / other, other.shape))


@operation
def pow(input: Matrix, exponent: Matrix) -> Result:
    """C = Aᴮ, entry by entry,  ∂L/∂A = ∂L/∂C∘B∘Aᴮ⁻¹,  ∂L/∂B = ∂L/∂C∘C∘ln A.

    Where a = 0 a derivative that is not finite is taken as 0: so the norm √Σx² has the gradient 0 at the origin
    rather than NaN. A base below 0 has no derivative in its exponent; needing one is a ValueError.
    """
    c = input**exponent
    bases, exponents = input.broadcast_to(*c.shape), exponent.broadcast_to(*c.shape)

    def to_base(d: Matrix) -> Matrix:
        slopes = [
            [0 if p == 0 or (x == 0 and p < 1) else p * power_of(x, p - 1) for x, p in zip(xs, ps)]
            for xs, ps in zip(bases.rows, exponents.rows)
        ]
        return sum_to_shape(d * trusted(slopes), input.shape)

    def to_exponent(d: Matrix) -> Matrix:
        negative = next((x for row in input.rows for x in row if x < 0), None)
        if negative is not None:
            raise ValueError(f"pow: the base {negative!r} is negative, so there is no derivative in the exponent")
        logarithms = bases.map(lambda x: math.log(x) if x else 0)
        return sum_to_shape(d * c * logarithms, exponent.shape)

    return c, (to_base, to_exponent)


@operation
def neg(input: Matrix) -> Result:
    """C = −A,  ∂L/∂A = −∂L/∂C."""
    return -input, lambda d: -d


def sign_of(x: Any) -> Any:
    """1 above 0, −1 below, 0 for 0 and NaN for NaN.

    >>> sign_of(-0.5), sign_of(float("nan"))
    (-1, nan)
    """
    return (x > 0) - (x < 0) if x == x else x


@operation
def abs(input: Matrix) -> Result:
    """C = |A|, entry by entry,  ∂L/∂A = ∂L/∂C∘sign A; the sign of 0 is 0, that of NaN is NaN."""
    return builtins.abs(input), lambda d: d * input.map(sign_of)
