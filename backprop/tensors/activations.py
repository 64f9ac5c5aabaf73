"""The activations that are functions of all tensors: relu, sigmoid and tanh. The others are in ``nn.functional``."""

from __future__ import annotations

from backprop.autograd.operation import Result, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted
from backprop.numbers import math


@operation(same_dtype=True, piecewise_linear=True)
def relu(input: Matrix) -> Result:
    """y = max(x, 0),  ∂L/∂x = ∂L/∂y where x > 0, else 0; at the kink x = 0 it is 0.

    Nair and Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines" (2010).

    >>> from backprop import Tensor
    >>> relu(Tensor([[-2.0, 0.0, 3.0]]))
    tensor([[0., 0., 3.]])
    """
    # A constant would be one for all threads, and those of free-threaded Python wait for each other to count references.
    zero = float()  # noqa: UP018
    y = trusted([[zero if x <= 0.0 else x for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d if y > 0.0 else y for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


@operation(gradients=lambda u, y, input: u * (1.0 - y * y))
def tanh(input: Matrix) -> Result:
    """y = tanh x = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ),  ∂L/∂x = ∂L/∂y·(1 − y²).

    >>> from backprop import Tensor
    >>> tanh(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[-1.,  0.,  1.]])
    """
    y = trusted([list(map(math.tanh, row)) for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d * (1.0 - y * y) for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


@operation(gradients=lambda u, y, input: u * y * (1.0 - y))
def sigmoid(input: Matrix) -> Result:
    """y = σ(x) = 1/(1 + e⁻ˣ),  ∂L/∂x = ∂L/∂y·y·(1 − y).

    >>> from backprop import Tensor
    >>> sigmoid(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[0.0000, 0.5000, 1.0000]])
    """
    y = trusted(logistic(input.rows))

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d * y * (1.0 - y) for d, y in zip(ds, ys)] for ds, ys in zip(d.rows, y.rows)])

    return y, pullback


def logistic(rows: Rows) -> Rows:
    """σ(x) = 1/(1 + e⁻ˣ) of each entry. Below −700, where e⁻ˣ would overflow, 1 is lost beside it and σ(x) = eˣ to
    the last bit.

    >>> logistic([[-1000.0, 0.0]])
    [[0.0, 0.5]]
    """
    exp = math.exp
    return [[1.0 / (1.0 + exp(-x)) if x > -700.0 else exp(x) for x in row] for row in rows]
