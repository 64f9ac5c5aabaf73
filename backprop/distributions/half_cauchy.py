"""The half-Cauchy distribution."""

from __future__ import annotations

import math

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.cauchy import Cauchy
from backprop.distributions.distribution import validated
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import AbsTransform
from backprop.distributions.utils import Value
from backprop.tensors import full_like, where, zeros_like


class HalfCauchy(TransformedDistribution):
    """|x| for x of the Cauchy distribution around 0 with γ = ``scale``.

    >>> HalfCauchy(1.0).cdf(Tensor(1.0))
    tensor(0.5000)
    """

    arg_constraints = {"scale": constraints.positive}
    support = constraints.nonnegative
    base_dist: Cauchy

    def __init__(self, scale: Value, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, False), AbsTransform(), validate_args)

    @property
    def scale(self) -> Tensor:
        """γ."""
        return self.base_dist.scale

    @property
    def mean(self) -> Tensor:
        return full_like(self.scale, math.inf)

    @property
    def mode(self) -> Tensor:
        return zeros_like(self.scale)

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    @validated
    def cdf(self, value: Tensor) -> Tensor:
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Tensor) -> Tensor:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() - math.log(2)
