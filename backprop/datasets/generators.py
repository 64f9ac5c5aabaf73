"""Generated classes of points, to see what a network can separate: moons, circles, spirals, blobs, xor.

The classes have the same number of points, up to one, in random order. Each coordinate gets a normal error with
standard deviation ``noise``. All raise ValueError for fewer samples than classes and for negative noise.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import cycle, islice
from math import cos, pi, sin
from typing import Any

from backprop.autograd import Tensor, as_tensor
from backprop.matrix import Matrix, unflatten
from backprop.random import generator as default
from backprop.sampling import uniform
from backprop.utils.data.labeled import LabeledDataset
from backprop.validation import check_number, check_positive_int


def moons(n_samples: int = 100, *, noise: float = 0.0, generator: random.Random | None = None) -> LabeledDataset:
    """Two half circles that reach into each other: (cos t, sin t) and (1 − cos t, 1/2 − sin t).

    t goes evenly from 0 to π; scikit-learn's ``make_moons``.

    >>> data = moons(4, generator=random.Random(0))
    >>> data.inputs.round(decimals=3).tolist(), data.targets
    ([[0.0, 0.5], [1.0, 0.0], [-1.0, 0.0], [2.0, 0.5]], tensor([1, 0, 0, 1]))
    """
    outer, inner = _sizes("moons", n_samples, 2, noise)
    points = [(cos(pi * s), sin(pi * s)) for s in _evenly(outer)]
    others = [(1 - cos(pi * s), 0.5 - sin(pi * s)) for s in _evenly(inner)]
    return _dataset([points, others], noise, generator)


def circles(
    n_samples: int = 100, *, factor: float = 0.8, noise: float = 0.0, generator: random.Random | None = None
) -> LabeledDataset:
    """A circle in a circle: (cos t, sin t) and factor·(cos t, sin t).

    t goes evenly from 0 to 2π, without 2π, which is the same point as 0; scikit-learn's ``make_circles``.

    Raises ValueError for a ``factor`` that is not from 0 to 1.

    >>> data = circles(4, factor=0.5, generator=random.Random(0))
    >>> data.inputs.round(decimals=3).tolist(), data.targets
    ([[0.5, 0.0], [1.0, 0.0], [-1.0, 0.0], [-0.5, 0.0]], tensor([1, 0, 0, 1]))
    """
    check_number("circles", "factor", factor, 0, 1)
    sizes = _sizes("circles", n_samples, 2, noise)
    rings = [
        [(radius * cos(2 * pi * i / size), radius * sin(2 * pi * i / size)) for i in range(size)]
        for radius, size in zip((1.0, factor), sizes)
    ]
    return _dataset(rings, noise, generator)


def spirals(
    n_samples: int = 194, *, turns: float = 3.0, noise: float = 0.0, generator: random.Random | None = None
) -> LabeledDataset:
    """Two spirals: ±(r·sin φ, r·cos φ) for r = 6.5 − 6·s and φ = 2π·turns·s, + for class 1 and − for class 0.

    s goes evenly from 0 to 1. The 194 points with 3 turns are Wieland's, a benchmark since Lang and Witbrock,
    "Learning to Tell Two Spirals Apart" (1988).

    Raises ValueError for ``turns`` that are not positive.

    >>> data = spirals(4, turns=1, generator=random.Random(0))
    >>> data.inputs[:, 1], data.targets
    (tensor([ 6.5000, -6.5000, -0.5000,  0.5000]), tensor([1, 0, 0, 1]))
    """
    check_number("spirals", "turns", turns, above=0)
    other, arm = (
        [((6.5 - 6 * s) * sin(2 * pi * turns * s), (6.5 - 6 * s) * cos(2 * pi * turns * s)) for s in _evenly(size)]
        for size in _sizes("spirals", n_samples, 2, noise)
    )
    return _dataset([[(-x, -y) for x, y in other], arm], noise, generator)


def blobs(
    n_samples: int = 100,
    *,
    centers: int | Tensor | Matrix = 3,
    noise: float = 1.0,
    generator: random.Random | None = None,
) -> LabeledDataset:
    """Clouds N(center, noise²), one for each class: scikit-learn's ``make_blobs``, ``noise`` its ``cluster_std``.

    ``centers`` are the rows of a Tensor, with any number of coordinates, or a number of centers to be drawn from the
    square of ±10.

    Raises ValueError for ``centers`` that are neither.

    >>> blobs(3, centers=Tensor([[0.0, 0.0, 5.0], [9.0, 9.0, 9.0]]), noise=0.0, generator=random.Random(0)).inputs
    tensor([[0., 0., 5.],
            [9., 9., 9.],
            [9., 9., 9.]])
    """
    given = as_tensor(centers).tolist() if isinstance(centers, (Tensor, Matrix)) else None
    count: Any = centers if given is None else len(given)
    check_positive_int("blobs", centers=count)
    sizes = _sizes("blobs", n_samples, count, noise)
    points = unflatten(uniform(2 * count, -10.0, 10.0, rng=generator), 2) if given is None else given
    return _dataset([[point] * size for point, size in zip(points, sizes)], noise, generator)


def xor(n_samples: int = 4, *, noise: float = 0.0, generator: random.Random | None = None) -> LabeledDataset:
    """The corners of the unit square, of class a xor b at (a, b): no line separates the two classes.

    >>> data = xor(generator=random.Random(0))
    >>> data.inputs, data.targets
    (tensor([[0., 1.],
            [0., 0.],
            [1., 1.],
            [1., 0.]]), tensor([1, 0, 0, 1]))
    """
    corners = [(0.0, 0.0), (1.0, 1.0)], [(0.0, 1.0), (1.0, 0.0)]
    sizes = _sizes("xor", n_samples, 2, noise)
    return _dataset([islice(cycle(two), size) for two, size in zip(corners, sizes)], noise, generator)


def _sizes(name: str, n_samples: int, classes: int, noise: float) -> list[int]:
    """The number of points of each class, equal up to one, after validating the settings."""
    check_positive_int(name, n_samples=n_samples)
    check_number(name, "noise", noise, 0)
    if n_samples < classes:
        raise ValueError(f"{name}: {n_samples} samples are fewer than the {classes} classes")
    return [(n_samples + k) // classes for k in range(classes)]


def _evenly(count: int) -> list[float]:
    """``count`` evenly spaced numbers from 0 to 1, both included."""
    return [i / max(count - 1, 1) for i in range(count)]


def _dataset(classes: Iterable[Iterable[Any]], noise: float, generator: random.Random | None) -> LabeledDataset:
    draw = default(generator)
    examples = [(point, target) for target, points in enumerate(classes) for point in points]
    draw.shuffle(examples)
    inputs = [[x + draw.gauss(0.0, noise) for x in point] for point, _ in examples]
    return LabeledDataset(inputs, [target for _, target in examples])
