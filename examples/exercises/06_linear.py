"""Exercise 6: the pullback of a layer, Y = X·Wᵀ + b.

Row i of X is example i, row j of W holds the weights of neuron j, and b has a bias for each neuron:

    y[i, j] = Σₖ x[i, k]·w[j, k] + b[j]

    X is (n, q), n examples of q features.  W is (r, q), r neurons.  b is (r,).  Y and D = ∂L/∂Y are (n, r).

A gradient has the shape of what it belongs to. For each number ask which y it contributed to, and sum over these.
A @ B is the matrix product, A.T the transpose, A.sum(dim=0) adds up the rows of A.

README: Gradient computation, layers.
"""

from __future__ import annotations

from check import check, gradients_of

from backprop import Tensor, tensor


def linear(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """The forward pass, which is given."""
    return X @ W.T + b


def linear_backward(X: Tensor, W: Tensor, b: Tensor, D: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(∂L/∂X, ∂L/∂W, ∂L/∂b) from D = ∂L/∂Y."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        linear_backward,
        gradients_of(linear),
        (
            tensor([[1.0, 2.0, -1.0], [0.0, 0.5, 3.0], [2.0, -2.0, 1.0], [-1.0, 1.0, 0.5]]),
            tensor([[0.5, -1.0, 2.0], [1.5, 1.0, -0.5]]),
            tensor([0.25, -0.75]),
        ),
        (tensor([[1.0, 2.0], [3.0, -1.0]]), tensor([[0.5, -1.0], [2.0, 1.5]]), tensor([1.0, 0.0])),
    )
