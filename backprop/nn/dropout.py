"""Dropout as modules: they drop while they learn, and give their input after ``eval()``."""

from __future__ import annotations

import random
from typing import Callable

from backprop.autograd import Tensor, TensorLike
from backprop.nn.functional.dropout import (
    alpha_dropout,
    dropout,
    dropout1d,
    dropout2d,
    dropout3d,
    feature_alpha_dropout,
)
from backprop.nn.module import Module
from backprop.random import generator
from backprop.validation import check_bool, check_number


class _Dropout(Module):
    """What the kinds of dropout have in common; ``function`` draws."""

    function: Callable[..., Tensor]

    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: random.Random | None = None) -> None:
        super().__init__()
        check_number(self._get_name(), "p", p, 0, 1)
        check_bool(self._get_name(), inplace=inplace)
        generator(rng)
        self.p, self.inplace, self.rng = p, inplace, rng

    def forward(self, input: TensorLike) -> Tensor:
        return self.function(input, self.p, self.training, self.inplace, rng=self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """y = 0 with probability p, else x/(1 − p), drawn for each number at each call; y = x after ``eval()``.

    ``rng`` is drawn from at each call; ``inplace`` changes nothing here. Srivastava et al., "Dropout: A Simple Way to
    Prevent Neural Networks from Overfitting" (2014).

    Raises ValueError for a p outside of 0 to 1.

    >>> from backprop import Generator
    >>> layer = Dropout(0.5, rng=Generator().manual_seed(4))
    >>> layer(Tensor([[1.0, 2.0, 3.0, 4.0]]))
    tensor([[2., 0., 6., 0.]])
    >>> layer.eval()(Tensor([[1.0, 2.0, 3.0, 4.0]]))
    tensor([[1., 2., 3., 4.]])
    """

    function = staticmethod(dropout)


class Dropout1d(_Dropout):
    """Dropout of whole channels of (N, C, L) or (C, L)."""

    function = staticmethod(dropout1d)


class Dropout2d(_Dropout):
    """Dropout of whole channels of (N, C, H, W): ``functional.dropout2d``.

    Tompson et al., "Efficient Object Localization Using Convolutional Networks" (2015).
    """

    function = staticmethod(dropout2d)


class Dropout3d(_Dropout):
    """Dropout of whole channels of (N, C, D, H, W) or (C, D, H, W)."""

    function = staticmethod(dropout3d)


class AlphaDropout(_Dropout):
    """Dropout for networks of SELU, which keeps mean 0 and variance 1: ``functional.alpha_dropout``.

    Klambauer et al., "Self-Normalizing Neural Networks" (2017).
    """

    function = staticmethod(alpha_dropout)


class FeatureAlphaDropout(_Dropout):
    """AlphaDropout of whole channels of (N, C, …)."""

    function = staticmethod(feature_alpha_dropout)
