"""The relaxed categorical distribution: a vector that is near a one-hot one, with a gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.categorical import OverCategories
from backprop.distributions.distribution import validated
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import ExpTransform
from backprop.distributions.utils import Value, broadcast_all, clamp_probs
from backprop.tensors import log, log_softmax, rand
from backprop.tensors import sum as total


class ExpRelaxedCategorical(OverCategories):
    """log_softmax((ln p − ln(−ln u))/τ) for uniform u, with the probabilities p and τ = ``temperature``."""

    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        temperature: Value,
        probs: Tensor | None = None,
        logits: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        (self.temperature,) = broadcast_all(temperature)
        super().__init__(probs, logits, validate_args)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        u = clamp_probs(rand(self._extended_shape(sample_shape), dtype=self.logits.dtype))
        return log_softmax((self.logits - log(-log(u))) / self.temperature, -1)

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        """ln (K − 1)! + (K − 1)·ln τ + Σ log_softmax(ln p − τ·y)."""
        count = self._event_shape[0]
        scores = log_softmax(self.logits - value * self.temperature, -1)
        return total(scores, -1) + math.lgamma(count) + (count - 1) * log(self.temperature)


class RelaxedOneHotCategorical(TransformedDistribution):
    """softmax((ln p − ln(−ln u))/τ) for uniform u: the smaller the ``temperature`` τ, the nearer to a one-hot vector.

    Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax" (2017).

    >>> RelaxedOneHotCategorical(1.0, Tensor([0.5, 0.5])).log_prob(Tensor([0.5, 0.5]))
    tensor(0.)
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.simplex
    base_dist: ExpRelaxedCategorical

    def __init__(
        self,
        temperature: Value,
        probs: Tensor | None = None,
        logits: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        base = ExpRelaxedCategorical(temperature, probs, logits, validate_args)
        super().__init__(base, ExpTransform(), validate_args)

    @property
    def temperature(self) -> Tensor:
        """τ."""
        return self.base_dist.temperature

    @property
    def probs(self) -> Tensor:
        """p, whose sum is 1."""
        return self.base_dist.probs

    @property
    def logits(self) -> Tensor:
        """ln p."""
        return self.base_dist.logits
