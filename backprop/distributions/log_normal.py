"""The log-normal distribution."""

from __future__ import annotations

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.normal import Normal
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import ExpTransform
from backprop.distributions.utils import Value
from backprop.tensors import exp, expm1


class LogNormal(TransformedDistribution):
    """eˣ for x ~ N(μ, σ²), with μ = ``loc`` and σ = ``scale``.

    >>> LogNormal(0.0, 1.0).mean
    tensor(1.6487)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.positive
    base_dist: Normal

    def __init__(self, loc: Value, scale: Value, validate_args: bool | None = None) -> None:
        super().__init__(Normal(loc, scale, validate_args), ExpTransform(), validate_args)

    @property
    def loc(self) -> Tensor:
        """μ."""
        return self.base_dist.loc

    @property
    def scale(self) -> Tensor:
        """σ."""
        return self.base_dist.scale

    @property
    def mean(self) -> Tensor:
        return exp(self.loc + self.scale**2 / 2)

    @property
    def mode(self) -> Tensor:
        return exp(self.loc - self.scale**2)

    @property
    def variance(self) -> Tensor:
        return expm1(self.scale**2) * exp(2 * self.loc + self.scale**2)

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() + self.loc
