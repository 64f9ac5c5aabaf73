"""The Laplace distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.utils import Value, broadcast_all
from backprop.dtypes import finfo
from backprop.tensors import abs as size
from backprop.tensors import empty, expm1, log, log1p, sign


class Laplace(Distribution):
    """p(x) = 1/2b·e^(−|x−μ|/b), with μ = ``loc`` and b = ``scale``.

    >>> Laplace(0.0, 1.0).log_prob(Tensor([0.0, 1.0]))
    tensor([-0.6931, -1.6931])
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

    mode = mean

    @property
    def variance(self) -> Tensor:
        return 2 * self.scale**2

    @property
    def stddev(self) -> Tensor:
        return 2**0.5 * self.scale

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """μ − b·sign u·ln(1 − |u|) for a uniform u from −1 to 1."""
        u = empty(self._extended_shape(sample_shape), dtype=self.loc.dtype)
        u.uniform_(finfo(u.dtype).eps - 1, 1)
        return self.loc - self.scale * sign(u) * log1p(-size(u))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return -log(2 * self.scale) - size(value - self.loc) / self.scale

    @validated
    def cdf(self, value: Tensor) -> Tensor:
        distance = value - self.loc
        return 0.5 - 0.5 * sign(distance) * expm1(-size(distance) / self.scale)

    def icdf(self, value: Tensor) -> Tensor:
        return self.loc - self.scale * sign(value - 0.5) * log1p(-2 * size(value - 0.5))

    def entropy(self) -> Tensor:
        return 1 + log(2 * self.scale)
