"""Exercise 9: a step of Adam.

Gradient descent goes the same way downhill everywhere, w ← w − lr·g. Adam keeps two means for each weight: m of the
gradients (momentum), and v of their squares, and divides the one by the root of the other, so that steep and flat
directions get steps of the same size:

    m ← β₁·m + (1 − β₁)·g                      v ← β₂·v + (1 − β₂)·g²
    w ← w − lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)

Both means start at 0, and are therefore too small at first; dividing by 1 − βᵗ makes up for it. In step t = 1 that makes
m/(1 − β₁) equal to g, and v/(1 − β₂) to g², so that each weight moves by almost exactly lr. All are Tensors of the same
shape, but for the number t. v.sqrt() is the root; ** is the power.

README: Weight updates.
"""

from __future__ import annotations

from check import check, same_values

from backprop import Tensor, tensor

LR, BETA1, BETA2, EPS = 0.1, 0.9, 0.999, 1e-8


def adam(w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> tuple[Tensor, Tensor, Tensor]:
    """(m, v, w) after step t, which is 1 for the first, from what they were before and the gradient g."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        adam,
        same_values("m", "v", "w"),
        (tensor([1.0, -2.0]), tensor([0.5, -4.0]), tensor([0.0, 0.0]), tensor([0.0, 0.0]), 1),
        (tensor([1.0, 0.5]), tensor([0.25, 3.0]), tensor([-0.5, 1.0]), tensor([0.04, 0.5]), 3),
        (tensor([1.0]), tensor([1e-8]), tensor([0.0]), tensor([0.0]), 1),
    )
