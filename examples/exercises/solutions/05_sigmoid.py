"""Solution 5: the slope is written with the output y, so that nothing needs computing twice.

With u = 1 + e⁻ˣ it is σ′ = e⁻ˣ/u² = (1/u)·((u − 1)/u) = y·(1 − y): ¼ at most, and almost 0 where the neuron is certain.
"""

from __future__ import annotations

from backprop import Tensor


def sigmoid_backward(X: Tensor, D: Tensor) -> Tensor:
    Y = X.sigmoid()
    return D * Y * (1 - Y)


HINT = "Compute Y = X.sigmoid() first, then the slope Y * (1 - Y). How does D come in?"

MISTAKES = {
    "That is the slope alone. The chain rule multiplies it by D, which says how L changes with y.": lambda X, D: (
        X.sigmoid() * (1 - X.sigmoid())
    ),
    "σ′ is σ(x)·(1 − σ(x)), with the output; you have x·(1 − x), with the input.": lambda X, D: D * X * (1 - X),
    "In 1 − σ(x) the sign is a minus: a slope above σ itself cannot be.": lambda X, D: (
        D * X.sigmoid() * (1 + X.sigmoid())
    ),
    "That is D·σ(x), the value instead of the slope: the factor 1 − σ(x) is missing.": lambda X, D: D * X.sigmoid(),
    "That is D·(1 − σ(x)), which is e⁻ˣ/(1 + e⁻ˣ): the factor σ(x) is missing, another 1/(1 + e⁻ˣ).": lambda X, D: (
        D * (1 - X.sigmoid())
    ),
    "1 − y² is the slope of tanh. That of the sigmoid is y·(1 − y).": lambda X, D: D * (1 - X.sigmoid() ** 2),
    "D is passed on as it is: it must be multiplied by the slope σ′(x).": lambda X, D: D,
    "D stands for y here: the slope is made of σ(x), and D multiplies it.": lambda X, D: D * (1 - D),
    "The derivative of 1/u is −u′/u², and u′ = −e⁻ˣ: the two minus signs cancel.": lambda X, D: (
        -D * X.sigmoid() * (1 - X.sigmoid())
    ),
    "@ adds up products, as a matrix product does. Here each entry goes its own way: use *.": lambda X, D: (
        D @ X.sigmoid() * (1 - X.sigmoid())
    ),
}
