"""Exercise 5: the pullback of an activation, the sigmoid.

    y = σ(x) = 1 / (1 + e⁻ˣ)        σ′(x) = σ(x)·(1 − σ(x))        ∂L/∂x = ∂L/∂y · σ′(x)

X and D = ∂L/∂Y are Tensors of the same shape; each entry goes its own way. X.sigmoid() is the forward pass. tanh goes
likewise, with 1 − y² for the slope.

README: Gradient computation, activations.
"""

from __future__ import annotations

from check import check, gradients_of

from backprop import Tensor, tensor


def sigmoid(X: Tensor) -> Tensor:
    """The forward pass, which is given."""
    return X.sigmoid()


def sigmoid_backward(X: Tensor, D: Tensor) -> Tensor:
    """∂L/∂X from D = ∂L/∂Y."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        sigmoid_backward,
        gradients_of(sigmoid),
        (tensor([0.0, 1.0, -2.0]),),
        (tensor([[0.5, -1.5], [3.0, -0.25]]),),
    )
