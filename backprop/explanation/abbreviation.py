"""What is shown of a computation: its parts, and theirs, for as long as the line stays short."""

from __future__ import annotations

from typing import Any

from backprop.explanation.traced import TracedNumber

_MOST_NUMBERS = 12
_MOST_STEPS = 8
_MOST_TERMS = 6
_FIRST_TERMS = 3

Part = tuple[str, Any]  # how it is joined to what stands before it, and what it is


class More(int):
    """So many terms of a sum that are left out."""


def parts_of(x: Any) -> list[Part]:
    """What ``x`` was computed from, sums of sums and products of products as one, a long sum without most of its middle;
    nothing for a number that just is.

    >>> a, b = TracedNumber(2), TracedNumber(3)
    >>> [(sign, part.number) for sign, part in parts_of(a * b / (a + b))]
    [('·', 2), ('·', 3), ('/', 5)]
    """
    if not isinstance(x, TracedNumber) or not x.operands:
        return []
    if x.symbol not in ("+", "−", "·", "/"):
        return [("", operand) for operand in x.operands]
    parts: list[Part] = []
    sums = x.symbol in ("+", "−")
    first, second = ("+", "−") if sums else ("·", "/")
    waiting: list[Part] = [(first, x)]
    while waiting:
        sign, part = waiting.pop()
        symbol = part.symbol if isinstance(part, TracedNumber) and part.operands else None
        if sign == first and symbol in (first, second):
            *left, right = part.operands
            waiting.append((symbol, right))
            waiting.extend((first, operand) for operand in left)
        elif sums or sign == second or not parts or isinstance(part, TracedNumber) or part != 1:
            parts.append((sign, part))
    if sums and len(parts) > _MOST_TERMS:
        left_out = More(len(parts) - _FIRST_TERMS - 1)
        parts = [*parts[:_FIRST_TERMS], ("+", left_out), parts[-1]]
    return parts


def depth_shown(x: Any) -> int:
    """How many steps down one can go without writing more than a dozen numbers."""
    depth = 0
    while depth < _MOST_STEPS and _count(x, depth + 1) <= _MOST_NUMBERS:
        depth += 1
    return depth


def _count(x: Any, depth: int) -> int:
    parts = parts_of(x) if depth else ()
    return sum(_count(part, depth - 1) for _, part in parts) if parts else 1
