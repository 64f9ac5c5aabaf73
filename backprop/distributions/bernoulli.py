"""The Bernoulli distribution: yes or no."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.autograd import Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.binary import BinaryDistribution
from backprop.distributions.distribution import validated
from backprop.tensors import arange, bernoulli, where


class Bernoulli(BinaryDistribution):
    """P(1) = p and P(0) = 1 − p, with p = ``probs`` = 1/(1 + e^−``logits``).

    >>> Bernoulli(Tensor([0.25])).log_prob(Tensor([1.0])).exp(), Bernoulli(logits=Tensor([0.0])).entropy()
    (tensor([0.2500]), tensor([0.6931]))
    """

    support = constraints.boolean
    has_enumerate_support = True

    @property
    def mean(self) -> Tensor:
        return self.probs

    @property
    def mode(self) -> Tensor:
        return where(self.probs == 0.5, math.nan, (self.probs > 0.5).to(self.probs))

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            return bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return -self._cross_entropy(value)

    def entropy(self) -> Tensor:
        return self._cross_entropy(self.probs)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        return self._enumerated(arange(2, dtype=self._param.dtype), expand)
