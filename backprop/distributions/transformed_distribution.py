"""TransformedDistribution: the distribution of a function of a random number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from backprop.autograd import Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.independent import Independent
from backprop.distributions.transforms import ComposeTransform, Transform
from backprop.distributions.utils import sum_rightmost
from backprop.tensors import zeros


class TransformedDistribution(Distribution):
    """y = fₙ(… f₁(x)) for x of the base distribution: ln p(y) = ln p(x) − ln |dy/dx|.

    >>> from backprop.distributions import ExpTransform, Normal
    >>> TransformedDistribution(Normal(0.0, 1.0), ExpTransform()).log_prob(Tensor(1.0))
    tensor(-0.9189)
    """

    arg_constraints: dict[str, Constraint] = {}

    def __init__(
        self,
        base_distribution: Distribution,
        transforms: Transform | Sequence[Transform],
        validate_args: bool | None = None,
    ) -> None:
        self.transforms = [transforms] if isinstance(transforms, Transform) else list(transforms)
        for transform in self.transforms:
            if not isinstance(transform, Transform):
                raise ValueError(
                    f"{type(self).__name__}: transforms are a Transform or a list of them, got {transform!r}"
                )
        whole = ComposeTransform(self.transforms)
        inner, outer = whole.domain.event_dim, whole.codomain.event_dim
        shape, event_dim = (
            base_distribution.batch_shape + base_distribution.event_shape,
            len(base_distribution.event_shape),
        )
        if len(shape) < inner:
            raise ValueError(
                f"{type(self).__name__}: the base distribution has at least {inner} axes, got the shape {list(shape)}"
            )
        result = whole.forward_shape(shape)
        expanded = whole.inverse_shape(result)
        if expanded != shape:
            base_distribution = base_distribution.expand(expanded[: len(expanded) - event_dim])
        if inner > event_dim:
            base_distribution = Independent(base_distribution, inner - event_dim)
        self.base_dist: Any = base_distribution
        cut = len(result) - max(outer, event_dim + outer - inner)
        super().__init__(result[:cut], result[cut:], validate_args)

    @constraints.dependent_property
    def support(self) -> Constraint:
        if not self.transforms:
            return self.base_dist.support  # type: ignore[no-any-return]
        own = self.transforms[-1].codomain
        further = len(self._event_shape) - own.event_dim
        return constraints.independent(own, further) if further > 0 else own

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        return self.base_dist.has_rsample  # type: ignore[no-any-return]

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            return self._transformed(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._transformed(self.base_dist.rsample(sample_shape))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        event_dim, log_prob, y = len(self._event_shape), zeros(()), value
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            event_dim += transform.domain.event_dim - transform.codomain.event_dim
            own = transform.log_abs_det_jacobian(x, y)
            log_prob = log_prob - sum_rightmost(own, event_dim - transform.domain.event_dim)
            y = x
        base = self.base_dist
        return log_prob + sum_rightmost(base.log_prob(y), event_dim - len(base.event_shape))

    def cdf(self, value: Tensor) -> Tensor:
        x = reduce(lambda y, transform: transform.inv(y), reversed(self.transforms), value)
        return self._rising(self.base_dist.cdf(x))

    def icdf(self, value: Tensor) -> Tensor:
        return self._transformed(self.base_dist.icdf(self._rising(value)))

    def _transformed(self, x: Tensor) -> Tensor:
        return reduce(lambda x, transform: transform(x), self.transforms, x)

    def _rising(self, probability: Tensor) -> Tensor:
        """P for transforms that rise, 1 − P for those that fall."""
        return ComposeTransform(self.transforms).sign * (probability - 0.5) + 0.5  # type: ignore[no-any-return]
