"""Logic entry by entry: of truths, where 0 is false and all else true, and of the bits of ints. Nothing has a gradient."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from backprop import dtypes
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import common_dtype, converted
from backprop.tensors.entries import entry_by_entry


def logical_and(input: TensorLike, other: TensorLike) -> Tensor:
    """Where both are true.

    >>> logical_and(Tensor([0.0, 2.0]), Tensor([1.0, 1.0]))
    tensor([False,  True])
    """
    return entry_by_entry("logical_and", lambda x, y: bool(x and y), input, other, dtype=dtypes.bool)


def logical_or(input: TensorLike, other: TensorLike) -> Tensor:
    """Where one or both are true."""
    return entry_by_entry("logical_or", lambda x, y: bool(x or y), input, other, dtype=dtypes.bool)


def logical_xor(input: TensorLike, other: TensorLike) -> Tensor:
    """Where exactly one is true."""
    return entry_by_entry("logical_xor", lambda x, y: (not x) != (not y), input, other, dtype=dtypes.bool)


def logical_not(input: TensorLike) -> Tensor:
    """Where it is false.

    >>> logical_not(Tensor([0.0, 2.0]))
    tensor([ True, False])
    """
    return entry_by_entry("logical_not", operator.not_, input, dtype=dtypes.bool)


def bitwise_and(input: TensorLike, other: TensorLike) -> Tensor:
    """A & B: of bools where both are true, of ints the bits that both have.

    >>> bitwise_and(Tensor([1.0, 5.0]) > 2, Tensor([1.0, 5.0]) < 9)
    tensor([False,  True])
    """
    return _of_bits("bitwise_and", operator.and_, input, other)


def bitwise_or(input: TensorLike, other: TensorLike) -> Tensor:
    """A | B: of bools where one or both are true, of ints the bits that one or both have."""
    return _of_bits("bitwise_or", operator.or_, input, other)


def bitwise_xor(input: TensorLike, other: TensorLike) -> Tensor:
    """A ^ B: of bools where exactly one is true, of ints the bits that exactly one has."""
    return _of_bits("bitwise_xor", operator.xor, input, other)


def bitwise_not(input: TensorLike) -> Tensor:
    """~A: of bools where it is false, of ints all bits turned, −A − 1.

    >>> bitwise_not(Tensor([1.0, 5.0]) > 2)
    tensor([ True, False])
    """
    if as_tensor(input, "bitwise_not").dtype is dtypes.bool:
        return logical_not(input)
    return _of_bits("bitwise_not", operator.invert, input)


def bitwise_left_shift(input: TensorLike, other: TensorLike) -> Tensor:
    """A << B, the bits of ints moved up: A·2ᴮ, and 0 for a B that is negative or moves all of them out."""
    return _of_bits("bitwise_left_shift", lambda x, n: x << n if 0 <= n < 64 else 0, input, other)


def bitwise_right_shift(input: TensorLike, other: TensorLike) -> Tensor:
    """A >> B, the bits of ints moved down: ⌊A/2ᴮ⌋; a B that is negative or moves all of them out leaves the sign."""
    return _of_bits("bitwise_right_shift", lambda x, n: x >> (n if 0 <= n < 64 else 64), input, other)


def _of_bits(name: str, function: Callable[..., Any], *inputs: TensorLike) -> Tensor:
    tensors = [as_tensor(x, name) for x in inputs]
    dtype = common_dtype([(x.dtype, bool(x._shape)) for x in tensors])
    if dtype is None or dtype.is_floating_point:
        raise RuntimeError(f"{name}: its inputs are ints or bools, got {' and '.join(str(x.dtype) for x in tensors)}")
    result = entry_by_entry(name, function, *tensors, dtype=dtype)
    result._matrix = converted(result._matrix, dtype)
    return result
