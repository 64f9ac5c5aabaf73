"""Exercise 4: the first pullback, that of a product.

Somewhere in a computation stands y = a·b, and at its end the loss L. Backpropagation comes from the end: it knows already
how L changes with y, and calls this d = ∂L/∂y. Your function passes it on to the two factors:

    ∂L/∂a = ∂L/∂y · ∂y/∂a        ∂L/∂b = ∂L/∂y · ∂y/∂b

a, b and d are Tensors of the same shape, and + - * / go entry by entry. Return two results: return …, …

README: Gradient computation, pullbacks.
"""

from __future__ import annotations

from check import check, gradients_of

from backprop import Tensor, tensor


def product(a: Tensor, b: Tensor) -> Tensor:
    """The forward pass, which is given."""
    return a * b


def product_backward(a: Tensor, b: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
    """(∂L/∂a, ∂L/∂b) from d = ∂L/∂y."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        product_backward,
        gradients_of(product),
        (tensor(2.0), tensor(3.0)),
        (tensor([[1.0, -2.0], [0.5, 4.0]]), tensor([[3.0, 0.25], [-1.0, 2.0]])),
    )
