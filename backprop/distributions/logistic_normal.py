"""The logistic-normal distribution."""

from __future__ import annotations

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.normal import Normal
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.transforms import StickBreakingTransform
from backprop.distributions.utils import Value


class LogisticNormal(TransformedDistribution):
    """Probabilities, one more than the entries of ``loc`` and ``scale``: n numbers of N(μ, σ²) by ``StickBreakingTransform``.

    >>> LogisticNormal(Tensor([0.0, 0.0]), 1.0).log_prob(Tensor([1.0, 1.0, 1.0]) / 3)
    tensor(1.4580)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.simplex

    def __init__(self, loc: Value, scale: Value, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args)
        super().__init__(base if base.batch_shape else base.expand([1]), StickBreakingTransform(), validate_args)

    @property
    def loc(self) -> Tensor:
        """μ."""
        return self.base_dist.base_dist.loc  # type: ignore[no-any-return]

    @property
    def scale(self) -> Tensor:
        """σ."""
        return self.base_dist.base_dist.scale  # type: ignore[no-any-return]
