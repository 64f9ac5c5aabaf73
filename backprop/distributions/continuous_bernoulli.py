"""The continuous Bernoulli distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.binary import BinaryDistribution
from backprop.distributions.distribution import validated
from backprop.distributions.utils import Value, clamp_probs, lazy_property, logits_to_probs
from backprop.tensors import abs as size
from backprop.tensors import clamp, log, log1p, rand, where


class ContinuousBernoulli(BinaryDistribution):
    """p(x) = C·pˣ·(1 − p)¹⁻ˣ from 0 to 1, with p = ``probs``: for pixels, which are from black to white.

    C = (ln p/(1 − p))/(2p − 1), near p = ½ by its Taylor series. ``lims`` are the ends of that neighbourhood.

    Loaiza-Ganem and Cunningham, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders" (2019).

    >>> ContinuousBernoulli(Tensor([0.5])).log_prob(Tensor([0.3]))
    tensor([0.])
    """

    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self,
        probs: Value | None = None,
        logits: Value | None = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        self._lims = lims
        super().__init__(probs, logits, validate_args)
        if probs is not None:
            self._param = self.probs = clamp_probs(self.probs)

    @lazy_property
    def probs(self) -> Tensor:
        """p, clamped."""
        return clamp_probs(logits_to_probs(self.logits, is_binary=True))

    @property
    def mean(self) -> Tensor:
        p, x = self._outer, self.probs - 0.5
        return self._joined(p / (2 * p - 1) - 1 / self._logit, 0.5 + (1 / 3 + 16 / 45 * x**2) * x)

    @property
    def variance(self) -> Tensor:
        p, x = self._outer, (self.probs - 0.5) ** 2
        outside = p * (p - 1) / (1 - 2 * p) ** 2 + 1 / self._logit**2
        return self._joined(outside, 1 / 12 - (1 / 15 - 128 / 945 * x) * x)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """F⁻¹(u) for a uniform u."""
        return self.icdf(rand(self._extended_shape(sample_shape), dtype=self.probs.dtype))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return self._log_constant() - self._cross_entropy(value)

    @validated
    def cdf(self, value: Tensor) -> Tensor:
        p = self._outer
        outside = (p**value * (1 - p) ** (1 - value) + p - 1) / (2 * p - 1)
        return clamp(self._joined(outside, value), 0, 1)

    def icdf(self, value: Tensor) -> Tensor:
        p = self._outer
        return self._joined((log1p(-p + value * (2 * p - 1)) - log1p(-p)) / self._logit, value)

    def entropy(self) -> Tensor:
        against = log1p(-self.probs)
        return self.mean * (against - log(self.probs)) - self._log_constant() - against

    def _log_constant(self) -> Tensor:
        """ln C."""
        x = (self.probs - 0.5) ** 2
        outside = log(size(self._logit)) - log(size(2 * self._outer - 1))
        return self._joined(outside, log(2 + 0 * x) + (4 / 3 + 104 / 45 * x) * x)

    @property
    def _outside(self) -> Tensor:
        return (self.probs <= self._lims[0]) | (self.probs > self._lims[1])

    @property
    def _outer(self) -> Tensor:
        """p where the formulas hold that divide by 2p − 1, and else an end of their domain."""
        return where(self._outside, self.probs, self._lims[0])

    @property
    def _logit(self) -> Tensor:
        return log(self._outer) - log1p(-self._outer)

    def _joined(self, outside: Tensor, near: Tensor) -> Tensor:
        return where(self._outside, outside, near)
