"""The exponential function, its relatives and their inverses, entry by entry.

Outside of the domain of a function is NaN, at its poles and beyond the largest float ±∞, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.tensor import Tensor, TensorLike
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.numbers.functions import Number
from backprop.tensors.arithmetic import pow, quotients, reciprocal

_LN2, _LN10 = math.log(2.0), math.log(10.0)
_AT_ZERO = MappingProxyType({0.0: -math.inf})  # the logarithms
_NOWHERE: Mapping[float, float] = MappingProxyType({})


def mapped(function: Callable[[Any], Any], x: Matrix, poles: Mapping[float, float] = _NOWHERE) -> Matrix:
    """f(x) for each entry; ``poles`` has the values where the function of ``math`` finds none, elsewhere it is NaN there.

    >>> mapped(math.log, Matrix([[1.0, 0.0, -1.0]]), {0: -math.inf})
    Matrix([[0.0, float('-inf'), float('nan')]])
    """
    try:
        return trusted([list(map(function, row)) for row in x.rows])
    except (ValueError, OverflowError):
        return trusted([[_extended(function, entry, poles) for entry in row] for row in x.rows])


def _extended(function: Callable[[Any], Any], x: Any, poles: Mapping[float, float]) -> Any:
    try:
        return function(x)
    except OverflowError:  # beyond the largest float it is what it is at infinity
        return math.nan if x in (math.inf, -math.inf) else _extended(function, math.inf if x > 0 else -math.inf, poles)
    except ValueError:
        if isinstance(x, Number) and hasattr(math, function.__name__):
            return x.function(function.__name__, (x,), lambda x: _extended(function, x, poles))
        return poles.get(x, math.nan)


@operation(gradients=lambda u, y, input: u * y)
def exp(input: Matrix) -> Result:
    """y = eˣ,  ∂L/∂x = ∂L/∂y·y.

    >>> exp(Tensor([0.0, 1.0, 1000.0]))
    tensor([1.0000, 2.7183,    inf])
    """
    y = mapped(math.exp, input)
    return y, lambda d: d * y


@operation
def expm1(input: Matrix) -> Result:
    """y = eˣ − 1, which keeps its digits near 0,  ∂L/∂x = ∂L/∂y·(y + 1)."""
    y = mapped(math.expm1, input)
    return y, lambda d: d * (y + 1.0)


@composed
def exp2(input: TensorLike) -> Tensor:
    """y = 2ˣ.

    >>> exp2(Tensor([3.0, -1.0]))
    tensor([8.0000, 0.5000])
    """
    return pow(2.0, input)


@operation
def log(input: Matrix) -> Result:
    """y = ln x,  ∂L/∂x = ∂L/∂y / x.

    >>> log(Tensor([1.0, 10.0, 0.0, -1.0]))
    tensor([0.0000, 2.3026,   -inf,    nan])
    """
    return mapped(math.log, input, _AT_ZERO), lambda d: quotients(d, input)


@operation
def log2(input: Matrix) -> Result:
    """y = log₂ x,  ∂L/∂x = ∂L/∂y / (x·ln 2)."""
    return mapped(math.log2, input, _AT_ZERO), lambda d: quotients(d, input * _LN2)


@operation
def log10(input: Matrix) -> Result:
    """y = log₁₀ x,  ∂L/∂x = ∂L/∂y / (x·ln 10)."""
    return mapped(math.log10, input, _AT_ZERO), lambda d: quotients(d, input * _LN10)


@operation
def log1p(input: Matrix) -> Result:
    """y = ln(1 + x), which keeps its digits near 0,  ∂L/∂x = ∂L/∂y / (1 + x)."""
    return mapped(math.log1p, input, {-1: -math.inf}), lambda d: quotients(d, input + 1.0)


@operation
def sqrt(input: Matrix) -> Result:
    """y = √x,  ∂L/∂x = ∂L/∂y / 2y, which is infinite at 0.

    >>> sqrt(Tensor([0.0, 2.25, -1.0]))
    tensor([0.0000, 1.5000,    nan])
    """
    y = mapped(math.sqrt, input)
    return y, lambda d: quotients(d, y * 2.0)


@composed
def rsqrt(input: TensorLike) -> Tensor:
    """y = 1/√x.

    >>> rsqrt(Tensor([4.0, 0.0]))
    tensor([0.5000,    inf])
    """
    return reciprocal(sqrt(input))
