"""The beta distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.dirichlet import Dirichlet
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.utils import Value, broadcast_all
from backprop.tensors import stack


class Beta(Distribution):
    """p(x) = Γ(α + β)/(Γ(α)·Γ(β))·xᵅ⁻¹·(1 − x)ᵝ⁻¹ from 0 to 1, with α = ``concentration1`` and β = ``concentration0``.

    It is the first entry of a ``Dirichlet`` distribution of two.

    >>> Beta(2.0, 2.0).log_prob(Tensor(0.5)).exp(), Beta(1.0, 3.0).mean
    (tensor(1.5000), tensor(0.2500))
    """

    arg_constraints = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(self, concentration1: Value, concentration0: Value, validate_args: bool | None = None) -> None:
        both = broadcast_all(concentration1, concentration0)
        self._dirichlet = Dirichlet(stack(both, -1), validate_args=False)
        super().__init__(both[0].shape, validate_args=validate_args)

    @property
    def concentration1(self) -> Tensor:
        """α."""
        return self._dirichlet.concentration[..., 0]

    @property
    def concentration0(self) -> Tensor:
        """β."""
        return self._dirichlet.concentration[..., 1]

    @property
    def mean(self) -> Tensor:
        return self._dirichlet.mean[..., 0]

    @property
    def mode(self) -> Tensor:
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> Tensor:
        return self._dirichlet.variance[..., 0]

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._dirichlet.rsample(sample_shape)[..., 0]

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return self._dirichlet.log_prob(stack((value, 1 - value), -1))

    def entropy(self) -> Tensor:
        return self._dirichlet.entropy()
