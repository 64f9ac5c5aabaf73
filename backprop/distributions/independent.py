"""Independent: axes of a batch as axes of an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd import Size, Tensor
from backprop.distributions import constraints
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import Distribution
from backprop.distributions.utils import sum_rightmost


class Independent(Distribution):
    """The last ``reinterpreted_batch_ndims`` axes of the batch of another distribution as axes of one event.

    The entries of such an event are independent, so its log_prob is the sum of theirs.

    >>> from backprop.distributions import Normal
    >>> normals = Normal(Tensor([0.0, 0.0]), 1.0)
    >>> Independent(normals, 1).log_prob(Tensor([0.0, 1.0])), normals.log_prob(Tensor([0.0, 1.0])).sum()
    (tensor(-2.3379), tensor(-2.3379))
    """

    arg_constraints: dict[str, Constraint] = {}

    def __init__(
        self, base_distribution: Distribution, reinterpreted_batch_ndims: int, validate_args: bool | None = None
    ) -> None:
        batch_shape, n = base_distribution.batch_shape, reinterpreted_batch_ndims
        if n > len(batch_shape):
            raise ValueError(
                f"Independent: reinterpreted_batch_ndims is at most the number of axes of the batch, got {n} for"
                f" {list(batch_shape)}"
            )
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, n
        cut = len(batch_shape) - n
        super().__init__(batch_shape[:cut], batch_shape[cut:] + base_distribution.event_shape, validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Independent:
        new: Independent = self._get_checked_instance(type(self), _instance)
        new._batch_shape = Size(batch_shape)
        new.base_dist = self.base_dist.expand(new._batch_shape + self._event_shape[: self.reinterpreted_batch_ndims])
        return new

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        return self.base_dist.has_rsample

    @property
    def has_enumerate_support(self) -> bool:  # type: ignore[override]
        return self.base_dist.has_enumerate_support and not self.reinterpreted_batch_ndims

    @constraints.dependent_property
    def support(self) -> Constraint:
        own = self.base_dist.support
        return constraints.independent(own, self.reinterpreted_batch_ndims) if self.reinterpreted_batch_ndims else own

    @property
    def mean(self) -> Tensor:
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        if self.reinterpreted_batch_ndims:
            raise NotImplementedError("Independent: the values of several entries together are not enumerated")
        return self.base_dist.enumerate_support(expand)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_dist}, {self.reinterpreted_batch_ndims})"
