"""Solution 7: pₖ·(dₖ − Σⱼ dⱼpⱼ), each gradient minus their mean, weighted by the probabilities.

Σⱼ dⱼ·pⱼ·([j = k] − pₖ) = dₖpₖ − pₖ·Σⱼ dⱼpⱼ. If all d of a row are equal nothing is left: all probabilities cannot grow.
"""

from __future__ import annotations

from backprop import Tensor


def softmax_backward(X: Tensor, D: Tensor) -> Tensor:
    P = X.softmax(dim=1)
    return P * (D - (D * P).sum(dim=1, keepdim=True))


HINT = "The term with [j = k] is only there for j = k and gives dₖ·pₖ. In the other one pₖ does not depend on j: take it out."

MISTAKES = {
    "That is p·(1 − p)·d, the sigmoid's rule: it forgets that xₖ moves the other probabilities of its row, too.": lambda X, D: (
        X.softmax(dim=1) * (1 - X.softmax(dim=1)) * D
    ),
    "The sum is missing: xₖ moves all probabilities of its row, and D·P has the part of its own alone.": lambda X, D: (
        D * X.softmax(dim=1)
    ),
    "Each row is a softmax of its own: sum along the row, dim=1, not down the columns.": lambda X, D: (
        X.softmax(dim=1) * (D - (D * X.softmax(dim=1)).sum(dim=0, keepdim=True))
    ),
    "sum() without dim mixes the examples: each row has a sum of its own, dim=1.": lambda X, D: (
        X.softmax(dim=1) * (D - (D * X.softmax(dim=1)).sum())
    ),
    "In the sum each dⱼ is weighted by its pⱼ: add up D * P, not D.": lambda X, D: (
        X.softmax(dim=1) * (D - D.sum(dim=1, keepdim=True))
    ),
    "The sum is weighted by the probabilities already: it is Σⱼ dⱼpⱼ, not the mean of these.": lambda X, D: (
        X.softmax(dim=1) * (D - (D * X.softmax(dim=1)).mean(dim=1, keepdim=True))
    ),
    "The sign: it is dₖ minus the sum, not plus.": lambda X, D: (
        X.softmax(dim=1) * (D + (D * X.softmax(dim=1)).sum(dim=1, keepdim=True))
    ),
    "The factor pₖ stands before the sum as well: P * (… − …), in parentheses.": lambda X, D: (
        X.softmax(dim=1) * D - (D * X.softmax(dim=1)).sum(dim=1, keepdim=True)
    ),
    "P − D is the gradient of the cross-entropy for a one-hot target. Here D is any gradient of P.": lambda X, D: (
        X.softmax(dim=1) - D
    ),
    "The sum of a row lost its axis: with keepdim=True it is a column, which goes with each entry of its row.": lambda X, D: (
        X.softmax(dim=1) * (D - (D * X.softmax(dim=1)).sum(dim=1))
    ),
}
