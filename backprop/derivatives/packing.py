"""Packing: several values of one Node one after the other in a row, each of them as an operation of that row, and the
way back, many values as one."""

from __future__ import annotations

from itertools import accumulate

from backprop.autograd.operation import Result, operation
from backprop.autograd.size import Size
from backprop.matrix import Matrix, flatten, trusted


@operation(name="part", linear=True)
def part_of(input: Matrix, start: int, shape: Size) -> Result:
    """The entries from ``start`` on, in this shape;  ∂L/∂ of the row is ∂L/∂ of each part at its place."""
    (row,) = input.rows
    size = shape.numel()
    return (
        trusted([row[start : start + size]]),
        lambda d: trusted([[0] * start + flatten(d.rows) + [0] * (len(row) - start - size)]),
        shape,
    )


@operation(cut=1, name="stack", linear=True)
def stacked(*parts: Matrix, shape: Size, as_columns: bool = False) -> Result:
    """The entries of the parts one part after the other, or each part a column;  ∂L/∂ of each part is ∂L/∂y at its places."""
    rows = [flatten(part.rows) for part in parts]
    bounds = list(accumulate(map(len, rows), initial=0))

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        entries = flatten(d.rows)
        if as_columns:
            return tuple([trusted([entries[k :: len(parts)]]) for k in range(len(parts))])
        return tuple([trusted([entries[start:end]]) for start, end in zip(bounds, bounds[1:])])

    return trusted([flatten(zip(*rows) if as_columns else rows)]), pullback, shape
