"""Solution 4: a product hands each factor the gradient times the other factor. It swaps them.

For y = a·b with b held still the slope with respect to a is b, and that with respect to b is a.
"""

from __future__ import annotations

from backprop import Tensor


def product_backward(a: Tensor, b: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
    return d * b, d * a


HINT = "Hold b still: if a grows by 1, by how much does a·b grow? That is ∂y/∂a, and d multiplies it."

MISTAKES = {
    "∂L/∂a needs the other factor: if a grows by 1, a·b grows by b.": lambda a, b, d: (d * a, d * b),
    "That is ∂y/∂a alone. The chain rule multiplies it by what comes from behind, d.": lambda a, b, d: (b, a),
    "A sum passes d on as it is; a product multiplies it by the other factor.": lambda a, b, d: (d, d),
    "d·a·b is d·y. With respect to a only b remains: a itself drops out.": lambda a, b, d: (d * a * b, d * a * b),
    "The slopes along a chain are multiplied, not added: d times the other factor.": lambda a, b, d: (d + b, d + a),
    "The first result is right, the second is the same: with respect to b it is a that multiplies d.": lambda a, b, d: (
        d * b,
        d * b,
    ),
}
