"""A mixture of distributions of one family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd import Size, Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.categorical import Categorical
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import Distribution, validated
from backprop.tensors import gather, log_softmax, logsumexp
from backprop.tensors import sum as total


class MixtureSameFamily(Distribution):
    """p(x) = Σₖ πₖ·pₖ(x), with the ``Categorical`` π and the distributions pₖ along the last axis of the batch of another.

    >>> from backprop.distributions import Normal
    >>> two = MixtureSameFamily(Categorical(Tensor([1.0, 1.0])), Normal(Tensor([-1.0, 1.0]), 1.0))
    >>> two.mean, two.variance, two.log_prob(Tensor(0.0))
    (tensor(0.), tensor(2.), tensor(-1.4189))
    """

    arg_constraints: dict[str, Constraint] = {}

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(f"MixtureSameFamily: mixture_distribution is a Categorical, got {mixture_distribution!r}")
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                f"MixtureSameFamily: component_distribution is a Distribution, got {component_distribution!r}"
            )
        *batch_shape, count = component_distribution.batch_shape
        own = mixture_distribution.batch_shape
        if mixture_distribution.logits.shape[-1] != count or any(
            i not in (1, j) for i, j in zip(reversed(own), reversed(batch_shape))
        ):
            raise ValueError(
                "MixtureSameFamily: the batch of component_distribution ends in the number of classes of"
                f" mixture_distribution, got {list(component_distribution.batch_shape)} for"
                f" {list(mixture_distribution.param_shape)}"
            )
        self._mixture_distribution = mixture_distribution
        self._component_distribution = component_distribution
        super().__init__(batch_shape, component_distribution.event_shape, validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> MixtureSameFamily:
        new: MixtureSameFamily = self._get_checked_instance(type(self), _instance)
        new._batch_shape = Size(batch_shape)
        count = self._component_distribution.batch_shape[-1:]
        new._component_distribution = self._component_distribution.expand(new._batch_shape + count)
        new._mixture_distribution = self._mixture_distribution.expand(new._batch_shape)
        return new

    @constraints.dependent_property
    def support(self) -> Constraint:
        return _OfMixture(self._component_distribution.support)

    @property
    def mixture_distribution(self) -> Categorical:
        """π."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Distribution:
        """The distributions pₖ."""
        return self._component_distribution

    @property
    def mean(self) -> Tensor:
        """Σ πₖ·μₖ."""
        return self._averaged(self._component_distribution.mean)

    @property
    def variance(self) -> Tensor:
        """Σ πₖ·(σₖ² + (μₖ − μ)²)."""
        of_means = (self._component_distribution.mean - self._padded(self.mean)) ** 2
        return self._averaged(self._component_distribution.variance + of_means)

    def cdf(self, value: Tensor) -> Tensor:
        return total(self._component_distribution.cdf(self._padded(value)) * self._mixture_distribution.probs, -1)

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        each = self._component_distribution.log_prob(self._padded(value))
        return logsumexp(each + log_softmax(self._mixture_distribution.logits, -1), -1)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """A sample of each component, of which one is taken."""
        with no_grad():
            chosen = self._mixture_distribution.expand(self._batch_shape).sample(sample_shape)
            samples = self._component_distribution.sample(sample_shape)
            axis, events = chosen.dim(), len(self._event_shape)
            index = chosen.view(*chosen.shape, 1, *[1] * events).expand(*chosen.shape, 1, *self._event_shape)
            return gather(samples, axis, index).squeeze(axis)

    def _padded(self, value: Tensor) -> Tensor:
        return value.unsqueeze(-1 - len(self._event_shape))

    def _averaged(self, values: Tensor) -> Tensor:
        events = len(self._event_shape)
        weights = self._mixture_distribution.probs
        return total(weights.view(*weights.shape, *[1] * events) * values, -1 - events)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self._mixture_distribution},\n  {self._component_distribution})"


class _OfMixture(Constraint):
    """A value that all components can have."""

    def __init__(self, base_constraint: Constraint) -> None:
        self.base_constraint = base_constraint

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]
        return self.base_constraint.is_discrete

    @property
    def event_dim(self) -> int:  # type: ignore[override]
        return self.base_constraint.event_dim

    def check(self, value: Any) -> Any:
        return self.base_constraint.check(value.unsqueeze(-1 - self.event_dim)).all(-1)

    def describe(self) -> str:
        return self.base_constraint.describe()

    def __repr__(self) -> str:
        return f"MixtureSameFamilyConstraint({self.base_constraint})"
