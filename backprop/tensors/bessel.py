"""The modified Bessel functions of the first kind, entry by entry, as they are and scaled by e^(−|x|)."""

from __future__ import annotations

from typing import Any

from backprop.autograd.operation import Result, operation
from backprop.matrix import Matrix
from backprop.numbers import math
from backprop.tensors.elementary import mapped


def _scaled(order: int, x: Any) -> float:
    """e^(−|x|)·Iₙ(x), by the series Σ (x/2)^(2k + n)/(k!·(k + n)!), all of whose terms have one sign, and from 30 on by
    the asymptotic one, e^(−x)·Iₙ(x) = (1 − (4n² − 1)/8x·(1 − (4n² − 9)/16x·(…)))/√(2πx)."""
    size = abs(x) * 1.0
    if size == math.inf:
        return 0.0
    if size > 30.0:
        value = term = 1.0
        for k in range(1, 25):
            term *= -(4 * order * order - (2 * k - 1) ** 2) / (8.0 * k * size)
            value += term
        value /= math.sqrt(2.0 * math.pi) * math.sqrt(size)
    else:
        term = value = (x / 2.0) ** order
        for k in range(1, 100):
            term *= x * x / 4.0 / (k * (k + order))
            value += term
        return value * math.exp(-size)  # type: ignore[no-any-return]
    return -value if x < 0 and order else value


def _plain(order: int, x: Any) -> float:
    if abs(x) > 720.0:  # beyond the largest float
        return -math.inf if x < 0 and order else math.inf
    return _scaled(order, x) * math.exp(abs(x))


@operation
def i0(input: Matrix) -> Result:
    """y = I₀(x),  ∂L/∂x = ∂L/∂y·I₁(x).

    >>> from backprop import Tensor
    >>> i0(Tensor([0.0, 1.0]))
    tensor([1.0000, 1.2661])
    """
    return mapped(lambda x: _plain(0, x), input), lambda d: d * mapped(lambda x: _plain(1, x), input)


@operation
def i0e(input: Matrix) -> Result:
    """y = e^(−|x|)·I₀(x),  ∂L/∂x = ∂L/∂y·(e^(−|x|)·I₁(x) − sign x·y)."""
    return mapped(lambda x: _scaled(0, x), input), lambda d: d * mapped(_slope_of_i0e, input)


def _slope_of_i0e(x: Any) -> float:
    return _scaled(1, x) - _sign(x) * _scaled(0, x)


@operation
def i1(input: Matrix) -> Result:
    """y = I₁(x),  ∂L/∂x = ∂L/∂y·(I₀(x) − y/x), ½ at 0."""
    return mapped(lambda x: _plain(1, x), input), lambda d: d * mapped(_slope_of_i1, input)


def _slope_of_i1(x: Any) -> float:
    return _plain(0, x) - _plain(1, x) / x if x else 0.5


@operation
def i1e(input: Matrix) -> Result:
    """y = e^(−|x|)·I₁(x),  ∂L/∂x = ∂L/∂y·(e^(−|x|)·I₀(x) − y·(sign x + 1/x)), ½ at 0."""
    return mapped(lambda x: _scaled(1, x), input), lambda d: d * mapped(_slope_of_i1e, input)


def _slope_of_i1e(x: Any) -> float:
    return _scaled(0, x) - _scaled(1, x) * (_sign(x) + 1.0 / x) if x else 0.5


def _sign(x: Any) -> float:
    return math.copysign(1.0, x) if x else 0.0
