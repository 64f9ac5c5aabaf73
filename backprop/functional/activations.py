"""The activations, entry by entry: what makes a stack of linear layers more than one linear layer."""

from __future__ import annotations

import math

from backprop.matrix import Matrix, trusted
from backprop.tensor import Result, operation


@operation
def tanh(x: Matrix) -> Result:
    """y = tanh x = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ),  ∂L/∂x = ∂L/∂y·(1 − y²).

    >>> from backprop import Tensor
    >>> tanh(Tensor([[-1000.0, 0.0, 1000.0]]))
    Tensor([[-1.0, 0.0, 1.0]])
    """
    y = trusted([list(map(math.tanh, row)) for row in x.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d * (1.0 - y * y) for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


@operation
def sigmoid(x: Matrix) -> Result:
    """y = 1/(1 + e⁻ˣ),  ∂L/∂x = ∂L/∂y·y·(1 − y).

    Below −700, where e⁻ˣ would overflow, 1 is lost beside it and y = eˣ to the last bit.

    >>> from backprop import Tensor
    >>> sigmoid(Tensor([[-1000.0, 0.0, 1000.0]]))
    Tensor([[0.0, 0.5, 1.0]])
    """
    exp = math.exp
    y = trusted([[1.0 / (1.0 + exp(-x)) if x > -700.0 else exp(x) for x in row] for row in x.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d * y * (1.0 - y) for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


@operation
def relu(x: Matrix) -> Result:
    """y = max(x, 0),  ∂L/∂x = ∂L/∂y where x > 0, else 0; at the kink x = 0 it is 0. NaN stays NaN.

    Nair and Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines" (2010).

    >>> from backprop import Tensor
    >>> relu(Tensor([[-2.0, 0.0, 3.0]]))
    Tensor([[0.0, 0.0, 3.0]])
    """
    y = trusted([[0.0 if x <= 0.0 else x for x in row] for row in x.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d if x > 0.0 else 0.0 for d, x in zip(ds, xs)] for ds, xs in zip(d.rows, x.rows)])

    return y, pullback


@operation
def leaky_relu(x: Matrix, *, negative_slope: float = 0.01) -> Result:
    """y = x where x > 0, else s·x for s = ``negative_slope``;  ∂L/∂x = ∂L/∂y or s·∂L/∂y; at the kink x = 0 the latter.

    Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models" (2013).

    >>> from backprop import Tensor
    >>> leaky_relu(Tensor([[-2.0, 0.0, 3.0]]), negative_slope=0.1)
    Tensor([[-0.2, 0.0, 3.0]])
    """
    y = trusted([[x if x > 0.0 else negative_slope * x for x in row] for row in x.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [[d if x > 0.0 else negative_slope * d for d, x in zip(ds, xs)] for ds, xs in zip(d.rows, x.rows)]
        )

    return y, pullback
