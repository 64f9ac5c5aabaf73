"""The relaxed Bernoulli distribution: a number from 0 to 1 that is near one of them, with a gradient."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.binary import BinaryDistribution
from backprop.distributions.distribution import validated
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import SigmoidTransform
from backprop.distributions.utils import Value, broadcast_all, clamp_probs
from backprop.nn.functional import logsigmoid
from backprop.tensors import log, log1p, rand


class LogitRelaxedBernoulli(BinaryDistribution):
    """x = (ln p/(1 − p) + ln u/(1 − u))/τ for a uniform u, with p = ``probs`` and τ = ``temperature``."""

    support = constraints.real
    has_rsample = True

    def __init__(
        self,
        temperature: Value,
        probs: Value | None = None,
        logits: Value | None = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.temperature,) = broadcast_all(temperature)
        super().__init__(probs, logits, validate_args)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        p = clamp_probs(self.probs)
        u = clamp_probs(rand(self._extended_shape(sample_shape), dtype=p.dtype))
        return (log(u) - log1p(-u) + log(p) - log1p(-p)) / self.temperature

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        difference = self.logits - value * self.temperature
        return log(self.temperature) + difference + 2 * logsigmoid(-difference)


class RelaxedBernoulli(TransformedDistribution):
    """1/(1 + e⁻ˣ) for x of ``LogitRelaxedBernoulli``: the smaller the ``temperature``, the nearer to 0 or 1.

    Maddison, Mnih and Teh, "The Concrete Distribution" (2017).

    >>> RelaxedBernoulli(1.0, 0.5).log_prob(Tensor(0.5))
    tensor(0.)
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    base_dist: LogitRelaxedBernoulli

    def __init__(
        self,
        temperature: Value,
        probs: Value | None = None,
        logits: Value | None = None,
        validate_args: bool | None = None,
    ) -> None:
        super().__init__(LogitRelaxedBernoulli(temperature, probs, logits), SigmoidTransform(), validate_args)

    @property
    def temperature(self) -> Tensor:
        """τ."""
        return self.base_dist.temperature

    @property
    def probs(self) -> Tensor:
        """p."""
        return self.base_dist.probs

    @property
    def logits(self) -> Tensor:
        """ln p/(1 − p)."""
        return self.base_dist.logits
