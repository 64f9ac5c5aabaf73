"""The inverse gamma distribution."""

from __future__ import annotations

import math

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.gamma import Gamma
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import PowerTransform
from backprop.distributions.utils import Value
from backprop.tensors import digamma, full_like, lgamma, log, where


class InverseGamma(TransformedDistribution):
    """1/x for x of ``Gamma`` with the same ``concentration`` α and ``rate`` β.

    >>> InverseGamma(3.0, 4.0).mean
    tensor(2.)
    """

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.positive
    base_dist: Gamma

    def __init__(self, concentration: Value, rate: Value, validate_args: bool | None = None) -> None:
        gamma = Gamma(concentration, rate, validate_args)
        super().__init__(gamma, PowerTransform(full_like(gamma.rate, -1.0)), validate_args)

    @property
    def concentration(self) -> Tensor:
        """α."""
        return self.base_dist.concentration

    @property
    def rate(self) -> Tensor:
        """β."""
        return self.base_dist.rate

    @property
    def mean(self) -> Tensor:
        """β/(α − 1), infinite up to α = 1."""
        a = self.concentration
        return where(a > 1, self.rate / (a - 1), math.inf)

    @property
    def mode(self) -> Tensor:
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Tensor:
        """β²/((α − 1)²·(α − 2)), infinite up to α = 2."""
        a = self.concentration
        return where(a > 2, self.rate**2 / ((a - 1) ** 2 * (a - 2)), math.inf)

    def entropy(self) -> Tensor:
        a = self.concentration
        return a + log(self.rate) + lgamma(a) - (1 + a) * digamma(a)
