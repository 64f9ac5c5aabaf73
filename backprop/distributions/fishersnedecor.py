"""Fisher's and Snedecor's F distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.gamma import Gamma
from backprop.distributions.utils import Value, broadcast_all
from backprop.tensors import lgamma, log, log1p, where


class FisherSnedecor(Distribution):
    """(q₁/m)/(q₂/n) for q₁ and q₂ of χ² distributions with m = ``df1`` and n = ``df2`` degrees of freedom.

    >>> FisherSnedecor(1.0, 4.0).mean
    tensor(2.)
    """

    arg_constraints = {"df1": constraints.positive, "df2": constraints.positive}
    support = constraints.positive
    has_rsample = True

    def __init__(self, df1: Value, df2: Value, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = broadcast_all(df1, df2)
        super().__init__(self.df1.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """n/(n − 2), NaN up to n = 2."""
        n = where(self.df2 > 2, self.df2, math.nan)
        return n / (n - 2)

    @property
    def mode(self) -> Tensor:
        """(m − 2)/m·n/(n + 2), NaN up to m = 2."""
        m, n = self.df1, self.df2
        return where(m > 2, (m - 2) / m * n / (n + 2), math.nan)

    @property
    def variance(self) -> Tensor:
        """2n²·(m + n − 2)/(m·(n − 2)²·(n − 4)), NaN up to n = 4."""
        m, n = self.df1, where(self.df2 > 4, self.df2, math.nan)
        return 2 * n**2 * (m + n - 2) / (m * (n - 2) ** 2 * (n - 4))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        x, y = (Gamma(0.5 * df, df, validate_args=False).rsample(sample_shape) for df in (self.df1, self.df2))
        return x / y

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        m, n, ratio = 0.5 * self.df1, 0.5 * self.df2, self.df1 / self.df2
        scale = lgamma(m + n) - lgamma(m) - lgamma(n) + m * log(ratio)
        return scale + (m - 1) * log(value) - (m + n) * log1p(ratio * value)
