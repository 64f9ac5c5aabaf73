"""Constraints: the sets in which the parameters and the values of distributions lie.

``check(value)`` says for each event whether it is in the set, and ``words`` are those with which an error says it.
"""

from __future__ import annotations

from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.linalg import cholesky_ex, eigvalsh
from backprop.tensors import diagonal, full, isclose, tril

__all__ = [
    "Constraint",
    "boolean",
    "dependent",
    "dependent_property",
    "greater_than",
    "greater_than_eq",
    "half_open_interval",
    "independent",
    "integer_interval",
    "interval",
    "is_dependent",
    "less_than",
    "lower_cholesky",
    "lower_triangular",
    "multinomial",
    "nonnegative",
    "nonnegative_integer",
    "one_hot",
    "positive",
    "positive_definite",
    "positive_integer",
    "positive_semidefinite",
    "real",
    "real_vector",
    "simplex",
    "square",
    "symmetric",
    "unit_interval",
]


class Constraint:
    """A set of values. The last ``event_dim`` axes are one event, which is in the set or not.

    >>> interval(0.0, 1.0).check(Tensor([0.5, 2.0])), simplex.check(Tensor([0.5, 0.5])), positive
    (tensor([ True, False]), tensor(True), GreaterThan(lower_bound=0.0))
    """

    is_discrete = False
    event_dim = 0
    words = ""  # with the bounds as {lower_bound} and {upper_bound}

    def check(self, value: Any) -> Any:
        """Whether each event is in the set."""
        raise NotImplementedError(f"{type(self).__name__} defines no check(value)")

    def describe(self) -> str:
        """What a value must be.

        >>> integer_interval(0, 9).describe()
        'a whole number from 0 to 9'
        """
        bounds = {
            name: "its bound" if isinstance(bound, Tensor) and bound.numel() != 1 else bound
            for name, bound in vars(self).items()
        }
        return self.words.format(**bounds) or f"in {self!r}"

    def __repr__(self) -> str:
        bounds = ", ".join(f"{name}={bound}" for name, bound in vars(self).items())
        return f"{type(self).__name__[1:]}({bounds})"


class _Dependent(Constraint):
    """A set that depends on other variables: a property of the object, and of the class this, which cannot be checked."""

    def __init__(self, *, is_discrete: bool = False, event_dim: int = 0) -> None:
        self.is_discrete, self.event_dim = is_discrete, event_dim

    def __call__(self, *, is_discrete: bool = False, event_dim: int = 0) -> _Dependent:
        return _Dependent(is_discrete=is_discrete, event_dim=event_dim)

    def check(self, value: Any) -> Any:
        raise ValueError("a dependent constraint: only that of an object can be checked, not that of its class")

    def __repr__(self) -> str:
        return f"{type(self).__name__[1:]}()"


class _DependentProperty(property, _Dependent):
    """A property whose value is a constraint that depends on the object: ``@dependent_property`` or
    ``@dependent_property(is_discrete=True, event_dim=1)``."""

    def __init__(
        self, function: Callable[[Any], Any] | None = None, *, is_discrete: bool = False, event_dim: int = 0
    ) -> None:
        property.__init__(self, function)
        _Dependent.__init__(self, is_discrete=is_discrete, event_dim=event_dim)

    def __call__(self, function: Callable[[Any], Any]) -> _DependentProperty:  # type: ignore[override]
        return _DependentProperty(function, is_discrete=self.is_discrete, event_dim=self.event_dim)


def is_dependent(constraint: object) -> bool:
    """Whether it depends on other variables and so cannot be checked."""
    return isinstance(constraint, _Dependent)


class _IndependentConstraint(Constraint):
    """A constraint of entries along further axes, which are one event together: all are in the set."""

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint, self.reinterpreted_batch_ndims = base_constraint, reinterpreted_batch_ndims

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]
        return self.base_constraint.is_discrete

    @property
    def event_dim(self) -> int:  # type: ignore[override]
        return self.base_constraint.event_dim + self.reinterpreted_batch_ndims

    def check(self, value: Any) -> Any:
        if value.dim() < self.event_dim:
            raise ValueError(f"a value has at least {self.event_dim} axes here, got the shape {list(value.shape)}")
        valid = self.base_constraint.check(value)
        return valid.flatten(-self.reinterpreted_batch_ndims).all(-1) if self.reinterpreted_batch_ndims else valid

    def describe(self) -> str:
        return f"{self.base_constraint.describe()} in every entry"

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint}, {self.reinterpreted_batch_ndims})"


class _Boolean(Constraint):
    words = "0 or 1"
    is_discrete = True

    def check(self, value: Any) -> Any:
        return (value == 0) | (value == 1)


class _OneHot(Constraint):
    words = "a single 1 among zeros"
    is_discrete = True
    event_dim = 1

    def check(self, value: Any) -> Any:
        return boolean.check(value).all(-1) & (value.sum(-1) == 1)


