"""Random numbers in place: each method fills a Tensor and gives it back, and draws as PyTorch's CPU kernels do.

As for all that changes in place, a leaf that requires a gradient is filled under ``no_grad()``.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from backprop import sampling
from backprop.autograd.tensor import Tensor
from backprop.dtypes import DType, float64, int32
from backprop.dtypes import bool as bool_
from backprop.matrix import flatten
from backprop.random import generator as generator_of
from backprop.tensors.factory import floating, made
from backprop.tensors.in_place import assign, broadcast
from backprop.validation import ArgumentError, as_int


def uniform_(self: Tensor, low: float = 0.0, to: float = 1.0, *, generator: random.Random | None = None) -> Tensor:
    """Evenly spread from ``low``, which PyTorch calls ``from``, to below ``to``.

    >>> from backprop import manual_seed, zeros
    >>> _ = manual_seed(0); zeros(2).uniform_(2, 3)
    tensor([2.4963, 2.7682])
    """
    return _drawn("uniform_", sampling.uniform, self, low, to, generator)


def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: random.Random | None = None) -> Tensor:
    """Of the normal distribution N(mean, std²)."""
    return _drawn("normal_", sampling.normal, self, mean, std, generator)


def log_normal_(self: Tensor, mean: float = 1.0, std: float = 2.0, *, generator: random.Random | None = None) -> Tensor:
    """exp of a number of the normal distribution N(mean, std²)."""
    return _drawn("log_normal_", sampling.log_normal, self, mean, std, generator)


def cauchy_(self: Tensor, median: float = 0.0, sigma: float = 1.0, *, generator: random.Random | None = None) -> Tensor:
    """Of Cauchy's distribution around ``median``, half of it within ±``sigma``."""
    return _drawn("cauchy_", sampling.cauchy, self, median, sigma, generator)


def exponential_(self: Tensor, lambd: float = 1.0, *, generator: random.Random | None = None) -> Tensor:
    """Of the exponential distribution with the rate ``lambd``."""
    double = floating("exponential_", self.dtype) is float64
    return _filled(self, sampling.exponential(self._shape.numel(), lambd, rng=generator, double=double), "exponential_")


def geometric_(self: Tensor, p: float, *, generator: random.Random | None = None) -> Tensor:
    """After how many tries of probability ``p`` the first succeeds."""
    return _filled(self, sampling.geometric(self._shape.numel(), p, rng=generator), "geometric_")


def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: random.Random | None = None) -> Tensor:
    """1 with probability ``p``, a number or a Tensor of one for each entry, else 0."""
    if isinstance(p, Tensor):
        double = floating("bernoulli_", p.dtype) is float64
        entries = flatten(broadcast("bernoulli_", p.detach(), self._shape)._matrix.rows)
        drawn = sampling.bernoulli_each(entries, rng=generator, double=double)
    else:
        drawn = sampling.bernoulli(self._shape.numel(), p, rng=generator)
    return _filled(self, drawn, "bernoulli_")


def random_(self: Tensor, low: Any = None, to: Any = None, *, generator: random.Random | None = None) -> Tensor:
    """Ints from ``low``, which PyTorch calls ``from``, to below ``to``; ``random_(to)`` starts from 0.

    Without bounds all from 0 to the largest of an int dtype, or to 2²⁴ in a float32 Tensor and 2⁵³ in a float64 one, up to
    which floats hold all ints. Raises ValueError for bounds that the dtype does not hold.

    >>> from backprop import manual_seed, zeros
    >>> _ = manual_seed(0); zeros(3).random_(5)
    tensor([4., 4., 3.])
    """
    dtype, count = self.dtype, self._shape.numel()
    largest = _largest(dtype)
    if low is None and to is None:
        if dtype is int32:  # one word each, where randint takes two for so many numbers
            rng = generator_of(generator)
            return _filled(self, [rng.getrandbits(32) % 2**31 for _ in range(count)], "random_")
        return _filled(self, sampling.randint(count, 0, largest + 1, rng=generator), "random_")
    start, end = (0, low) if to is None else (low, to)
    start, end = as_int("random_", "from", start), as_int("random_", "to", end)
    lowest = -largest - (not dtype.is_floating_point) if dtype.signed and dtype is not bool_ else 0
    if not lowest <= start <= end - 1 <= largest:
        raise ArgumentError(f"random_: from is below to, and both fit {dtype.name}, got {start} and {end}")
    return _filled(self, sampling.randint(count, start, end, rng=generator), "random_")


def _largest(dtype: DType) -> int:
    """The largest int up to which the dtype holds all."""
    if dtype.is_floating_point:
        return 1 << (53 if dtype is float64 else 24)
    return 1 if dtype is bool_ else (1 << (dtype.bits - dtype.signed)) - 1


def _drawn(name: str, draw: Any, tensor: Tensor, first: float, second: float, rng: random.Random | None) -> Tensor:
    double = floating(name, tensor.dtype) is float64
    return _filled(tensor, draw(tensor._shape.numel(), first, second, rng=rng, double=double), name)


def _filled(tensor: Tensor, entries: Iterable[Any], name: str) -> Tensor:
    return assign(tensor, made(entries, tensor._shape, tensor.dtype), name)
