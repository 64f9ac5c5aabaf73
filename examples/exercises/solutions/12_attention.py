"""Solution 12: three pullbacks in the opposite order of the forward pass.

Y = P·V         ∂L/∂V = Pᵀ·D        ∂L/∂P = D·Vᵀ
the softmax     ∂L/∂S = P∘(∂L/∂P − the sum of each row of ∂L/∂P∘P)
S = Q·Kᵀ/√c     ∂L/∂Q = ∂L/∂S·K/√c        ∂L/∂K = ∂L/∂Sᵀ·Q/√c
"""

from __future__ import annotations

import math
from typing import Callable

from backprop import Tensor

Gradients = tuple[Tensor, Tensor, Tensor]


def attention_backward(Q: Tensor, K: Tensor, V: Tensor, D: Tensor) -> Gradients:
    scale = 1 / math.sqrt(Q.shape[1])
    P = (Q @ K.T * scale).softmax(dim=1)
    dP = D @ V.T
    dS = P * (dP - (dP * P).sum(dim=1, keepdim=True))
    return dS @ K * scale, dS.T @ Q * scale, P.T @ D


def wrong(
    change: Callable[[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, float], Gradients],
) -> Callable[..., Gradients]:
    """Another last line, from Q, K, P, ∂L/∂P, ∂L/∂S, D and 1/√c."""

    def backward(Q: Tensor, K: Tensor, V: Tensor, D: Tensor) -> Gradients:
        scale = 1 / math.sqrt(Q.shape[1])
        P, dP = (Q @ K.T * scale).softmax(dim=1), D @ V.T
        return change(Q, K, P, dP, P * (dP - (dP * P).sum(dim=1, keepdim=True)), D, scale)

    return backward


HINT = (
    "Write the forward pass on three lines, S, P and Y, and go through them from the last to the first: ∂L/∂P and ∂L/∂V, then "
    "∂L/∂S, then ∂L/∂Q and ∂L/∂K."
)

MISTAKES = {
    "The factor 1/√c of the scores is a factor of their gradients, too: of ∂L/∂Q and of ∂L/∂K.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS @ K, dS.T @ Q, P.T @ D)
    ),
    "∂L/∂Q has its factor 1/√c, ∂L/∂K lacks it.": wrong(lambda Q, K, P, dP, dS, D, s: (dS @ K * s, dS.T @ Q, P.T @ D)),
    "The softmax is left out: ∂L/∂P must go through its pullback before it is ∂L/∂S.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dP @ K * s, dP.T @ Q * s, P.T @ D)
    ),
    "Of the softmax only the factor P is there. Each score moves all weights of its row: see exercise 7.": wrong(
        lambda Q, K, P, dP, dS, D, s: ((P * dP) @ K * s, (P * dP).T @ Q * s, P.T @ D)
    ),
    "P·(1 − P) is the sigmoid's slope. In a softmax each score moves all weights of its row: see exercise 7.": wrong(
        lambda Q, K, P, dP, dS, D, s: ((P * (1 - P) * dP) @ K * s, (P * (1 - P) * dP).T @ Q * s, P.T @ D)
    ),
    "P·D belongs to ∂L/∂V, and the transpose of P is missing: value j was taken by all queries, so sum over the rows of P.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS @ K * s, dS.T @ Q * s, P @ D)
    ),
    "∂L/∂S·Q belongs to ∂L/∂K, and the transpose of ∂L/∂S is missing: key j was asked by all queries, so sum over its rows.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS @ K * s, dS @ Q * s, P.T @ D)
    ),
    "∂L/∂Q needs K as it is: the forward pass had Kᵀ, and the backward pass has its transpose.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS @ K.T * s, dS.T @ Q * s, P.T @ D)
    ),
    "∂L/∂V is D itself: Y is a mean of values, so that D must be handed out by the weights P.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS @ K * s, dS.T @ Q * s, D)
    ),
    "∂L/∂Q and ∂L/∂K are exchanged: S = Q·Kᵀ, so that the gradient of the one is made with the other.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS.T @ Q * s, dS @ K * s, P.T @ D)
    ),
    "∂L/∂V is made with S, before the softmax: it is the weights P that Y = P·V has.": lambda Q, K, V, D: (
        *attention_backward(Q, K, V, D)[:2],
        (Q @ K.T * 1 / math.sqrt(Q.shape[1])).T @ D,
    ),
    "In the pullback of the softmax the sum goes along each row, dim=1, with keepdim=True.": wrong(
        lambda Q, K, P, dP, dS, D, s: (
            (P * (dP - (dP * P).sum(dim=0))) @ K * s,
            (P * (dP - (dP * P).sum(dim=0))).T @ Q * s,
            P.T @ D,
        )
    ),
    "The scores are divided by the root of c, √c, and not by c.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS @ K * s**2, dS.T @ Q * s**2, P.T @ D)
    ),
    "c is the length of a query, Q.shape[1], not the number of keys.": wrong(
        lambda Q, K, P, dP, dS, D, s: (dS @ K / len(K) ** 0.5, dS.T @ Q / len(K) ** 0.5, P.T @ D)
    ),
    "D and V meet in ∂L/∂P alone, and there the transpose of V is missing: for Y = P·V it is D·Vᵀ.": lambda Q, K, V, D: (
        (D @ V) @ K
    ),
    "Your P is made from scores that are not divided by √c.": lambda Q, K, V, D: attention_backward(
        Q * math.sqrt(Q.shape[1]), K, V, D
    ),
}
