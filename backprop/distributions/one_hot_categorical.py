"""The categorical distribution of one-hot vectors."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.categorical import OverCategories
from backprop.distributions.distribution import validated
from backprop.nn.functional import one_hot
from backprop.tensors import argmax, eye


class OneHotCategorical(OverCategories):
    """P(x) = pᵢ for the vector x with a 1 at class i and else zeros.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); OneHotCategorical(Tensor([0.1, 0.2, 0.7])).sample((2,))
    tensor([[0., 0., 1.],
            [0., 0., 1.]])
    """

    support = constraints.one_hot
    has_enumerate_support = True

    @property
    def mean(self) -> Tensor:
        return self.probs

    @property
    def mode(self) -> Tensor:
        return self._one_hot(argmax(self.probs, -1))

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._one_hot(self._categorical.sample(sample_shape))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        return self._categorical.log_prob(argmax(value, -1))

    def entropy(self) -> Tensor:
        return self._categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        return self._enumerated(eye(self._event_shape[0], dtype=self.probs.dtype), expand)

    def _one_hot(self, classes: Tensor) -> Tensor:
        return one_hot(classes, self._event_shape[0]).to(self.probs)


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """``OneHotCategorical`` whose ``rsample`` has the gradient of the probabilities.

    Bengio, Léonard and Courville, "Estimating or Propagating Gradients Through Stochastic Neurons" (2013).
    """

    has_rsample = True

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.sample(sample_shape) + (self.probs - self.probs.detach())
