"""Tensors as nested lists, and what is done to them written out in loops: what the arithmetic is compared to."""

import itertools
import math


def indices(shape):
    """All tuples of indices into this shape, in row-major order."""
    return itertools.product(*map(range, shape))


def nested(entries, shape):
    """The entries as lists of lists; a single entry where the shape is ()."""
    if not shape:
        return entries[0]
    width = math.prod(shape[1:])
    return [nested(entries[i * width : (i + 1) * width], shape[1:]) for i in range(shape[0])]


def numbered(shape):
    """A nested list that holds each entry's position."""
    return nested(range(math.prod(shape)), shape)


def at(lists, index):
    """The entry with this tuple of indices."""
    for i in index:
        lists = lists[i]
    return lists


def flat(lists, ndim):
    """The entries of a nested list with this number of axes, in row-major order."""
    return [entry for part in lists for entry in flat(part, ndim - 1)] if ndim else [lists]


def blocks(selection):
    """The positions in each block of a Selection."""
    step = selection.step
    return [range(p, p + selection.length * step, step) for p in selection.starts]


def chosen(selection):
    """The positions that a Selection chooses, in order, negative ones from the end; their number is that of its shape."""
    positions = [p for block in blocks(selection) for p in block]
    assert len(positions) == math.prod(selection.shape)
    return positions
