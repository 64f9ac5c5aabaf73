"""Dropout: numbers set to zero at random, so that no unit can rely on another."""

from __future__ import annotations

import random
from operator import mul

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted, unflatten
from backprop.sampling import dropout_mask
from backprop.validation import check_bool, check_number


def dropout(input: TensorLike, p: float = 0.5, training: bool = True, *, rng: random.Random | None = None) -> Tensor:
    """y = m·x,  ∂L/∂x = m·∂L/∂y, where m is 0 with probability p and else 1/(1 − p): the mean of y is x.

    Unless ``training`` y is the input itself. The random numbers come from ``rng``. With p = 1 nothing is left. Scaling
    in training leaves nothing to do afterwards ("inverted" dropout). Srivastava et al., "Dropout: A Simple Way to
    Prevent Neural Networks from Overfitting" (2014).

    Raises ValueError for a p outside of 0 to 1.

    >>> from backprop import Generator
    >>> dropout(Matrix([[1.0, 2.0, 3.0, 4.0]]), 0.5, rng=Generator().manual_seed(4))
    Tensor([[2.0, 0.0, 6.0, 0.0]])
    """
    check_number("dropout", "p", p, 0, 1)
    check_bool("dropout", training=training)
    input = as_tensor(input, "dropout")
    if not training or p == 0:
        return input
    rows, columns = input.shape
    return _dropout(input, unflatten(dropout_mask(rows * columns, p, rng=rng), columns))


@operation
def _dropout(input: Matrix, mask: Rows) -> Result:
    """y = m·x,  ∂L/∂x = m·∂L/∂y, where m is 0 with probability p and else 1/(1 − p)."""

    def times_mask(x: Matrix) -> Matrix:
        return trusted([list(map(mul, entries, factors)) for entries, factors in zip(x.rows, mask)])

    return times_mask(input), times_mask
