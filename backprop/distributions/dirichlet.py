"""The Dirichlet distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.pathwise import standard_dirichlet
from backprop.nn.functional import one_hot
from backprop.tensors import argmax, clamp, digamma, lgamma, where, xlogy
from backprop.tensors import sum as total


class Dirichlet(Distribution):
    """p(x) = Γ(Σα)/ΠΓ(αᵢ)·Πxᵢ^(αᵢ−1) for xᵢ ≥ 0 with the sum 1, with α = ``concentration`` along the last axis.

    >>> Dirichlet(Tensor([1.0, 1.0, 1.0])).log_prob(Tensor([0.2, 0.3, 0.5])).exp()
    tensor(2.)
    """

    arg_constraints = {"concentration": constraints.independent(constraints.positive, 1)}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: Tensor, validate_args: bool | None = None) -> None:
        if concentration.dim() < 1:
            raise ValueError(f"Dirichlet: concentration has at least one axis, got {concentration}")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    @property
    def mean(self) -> Tensor:
        return self.concentration / total(self.concentration, -1, keepdim=True)

    @property
    def mode(self) -> Tensor:
        """(αᵢ − 1)/Σ(αⱼ − 1), without what is below 0; a corner where all α are below 1."""
        above = clamp(self.concentration - 1, 0)
        inside = above / total(above, -1, keepdim=True)
        corner = one_hot(argmax(inside, -1), self._event_shape[0]).to(inside)
        return where((self.concentration < 1).all(-1, keepdim=True), corner, inside)

    @property
    def variance(self) -> Tensor:
        whole = total(self.concentration, -1, keepdim=True)
        return self.concentration * (whole - self.concentration) / (whole**2 * (whole + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return standard_dirichlet(self.concentration.expand(self._extended_shape(sample_shape)))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return total(xlogy(self.concentration - 1, value), -1) - self._log_normalizer()

    def entropy(self) -> Tensor:
        a, whole = self.concentration, total(self.concentration, -1)
        count = self._event_shape[0]
        return self._log_normalizer() + (whole - count) * digamma(whole) - total((a - 1) * digamma(a), -1)

    def _log_normalizer(self) -> Tensor:
        """ln ΠΓ(αᵢ)/Γ(Σα)."""
        return total(lgamma(self.concentration), -1) - lgamma(total(self.concentration, -1))
