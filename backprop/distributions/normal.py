"""The normal distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.autograd import Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.utils import Value, broadcast_all
from backprop.tensors import erf, erfinv, log, normal, randn


class Normal(Distribution):
    """p(x) = 1/√(2πσ²)·e^(−(x−μ)²/2σ²), with the mean μ = ``loc`` and the standard deviation σ = ``scale``.

    >>> Normal(0.0, 1.0).log_prob(Tensor(0.0))
    tensor(-0.9189)
    >>> loc = Tensor(1.0, requires_grad=True)
    >>> Normal(loc, 2.0).rsample((3,)).sum().backward()
    >>> loc.grad
    tensor(3.)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Value, scale: Value, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def stddev(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        return self.scale**2

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """μ + σ·z for z ~ N(0, 1)."""
        return self.loc + self.scale * randn(self._extended_shape(sample_shape), dtype=self.loc.dtype)

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return -((value - self.loc) ** 2) / (2 * self.scale**2) - log(self.scale) - 0.5 * math.log(2 * math.pi)

    @validated
    def cdf(self, value: Tensor) -> Tensor:
        return 0.5 * (1 + erf((value - self.loc) / (self.scale * math.sqrt(2))))

    def icdf(self, value: Tensor) -> Tensor:
        return self.loc + self.scale * math.sqrt(2) * erfinv(2 * value - 1)

    def entropy(self) -> Tensor:
        return 0.5 + 0.5 * math.log(2 * math.pi) + log(self.scale)
