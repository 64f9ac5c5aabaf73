"""Distribution: what all distributions have in common, their shapes and the validation of parameters and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import wraps
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, TypeVar

from backprop.autograd import Size, Tensor, no_grad
from backprop.distributions.constraints import Constraint, is_dependent
from backprop.distributions.utils import lazy_property
from backprop.tensors import argwhere, exp, sqrt

if TYPE_CHECKING:
    from typing_extensions import Self

F = TypeVar("F", bound=Callable[..., Any])


def validated(method: F) -> F:
    """Make a method of a value refuse one that is not in the support, as ``log_prob`` does with ``validate_args``."""

    @wraps(method)
    def call(self: Any, value: Tensor) -> Any:
        if self._validate_args:
            self._validate_sample(value, method.__name__)
        return method(self, value)

    return call  # type: ignore[return-value]


class Distribution:
    """A distribution of probability, or several at once.

    A sample has the shape (sample_shape, ``batch_shape``, ``event_shape``): the numbers of one event are drawn together, and
    there is a distribution of its own for each entry of the batch. ``log_prob`` sums over the event, so it has the shape
    (sample_shape, batch_shape).

    A subclass says in ``arg_constraints`` what its parameters must be, in ``support`` what its values are, and defines
    ``rsample``, which has gradients, or ``sample``. With ``validate_args``, as by default, both are checked.

    >>> from backprop.distributions import Normal
    >>> normal = Normal(Tensor([0.0, 1.0]), 1.0)
    >>> normal.batch_shape, normal.event_shape, normal.sample((5,)).shape
    (torch.Size([2]), torch.Size([]), torch.Size([5, 2]))
    >>> Normal(0.0, -1.0)
    Traceback (most recent call last):
    ValueError: Normal: scale is above 0.0, got -1.0
    """

    has_rsample = False
    has_enumerate_support = False
    _validate_args = __debug__

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether distributions that are made without ``validate_args`` check their parameters and values."""
        Distribution._validate_args = value

    def __init__(
        self,
        batch_shape: Sequence[int] = (),
        event_shape: Sequence[int] = (),
        validate_args: bool | None = None,
    ) -> None:
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if not self._validate_args:
            return
        for name, constraint in self.arg_constraints.items():
            computed = name not in vars(self) and isinstance(getattr(type(self), name), lazy_property)
            if not computed and not is_dependent(constraint):
                _check(type(self).__name__, name, getattr(self, name), constraint)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Self:
        """The same distribution with another batch shape, to which its own expands."""
        new: Self = self._get_checked_instance(type(self), _instance)
        new._batch_shape = Size(batch_shape)
        own = len(self._batch_shape)
        for name, value in vars(new).items():
            if isinstance(value, Distribution):
                new.__dict__[name] = value.expand(new._batch_shape)
            elif isinstance(value, Tensor) and value.shape[:own] == self._batch_shape:
                new.__dict__[name] = value.expand(new._batch_shape + value.shape[own:])
        return new

    def _get_checked_instance(self, cls: type, _instance: Any = None) -> Any:
        """The instance that a subclass gives to ``expand``, or a new one, with all attributes of this one."""
        if _instance is None:
            return copy(self)
        _instance.__dict__.update({**vars(self), **vars(_instance)})
        return _instance

    @property
    def batch_shape(self) -> Size:
        """The shape of the parameters: how many distributions these are."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of a single sample of one distribution."""
        return self._event_shape

    @property
    def arg_constraints(self) -> dict[str, Constraint]:
        """What each parameter must be."""
        raise self._missing("arg_constraints")

    @property
    def support(self) -> Constraint:
        """What the values are."""
        raise self._missing("support")

    @property
    def mean(self) -> Tensor:
        """The expectation of a sample."""
        raise self._missing("mean")

    @property
    def mode(self) -> Tensor:
        """The value of the largest probability or density."""
        raise self._missing("mode")

    @property
    def variance(self) -> Tensor:
        """The expectation of the squared distance from the mean."""
        raise self._missing("variance")

    @property
    def stddev(self) -> Tensor:
        """The square root of the variance."""
        return sqrt(self.variance)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Random values of the shape (sample_shape, batch_shape, event_shape), without a gradient."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """As ``sample``, but a function of the parameters, with a gradient with respect to them."""
        raise self._missing("rsample")

    def sample_n(self, n: int) -> Tensor:
        """``sample((n,))``, the older name."""
        return self.sample((n,))

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the probability, or of its density, at a value."""
        raise self._missing("log_prob")

    def cdf(self, value: Tensor) -> Tensor:
        """The probability of a value up to this one."""
        raise self._missing("cdf")

    def icdf(self, value: Tensor) -> Tensor:
        """The value up to which there is this probability: the inverse of ``cdf``."""
        raise self._missing("icdf")

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All values of a discrete distribution along a new first axis, each for all of the batch, or with ``expand=False``
        for axes of size 1 in its place."""
        raise self._missing("enumerate_support")

    def entropy(self) -> Tensor:
        """The expectation of −``log_prob``, for each distribution of the batch."""
        raise self._missing("entropy")

    def perplexity(self) -> Tensor:
        """e to the power of the entropy."""
        return exp(self.entropy())

    def _extended_shape(self, sample_shape: Sequence[int] = ()) -> Size:
        return Size(sample_shape) + self._batch_shape + self._event_shape

    def _enumerated(self, events: Tensor, expand: bool) -> Tensor:
        """The events, along the first axis, for all of the batch."""
        own = events.shape[1:]
        values = events.view(len(events), *[1] * len(self._batch_shape), *own)
        return values.expand(len(events), *self._batch_shape, *own) if expand else values

    def _validate_sample(self, value: Any, method: str = "log_prob") -> None:
        """ValueError unless the value has the shape of a sample and is in the support."""
        name = f"{type(self).__name__}.{method}"
        if not isinstance(value, Tensor):
            raise ValueError(f"{name}: value is a Tensor, got {short(value)}")
        shape, own = value.shape, self._batch_shape + self._event_shape
        fitting = all(i in (1, j) or j == 1 for i, j in zip(reversed(shape), reversed(own)))
        if not fitting or shape[len(shape) - len(self._event_shape) :] != self._event_shape:
            raise ValueError(f"{name}: value ends in the shape {list(own)}, got {list(shape)}")
        _check(name, "value", value, self.support)

    def _missing(self, name: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__} has no {name}")

    def __repr__(self) -> str:
        own = {name: getattr(self, name) for name in self.arg_constraints if name in vars(self)}
        shown = [f"{name}: {value if value.numel() == 1 else value.size()}" for name, value in own.items()]
        return f"{type(self).__name__}({', '.join(shown)})"


def _check(name: str, setting: str, value: Tensor, constraint: Constraint) -> None:
    """ValueError that names the first event which is not in the set."""
    valid = constraint.check(value)
    if not valid.all():
        index = tuple(argwhere(~valid)[0].tolist())
        event = value.expand(valid.shape + value.shape[value.dim() - constraint.event_dim :])[index]
        came = event.item() if event.dim() == 0 else event.tolist()
        place = f" at {index}" if index else ""
        raise ValueError(f"{name}: {setting} is {constraint.describe()}, got {short(came)}{place}")
