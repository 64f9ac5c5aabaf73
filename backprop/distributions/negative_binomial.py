"""The negative binomial distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.binary import BinaryDistribution
from backprop.distributions.distribution import validated
from backprop.distributions.gamma import Gamma
from backprop.distributions.utils import Value
from backprop.nn.functional import logsigmoid
from backprop.tensors import clamp, exp, floor, lgamma, masked_fill, poisson, sigmoid


class NegativeBinomial(BinaryDistribution):
    """P(k) = Γ(r + k)/(k!·Γ(r))·(1 − p)ʳ·pᵏ for k = 0, 1, …, with r = ``total_count`` and p = ``probs``: how many tries of
    probability p succeed before r of them fail.

    >>> NegativeBinomial(2.0, Tensor([0.5])).log_prob(Tensor([1.0])).exp()
    tensor([0.2500])
    """

    arg_constraints = {
        "total_count": constraints.nonnegative,
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }
    support = constraints.nonnegative_integer
    total_count: Tensor

    def __init__(
        self,
        total_count: Value,
        probs: Value | None = None,
        logits: Value | None = None,
        validate_args: bool | None = None,
    ) -> None:
        self._set_parameters(probs, logits, validate_args, total_count=total_count)

    @property
    def mean(self) -> Tensor:
        return self.total_count * exp(self.logits)

    @property
    def mode(self) -> Tensor:
        return clamp(floor((self.total_count - 1) * exp(self.logits)), 0)

    @property
    def variance(self) -> Tensor:
        return self.mean / sigmoid(-self.logits)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Of a Poisson distribution whose rate is of a gamma distribution."""
        with no_grad():
            rates = Gamma(self.total_count, exp(-self.logits), validate_args=False)
            return poisson(rates.sample(sample_shape))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        r = self.total_count
        ways = lgamma(r + value) - lgamma(1 + value) - lgamma(r)
        ways = masked_fill(ways, r + value == 0, 0.0)
        return ways + r * logsigmoid(-self.logits) + value * logsigmoid(self.logits)
