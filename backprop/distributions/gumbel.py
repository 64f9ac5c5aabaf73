"""The Gumbel distribution."""

from __future__ import annotations

import math

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.distribution import validated
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import AffineTransform, ExpTransform
from backprop.distributions.uniform import Uniform
from backprop.distributions.utils import Value, broadcast_all, euler_constant
from backprop.dtypes import finfo
from backprop.tensors import exp, full_like, log


class Gumbel(TransformedDistribution):
    """p(x) = 1/β·e^(−z − e⁻ᶻ) for z = (x − μ)/β, with μ = ``loc`` and β = ``scale``: x = μ − β·ln(−ln u) for a uniform u.

    >>> Gumbel(0.0, 1.0).mean
    tensor(0.5772)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Value, scale: Value, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        limits = finfo(self.loc.dtype)
        uniform = Uniform(full_like(self.loc, limits.tiny), full_like(self.loc, 1 - limits.eps), validate_args)
        steps = [
            ExpTransform().inv,
            AffineTransform(0.0, -1.0),
            ExpTransform().inv,
            AffineTransform(self.loc, -self.scale),
        ]
        super().__init__(uniform, steps, validate_args)

    @property
    def mean(self) -> Tensor:
        return self.loc + self.scale * euler_constant

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def stddev(self) -> Tensor:
        return self.scale * (math.pi / math.sqrt(6))

    @property
    def variance(self) -> Tensor:
        return self.stddev**2

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        z = (value - self.loc) / self.scale
        return -z - exp(-z) - log(self.scale)

    def entropy(self) -> Tensor:
        return log(self.scale) + (1 + euler_constant)
