"""Dropout as a module: it drops while it learns, and gives its input after ``eval()``."""

from __future__ import annotations

import random

from backprop.autograd import Tensor, TensorLike
from backprop.nn.functional.dropout import dropout
from backprop.nn.module import Module
from backprop.random import generator
from backprop.validation import check_number


class Dropout(Module):
    """y = 0 with probability p, else x/(1 − p), drawn for each number at each call; y = x after ``eval()``.

    ``rng`` is drawn from at each call. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting" (2014).

    Raises ValueError for a p outside of 0 to 1.

    >>> from backprop import Generator, Matrix
    >>> layer = Dropout(0.5, rng=Generator().manual_seed(4))
    >>> layer(Matrix([[1.0, 2.0, 3.0, 4.0]])).data
    Matrix([[2.0, 0.0, 6.0, 0.0]])
    >>> layer.eval()(Matrix([[1.0, 2.0, 3.0, 4.0]])).data
    Matrix([[1.0, 2.0, 3.0, 4.0]])
    """

    def __init__(self, p: float = 0.5, *, rng: random.Random | None = None) -> None:
        check_number(self._get_name(), "p", p, 0, 1)
        generator(rng)
        self.p, self.rng = p, rng

    def forward(self, input: TensorLike) -> Tensor:
        return dropout(input, self.p, self.training, rng=self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"
