"""Tables of random numbers to measure with."""

from __future__ import annotations

from backprop import Matrix, sampling
from backprop.matrix import unflatten


def uniform(rows, columns, low=0.0, high=1.0, *, rng=None):
    """Evenly spread from ``low`` to ``high``."""
    return Matrix(unflatten(sampling.uniform(rows * columns, low, high, rng=rng), columns))


def normal(rows, columns, *, rng=None):
    """Of the standard normal distribution."""
    return Matrix(unflatten(sampling.normal(rows * columns, rng=rng), columns))
