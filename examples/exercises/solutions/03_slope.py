"""Solution 3: f(x ± h) = f(x) ± f′(x)·h + f″(x)·h²/2 ± …, and in the difference all terms with even powers cancel.

So its error shrinks with h², that of the one-sided (f(x + h) − f(x))/h only with h.
"""

from __future__ import annotations

from typing import Callable


def slope(f: Callable[[float], float], x: float, h: float) -> float:
    return (f(x + h) - f(x - h)) / (2 * h)


HINT = "Call f twice, at x + h and at x - h, and divide how far the values are apart by how far the places are apart."

MISTAKES = {
    "You go to one side only, from x to x + h. Go to both sides: the error is much smaller.": lambda f, x, h: (
        (f(x + h) - f(x)) / h
    ),
    "You go to one side only, from x - h to x. Go to both sides: the error is much smaller.": lambda f, x, h: (
        (f(x) - f(x - h)) / h
    ),
    "From x - h to x + h it is 2h, not h: divide by that.": lambda f, x, h: (f(x + h) - f(x - h)) / h,
    "In Python a / 2 * h is (a / 2)·h: write (2 * h) in parentheses.": lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
    "A pair of parentheses is missing: the difference as a whole is divided, not its second part.": lambda f, x, h: (
        f(x + h) - f(x - h) / (2 * h)
    ),
    "The sign: the value at x + h minus the value at x - h, not the other way round.": lambda f, x, h: (
        (f(x - h) - f(x + h)) / (2 * h)
    ),
    "The difference is not divided by anything yet: a slope is a change for each unit of x.": lambda f, x, h: (
        f(x + h) - f(x - h)
    ),
    "Two pairs of parentheses are missing: one around the difference, and one around 2 * h.": lambda f, x, h: (
        f(x + h) - f(x - h) / 2 * h
    ),
    "The step is given: use the h that the function gets, not one of your own.": lambda f, x, h: (
        (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    ),
    "f is a function, to which nothing can be added. f(x + h) calls it.": lambda f, x, h: (f + h - (f - h)) / (2 * h),
    "It is x that moves, not f(x): call f at x + h and at x - h.": lambda f, x, h: (f(x) + h - (f(x) - h)) / (2 * h),
}
