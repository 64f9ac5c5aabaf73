"""Rounding and signs, entry by entry: steps, whose derivative is 0 wherever they have one."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.tensors.arithmetic import no_gradient, pairwise, quotients, sub, sum_to_shape
from backprop.tensors.entries import entry_by_entry


def _rounded(function: Callable[[Any], Any], x: Matrix) -> Matrix:
    """Each entry as a whole number of its own kind and sign, −0 for −0.2; ints, NaN and ±∞ stay."""

    def whole(x: Any) -> Any:
        if isinstance(x, float):
            return math.copysign(function(x), x) if math.isfinite(x) else x
        return x if isinstance(x, int) else function(x)

    return trusted([list(map(whole, row)) for row in x.rows])


@operation(same_dtype=True)
def floor(input: Matrix) -> Result:
    """y = ⌊x⌋, the next whole number below,  ∂L/∂x = 0.

    >>> floor(Tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return _rounded(math.floor, input), no_gradient


@operation(same_dtype=True)
def ceil(input: Matrix) -> Result:
    """y = ⌈x⌉, the next whole number above,  ∂L/∂x = 0."""
    return _rounded(math.ceil, input), no_gradient


@operation(same_dtype=True)
def trunc(input: Matrix) -> Result:
    """y = x without what is behind the point,  ∂L/∂x = 0."""
    return _rounded(math.trunc, input), no_gradient


@operation(same_dtype=True, name="round")
def _round(input: Matrix, places: int) -> Result:
    """y = the nearest multiple of 10⁻ᵖ, the even one of two as near,  ∂L/∂x = 0."""
    scale = 10.0 ** abs(places)
    if places < 0:
        return _rounded(builtins.round, input / scale) * scale, no_gradient
    return _rounded(builtins.round, input * scale) / scale if places else _rounded(builtins.round, input), no_gradient


def round(input: TensorLike, *, decimals: int = 0) -> Tensor:
    """Each entry rounded to so many ``decimals``, halves to even.

    >>> round(Tensor([0.5, 1.5, 2.5])), round(Tensor([2.346]), decimals=2)
    (tensor([0., 2., 2.]), tensor([2.3500]))
    """
    return _round(input, decimals)


@composed
def frac(input: TensorLike) -> Tensor:
    """What is behind the point: x − trunc x.

    >>> frac(Tensor([-1.5, 2.25]))
    tensor([-0.5000,  0.2500])
    """
    return sub(input, trunc(input))


@operation(same_dtype=True)
def sign(input: Matrix) -> Result:
    """y = 1 above 0, −1 below, 0 at 0 and for NaN,  ∂L/∂x = 0.

    >>> sign(Tensor([-3.0, 0.0, 0.5]))
    tensor([-1.,  0.,  1.])
    """
    return trusted(
        [[((x > 0) - (x < 0)) * (1.0 if type(x) is float else 1) for x in row] for row in input.rows]
    ), no_gradient


def sgn(input: TensorLike) -> Tensor:
    """``sign``: of real numbers they are the same."""
    return sign(input)


@operation
def angle(input: Matrix) -> Result:
    """y = the angle of a real number as a complex one: π below 0, else 0,  ∂L/∂x = 0."""
    return trusted([[math.pi if x < 0 else 0.0 if x == x else x for x in row] for row in input.rows]), no_gradient


@operation(same_dtype=True)
def nextafter(input: Matrix, other: Matrix) -> Result:
    """c = the float after a on the way to b,  ∂L/∂a = ∂L/∂c,  ∂L/∂b = 0."""
    return pairwise(math.nextafter, input, other), (
        lambda d: sum_to_shape(d, input.shape),
        lambda d: no_gradient(sum_to_shape(d, other.shape)),
    )


@operation
def copysign(input: Matrix, other: Matrix) -> Result:
    """c = |a| with the sign of b, also of −0,  ∂L/∂a = ∂L/∂c·c/a, 0 at a = 0,  ∂L/∂b = 0."""
    c = pairwise(math.copysign, input, other)

    def to_input(d: Matrix) -> Matrix:
        kept = pairwise(lambda x, y: 0.0 if x == 0 else y, input, d * quotients(c, input))
        return sum_to_shape(kept, input.shape)

    return c, (to_input, lambda d: no_gradient(sum_to_shape(d, other.shape)))


def heaviside(input: TensorLike, values: TensorLike) -> Tensor:
    """0 below 0, 1 above, and at 0 the ``values``.

    >>> heaviside(Tensor([-1.0, 0.0, 2.0]), 0.5)
    tensor([0.0000, 0.5000, 1.0000])
    """

    def step(x: Any, value: Any) -> Any:
        return value if x == 0 else type(value)(x > 0)

    return entry_by_entry("heaviside", step, input, values, dtype=as_tensor(input, "heaviside").dtype)


# Their other names.
fix = trunc
