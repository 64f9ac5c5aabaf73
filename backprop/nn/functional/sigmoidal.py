"""The sigmoidal curves, entry by entry: steep in the middle, level far out."""

from __future__ import annotations

from backprop.autograd import Result, operation
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.tensors.activations import logistic, sigmoid, tanh

__all__ = ["logsigmoid", "sigmoid", "tanh"]


@operation
def logsigmoid(input: Matrix) -> Result:
    """y = ln σ(x) = min(x, 0) − ln(1 + e⁻ˡˣˡ),  ∂L/∂x = ∂L/∂y·σ(−x).

    >>> from backprop import Tensor
    >>> logsigmoid(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[-1.0000e+03, -6.9315e-01,  0.0000e+00]])
    """
    exp, log1p = math.exp, math.log1p
    y = trusted([[(x if x < 0.0 else 0.0) - log1p(exp(x if x < 0.0 else -x)) for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        rests = logistic((-input).rows)
        return trusted([[d * s for d, s in zip(ds, ss)] for ds, ss in zip(d.rows, rests)])

    return y, pullback
