"""The Weibull distribution."""

from __future__ import annotations

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.exponential import Exponential
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import AffineTransform, PowerTransform
from backprop.distributions.utils import Value, broadcast_all, euler_constant
from backprop.tensors import exp, lgamma, log, ones_like


class Weibull(TransformedDistribution):
    """p(x) = k/λ·(x/λ)ᵏ⁻¹·e^−(x/λ)ᵏ for x > 0, with λ = ``scale`` and k = ``concentration``: λ·e^(1/k) of an exponential e.

    >>> Weibull(1.0, 2.0).mean
    tensor(0.8862)
    """

    arg_constraints = {"scale": constraints.positive, "concentration": constraints.positive}
    support = constraints.positive

    def __init__(self, scale: Value, concentration: Value, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        steps = [PowerTransform(1 / self.concentration), AffineTransform(0.0, self.scale)]
        super().__init__(Exponential(ones_like(self.scale), validate_args), steps, validate_args)

    @property
    def mean(self) -> Tensor:
        return self.scale * self._moment(1)

    @property
    def mode(self) -> Tensor:
        return self.scale * ((self.concentration - 1) / self.concentration) ** (1 / self.concentration)

    @property
    def variance(self) -> Tensor:
        return self.scale**2 * (self._moment(2) - self._moment(1) ** 2)

    def _moment(self, n: int) -> Tensor:
        """E(x/λ)ⁿ = Γ(1 + n/k)."""
        return exp(lgamma(1 + n / self.concentration))

    def entropy(self) -> Tensor:
        return euler_constant * (1 - 1 / self.concentration) + log(self.scale / self.concentration) + 1
