"""Solution 8: a value is put down when all that it was computed from is, and the list is turned round.

Then whatever was computed from a value is put down after it, and stands before it once the list is turned round. The
library sorts by depth instead: a value is one level deeper than its deepest input, and the deepest come first.
"""

from __future__ import annotations


def backward_order(inputs: dict[str, list[str]], y: str) -> list[str]:
    done: list[str] = []

    def visit(name: str) -> None:
        if name not in done:
            for x in inputs[name]:
                visit(x)
            if name not in done:
                done.append(name)

    visit(y)
    return done[::-1]


def by_level(inputs: dict[str, list[str]], y: str) -> list[str]:
    """First y, then its inputs, then theirs, each where it is met first."""
    met = [y]
    for name in met:
        met.extend(x for x in dict.fromkeys(inputs[name]) if x not in met)
    return met


def as_met(inputs: dict[str, list[str]], y: str) -> list[str]:
    """Each where it is met first, and its inputs at once."""
    met: list[str] = []

    def visit(name: str) -> None:
        if name not in met:
            met.append(name)
            for x in inputs[name]:
                visit(x)

    visit(y)
    return met


HINT = (
    "Turn it round: list them so that each comes after its inputs, as they were computed. A function that first calls itself "
    "for the inputs of a value, and then puts the value down, does that. Reverse its list."
)

MISTAKES = {
    "That is the order of the forward pass. Backpropagation goes from y to the inputs: turn it round.": lambda inputs, y: (
        backward_order(inputs, y)[::-1]
    ),
    "You put a value down where you meet it first, but what else was computed from it may come later. When is its gradient "
    "complete?": as_met,
    "Level by level is not enough: a value that y uses directly may also be used further down, and must wait for it.": by_level,
}
