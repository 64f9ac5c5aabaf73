"""Points that are made up: each kind is a function of the number of points and a ``random.Random``.

Each gives (x₁, x₂, target) for every point, where both coordinates have about the size 1. The target is a class 0, 1, …
or for regression a number from -1 to 1. The functions use nothing but ``math``, and each stands on its own, because the
program that the playground writes contains the text of the one that it needs.
"""

from __future__ import annotations

import math
import random
from typing import Any, Callable

Points = list[tuple[float, float, Any]]


def moons(count: int, rng: random.Random) -> Points:
    """Two half circles that reach into each other."""
    points = []
    for i in range(count):
        angle, side = math.pi * rng.random(), 1 if i % 2 else -1
        points.append((side * (0.75 - 1.5 * math.cos(angle)), side * (0.4 - 1.5 * math.sin(angle)), i % 2))
    return points


def circles(count: int, rng: random.Random) -> Points:
    """A disc within a ring."""
    points = []
    for i in range(count):
        radius = rng.uniform(1.4, 2.0) if i % 2 else rng.uniform(0.0, 1.0)
        angle = 2 * math.pi * rng.random()
        points.append((radius * math.cos(angle), radius * math.sin(angle), i % 2))
    return points


def xor(count: int, rng: random.Random) -> Points:
    """Four quarters: class 1 where the signs of x₁ and x₂ differ."""
    points = []
    for i in range(count):
        x, y = rng.uniform(0.1, 1.8), rng.uniform(0.1, 1.8)
        if i % 4 < 2:
            x = -x
        if i % 2 == (i % 4 < 2):
            y = -y
        points.append((x, y, i % 2))
    return points


def spirals(count: int, rng: random.Random) -> Points:
    """Two arms that wind around each other, one and three quarters of a turn."""
    points = []
    for i in range(count):
        way = rng.random()
        angle, radius, side = 3.5 * math.pi * way, 0.1 + 1.9 * way, 1 if i % 2 else -1
        points.append((side * radius * math.sin(angle), side * radius * math.cos(angle), i % 2))
    return points


def gauss(count: int, rng: random.Random) -> Points:
    """Two round clouds, which a straight line separates."""
    points = []
    for i in range(count):
        middle = 1 if i % 2 else -1
        points.append((middle + rng.gauss(0, 0.35), middle + rng.gauss(0, 0.35), i % 2))
    return points


def clouds(count: int, rng: random.Random) -> Points:
    """Four round clouds at the corners of a square, each of a class of its own."""
    points = []
    for i in range(count):
        x, y = (1 if i % 4 < 2 else -1), (1 if i % 2 else -1)
        points.append((x + rng.gauss(0, 0.35), y + rng.gauss(0, 0.35), i % 4))
    return points


def pinwheel(count: int, rng: random.Random) -> Points:
    """Three curved arms, each of a class of its own."""
    points = []
    for i in range(count):
        way = rng.random()
        angle, radius = 2 * math.pi * (i % 3) / 3 + 3 * way + rng.gauss(0, 0.12), 0.2 + 1.8 * way
        points.append((radius * math.cos(angle), radius * math.sin(angle), i % 3))
    return points


def plane(count: int, rng: random.Random) -> Points:
    """Regression: y = (x₁ + x₂)/4, a slope."""
    points = []
    for _ in range(count):
        x, y = rng.uniform(-2, 2), rng.uniform(-2, 2)
        points.append((x, y, (x + y) / 4))
    return points


def hills(count: int, rng: random.Random) -> Points:
    """Regression: three hills and three hollows around the middle, each e^(-3r²) high or deep."""
    points = []
    for _ in range(count):
        x, y = rng.uniform(-2, 2), rng.uniform(-2, 2)
        height = 0.0
        for k in range(6):
            away = (x - 1.3 * math.cos(k * math.pi / 3)) ** 2 + (y - 1.3 * math.sin(k * math.pi / 3)) ** 2
            height += (1 if k % 2 else -1) * math.exp(-3 * away)
        points.append((x, y, height))
    return points


Maker = Callable[[int, random.Random], Points]

CLASSES: dict[str, tuple[Maker, int]] = {
    "moons": (moons, 2),
    "circles": (circles, 2),
    "xor": (xor, 2),
    "spirals": (spirals, 2),
    "gauss": (gauss, 2),
    "clouds": (clouds, 4),
    "pinwheel": (pinwheel, 3),
}
"""For classification: the function and the number of classes."""

NUMBERS: dict[str, Maker] = {"plane": plane, "hills": hills}
"""For regression."""
