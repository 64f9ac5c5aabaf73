"""Tensors of any number of axes, and the entries along some of them, by loops over all indices."""

import math
from itertools import product

from hypothesis import strategies as st

import backprop
from backprop import Matrix
from backprop.autograd.tensor import constant
from tests.strategies import fractions


def tensor(entries, *shape, dtype=backprop.float64, requires_grad=False):
    """A Tensor of this shape, with the entries row-major; of a single axis where no shape is given."""
    entries = list(entries)
    x = constant(Matrix([entries]), shape or (len(entries),), dtype)
    x._requires_grad = requires_grad
    return x


def entries_of(x):
    return [entry for row in x.matrix.rows for entry in row]


def shapes(least=0):
    return st.lists(st.integers(1, 3), min_size=least, max_size=5).map(tuple)


@st.composite
def along_an_axis(draw, entries=fractions, least=0):
    """A Tensor and one of its axes, counted from the first or the last."""
    shape = draw(shapes(least))
    size = math.prod(shape)
    x = tensor(draw(st.lists(entries, min_size=size, max_size=size)), *shape) if shape else None
    if x is None:
        x = constant(Matrix([[draw(entries)]]), (), backprop.float64)
    return x, draw(st.integers(-(len(shape) or 1), (len(shape) or 1) - 1))


def lines(x, *dims):
    """{index: the entries along these axes} in order, where the index leaves them out."""
    found = {}
    dims = [dim % (len(x.shape) or 1) for dim in dims]
    for entry, index in zip(entries_of(x), product(*map(range, x.shape))):
        found.setdefault(tuple(i for axis, i in enumerate(index) if axis not in dims), []).append(entry)
    return found


def distinct_entries(shape, rng):
    """A Tensor that requires a gradient, whose entries lie at least 0.5 apart and off 0."""
    count = math.prod(shape)
    entries = [k + 0.25 - count // 2 for k in range(count)]
    rng.shuffle(entries)
    x = tensor(entries, *shape) if shape else constant(Matrix([entries]), (), backprop.float64)
    x.requires_grad = True
    return x
