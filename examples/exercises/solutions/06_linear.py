"""Solution 6: each gradient is the sum over what its number contributed to.

    ∂L/∂x[i, k] = Σⱼ d[i, j]·w[j, k]        x[i, k] is in row i of Y, with the slope w[j, k]:    D·W
    ∂L/∂w[j, k] = Σᵢ d[i, j]·x[i, k]        w[j, k] is in column j of Y, for each example i:     Dᵀ·X
    ∂L/∂b[j]    = Σᵢ d[i, j]                b[j] is in column j, with the slope 1:                the sum of the rows of D

The shapes leave no other choice: (n, r)·(r, q) is (n, q), and (r, n)·(n, q) is (r, q).
"""

from __future__ import annotations

from backprop import Tensor


def linear_backward(X: Tensor, W: Tensor, b: Tensor, D: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return D @ W, D.T @ X, D.sum(dim=0)


HINT = "Write the shapes down: D is (n, r), W is (r, q), and ∂L/∂X must be (n, q). Which product gives that? Then likewise for W."

MISTAKES = {
    "One transpose too many: forward multiplies by Wᵀ, backward by W. D is (n, r) and W is (r, q) as they are.": lambda X, W, b, D: (
        D @ W.T,
        D.T @ X,
        D.sum(dim=0),
    ),
    "W·D is in the wrong order: ∂L/∂X sums over the neurons, which are the columns of D and the rows of W.": lambda X, W, b, D: (
        W @ D,
        D.T @ X,
        D.sum(dim=0),
    ),
    "D and X meet in ∂L/∂W, and the transpose of D is missing: the sum goes over the examples, which are rows of both.": lambda X, W, b, D: (
        D @ W,
        D @ X,
        D.sum(dim=0),
    ),
    "∂L/∂W is transposed: it must have the shape of W, a row for each neuron. Which factor has neurons in its rows?": lambda X, W, b, D: (
        D @ W,
        X.T @ D,
        D.sum(dim=0),
    ),
    "∂L/∂W sums over the examples, and needs no transpose of X: it is D whose rows must become columns.": lambda X, W, b, D: (
        D @ W,
        D @ X.T,
        D.sum(dim=0),
    ),
    "b was added to the row of each example, so its gradient is the sum over the batch, of all rows of D.": lambda X, W, b, D: (
        D @ W,
        D.T @ X,
        D,
    ),
    "∂L/∂b is summed over the wrong axis: dim=0 adds up the examples, dim=1 adds up the neurons.": lambda X, W, b, D: (
        D @ W,
        D.T @ X,
        D.sum(dim=1),
    ),
    "sum() without dim adds up all of D. Each neuron has a bias of its own: add up the rows, dim=0.": lambda X, W, b, D: (
        D @ W,
        D.T @ X,
        D.sum(),
    ),
    "The mean over the batch is part of the loss, and so already in D. Here the rows are added up.": lambda X, W, b, D: (
        D @ W,
        D.T @ X,
        D.mean(dim=0),
    ),
    "∂L/∂W divides by the number of examples. The mean is part of the loss, and so already in D.": lambda X, W, b, D: (
        D @ W,
        D.T @ X / len(X),
        D.sum(dim=0),
    ),
    "keepdim=True leaves an axis of length 1: b has one axis.": lambda X, W, b, D: (
        D @ W,
        D.T @ X,
        D.sum(dim=0, keepdim=True),
    ),
    "∂L/∂X divides by the number of examples. The mean is part of the loss, and so already in D.": lambda X, W, b, D: (
        D @ W / len(X),
        D.T @ X,
        D.sum(dim=0),
    ),
    "* multiplies entry by entry. Here each gradient is a sum of products, which is what @ computes.": lambda X, W, b, D: (
        D * W
    ),
    "∂L/∂W is a sum of products over the examples: that is @, not *.": lambda X, W, b, D: (
        D @ W,
        D.T * X.T,
        D.sum(dim=0),
    ),
    "That is the forward pass. Backward, D comes in, and what goes out has the shapes of X, W and b.": lambda X, W, b, D: (
        X @ W.T + b,
        D,
        D,
    ),
}
