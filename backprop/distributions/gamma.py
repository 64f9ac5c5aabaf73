"""The gamma distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.pathwise import standard_gamma
from backprop.distributions.utils import Value, broadcast_all
from backprop.tensors import clamp, digamma, igamma, lgamma, log, xlogy


class Gamma(Distribution):
    """p(x) = βᵅ/Γ(α)·xᵅ⁻¹·e^−βx for x ≥ 0, with α = ``concentration`` and β = ``rate``.

    >>> Gamma(2.0, 1.0).log_prob(Tensor(1.0)).exp(), Gamma(3.0, 2.0).mean
    (tensor(0.3679), tensor(1.5000))
    """

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration: Value, rate: Value, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast_all(concentration, rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        return clamp((self.concentration - 1) / self.rate, 0)

    @property
    def variance(self) -> Tensor:
        return self.concentration / self.rate**2

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """x/β for x of the rate 1, with the gradient of x with respect to α."""
        return standard_gamma(self.concentration.expand(self._extended_shape(sample_shape))) / self.rate

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        a = self.concentration
        return xlogy(a, self.rate) + xlogy(a - 1, value) - self.rate * value - lgamma(a)

    @validated
    def cdf(self, value: Tensor) -> Tensor:
        return igamma(self.concentration, self.rate * value)

    def entropy(self) -> Tensor:
        a = self.concentration
        return a - log(self.rate) + lgamma(a) + (1 - a) * digamma(a)
