"""Tensors of a shape that are filled with one number, or with ones along the diagonal; and those shaped as another is."""

from __future__ import annotations

from math import prod
from typing import Any

from backprop.autograd.dtypes import DType, get_default_dtype
from backprop.autograd.shapes import as_int, as_shape
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.tensors.factory import factory, made, number


@factory
def full(size: Any, fill_value: Any, *, dtype: DType | None = None) -> Tensor:
    """The ``fill_value`` everywhere, in its own dtype: that of a bool, an int or a float.

    >>> full((2,), 7), full((2,), 0.5)
    (tensor([7, 7]), tensor([0.5000, 0.5000]))
    """
    shape = as_shape("full", size if isinstance(size, (tuple, list)) else (size,))
    x = number("full", "fill_value", fill_value)
    if dtype is None and not prod(shape):
        dtype = made([x], (), None).dtype
    return made([x] * prod(shape), shape, dtype)


@factory
def zeros(*size: Any, dtype: DType | None = None) -> Tensor:
    """0 everywhere, in the default dtype. The ``size`` is given as ints or as one tuple or list.

    >>> zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return full(as_shape("zeros", size), 0, dtype=dtype or get_default_dtype())


@factory
def ones(*size: Any, dtype: DType | None = None) -> Tensor:
    """1 everywhere, as ``zeros``.

    >>> ones(2)
    tensor([1., 1.])
    """
    return full(as_shape("ones", size), 1, dtype=dtype or get_default_dtype())


@factory
def empty(*size: Any, dtype: DType | None = None) -> Tensor:
    """Numbers that do not matter, of which all are 0 here."""
    return full(as_shape("empty", size), 0, dtype=dtype or get_default_dtype())


@factory
def eye(n: int, m: int | None = None, *, dtype: DType | None = None) -> Tensor:
    """n rows and m columns, n where it is left out: 1 along the diagonal and 0 elsewhere.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    rows = as_int("eye", "n", n)
    columns = rows if m is None else as_int("eye", "m", m)
    entries = [1 if i == j else 0 for i in range(rows) for j in range(columns)]
    return made(entries, as_shape("eye", (rows, columns)), dtype or get_default_dtype())


@factory
def zeros_like(input: TensorLike, *, dtype: DType | None = None) -> Tensor:
    """0 everywhere, in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "zeros_like")
    return full(x._shape, 0, dtype=dtype or x.dtype)


@factory
def ones_like(input: TensorLike, *, dtype: DType | None = None) -> Tensor:
    """1 everywhere, in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "ones_like")
    return full(x._shape, 1, dtype=dtype or x.dtype)


@factory
def empty_like(input: TensorLike, *, dtype: DType | None = None) -> Tensor:
    """Numbers that do not matter, in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "empty_like")
    return full(x._shape, 0, dtype=dtype or x.dtype)


@factory
def full_like(input: TensorLike, fill_value: Any, *, dtype: DType | None = None) -> Tensor:
    """The ``fill_value`` everywhere, in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "full_like")
    return full(x._shape, fill_value, dtype=dtype or x.dtype)


@factory
def new_zeros(input: Tensor, *size: Any, dtype: DType | None = None) -> Tensor:
    """0 everywhere, in the dtype of this Tensor."""
    return full(as_shape("new_zeros", size), 0, dtype=dtype or input.dtype)


@factory
def new_ones(input: Tensor, *size: Any, dtype: DType | None = None) -> Tensor:
    """1 everywhere, in the dtype of this Tensor."""
    return full(as_shape("new_ones", size), 1, dtype=dtype or input.dtype)


@factory
def new_empty(input: Tensor, *size: Any, dtype: DType | None = None) -> Tensor:
    """Numbers that do not matter, in the dtype of this Tensor."""
    return full(as_shape("new_empty", size), 0, dtype=dtype or input.dtype)


@factory
def new_full(input: Tensor, size: Any, fill_value: Any, *, dtype: DType | None = None) -> Tensor:
    """The ``fill_value`` everywhere, in the dtype of this Tensor."""
    return full(size, fill_value, dtype=dtype or input.dtype)