class _Real(Constraint):
    words = "a number other than NaN"

    def check(self, value: Any) -> Any:
        return value == value


class _GreaterThan(Constraint):
    words = "above {lower_bound}"

    def __init__(self, lower_bound: Any) -> None:
        self.lower_bound = lower_bound

    def check(self, value: Any) -> Any:
        return value > self.lower_bound


class _GreaterThanEq(_GreaterThan):
    words = "from {lower_bound} up"

    def check(self, value: Any) -> Any:
        return value >= self.lower_bound


class _IntegerGreaterThan(_GreaterThan):
    words = "a whole number from {lower_bound} up"
    is_discrete = True

    def check(self, value: Any) -> Any:
        return (value % 1 == 0) & (value >= self.lower_bound)


class _LessThan(Constraint):
    words = "below {upper_bound}"

    def __init__(self, upper_bound: Any) -> None:
        self.upper_bound = upper_bound

    def check(self, value: Any) -> Any:
        return value < self.upper_bound


class _Multinomial(_LessThan):
    words = "whole numbers from 0 up whose sum is at most {upper_bound}"
    is_discrete = True
    event_dim = 1

    def check(self, value: Any) -> Any:
        return (value >= 0).all(-1) & (value.sum(-1) <= self.upper_bound)

    def __repr__(self) -> str:
        return "Multinomial()"


class _Interval(Constraint):
    words = "from {lower_bound} to {upper_bound}"

    def __init__(self, lower_bound: Any, upper_bound: Any) -> None:
        self.lower_bound, self.upper_bound = lower_bound, upper_bound

    def check(self, value: Any) -> Any:
        return (value >= self.lower_bound) & (value <= self.upper_bound)


class _HalfOpenInterval(_Interval):
    words = "from {lower_bound} to below {upper_bound}"

    def check(self, value: Any) -> Any:
        return (value >= self.lower_bound) & (value < self.upper_bound)


class _IntegerInterval(_Interval):
    words = "a whole number from {lower_bound} to {upper_bound}"
    is_discrete = True

    def check(self, value: Any) -> Any:
        return (value % 1 == 0) & super().check(value)


class _Simplex(Constraint):
    words = "numbers from 0 up whose sum is 1"
    event_dim = 1

    def check(self, value: Any) -> Any:
        return (value >= 0).all(-1) & ((value.sum(-1) - 1).abs() < 1e-6)


class _LowerTriangular(Constraint):
    words = "a lower triangular matrix"
    event_dim = 2

    def check(self, value: Any) -> Any:
        return (tril(value) == value).flatten(-2).all(-1)


class _LowerCholesky(_LowerTriangular):
    words = "a lower triangular matrix with a diagonal above 0"

    def check(self, value: Any) -> Any:
        return super().check(value) & (diagonal(value, dim1=-2, dim2=-1) > 0).all(-1)


class _Square(Constraint):
    words = "a square matrix"
    event_dim = 2

    def check(self, value: Any) -> Any:
        return full(value.shape[:-2], value.shape[-2] == value.shape[-1])


class _Symmetric(_Square):
    words = "a symmetric matrix"

    def check(self, value: Any) -> Any:
        square = super().check(value)
        return isclose(value, value.mT, atol=1e-6).flatten(-2).all(-1) if square.all() else square


class _PositiveSemidefinite(_Symmetric):
    words = "a symmetric matrix without an eigenvalue below 0"

    def check(self, value: Any) -> Any:
        symmetric = super().check(value)
        return (eigvalsh(value) >= 0).all(-1) if symmetric.all() else symmetric


class _PositiveDefinite(_Symmetric):
    words = "a symmetric matrix with eigenvalues above 0"

    def check(self, value: Any) -> Any:
        symmetric = super().check(value)
        return cholesky_ex(value).info == 0 if symmetric.all() else symmetric


boolean = _Boolean()
dependent = _Dependent()
dependent_property = _DependentProperty
greater_than = _GreaterThan
greater_than_eq = _GreaterThanEq
half_open_interval = _HalfOpenInterval
independent = _IndependentConstraint
integer_interval = _IntegerInterval
interval = _Interval
less_than = _LessThan
lower_cholesky = _LowerCholesky()
lower_triangular = _LowerTriangular()
multinomial = _Multinomial
nonnegative = _GreaterThanEq(0.0)
nonnegative_integer = _IntegerGreaterThan(0)
one_hot = _OneHot()
positive = _GreaterThan(0.0)
positive_definite = _PositiveDefinite()
positive_integer = _IntegerGreaterThan(1)
positive_semidefinite = _PositiveSemidefinite()
real = _Real()
real_vector = independent(real, 1)
simplex = _Simplex()
square = _Square()
symmetric = _Symmetric()
unit_interval = _Interval(0.0, 1.0)
