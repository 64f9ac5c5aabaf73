"""Tensors of a shape that are filled with one number, or with ones along the diagonal; and those shaped as another is."""

from __future__ import annotations

from reprlib import repr as short
from typing import Any

from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType, dtype_of, get_default_dtype
from backprop.matrix import trusted
from backprop.tensors.factory import factory, made, number, shape_of
from backprop.tensors.shapes import as_shape
from backprop.validation import as_int


@factory
def full(size: Any, fill_value: Any, *, dtype: DType | None = None) -> Tensor:
    """The ``fill_value`` everywhere, in its own dtype: that of a bool, an int or a float.

    >>> full((2,), 7), full((2,), 0.5)
    (tensor([7, 7]), tensor([0.5000, 0.5000]))
    """
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"full: size is a tuple of ints, got {short(size)}; write full(({short(size)},), …)")
    shape, x = as_shape("full", (size,)), number("full", "fill_value", fill_value)
    if dtype is None:
        dtype = fill_value.dtype if isinstance(fill_value, Tensor) else dtype_of(trusted([[x]]))
    return made([x] * shape.numel(), shape, dtype)


@factory
def zeros(*sizes: Any, size: Any = None, dtype: DType | None = None) -> Tensor:
    """0 everywhere, in the default dtype. The sizes are given as ints or as one tuple or list.

    >>> zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return full(shape_of("zeros", sizes, size), 0, dtype=dtype or get_default_dtype())


@factory
def ones(*sizes: Any, size: Any = None, dtype: DType | None = None) -> Tensor:
    """1 everywhere, as ``zeros``.

    >>> ones(2)
    tensor([1., 1.])
    """
    return full(shape_of("ones", sizes, size), 1, dtype=dtype or get_default_dtype())


@factory
def empty(*sizes: Any, size: Any = None, dtype: DType | None = None) -> Tensor:
    """Numbers that do not matter, of which all are 0 here."""
    return full(shape_of("empty", sizes, size), 0, dtype=dtype or get_default_dtype())


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
def new_zeros(input: Tensor, *sizes: Any, size: Any = None, dtype: DType | None = None) -> Tensor:
    """0 everywhere, in the dtype of this Tensor."""
    return full(shape_of("new_zeros", sizes, size), 0, dtype=dtype or input.dtype)


@factory
def new_ones(input: Tensor, *sizes: Any, size: Any = None, dtype: DType | None = None) -> Tensor:
    """1 everywhere, in the dtype of this Tensor."""
    return full(shape_of("new_ones", sizes, size), 1, dtype=dtype or input.dtype)


@factory
def new_empty(input: Tensor, *sizes: Any, size: Any = None, dtype: DType | None = None) -> Tensor:
    """Numbers that do not matter, in the dtype of this Tensor."""
    return full(shape_of("new_empty", sizes, size), 0, dtype=dtype or input.dtype)


@factory
def new_full(input: Tensor, size: Any, fill_value: Any, *, dtype: DType | None = None) -> Tensor:
    """The ``fill_value`` everywhere, in the dtype of this Tensor."""
    return full(size, fill_value, dtype=dtype or input.dtype)
