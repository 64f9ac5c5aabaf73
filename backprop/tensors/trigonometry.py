"""The trigonometric and the hyperbolic functions and their inverses, entry by entry; angles are in radians.

Outside of the domain of a function is NaN, at its poles and beyond the largest float ±∞, as in PyTorch.
"""

from __future__ import annotations

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.tensor import Tensor, TensorLike
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.tensors.arithmetic import div, mul, pairwise, quotients, sum_to_shape
from backprop.tensors.elementary import mapped
from backprop.tensors.selection import where


@operation
def sin(input: Matrix) -> Result:
    """y = sin x,  ∂L/∂x = ∂L/∂y·cos x.

    >>> sin(Tensor([0.0, math.pi / 2]))
    tensor([0., 1.])
    """
    return mapped(math.sin, input), lambda d: d * mapped(math.cos, input)


@operation
def cos(input: Matrix) -> Result:
    """y = cos x,  ∂L/∂x = −∂L/∂y·sin x."""
    return mapped(math.cos, input), lambda d: -d * mapped(math.sin, input)


@operation
def tan(input: Matrix) -> Result:
    """y = tan x,  ∂L/∂x = ∂L/∂y·(1 + y²)."""
    y = mapped(math.tan, input)
    return y, lambda d: d * (y * y + 1.0)


@operation
def asin(input: Matrix) -> Result:
    """y = arcsin x,  ∂L/∂x = ∂L/∂y / √(1 − x²)."""
    return mapped(math.asin, input), lambda d: quotients(d, mapped(math.sqrt, 1.0 - input * input))


@operation
def acos(input: Matrix) -> Result:
    """y = arccos x,  ∂L/∂x = −∂L/∂y / √(1 − x²)."""
    return mapped(math.acos, input), lambda d: quotients(-d, mapped(math.sqrt, 1.0 - input * input))


@operation
def atan(input: Matrix) -> Result:
    """y = arctan x,  ∂L/∂x = ∂L/∂y / (1 + x²)."""
    return mapped(math.atan, input), lambda d: quotients(d, input * input + 1.0)


@operation
def atan2(input: Matrix, other: Matrix) -> Result:
    """c = the angle of the point (b, a),  ∂L/∂a = ∂L/∂c·b / (a² + b²),  ∂L/∂b = −∂L/∂c·a / (a² + b²).

    >>> atan2(Tensor([1.0, 1.0]), Tensor([1.0, -1.0]))
    tensor([0.7854, 2.3562])
    """
    squares = input * input + other * other
    squares = trusted([[s or math.inf for s in row] for row in squares.rows])  # at the origin both derivatives are 0
    return pairwise(math.atan2, input, other), (
        lambda d: sum_to_shape(quotients(d * other, squares), input.shape),
        lambda d: sum_to_shape(quotients(-d * input, squares), other.shape),
    )


@operation
def sinh(input: Matrix) -> Result:
    """y = sinh x = (eˣ − e⁻ˣ)/2,  ∂L/∂x = ∂L/∂y·cosh x."""
    return mapped(math.sinh, input), lambda d: d * mapped(math.cosh, input)


@operation
def cosh(input: Matrix) -> Result:
    """y = cosh x = (eˣ + e⁻ˣ)/2,  ∂L/∂x = ∂L/∂y·sinh x."""
    return mapped(math.cosh, input), lambda d: d * mapped(math.sinh, input)


@operation
def asinh(input: Matrix) -> Result:
    """y = arsinh x,  ∂L/∂x = ∂L/∂y / √(x² + 1)."""
    return mapped(math.asinh, input), lambda d: quotients(d, mapped(math.sqrt, input * input + 1.0))


@operation
def acosh(input: Matrix) -> Result:
    """y = arcosh x,  ∂L/∂x = ∂L/∂y / √(x² − 1)."""
    return mapped(math.acosh, input), lambda d: quotients(d, mapped(math.sqrt, input * input - 1.0))


@operation
def atanh(input: Matrix) -> Result:
    """y = artanh x,  ∂L/∂x = ∂L/∂y / (1 − x²)."""
    return mapped(math.atanh, input, {1: math.inf, -1: -math.inf}), lambda d: quotients(d, 1.0 - input * input)


@operation
def hypot(input: Matrix, other: Matrix) -> Result:
    """c = √(a² + b²),  ∂L/∂a = ∂L/∂c·a/c,  ∂L/∂b = ∂L/∂c·b/c.

    >>> hypot(Tensor([3.0]), 4)
    tensor([5.])
    """
    c = pairwise(math.hypot, input, other)
    return c, (
        lambda d: sum_to_shape(quotients(d * input, c), input.shape),
        lambda d: sum_to_shape(quotients(d * other, c), other.shape),
    )


@composed
def sinc(input: TensorLike) -> Tensor:
    """y = sin πx / πx, and 1 at 0.

    >>> sinc(Tensor([0.0, 0.5, 1.0]))
    tensor([1.0000e+00, 6.3662e-01, 3.8982e-17])
    """
    angle = mul(input, math.pi)
    square = mul(angle, angle)
    near_zero = square < 1e-4  # where four terms of the series are right to the last bit
    s, away = where(near_zero, square, 0.0), where(near_zero, 1.0, angle)
    return where(near_zero, 1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0)), div(sin(away), away))


@composed
def deg2rad(input: TensorLike) -> Tensor:
    """Degrees in radians."""
    return mul(input, math.pi / 180.0)


@composed
def rad2deg(input: TensorLike) -> Tensor:
    """Radians in degrees."""
    return mul(input, 180.0 / math.pi)


# Their other names.
arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh = acos, acosh, asin, asinh, atan, atan2, atanh
