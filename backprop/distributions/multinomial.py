"""The multinomial distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.autograd import Size, Tensor
from backprop.distributions import constraints
from backprop.distributions.binomial import Binomial
from backprop.distributions.categorical import OverCategories
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import validated
from backprop.distributions.utils import broadcast_all
from backprop.tensors import exp, lgamma, masked_fill, ones_like, scatter_add, zeros
from backprop.tensors import sum as total


class Multinomial(OverCategories):
    """P(x) = n!/(x₁!·…·x_K!)·p₁^x₁·…·p_K^x_K: how often each class comes in n = ``total_count`` draws.

    >>> dice = Multinomial(2, Tensor([1.0, 1.0]))
    >>> dice.log_prob(Tensor([[2.0, 0.0], [1.0, 1.0]])).exp()
    tensor([0.2500, 0.5000])
    """

    def __init__(
        self,
        total_count: int = 1,
        probs: Tensor | None = None,
        logits: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError(f"Multinomial: total_count is an int, the same for all, got {total_count!r}")
        self.total_count = total_count
        super().__init__(probs, logits, validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> Constraint:
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.probs

    @property
    def variance(self) -> Tensor:
        return self.mean * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        classes = self._categorical.sample(Size((self.total_count, *sample_shape))).movedim(0, -1)
        counts = zeros(self._extended_shape(sample_shape), dtype=classes.dtype)
        return scatter_add(counts, -1, classes, ones_like(classes)).to(self.probs)

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        logits, value = broadcast_all(self.logits, value)
        logits = masked_fill(logits, (value == 0) & (logits == -math.inf), 0.0)
        ways = lgamma(total(value, -1) + 1) - total(lgamma(value + 1), -1)
        return ways + total(logits * value, -1)

    def entropy(self) -> Tensor:
        """n·H(p) − ln n! + Σᵢ E ln xᵢ!, where each xᵢ is binomial."""
        each = Binomial(self.total_count, self.probs)
        counts = each.enumerate_support(expand=False)[1:]
        expected = total(exp(each.log_prob(counts)) * lgamma(counts + 1), (0, -1))
        return self.total_count * self._categorical.entropy() - math.lgamma(self.total_count + 1) + expected
