"""The binomial distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.binary import BinaryDistribution
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import validated
from backprop.distributions.utils import Value
from backprop.nn.functional import logsigmoid
from backprop.tensors import arange, binomial, exp, floor, lgamma, minimum
from backprop.tensors import sum as total


class Binomial(BinaryDistribution):
    """P(k) = n!/(k!·(n − k)!)·pᵏ·(1 − p)ⁿ⁻ᵏ for k from 0 to n = ``total_count``, with p = ``probs``: how many tries succeed.

    >>> Binomial(2, Tensor([0.5])).log_prob(Tensor([1.0])).exp(), Binomial(10, 0.25).mean
    (tensor([0.5000]), tensor(2.5000))
    """

    arg_constraints = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    has_enumerate_support = True
    total_count: Tensor

    def __init__(
        self,
        total_count: Value = 1,
        probs: Value | None = None,
        logits: Value | None = None,
        validate_args: bool | None = None,
    ) -> None:
        self._set_parameters(probs, logits, validate_args, total_count=total_count)

    @constraints.dependent_property(is_discrete=True)
    def support(self) -> Constraint:
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.probs

    @property
    def mode(self) -> Tensor:
        return minimum(floor((self.total_count + 1) * self.probs), self.total_count)

    @property
    def variance(self) -> Tensor:
        return self.mean * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return binomial(self.total_count.expand(shape), self.probs.expand(shape))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        """With l = ln p/(1 − p) is ln pᵏ·(1 − p)ⁿ⁻ᵏ = k·l + n·ln(1 − p)."""
        ways = lgamma(self.total_count + 1) - lgamma(value + 1) - lgamma(self.total_count - value + 1)
        return ways + value * self.logits + self.total_count * logsigmoid(-self.logits)

    def entropy(self) -> Tensor:
        log_prob = self.log_prob(self.enumerate_support(False))
        return -total(exp(log_prob) * log_prob, 0)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        count = self.total_count.max()
        if not (self.total_count == count).all():
            raise NotImplementedError("Binomial: the values are enumerated where all total_count are the same")
        return self._enumerated(arange(int(count) + 1, dtype=self._param.dtype), expand)
