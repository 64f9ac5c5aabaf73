"""Concatenation: several tables as one, below each other or side by side."""

from __future__ import annotations

from backprop.autograd import Result, operation
from backprop.matrix import Matrix, format_shape, trusted
from backprop.validation import check_dim


@operation
def cat(*tensors: Matrix, dim: int = 0) -> Result:
    """The tables below each other (``dim`` 0 or -2) or side by side (1 or -1);  ∂L/∂ of each is its part of ∂L/∂ of
    the whole.

    PyTorch takes the tensors in a list, this function as its arguments. Raises ValueError for sizes that do not fit.

    >>> cat(Matrix([[1], [2]]), Matrix([[3, 4], [5, 6]]), dim=1)
    Tensor([[1, 3, 4], [2, 5, 6]])
    """
    check_dim("cat", dim)
    axis = dim % 2
    if len({table.shape[1 - axis] for table in tensors}) != 1:
        came = " and ".join(format_shape(table.shape) for table in tensors) or "none"
        raise ValueError(f"cat: for dim={dim} all need the same number of {'rows' if axis else 'columns'}, got {came}")

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        parts, start = [], 0
        for tensor in tensors:
            end = start + tensor.shape[axis]
            parts.append(trusted(d.rows[start:end] if axis == 0 else [row[start:end] for row in d.rows]))
            start = end
        return tuple(parts)

    return (Matrix.hstack if axis else Matrix.vstack)(tensors), pullback
