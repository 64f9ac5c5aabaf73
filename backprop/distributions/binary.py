"""Distributions that are given by the probability of one event, or by its logit."""

from __future__ import annotations

from backprop.autograd import Size, Tensor
from backprop.distributions import constraints
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import Distribution
from backprop.distributions.utils import (
    Value,
    broadcast_all,
    lazy_property,
    logits_to_probs,
    probs_or_logits,
    probs_to_logits,
)
from backprop.nn.functional import binary_cross_entropy_with_logits


class BinaryDistribution(Distribution):
    """A distribution with a probability p = ``probs`` = 1/(1 + e^−``logits``): one of the two is given, the other computed."""

    arg_constraints: dict[str, Constraint] = {"probs": constraints.unit_interval, "logits": constraints.real}

    def __init__(
        self, probs: Value | None = None, logits: Value | None = None, validate_args: bool | None = None
    ) -> None:
        self._set_parameters(probs, logits, validate_args)

    def _set_parameters(
        self, probs: Value | None, logits: Value | None, validate_args: bool | None, **parameters: Value
    ) -> None:
        """Set the one that is given, and further parameters, which are broadcast with it."""
        given, value = probs_or_logits(type(self).__name__, probs, logits)
        self._param, *others = broadcast_all(value, *parameters.values())
        setattr(self, given, self._param)
        for name, tensor in zip(parameters, others):
            setattr(self, name, tensor.type_as(self._param))
        super().__init__(self._param.shape, validate_args=validate_args)

    @lazy_property
    def probs(self) -> Tensor:
        """p."""
        return logits_to_probs(self.logits, is_binary=True)

    @lazy_property
    def logits(self) -> Tensor:
        """ln p/(1 − p)."""
        return probs_to_logits(self.probs, is_binary=True)

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter that is given."""
        return self._param.shape

    def _cross_entropy(self, value: Tensor) -> Tensor:
        """−[x·ln p + (1 − x)·ln (1 − p)]."""
        logits, x = broadcast_all(self.logits, value)
        return binary_cross_entropy_with_logits(logits, x, reduction="none")
