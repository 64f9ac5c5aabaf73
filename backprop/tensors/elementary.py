"""The elementary functions, entry by entry: exp, log, sqrt."""

from __future__ import annotations

import math
from typing import Callable

from backprop.autograd import Result, operation
from backprop.matrix import Matrix, trusted


@operation
def exp(input: Matrix) -> Result:
    """y = eˣ,  ∂L/∂x = ∂L/∂y·y.

    Beyond the largest float (x > 709.78) y is infinity.

    >>> from backprop import Tensor
    >>> exp(Tensor([[0.0, 1.0, 1000.0]]))
    Tensor([[1.0, 2.718281828459045, float('inf')]])
    """
    y = trusted([list(map(_exp, row)) for row in input.rows])
    return y, lambda d: d * y


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf if x > 0 else 0.0


@operation
def log(input: Matrix) -> Result:
    """y = ln x,  ∂L/∂x = ∂L/∂y / x.

    Raises ValueError where x is 0 or less: the logarithm is not defined there.

    >>> from backprop import Tensor
    >>> log(Tensor([[1.0, 10.0]]))
    Tensor([[0.0, 2.302585092994046]])
    """
    return _mapped(math.log, input, "above 0"), lambda d: d / input


@operation
def sqrt(input: Matrix) -> Result:
    """y = √x,  ∂L/∂x = ∂L/∂y / 2y.

    At x = 0 the derivative is infinite; 0 is taken there, so that the norm √Σx² has the gradient 0 at the origin
    rather than NaN. Raises ValueError where x is below 0.

    >>> from backprop import Tensor
    >>> sqrt(Tensor([[0.0, 2.25]]))
    Tensor([[0.0, 1.5]])
    """
    y = _mapped(math.sqrt, input, "from 0 up")

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d / (2 * y) if y else 0.0 for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


def _mapped(function: Callable[[float], float], x: Matrix, domain: str) -> Matrix:
    try:
        return trusted([list(map(function, row)) for row in x.rows])
    except ValueError:
        raise _outside(function, x, domain) from None


def _outside(function: Callable[[float], float], x: Matrix, domain: str) -> ValueError:
    """The error that names the first entry outside of the domain."""
    for i, row in enumerate(x.rows):
        for j, entry in enumerate(row):
            try:
                function(entry)
            except ValueError:
                return ValueError(f"{function.__name__} needs entries {domain}, entry [{i}, {j}] is {entry!r}")
    raise AssertionError("unreachable: some entry has failed")
