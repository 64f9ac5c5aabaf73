"""Packing: several values of one Node one after the other in a row, and each of them as an operation of that row."""

from __future__ import annotations

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
