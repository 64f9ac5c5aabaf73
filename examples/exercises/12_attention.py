"""Exercise 12: the pullback of attention, the heart of a Transformer.

Each of n places asks with its query which of m places have a fitting key, and takes the mean of their values, weighted
by how well they fit:

    S = Q·Kᵀ / √c        P = softmax of each row of S        Y = P·V

    Q is (n, c), K is (m, c), V is (m, e); S and P are (n, m); Y and D = ∂L/∂Y are (n, e).

Go back one step at a time, with what you know: the pullback of a product of matrices from exercise 6 (for C = A·B it is
D·Bᵀ and Aᵀ·D), that of the softmax from exercise 7, and a factor remains a factor.

The chapter backprop/nn/functional/attention.md goes on from there.
"""

from __future__ import annotations

import math

from check import check, gradients_of

from backprop import Tensor, tensor


def attention(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    """The forward pass, which is given."""
    S = Q @ K.T / math.sqrt(Q.shape[1])
    return S.softmax(dim=1) @ V


def attention_backward(Q: Tensor, K: Tensor, V: Tensor, D: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(∂L/∂Q, ∂L/∂K, ∂L/∂V) from D = ∂L/∂Y."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        attention_backward,
        gradients_of(attention),
        (
            tensor([[1.0, -0.5], [0.5, 2.0], [-1.0, 1.0]]),
            tensor([[0.5, 1.0], [-1.5, 0.5], [1.0, 0.0], [0.0, -1.0]]),
            tensor([[1.0, 0.0, 2.0], [0.5, -1.0, 1.0], [0.0, 1.5, -0.5], [-2.0, 1.0, 0.0]]),
        ),
        (tensor([[1.0, 2.0], [0.5, -1.0]]), tensor([[0.0, 1.0], [2.0, 0.5]]), tensor([[1.0, -1.0], [0.5, 2.0]])),
    )
