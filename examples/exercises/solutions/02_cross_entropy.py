"""Solution 2: with m the largest score no exponent is above 0, and one is 0, so that the sum lies between 1 and K.

It neither overflows nor becomes 0, whose logarithm there is not.
"""

from __future__ import annotations

import math


def cross_entropy(x: list[float], t: int) -> float:
    m = max(x)
    return m + math.log(sum(math.exp(xj - m) for xj in x)) - x[t]


def total(x: list[float], m: float = 0.0) -> float:
    """Σⱼ exp(xⱼ − m)"""
    return sum(math.exp(xj - m) for xj in x)


HINT = "ln(a/b) = ln a − ln b, and ln(exp(x)) = x: write ℓ as a logarithm of a sum, minus one score."

MISTAKES = {
    "The sign: the logarithm of a probability is below 0, and a loss is above. ℓ = −ln pₜ.": lambda x, t: (
        x[t] - math.log(total(x))
    ),
    "That is the probability of the correct class; the loss is its negative logarithm.": lambda x, t: (
        math.exp(x[t]) / total(x)
    ),
    "The score of the correct class is missing: subtract x[t] from the logarithm of the sum.": lambda x, t: math.log(
        total(x)
    ),
    "With m subtracted in the exponents, exp(−m) is a factor of the sum: add m to its logarithm again.": lambda x, t: (
        math.log(total(x, max(x))) - x[t]
    ),
    "That is the loss of the largest score. The class that counts is t, whatever the network prefers.": lambda x, t: (
        math.log(total(x)) - max(x)
    ),
    "That is the logarithm to the base 10 or 2; ln is math.log.": lambda x, t: math.log10(total(x)) - x[t],
    "−ln(1 − pₜ) is small where pₜ is: the loss must be large there.": lambda x, t: (
        -math.log(1 - math.exp(x[t]) / total(x))
    ),
    "Small scores are right, but no float holds exp(2000). Which m makes the largest exponent xⱼ − m equal to 0?": lambda x, t: (
        math.log(total(x)) - x[t]
    ),
    "The fraction pₜ became 0, and 0 has no logarithm. Take the logarithm by hand first: ln pₜ = xₜ − m − ln Σ …": lambda x, t: (
        -math.log(math.exp(x[t] - max(x)) / total(x, max(x)))
    ),
    "The exponential of a large score became inf. Which m makes the largest exponent xⱼ − m equal to 0?": lambda x, t: (
        math.inf if max(x) > 700 else math.log(total(x)) - x[t]
    ),
    "You add up the losses of all classes: the loss is that of the correct class alone.": lambda x, t: (
        -sum(xk - math.log(total(x)) for xk in x)
    ),
}
