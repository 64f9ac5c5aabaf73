"""Reductions: sums and what is like them, over some axes or all."""

from __future__ import annotations

import builtins
from math import prod

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.shapes import Dims, Size, reduced_shape, reduction_dims, trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import Matrix, trusted
from backprop.tensors.shaping import permute, view


@operation
def _sum(input: Matrix) -> Result:
    """y = Σ x,  ∂L/∂x = ∂L/∂y, for each entry."""
    shape = input.shape
    return trusted([[input.sum()]]), lambda d: d.broadcast_to(*shape), ()


@operation(cut=-1, name="sum")
def _sum_rows(input: Matrix, shape: Size) -> Result:
    """y = Σ x over the last axis,  ∂L/∂x = ∂L/∂y, for each entry."""
    columns = len(input.rows[0])
    return (
        trusted([[builtins.sum(row)] for row in input.rows]),
        lambda d: trusted([row * columns for row in d.rows]),
        shape,
    )


def sum(input: TensorLike, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Σ over the axes ``dim``, or over all;  ∂L/∂x = ∂L/∂y, repeated along them.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> sum(x), sum(x, 0), sum(x, 1, keepdim=True).shape
    (tensor(10.), tensor([4., 6.]), torch.Size([2, 1]))
    """
    x = as_tensor(input, "sum")
    dims = reduction_dims("sum", dim, len(x._shape))
    if len(dims) == len(x._shape):
        total = _sum(x)
        return view(total, *reduced_shape(x._shape, dims, True)) if keepdim else total
    return _sum_rows(reduced_last(x, dims), reduced_shape(x._shape, dims, keepdim))


def reduced_last(x: Tensor, dims: tuple[int, ...]) -> Tensor:
    """The axes ``dims`` moved to the end and made one."""
    rest = [axis for axis in range(len(x._shape)) if axis not in dims]
    x = permute(x, *rest, *dims) if rest + list(dims) != list(range(len(x._shape))) else x
    if len(dims) == 1:
        return x
    return view(x, *x._shape[: len(rest)], prod(x._shape[len(rest) :]))


@composed
def mean(input: TensorLike, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """The sum over the number of entries summed; axes as in ``sum``."""
    x = as_tensor(input, "mean")
    total = sum(x, dim, keepdim)
    count = trusted_size([x._shape[axis] for axis in reduction_dims("mean", dim, len(x._shape))]).numel()
    return total / count
