"""Tensors of data: numbers, nested lists, arrays of other libraries. The dtype is that of the data, as PyTorch infers it."""

from __future__ import annotations

from collections.abc import Iterator
from reprlib import repr as short
from typing import Any

from backprop import dtypes
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, constant
from backprop.dtypes import DType, common_dtype, converted, dtype_of
from backprop.matrix import Matrix, flatten, trusted
from backprop.matrix.entries import is_array, nested
from backprop.numbers import math
from backprop.tensors.casts import to
from backprop.tensors.factory import factory, number

_NUMBERS = frozenset((int, float, bool))
_DTYPES = {
    dtype.name: dtype for dtype in vars(dtypes).values() if isinstance(dtype, DType) and dtype not in dtypes.HALVES
}


@factory
def tensor(data: Any, *, dtype: DType | None = None) -> Tensor:
    """The ``data``, a number, nested lists or an array, as a new Tensor, without the graph of a Tensor.

    Bools are ``bool``, ints ``int64``, and where a float is among them all are of the default dtype; a Tensor or an array
    brings its own. With ``dtype`` the entries become such numbers, floats cut off towards 0 for ints. Fractions stay.

    Raises ValueError for lists of different lengths, TypeError for anything but numbers, RuntimeError for a number that the
    dtype does not hold.

    >>> tensor([[1, 2], [3, 4]]), tensor([True, False]), tensor([1, 2.5]), tensor(3.7, dtype=dtypes.int64)
    (tensor([[1, 2],
            [3, 4]]), tensor([ True, False]), tensor([1.0000, 2.5000]), tensor(3))
    >>> tensor([300], dtype=dtypes.uint8)
    Traceback (most recent call last):
    RuntimeError: tensor: a number of uint8 is from 0 to 255, got 300
    """
    if isinstance(data, (Tensor, Matrix)):
        matrix, shape = data if isinstance(data, Matrix) else data._matrix, trusted_size(data.shape)
    else:
        rows, sizes = nested(data, "tensor")
        matrix, shape = trusted(rows), trusted_size(sizes)
    if dtype is None:
        found = [(own, True) for own in _dtypes_in(data)]
        dtype = common_dtype(found if found and not matrix.rows[0] else [*found, (dtype_of(matrix), False)])
        assert dtype is not None
    if dtype.bits and not dtype.is_floating_point and not isinstance(data, Tensor):
        _check_range(matrix, dtype)
    return constant(converted(matrix, dtype), shape, dtype)


def _dtypes_in(data: Any) -> Iterator[DType]:
    """The dtypes of the Tensors and arrays that nested lists hold."""
    if isinstance(data, (list, tuple)):
        kinds = set(map(type, data))
        if kinds == {list}:
            yield from _dtypes_in(flatten(data))
        elif not kinds <= _NUMBERS:
            for item in data:
                yield from _dtypes_in(item)
    elif isinstance(data, Tensor):
        yield data.dtype
    elif is_array(data):
        own = _DTYPES.get(str(getattr(data, "dtype", None)))
        if own is not None:
            yield own


def _check_range(matrix: Matrix, dtype: DType) -> None:
    """RuntimeError for a number beyond an int dtype; from 0 up there is room for as many negative ones, which wrap around."""
    high = (1 << (dtype.bits - dtype.signed)) - 1
    low = -high - 1 if dtype.signed else 0
    for row in matrix.rows:
        for x in row:
            if not (math.isfinite(x) and (-high - 1 if x < 0 else 0) <= int(x) <= high):
                raise RuntimeError(f"tensor: a number of {dtype.name} is from {low} to {high}, got {short(x)}")


def as_tensor(data: Any, *, dtype: DType | None = None, device: Any = None) -> Tensor:
    """A Tensor as it is, or cast to ``dtype``, in its graph; of other data a ``tensor``.

    >>> x = Tensor([1.0])
    >>> as_tensor(x) is x, as_tensor([1, 2])
    (True, tensor([1, 2]))
    """
    if isinstance(data, Tensor):
        return to(data, dtype=dtype, device=device)
    return tensor(data, dtype=dtype, device=device)


def asarray(
    obj: Any,
    *,
    dtype: DType | None = None,
    device: Any = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """As ``as_tensor``; with ``copy`` a new Tensor in any case. What did not require a gradient may be told to.

    >>> asarray([1.0], requires_grad=True)
    tensor([1.], requires_grad=True)
    """
    x = as_tensor(obj, dtype=dtype, device=device)
    if copy and x is obj:
        x = to(x, copy=True)
    if requires_grad and not x._requires_grad:
        x.requires_grad = True
    return x if requires_grad else x.detach() if x._requires_grad else x


def from_numpy(ndarray: Any) -> Tensor:
    """The numbers of an array of NumPy, with its dtype. They are copied: what changes the one leaves the other.

    Raises TypeError for anything else.
    """
    if not is_array(ndarray):
        raise TypeError(f"from_numpy: needs an array of NumPy, got {short(ndarray)}; write tensor(data)")
    return tensor(ndarray)


@factory
def scalar_tensor(s: Any, *, dtype: DType | None = None) -> Tensor:
    """A number as a Tensor of no axes, of the default dtype.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    return tensor(number("scalar_tensor", "s", s), dtype=dtype or dtypes.get_default_dtype())


@factory
def new_tensor(input: Tensor, data: Any, *, dtype: DType | None = None) -> Tensor:
    """``tensor(data)`` of the dtype of ``input``.

    >>> new_tensor(Tensor([0.5]), [1, 2])
    tensor([1., 2.])
    """
    return tensor(data, dtype=dtype or input.dtype)
