"""Exercise 11: the pullback of batch normalization.

Each column of X, a feature over the n examples of a batch, gets the mean 0 and the variance 1:

    μ = Σᵢ xᵢ / n        v = Σᵢ (xᵢ − μ)² / n        s = √(v + ε)        yᵢ = (xᵢ − μ) / s

Every x is also part of μ and v of its column, and so it has an effect on every y: by three ways, directly, over μ, and
over v. The chain rule adds them up. Note that Σ(xᵢ − μ) = 0, which makes much vanish. Beware of X.var(dim=0), which
divides by n − 1; X.var(dim=0, correction=0) divides by n. X, Y and D = ∂L/∂Y are (n, q).

The chapter backprop/nn/functional/normalization.md has more.
"""

from __future__ import annotations

from check import check, gradients_of

from backprop import Tensor, tensor

EPS = 1e-5


def batch_norm(X: Tensor) -> Tensor:
    """The forward pass, which is given."""
    return (X - X.mean(dim=0)) / (X.var(dim=0, correction=0) + EPS).sqrt()


def batch_norm_backward(X: Tensor, D: Tensor) -> Tensor:
    """∂L/∂X from D = ∂L/∂Y."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        batch_norm_backward,
        gradients_of(batch_norm),
        (tensor([[1.0], [2.0], [4.0]]),),
        (tensor([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0], [-1.0, 1.5, 2.5], [0.0, 4.0, -2.0]]),),
    )
