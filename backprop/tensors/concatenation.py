"""Concatenation: several tensors as one, along an axis that they have or along a new one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from operator import add
from typing import Any

from backprop.autograd.cuts import recut
from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.size import Size, trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import common_dtype
from backprop.kernel import Rows
from backprop.matrix import Matrix, flatten, trusted
from backprop.shape_errors import shape_error
from backprop.tensors.casts import cast
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.shapes import resolve_dim
from backprop.tensors.shaping import atleast_2d, atleast_3d, view
from backprop.validation import ArgumentError


@operation(cut=-1, same_dtype=True, linear=True)
def _cat(*tensors: Matrix, heights: Sequence[int], shape: Size) -> Result:
    """The rows of the tensors below each other, ``heights`` of each in turn;  ∂L/∂ of each are its rows of ∂L/∂y."""
    blocks = len(tensors[0].rows) // heights[0]
    starts = list(accumulate(heights, initial=0))

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        rows, step = d.rows, starts[-1]
        return tuple(
            [
                trusted([row for i in range(0, len(rows), step) for row in rows[i + a : i + b]])
                for a, b in _pairs(starts)
            ]
        )

    if blocks == 1:
        return trusted(flatten([tensor.rows for tensor in tensors])), pullback, shape
    return (
        trusted([row for i in range(blocks) for x, h in zip(tensors, heights) for row in x.rows[i * h : (i + 1) * h]]),
        pullback,
        shape,
    )


@operation(cut=-1, same_dtype=True, name="cat", linear=True)
def _cat_columns(*tensors: Matrix, rows: int, shape: Size) -> Result:
    """Of each of so many ``rows`` the entries of all tensors one after the other;  ∂L/∂ of each are its columns of ∂L/∂y."""
    tables: list[Rows] = [recut(tensor, rows).rows for tensor in tensors]
    starts = list(accumulate([len(table[0]) for table in tables], initial=0))
    return (
        trusted(list(map(add, *tables)) if len(tables) == 2 else list(map(flatten, zip(*tables)))),
        lambda d: tuple([trusted([row[a:b] for row in recut(d, rows).rows]) for a, b in _pairs(starts)]),
        shape,
    )


def _pairs(starts: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(starts, starts[1:]))


def _joined(tensors: Sequence[Tensor], axis: int, shape: Size, sizes: Sequence[int]) -> Tensor:
    """The tensors as one of this ``shape``, of which each has ``sizes`` along ``axis``."""
    whole = [(x, n) for x, n in zip(tensors, sizes) if x._shape.numel()]
    if not whole:
        return _cat_columns(*tensors, rows=1, shape=shape)
    if axis == len(shape) - 1:
        return _cat_columns(*[x for x, _ in whole], rows=prod(shape[:-1]), shape=shape)
    inner = prod(shape[axis + 1 : -1])
    return _cat(*[x for x, _ in whole], heights=[n * inner for _, n in whole], shape=shape)


@numpy_names
def cat(tensors: Sequence[TensorLike], dim: int = 0) -> Tensor:
    """The tensors one after the other along the axis ``dim``, in the other axes all of the same size.

    TypeError for what is no list or tuple of Tensors, RuntimeError for sizes that do not fit.

    >>> from backprop import Tensor
    >>> cat([Tensor([[1.0], [2.0]]), Tensor([[3.0, 4.0], [5.0, 6.0]])], dim=1)
    tensor([[1., 3., 4.],
            [2., 5., 6.]])
    """
    found = listed("cat", tensors)
    if any(not x._shape for x in found):
        raise RuntimeError("cat: each tensor has an axis at least; stack() is for numbers")
    parts = [x for x in found if x._shape != (0,)] or found  # an empty list to append to fits anything
    first = parts[0]._shape
    axis = resolve_dim("cat", dim, len(first))
    rest = (*first[:axis], *first[axis + 1 :])
    for i, x in enumerate(parts):
        if len(x._shape) != len(first):
            words = f"Tensors must have same number of dimensions: got {len(first)} and {len(x._shape)}"
            raise shape_error(f"cat: {words}", tensor_0=parts[0], **{f"tensor_{i}": x})
        if (*x._shape[:axis], *x._shape[axis + 1 :]) != rest:
            mine, other = next((a, b) for k, (a, b) in enumerate(zip(first, x._shape)) if a != b and k != axis)
            words = f"Sizes of tensors must match except in dimension {axis}. Expected size {mine} but got size {other}"
            raise shape_error(
                f"cat: {words} for tensor number {i} in the list", tensor_0=parts[0], **{f"tensor_{i}": x}
            )
    sizes = [x._shape[axis] for x in parts]
    whole = _joined(parts, axis, trusted_size((*first[:axis], sum(sizes), *first[axis + 1 :])), sizes)
    if all(x._shape.numel() for x in found):
        return whole
    return cast(whole, common_dtype([(x.dtype, True) for x in found]) or whole.dtype)  # those without entries count too


concat = concatenate = cat


@numpy_names
@composed
def stack(tensors: Sequence[TensorLike], dim: int = 0) -> Tensor:
    """The tensors, all of one shape, one after the other along a new axis before axis ``dim``.

    >>> from backprop import Tensor
    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], dim=1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    parts = listed("stack", tensors)
    shape = parts[0]._shape
    for i, x in enumerate(parts):
        if x._shape != shape:
            words = f"got {list(shape)} at entry 0 and {list(x._shape)} at entry {i}"
            raise shape_error(
                f"stack expects each tensor to be equal size, but {words}", tensor_0=parts[0], **{f"tensor_{i}": x}
            )
    axis = resolve_dim("stack", dim, len(shape), added=1)
    return _joined(parts, axis, trusted_size((*shape[:axis], len(parts), *shape[axis:])), [1] * len(parts))


@composed
def hstack(tensors: Sequence[TensorLike]) -> Tensor:
    """The tensors side by side: along axis 1, or 0 where they have one axis or none."""
    parts = [view(x, 1) if not x._shape else x for x in listed("hstack", tensors)]
    return cat(parts, 0 if len(parts[0]._shape) == 1 else 1)


@composed
def vstack(tensors: Sequence[TensorLike]) -> Tensor:
    """The tensors below each other: along axis 0; what has one axis is a row."""
    return cat([atleast_2d(x) for x in listed("vstack", tensors)], 0)


row_stack = vstack


@composed
def dstack(tensors: Sequence[TensorLike]) -> Tensor:
    """The tensors behind each other: along axis 2; what has one axis is (1, n, 1)."""
    return cat([atleast_3d(x) for x in listed("dstack", tensors)], 2)


@composed
def column_stack(tensors: Sequence[TensorLike]) -> Tensor:
    """The tensors side by side; what has one axis is a column.

    >>> from backprop import Tensor
    >>> column_stack((Tensor([1.0, 2.0]), Tensor([3.0, 4.0])))
    tensor([[1., 3.],
            [2., 4.]])
    """
    parts = listed("column_stack", tensors)
    return cat([view(x, -1, 1) if len(x._shape) < 2 else x for x in parts], 1)


def listed(name: str, tensors: Any) -> list[Tensor]:
    """The tensors of a list or a tuple, of which there is one at least."""
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(
            f"{name}: needs a list or a tuple of Tensors, got a {type(tensors).__name__}; write {name}([a, b])"
        )
    if not tensors:
        raise ArgumentError(f"{name}: needs a Tensor at least, got an empty {type(tensors).__name__}")
    return [as_tensor(x, name) for x in tensors]
