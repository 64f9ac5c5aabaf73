"""The Pareto distribution."""

from __future__ import annotations

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.constraints import Constraint
from backprop.distributions.exponential import Exponential
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import AffineTransform, ExpTransform
from backprop.distributions.utils import Value, broadcast_all
from backprop.tensors import clamp, log


class Pareto(TransformedDistribution):
    """p(x) = α·mᵅ/xᵅ⁺¹ for x ≥ m, with m = ``scale`` and α = ``alpha``: m·e^y of an exponential y of the rate α.

    >>> Pareto(1.0, 3.0).mean
    tensor(1.5000)
    """

    arg_constraints = {"alpha": constraints.positive, "scale": constraints.positive}

    def __init__(self, scale: Value, alpha: Value, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = broadcast_all(scale, alpha)
        steps = [ExpTransform(), AffineTransform(0.0, self.scale)]
        super().__init__(Exponential(self.alpha, validate_args), steps, validate_args)

    @constraints.dependent_property
    def support(self) -> Constraint:
        return constraints.greater_than_eq(self.scale)

    @property
    def mean(self) -> Tensor:
        """m·α/(α − 1), infinite up to α = 1."""
        a = clamp(self.alpha, 1)
        return a * self.scale / (a - 1)

    @property
    def mode(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        """m²·α/((α − 1)²·(α − 2)), infinite up to α = 2."""
        a = clamp(self.alpha, 2)
        return self.scale**2 * a / ((a - 1) ** 2 * (a - 2))

    def entropy(self) -> Tensor:
        return log(self.scale / self.alpha) + (1 + 1 / self.alpha)
