"""Joining: several tables as one, below each other or side by side."""

from __future__ import annotations

from backprop.matrix import Matrix, trusted
from backprop.tensor import Result, operation


@operation
def cat(*tensors: Matrix, dim: int = 0) -> Result:
    """The tables below each other (``dim`` 0) or side by side (1);  ∂L/∂ of each is its part of ∂L/∂ of the whole.

    PyTorch takes the tensors in a list, this function as its arguments. Raises ValueError for sizes that do not fit.

    >>> cat(Matrix([[1], [2]]), Matrix([[3, 4], [5, 6]]), dim=1)
    Tensor([[1, 3, 4], [2, 5, 6]])
    """
    if dim not in (0, 1):
        raise ValueError(f"cat: dim is 0 (below each other) or 1 (side by side), got {dim!r}")

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        parts, start = [], 0
        for tensor in tensors:
            end = start + tensor.shape[dim]
            parts.append(trusted(d.rows[start:end] if dim == 0 else [row[start:end] for row in d.rows]))
            start = end
        return tuple(parts)

    return (Matrix.vstack if dim == 0 else Matrix.hstack)(tensors), pullback
