"""Exercise 7: the pullback of the softmax.

Each row of X has the scores of an example, each row of P its probabilities:

    pₖ = exp(xₖ) / Σⱼ exp(xⱼ)        ∂pⱼ/∂xₖ = pⱼ·([j = k] − pₖ)

Each score moves all probabilities of its row, since they share a denominator. So the chain rule has a sum:

    ∂L/∂xₖ = Σⱼ dⱼ · ∂pⱼ/∂xₖ        for d = ∂L/∂p

Put the second formula into the third and simplify: you need one sum a row, and no loop. X, P and D are (n, K);
X.softmax(dim=1) is the forward pass; A.sum(dim=1, keepdim=True) is the sum of each row as a column, (n, 1).

README: Gradient computation, losses.
"""

from __future__ import annotations

from check import check, gradients_of

from backprop import Tensor, tensor


def softmax(X: Tensor) -> Tensor:
    """The forward pass, which is given."""
    return X.softmax(dim=1)


def softmax_backward(X: Tensor, D: Tensor) -> Tensor:
    """∂L/∂X from D = ∂L/∂P."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        softmax_backward,
        gradients_of(softmax),
        (tensor([[2.0, 1.0, 0.0]]),),
        (tensor([[0.5, -1.0, 1.5], [2.0, 0.0, 1.0]]),),
    )
