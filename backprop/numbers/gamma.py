"""The derivatives of ln Γ: the digamma function, and Hurwitz' ζ, of which the later ones are multiples."""

from __future__ import annotations

from typing import Any

from backprop.numbers.functions import math

# The Bernoulli numbers B₂, B₄, …, B₁₆.
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def digamma(x: Any) -> Any:
    """By ψ(x) = ψ(x + 1) − 1/x, and from 10 on ln x − 1/2x − Σ B₂ₖ/(2k·x²ᵏ); below 0 by ψ(1 − x) − π/tan πx."""
    if x == 0:
        return -math.copysign(math.inf, x)
    if x < 0:
        if x == -math.inf or x == math.floor(x):
            return math.nan
        return digamma(1.0 - x) - math.pi / math.tan(math.pi * (x - math.floor(x)))
    if x == math.inf:
        return math.inf
    total = 0.0
    while x < 10.0:
        total -= 1.0 / x
        x += 1.0
    tail = sum([b / (2 * k * x ** (2 * k)) for k, b in enumerate(_BERNOULLI, 1)]) if x < 1e17 else 0.0
    return total + math.log(x) - 0.5 / x - tail


def hurwitz_zeta(s: int, x: Any) -> Any:
    """Hurwitz' ζ(s, x) = Σ 1/(x + k)ˢ for k = 0, 1, …: the first terms, and the rest by the formula of Euler and
    Maclaurin. Below 0 the terms of negative x + k are those of a ζ of positive numbers."""
    if x in (math.inf, -math.inf):
        return 0.0 if x > 0 else math.nan
    if x <= 0:
        negative = -math.floor(x)  # how many of the terms
        if x == -negative:
            return math.inf
        return hurwitz_zeta(s, x + negative) + (-1.0) ** s * (
            hurwitz_zeta(s, 1.0 - negative - x) - hurwitz_zeta(s, 1.0 - x)
        )
    total = 0.0
    while x < 12.0:
        total += x**-s
        x += 1.0
    rest, rising = x ** (1 - s) / (s - 1) + 0.5 * x**-s, float(s)
    for k, b in enumerate(_BERNOULLI, 1):  # rising = s·(s + 1)…(s + 2k − 2)
        rest += b / math.factorial(2 * k) * rising * x ** (-s - 2 * k + 1)
        rising *= (s + 2 * k - 1) * (s + 2 * k)
    return total + rest
