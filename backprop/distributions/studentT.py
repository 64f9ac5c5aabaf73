"""Student's t distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.chi2 import Chi2
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.utils import Value, broadcast_all
from backprop.tensors import digamma, lgamma, log, log1p, randn, rsqrt, where


class StudentT(Distribution):
    """p(x) = Γ((ν+1)/2)/(Γ(ν/2)·√(νπ)·σ)·(1 + ((x−μ)/σ)²/ν)^−(ν+1)/2, with ν = ``df``, μ = ``loc`` and σ = ``scale``.

    >>> StudentT(1.0).log_prob(Tensor(0.0)).exp()
    tensor(0.3183)
    """

    arg_constraints = {"df": constraints.positive, "loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, df: Value, loc: Value = 0.0, scale: Value = 1.0, validate_args: bool | None = None) -> None:
        self.df, self.loc, self.scale = broadcast_all(df, loc, scale)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return where(self.df > 1, self.loc, math.nan)

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        """σ²·ν/(ν − 2); infinite up to ν = 2, and NaN up to 1."""
        finite = self.scale**2 * self.df / (self.df - 2)
        return where(self.df > 2, finite, where(self.df > 1, math.inf, math.nan).to(finite))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """μ + σ·z/√(q/ν) for z ~ N(0, 1) and q of the χ² distribution."""
        z = randn(self._extended_shape(sample_shape), dtype=self.df.dtype)
        q = Chi2(self.df, validate_args=False).rsample(sample_shape)
        return self.loc + self.scale * z * rsqrt(q / self.df)

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        y = (value - self.loc) / self.scale
        return -0.5 * (self.df + 1) * log1p(y**2 / self.df) - self._log_normalizer()

    def entropy(self) -> Tensor:
        half = 0.5 * self.df
        return self._log_normalizer() + (half + 0.5) * (digamma(half + 0.5) - digamma(half))

    def _log_normalizer(self) -> Tensor:
        half = 0.5 * self.df
        return log(self.scale) + 0.5 * log(math.pi * self.df) + lgamma(half) - lgamma(half + 0.5)
