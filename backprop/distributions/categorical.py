"""The categorical distribution: one of several classes; and what distributions over them have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.autograd import Size, Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.utils import lazy_property, logits_to_probs, probs_or_logits, probs_to_logits
from backprop.dtypes import finfo
from backprop.tensors import arange, argmax, broadcast_tensors, clamp, full, gather, logsumexp, multinomial
from backprop.tensors import sum as total


class Categorical(Distribution):
    """P(i) = pᵢ for i from 0 to K − 1, with pᵢ in proportion to ``probs`` or to e^``logits`` along the last axis.

    ``probs`` and ``logits`` are then those of probabilities whose sum is 1.

    >>> coin = Categorical(Tensor([1.0, 3.0]))
    >>> coin.probs, coin.log_prob(Tensor([0, 1])).exp(), coin.entropy()
    (tensor([0.2500, 0.7500]), tensor([0.2500, 0.7500]), tensor(0.5623))
    >>> Categorical(logits=Tensor([0.0, 0.0])).log_prob(Tensor(2.0))
    Traceback (most recent call last):
    ValueError: Categorical.log_prob: value is a whole number from 0 to 1, got 2.0
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_enumerate_support = True

    def __init__(
        self, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        given, value = probs_or_logits("Categorical", probs, logits)
        if value.dim() < 1:
            raise ValueError(f"Categorical: {given} has at least one axis, that of the classes, got {value}")
        self._param: Tensor
        if given == "probs":
            self._param = self.probs = value / total(value, -1, keepdim=True)
        else:
            self._param = self.logits = value - logsumexp(value, -1, keepdim=True)
        self._num_events = value.shape[-1]
        super().__init__(value.shape[:-1], validate_args=validate_args)

    @constraints.dependent_property(is_discrete=True)
    def support(self) -> Constraint:
        return constraints.integer_interval(0, self._num_events - 1)

    @lazy_property
    def probs(self) -> Tensor:
        """pᵢ, whose sum is 1."""
        return logits_to_probs(self.logits)

    @lazy_property
    def logits(self) -> Tensor:
        """ln pᵢ."""
        return probs_to_logits(self.probs)

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter that is given."""
        return self._param.shape

    @property
    def mean(self) -> Tensor:
        """NaN: classes have none."""
        return full(self._batch_shape, math.nan, dtype=self._param.dtype)

    variance = mean

    @property
    def mode(self) -> Tensor:
        return argmax(self.probs, -1)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            drawn = multinomial(self.probs.reshape(-1, self._num_events), Size(sample_shape).numel(), True)
        return drawn.T.reshape(self._extended_shape(sample_shape))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        index, logits = broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return gather(logits, -1, index[..., :1]).squeeze(-1)

    def entropy(self) -> Tensor:
        """−Σ pᵢ·ln pᵢ."""
        logits = clamp(self.logits, finfo(self.logits.dtype).min)
        return -total(logits * self.probs, -1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        return self._enumerated(arange(self._num_events), expand)


class OverCategories(Distribution):
    """A distribution of vectors with an entry for each class of a ``Categorical``, given by its ``probs`` or ``logits``."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits)
        super().__init__(self._categorical.batch_shape, self.param_shape[-1:], validate_args)

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes, whose sum is 1."""
        return self._categorical.probs

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return self._categorical.logits

    @property
    def param_shape(self) -> Size:
        """The shape of the parameter that is given."""
        return self._categorical.param_shape
