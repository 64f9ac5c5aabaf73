"""Solution 9: the new m and v first, then the weight with both.

In the last case g is as small as ε, and the step is lr·g/(|g| + ε), half of lr: ε is where "almost exactly lr" ends.
"""

from __future__ import annotations

from typing import Callable

from backprop import Tensor

LR, BETA1, BETA2, EPS = 0.1, 0.9, 0.999, 1e-8
Step = Callable[[Tensor, Tensor, Tensor, Tensor, int], "tuple[Tensor, Tensor, Tensor]"]


def adam(w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> tuple[Tensor, Tensor, Tensor]:
    m = BETA1 * m + (1 - BETA1) * g
    v = BETA2 * v + (1 - BETA2) * g**2
    mean, square = m / (1 - BETA1**t), v / (1 - BETA2**t)
    return m, v, w - LR * mean / (square.sqrt() + EPS)


def with_means(of_g: Callable[[Tensor], Tensor], of_square: Callable[[Tensor], Tensor], beta1: float = BETA1) -> Step:
    """What is added to the means, and β₁, are others."""

    def wrong(w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> tuple[Tensor, Tensor, Tensor]:
        return beta1 * m + of_g(g), BETA2 * v + of_square(g), w

    return wrong


def with_step(step: Callable[[Tensor, Tensor, Tensor, int], Tensor]) -> Step:
    """The means as they should be, another step."""

    def wrong(w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> tuple[Tensor, Tensor, Tensor]:
        m, v, _ = adam(w, g, m, v, t)
        return m, v, w - LR * step(g, m, v, t)

    return wrong


def corrected(w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> tuple[Tensor, Tensor, Tensor]:
    m, v, w = adam(w, g, m, v, t)
    return m / (1 - BETA1**t), v / (1 - BETA2**t), w


HINT = "Compute the new m and the new v first. Then the step with these, divided by 1 − β₁ᵗ and 1 − β₂ᵗ; then w minus lr times it."

MISTAKES: dict[str, Step] = {
    "Both are means, so what is new has a share of 1 − β: (1 − β₁)·g and (1 − β₂)·g².": with_means(
        lambda g: g, lambda g: g**2
    ),
    "v is the mean of the squares: square g.": with_means(lambda g: (1 - BETA1) * g, lambda g: (1 - BETA2) * g),
    "β₁ belongs to m and β₂ to v.": with_means(lambda g: (1 - BETA2) * g, lambda g: (1 - BETA1) * g**2, BETA2),
    "A mean changes little in a step: β₁ belongs to the old m, and 1 − β₁ to g.": with_means(
        lambda g: BETA1 * g, lambda g: BETA2 * g**2, 1 - BETA1
    ),
    "m and v are corrected for the step alone: return them as they were before you divided.": corrected,
    "The sign: the gradient points uphill, so that the step is subtracted.": with_step(
        lambda g, m, v, t: -(m / (1 - BETA1**t)) / ((v / (1 - BETA2**t)).sqrt() + EPS)
    ),
    "The corrections 1 − β₁ᵗ and 1 − β₂ᵗ are missing: at the start both means are too near to 0.": with_step(
        lambda g, m, v, t: m / (v.sqrt() + EPS)
    ),
    "m is not corrected: divide it by 1 − β₁ᵗ.": with_step(lambda g, m, v, t: m / ((v / (1 - BETA2**t)).sqrt() + EPS)),
    "v is not corrected: divide it by 1 − β₂ᵗ, before the root.": with_step(
        lambda g, m, v, t: (m / (1 - BETA1**t)) / (v.sqrt() + EPS)
    ),
    "The root is missing: v is a mean of squares, and the step would have the unit 1/g.": with_step(
        lambda g, m, v, t: (m / (1 - BETA1**t)) / (v / (1 - BETA2**t) + EPS)
    ),
    "ε is added after the root, not below it.": with_step(
        lambda g, m, v, t: (m / (1 - BETA1**t)) / (v / (1 - BETA2**t) + EPS).sqrt()
    ),
    "That step is plain gradient descent, lr·g: it uses neither m nor v.": with_step(lambda g, m, v, t: g),
    "You divide g itself by the root: it is the mean of the gradients that leads, m.": with_step(
        lambda g, m, v, t: g / ((v / (1 - BETA2**t)).sqrt() + EPS)
    ),
    "The correction is a power: β₁ᵗ is BETA1 ** t, and depends on t.": with_step(
        lambda g, m, v, t: (m / (1 - BETA1)) / ((v / (1 - BETA2)).sqrt() + EPS)
    ),
    "t is 1 in the first step already: take t as it comes.": with_step(
        lambda g, m, v, t: (m / (1 - BETA1 ** (t + 1))) / ((v / (1 - BETA2 ** (t + 1))).sqrt() + EPS)
    ),
    "In Python m / 1 - x is (m/1) − x: write m / (1 - BETA1 ** t) in parentheses, v likewise.": with_step(
        lambda g, m, v, t: (m / 1 - BETA1**t) / ((v / 1 - BETA2**t).sqrt() + EPS)
    ),
    "w is computed from the m and v of before: take the new ones.": lambda w, g, m, v, t: (
        *adam(w, g, m, v, t)[:2],
        w - LR * (m / (1 - BETA1**t)) / ((v / (1 - BETA2**t)).sqrt() + EPS),
    ),
}
