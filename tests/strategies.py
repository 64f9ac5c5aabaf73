"""What the laws are tried on: matrices of Fractions and of floats, of shapes that fit together."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from backprop import Matrix, Tensor, get_default_dtype
from backprop.autograd import constant
from tests import tables

UNIT_ROUNDOFF = 2.0**-53

sizes = st.integers(1, 4)
seeds = st.integers(0, 2**32)
fractions = st.sampled_from([Fraction(n, d) for d in range(1, 8) for n in range(-9, 10)])
# Neither so large nor so small that a product of three could overflow or lose bits to underflow.
floats = st.one_of(st.just(0.0), st.floats(1e-6, 1e6), st.floats(-1e6, -1e-6))


def matrices(rows=sizes, columns=sizes, entries=fractions):
    """Matrices of the given sizes (ints or strategies)."""

    def of_shape(shape):
        row = st.lists(entries, min_size=shape[1], max_size=shape[1])
        return st.lists(row, min_size=shape[0], max_size=shape[0]).map(Matrix)

    return st.tuples(_strategy(rows), _strategy(columns)).flatmap(of_shape)


def chains(count, entries=fractions):
    """``count`` matrices that can be multiplied in a row: n₀×n₁, n₁×n₂, …"""
    return st.lists(sizes, min_size=count + 1, max_size=count + 1).flatmap(
        lambda n: st.tuples(*(matrices(n[i], n[i + 1], entries) for i in range(count)))
    )


def same_shape(count, entries=fractions):
    """``count`` matrices of one shape."""
    return st.tuples(sizes, sizes).flatmap(lambda s: st.tuples(*[matrices(s[0], s[1], entries)] * count))


def broadcastable(entries=fractions):
    """Two matrices of which either may have a single row or column where the other has more."""

    def pair(shape):
        def one():
            return st.tuples(*(st.sampled_from([1, n]) for n in shape)).flatmap(lambda s: matrices(*s, entries))

        return st.tuples(one(), one())

    return st.tuples(sizes, sizes).flatmap(pair)


def exact(matrix: Matrix) -> Matrix:
    """The same numbers as Fractions: what floats stand for, exactly."""
    return matrix.map(Fraction)


def random_tensor(rows: int, columns: int, rng: random.Random, kink: float | None = None) -> Tensor:
    """Normal entries, at least 0.1 away from ``kink``, with a gradient required."""

    def draw() -> float:
        x = rng.gauss(0.0, 1.0)
        while kink is not None and abs(x - kink) < 0.1:
            x = rng.gauss(0.0, 1.0)
        return x

    return Tensor([[draw() for _ in range(columns)] for _ in range(rows)], requires_grad=True)


def normal(shape: Sequence[int], rng: random.Random) -> Tensor:
    """Normal entries in any number of axes, with a gradient required."""
    tensor = constant(tables.normal(1, math.prod(shape), rng=rng), shape, get_default_dtype())
    tensor.requires_grad = True
    return tensor


def spaced(shape: Sequence[int], rng: random.Random) -> Tensor:
    """Numbers at least 0.1 apart, so that none is made the largest by a small step, with a gradient required."""
    count = math.prod(shape)
    tensor = constant(Matrix([[0.1 * k - 1.0 for k in rng.sample(range(count), count)]]), shape, get_default_dtype())
    tensor.requires_grad = True
    return tensor


def nested(shape: Sequence[int], entries=fractions):
    """Tensors of a shape whose entries, Fractions unless said otherwise, are exact."""
    count = math.prod(shape)
    return st.lists(entries, min_size=count, max_size=count).map(lambda row: constant(Matrix([row]), shape))


def _strategy(size):
    return st.just(size) if isinstance(size, int) else size
