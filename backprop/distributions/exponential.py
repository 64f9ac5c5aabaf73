"""The exponential distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.utils import Value, broadcast_all
from backprop.tensors import empty, exp, log, log1p, reciprocal, zeros_like


class Exponential(Distribution):
    """p(x) = λ·e^−λx for x ≥ 0, with λ = ``rate``: the time to the next of events that come λ times in a unit of time.

    >>> Exponential(2.0).mean, Exponential(2.0).cdf(Tensor(1.0))
    (tensor(0.5000), tensor(0.8647))
    """

    arg_constraints = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate: Value, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return reciprocal(self.rate)

    stddev = mean

    @property
    def mode(self) -> Tensor:
        return zeros_like(self.rate)

    @property
    def variance(self) -> Tensor:
        return self.rate**-2

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """e/λ for e of the rate 1."""
        return empty(self._extended_shape(sample_shape), dtype=self.rate.dtype).exponential_() / self.rate

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return log(self.rate) - self.rate * value

    @validated
    def cdf(self, value: Tensor) -> Tensor:
        return 1 - exp(-self.rate * value)

    def icdf(self, value: Tensor) -> Tensor:
        return -log1p(-value) / self.rate

    def entropy(self) -> Tensor:
        return 1 - log(self.rate)
