"""The Kumaraswamy distribution."""

from __future__ import annotations

import math

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import AffineTransform, PowerTransform
from backprop.distributions.uniform import Uniform
from backprop.distributions.utils import Value, broadcast_all, euler_constant
from backprop.tensors import digamma, exp, lgamma, log, where, zeros_like


class Kumaraswamy(TransformedDistribution):
    """F(x) = 1 − (1 − xᵃ)ᵇ from 0 to 1, with a = ``concentration1`` and b = ``concentration0``, much like ``Beta``.

    >>> Kumaraswamy(1.0, 1.0).mean
    tensor(0.5000)
    """

    arg_constraints = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval

    def __init__(self, concentration1: Value, concentration0: Value, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        zero = zeros_like(self.concentration0)
        steps = [
            PowerTransform(1 / self.concentration0),
            AffineTransform(1.0, -1.0),
            PowerTransform(1 / self.concentration1),
        ]
        super().__init__(Uniform(zero, zero + 1, validate_args), steps, validate_args)

    @property
    def mean(self) -> Tensor:
        return self._moment(1)

    @property
    def mode(self) -> Tensor:
        """((a − 1)/(ab − 1))^(1/a), NaN where a or b is below 1."""
        a, b = self.concentration1, self.concentration0
        return where((a >= 1) & (b >= 1), ((a - 1) / (a * b - 1)) ** (1 / a), math.nan)

    @property
    def variance(self) -> Tensor:
        return self._moment(2) - self.mean**2

    def _moment(self, n: int) -> Tensor:
        """E xⁿ = b·B(1 + n/a, b)."""
        a, b = self.concentration1, self.concentration0
        return exp(log(b) + lgamma(1 + n / a) + lgamma(b) - lgamma(1 + n / a + b))

    def entropy(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        return (1 - 1 / b) + (1 - 1 / a) * (digamma(b + 1) + euler_constant) - log(a * b)
