"""Transforms from all real numbers to the set of a constraint, for parameters that an optimizer moves freely."""

from __future__ import annotations

from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.constraints import Constraint
from backprop.distributions.transforms import (
    AffineTransform,
    ComposeTransform,
    ExpTransform,
    IndependentTransform,
    LowerCholeskyTransform,
    PositiveDefiniteTransform,
    SigmoidTransform,
    SoftmaxTransform,
    StickBreakingTransform,
    Transform,
    identity_transform,
)

Factory = Callable[[Any], Transform]


class ConstraintRegistry:
    """Functions that make a transform of a constraint, by the class of the constraint.

    >>> from backprop.distributions import Normal
    >>> transform_to(Normal.arg_constraints["scale"])(Tensor(0.0))
    tensor(1.)
    """

    def __init__(self) -> None:
        self._factories: dict[type, Factory] = {}

    def register(self, constraint: Constraint | type, factory: Factory | None = None) -> Any:
        """Let ``factory``, or the function that this decorates, make the transforms of a constraint's class."""
        if factory is None:
            return lambda factory: self.register(constraint, factory)
        kind = constraint if isinstance(constraint, type) else type(constraint)
        if not issubclass(kind, Constraint):
            raise TypeError(f"register: constraint is a Constraint or a class of them, got {constraint!r}")
        self._factories[kind] = factory
        return factory

    def __call__(self, constraint: Constraint) -> Transform:
        """The transform to this constraint; NotImplementedError where none is registered."""
        if type(constraint) not in self._factories:
            raise NotImplementedError(f"there is no transform to {constraint!r}; register one")
        return self._factories[type(constraint)](constraint)


biject_to, transform_to = ConstraintRegistry(), ConstraintRegistry()


def _shifted(sign: int) -> Factory:
    def make(constraint: Any) -> Transform:
        bound = constraint.lower_bound if sign > 0 else constraint.upper_bound
        return ComposeTransform([ExpTransform(), AffineTransform(bound, sign)])

    return make


def _independent(registry: ConstraintRegistry) -> Factory:
    def make(constraint: Any) -> Transform:
        return IndependentTransform(registry(constraint.base_constraint), constraint.reinterpreted_batch_ndims)

    return make


def _to_interval(constraint: Any) -> Transform:
    low, high = constraint.lower_bound, constraint.upper_bound
    if not isinstance(low, Tensor) and not isinstance(high, Tensor) and (low, high) == (0, 1):
        return SigmoidTransform()
    return ComposeTransform([SigmoidTransform(), AffineTransform(low, high - low)])


for _registry in (biject_to, transform_to):
    _registry.register(constraints.real, lambda constraint: identity_transform)
    _registry.register(constraints.greater_than, _shifted(1))
    _registry.register(constraints.greater_than_eq, _shifted(1))
    _registry.register(constraints.less_than, _shifted(-1))
    _registry.register(constraints.interval, _to_interval)
    _registry.register(constraints.half_open_interval, _to_interval)
    _registry.register(constraints.independent, _independent(_registry))
biject_to.register(constraints.simplex, lambda constraint: StickBreakingTransform())
transform_to.register(constraints.simplex, lambda constraint: SoftmaxTransform())
transform_to.register(constraints.lower_cholesky, lambda constraint: LowerCholeskyTransform())
transform_to.register(constraints.positive_definite, lambda constraint: PositiveDefiniteTransform())
transform_to.register(constraints.positive_semidefinite, lambda constraint: PositiveDefiniteTransform())
