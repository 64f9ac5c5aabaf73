"""The geometric distribution."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Tensor, no_grad
from backprop.distributions import constraints
from backprop.distributions.binary import BinaryDistribution
from backprop.distributions.distribution import validated
from backprop.distributions.utils import Value
from backprop.dtypes import finfo
from backprop.tensors import empty, floor, log, log1p, where, zeros_like


class Geometric(BinaryDistribution):
    """P(k) = p·(1 − p)ᵏ for k = 0, 1, …, with p = ``probs``: how many tries fail before the first that succeeds.

    >>> Geometric(Tensor([0.25])).log_prob(Tensor([1.0])).exp(), Geometric(0.25).mean
    (tensor([0.1875]), tensor(3.))
    """

    support = constraints.nonnegative_integer

    def __init__(
        self, probs: Value | None = None, logits: Value | None = None, validate_args: bool | None = None
    ) -> None:
        super().__init__(probs, logits, validate_args)
        if self._validate_args and probs is not None and not (self.probs > 0).all():
            raise ValueError(f"Geometric: probs is above 0, got {self.probs.min().item()}")

    @property
    def mean(self) -> Tensor:
        return 1 / self.probs - 1

    @property
    def mode(self) -> Tensor:
        return zeros_like(self.probs)

    @property
    def variance(self) -> Tensor:
        return (1 / self.probs - 1) / self.probs

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """⌊ln u/ln(1 − p)⌋ for a uniform u above 0."""
        with no_grad():
            u = empty(self._extended_shape(sample_shape), dtype=self.probs.dtype)
            return floor(log(u.uniform_(finfo(u.dtype).tiny, 1)) / log1p(-self.probs))

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        certain = (self.probs == 1) & (value == 0)  # 0·ln 0
        return value * log1p(-where(certain, 0.0, self.probs)) + log(self.probs)

    def entropy(self) -> Tensor:
        return self._cross_entropy(self.probs) / self.probs
