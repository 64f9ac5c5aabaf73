"""The sigmoidal curves, entry by entry: steep in the middle, level far out."""

from __future__ import annotations

import math

from backprop.autograd import Result, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted


@operation
def tanh(input: Matrix) -> Result:
    """y = tanh x = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ),  ∂L/∂x = ∂L/∂y·(1 − y²).

    >>> from backprop import Tensor
    >>> tanh(Tensor([[-1000.0, 0.0, 1000.0]]))
    Tensor([[-1.0, 0.0, 1.0]])
    """
    y = trusted([list(map(math.tanh, row)) for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d * (1.0 - y * y) for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


@operation
def sigmoid(input: Matrix) -> Result:
    """y = σ(x) = 1/(1 + e⁻ˣ),  ∂L/∂x = ∂L/∂y·y·(1 − y).

    >>> from backprop import Tensor
    >>> sigmoid(Tensor([[-1000.0, 0.0, 1000.0]]))
    Tensor([[0.0, 0.5, 1.0]])
    """
    y = trusted(logistic(input.rows))

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d * y * (1.0 - y) for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


@operation
def logsigmoid(input: Matrix) -> Result:
    """y = ln σ(x) = min(x, 0) − ln(1 + e⁻ˡˣˡ),  ∂L/∂x = ∂L/∂y·σ(−x).

    >>> from backprop import Tensor
    >>> logsigmoid(Tensor([[-1000.0, 0.0, 1000.0]]))
    Tensor([[-1000.0, -0.6931471805599453, 0.0]])
    """
    exp, log1p = math.exp, math.log1p
    y = trusted([[(x if x < 0.0 else 0.0) - log1p(exp(-abs(x))) for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        rests = logistic((-input).rows)
        return trusted([[d * s for d, s in zip(ds, ss)] for ds, ss in zip(d.rows, rests)])

    return y, pullback


def logistic(rows: Rows) -> Rows:
    """σ(x) = 1/(1 + e⁻ˣ) of each entry. Below −700, where e⁻ˣ would overflow, 1 is lost beside it and σ(x) = eˣ to
    the last bit.

    >>> logistic([[-1000.0, 0.0]])
    [[0.0, 0.5]]
    """
    exp = math.exp
    return [[1.0 / (1.0 + exp(-x)) if x > -700.0 else exp(x) for x in row] for row in rows]
