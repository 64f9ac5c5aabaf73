"""Exercise 3: a slope by nudging.

The derivative says how fast f changes with x. To see it, move x a little to both sides, and look at f:

    f′(x) ≈ (f(x + h) − f(x − h)) / 2h

For f(x) = x³ at x = 2 with h = 0.5 that is (15.625 − 3.375)/1 = 12.25; the derivative is 3x² = 12. With a smaller h
it comes nearer. All later exercises check your gradients in this way.

README: Gradient computation. The function f is given to yours as an argument: f(3.0) calls it.
"""

from __future__ import annotations

import math
from typing import Callable

from check import check, same_values


def slope(f: Callable[[float], float], x: float, h: float) -> float:
    """The central difference of f at x with the step h."""
    raise NotImplementedError


def cube(x: float) -> float:
    return x**3


if __name__ == "__main__":
    check(slope, same_values("the slope"), (cube, 2.0, 0.5), (math.sin, 1.0, 1e-5), (math.exp, -3.0, 0.25))
