"""Tensors of any shape for the laws of what is done entry by entry, and the same written out as loops."""

from itertools import product

from hypothesis import strategies as st

from backprop import Tensor
from tests.strategies import fractions


@st.composite
def shapes_that_broadcast(draw, count=2, most_axes=5):
    """Shapes of 0 to 5 axes that expand to one: each axis has its size or 1, and leading ones may be missing."""
    full = draw(st.lists(st.integers(1, 3), max_size=most_axes))
    shapes = []
    for _ in range(count):
        shape = [draw(st.sampled_from([1, size])) for size in full]
        shapes.append(tuple(shape[draw(st.integers(0, len(shape))) :]))
    return shapes


def nested(shape, entries):
    """The entries, an iterator, as nested lists."""
    return [nested(shape[1:], entries) for _ in range(shape[0])] if shape else next(entries)


@st.composite
def broadcastable(draw, count=2, entries=fractions, most_axes=5):
    """Nested lists of numbers, of shapes that broadcast."""
    return [
        nested(shape, iter(lambda: draw(entries), object())) for shape in draw(shapes_that_broadcast(count, most_axes))
    ]


def shape_of(data):
    return (len(data), *shape_of(data[0])) if isinstance(data, list) else ()


def entry(data, index):
    """The entry that broadcasting puts at the index: an axis of size 1 is repeated, and one that is missing too."""
    shape = shape_of(data)
    for size, i in zip(shape, index[len(index) - len(shape) :]):
        data = data[i if size > 1 else 0]
    return data


def by_loops(function, *inputs):
    """f of all entries, broadcast, as nested loops compute it."""
    shapes = [shape_of(data) for data in inputs]
    axes = max(map(len, shapes))
    full = [max([((1,) * (axes - len(shape)) + shape)[axis] for shape in shapes]) for axis in range(axes)]
    results = [function(*[entry(data, index) for data in inputs]) for index in product(*map(range, full))]
    return nested(full, iter(results))


def random_leaf(shape, rng, low=-2.0, high=2.0, away_from=()):
    """Uniform numbers, at least 0.05 away from each of the kinks; with a gradient required."""

    def draw():
        while True:
            x = rng.uniform(low, high)
            if all(abs(x - kink) > 0.05 for kink in away_from):
                return x

    return Tensor(nested(shape, iter(draw, object())), requires_grad=True)
