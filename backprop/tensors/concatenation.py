"""Concatenation: several tensors as one, along an axis that they have or along a new one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from math import prod

from backprop.autograd import Result, Size, Tensor, TensorLike, as_tensor, operation, recut, trusted_size
from backprop.autograd.operation import composed
from backprop.autograd.shapes import resolve_dim
from backprop.matrix import Matrix, trusted
from backprop.tensors.shaping import view


@operation(cut=1, name="cat")
def _cat(*tensors: Matrix, rows: int, shape: Size) -> Result:
    """y = the entries of each, row by row beside each other;  ∂L/∂ of each is its part of ∂L/∂y."""
    parts = [recut(x, rows).rows for x in tensors]
    ends = list(accumulate([len(part[0]) for part in parts]))

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        whole = recut(d, rows).rows
        return tuple([trusted([row[start:end] for row in whole]) for start, end in zip([0, *ends], ends)])

    return trusted([[x for row in beside for x in row] for beside in zip(*parts)]), pullback, shape


def cat(tensors: Iterable[TensorLike], dim: int = 0) -> Tensor:
    """The tensors one after the other along the axis ``dim``; their other axes have the same sizes.

    Raises ValueError for no tensor and for sizes that do not fit. What has the shape (0,) is left out, as in PyTorch.

    >>> cat([Tensor([[1.0], [2.0]]), Tensor([[3.0, 4.0], [5.0, 6.0]])], dim=1)
    tensor([[1., 3., 4.],
            [2., 5., 6.]])
    """
    given = [as_tensor(x, "cat") for x in tensors]
    if not given:
        raise ValueError("cat: needs one tensor or more, got none")
    parts = [x for x in given if x._shape != (0,)] or given[:1]
    first = parts[0]._shape
    if not first:
        raise ValueError("cat: a number has no axis; write stack")
    axis = resolve_dim("cat", dim, len(first))
    for i, x in enumerate(parts):
        shape = x._shape
        if len(shape) != len(first) or (*shape[:axis], *shape[axis + 1 :]) != (*first[:axis], *first[axis + 1 :]):
            raise ValueError(
                f"cat: the sizes of all axes but {axis} are the same, got {list(first)} and {list(shape)} of tensor {i}"
            )
    shape = trusted_size((*first[:axis], sum([x._shape[axis] for x in parts]), *first[axis + 1 :]))
    parts = [x for x in parts if x._shape[axis]] or parts[:1]
    return _cat(*parts, rows=prod(first[:axis]) or 1, shape=shape)


@composed
def stack(tensors: Iterable[TensorLike], dim: int = 0) -> Tensor:
    """The tensors, of one shape, as the parts along a new axis ``dim``.

    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    parts = [as_tensor(x, "stack") for x in tensors]
    if not parts:
        raise ValueError("stack: needs one tensor or more, got none")
    for i, x in enumerate(parts):
        if x._shape != parts[0]._shape:
            raise ValueError(
                f"stack: all have the same shape, got {list(parts[0]._shape)} and {list(x._shape)} of tensor {i}"
            )
    axis = resolve_dim("stack", dim, len(parts[0]._shape) + 1)
    return cat([view(x, *x._shape[:axis], 1, *x._shape[axis:]) for x in parts], axis)
