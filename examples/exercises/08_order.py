"""Exercise 8: the order of backpropagation.

A computation is a graph. Here c = a + b, d = a·b, e = c + d, f = c·d and y = e + f:

    inputs = {"a": [], "b": [], "c": ["a", "b"], "d": ["a", "b"], "e": ["c", "d"], "f": ["c", "d"], "y": ["e", "f"]}

Backpropagation starts at y and visits each value once, to pass its gradient on to its inputs. The gradient of c has two
parts, one from e and one from f, and only the whole may be passed on: c must come after both. So list the values from y
on in such a way that each comes after all that were computed from it; y, f, e, d, c, b, a is such a list, and there are
others. Values that y was not computed from do not belong to it.

README: The backpropagation algorithm.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from check import Answer, Wrong, check

Graph = dict[str, "list[str]"]


def backward_order(inputs: Graph, y: str) -> list[str]:
    """The names of y and of all that it was computed from, each after those that were computed from it."""
    raise NotImplementedError


def in_order(answer: Answer, solution: Answer, case: tuple[Any, ...]) -> None:
    """The judge of this exercise: nothing is missing, nothing too much, and each stands after what was computed from it."""
    (inputs, y), order, must = case, answer(*case), set(solution(*case))
    if not isinstance(order, list):
        raise Wrong(
            f"it returns {order!r}, and must return a list of names", "Begin with order = [], and append to it."
        )
    for name, times in Counter(order).items():
        if name not in must:
            raise Wrong(
                f"{name!r} is in {order}",
                f"Only what {y} was computed from belongs to the list: start at {y}, and follow the inputs.",
            )
        if times > 1:
            raise Wrong(
                f"{name!r} is in {order} {times} times",
                "Each value is visited once, when its gradient is complete: remember which are done.",
            )
    if must - set(order):
        raise Wrong(
            f"{min(must - set(order))!r} is missing in {order}",
            f"The list has {y} itself, its inputs, their inputs, and so on to the values without inputs.",
        )
    for later, name in enumerate(order):
        for x in inputs[name]:
            if order.index(x) < later:
                raise Wrong(f"in {order} {x!r} comes before {name!r}, which was computed from it")


if __name__ == "__main__":
    check(
        backward_order,
        in_order,
        ({"a": [], "b": [], "y": ["a", "b"]}, "y"),
        ({"a": [], "b": [], "c": ["a", "b"], "d": ["a", "b"], "e": ["c", "d"], "f": ["c", "d"], "y": ["e", "f"]}, "y"),
        ({"y": ["u", "x"], "u": ["v", "x"], "v": ["x"], "x": [], "z": ["x"]}, "y"),
        ({"y": ["x", "u"], "u": ["x", "v"], "v": ["x", "x"], "x": []}, "y"),
    )
