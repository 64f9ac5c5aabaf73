"""The dtypes in files, by their names in safetensors: the bytes of a tensor, little-endian, and the numbers they stand for."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from reprlib import repr as short
from typing import Any

from backprop import dtypes
from backprop.kernel import Rows
from backprop.matrix import Number
from backprop.tensors.shapes import strides

# A dtype by its letter in struct, which has none for BF16: that is 16 bits that _widened reads. In a file the last ones
# come first.
_LETTERS = {
    "BOOL": "?",
    "U8": "B",
    "I8": "b",
    "I16": "h",
    "U16": "H",
    "F16": "e",
    "BF16": "H",
    "I32": "i",
    "U32": "I",
    "F32": "f",
    "F64": "d",
    "I64": "q",
    "U64": "Q",
}
SIZES = {dtype: struct.calcsize("<" + letter) for dtype, letter in _LETTERS.items()}

TENSOR_DTYPES = {
    "BOOL": dtypes.bool,
    "U8": dtypes.uint8,
    "I8": dtypes.int8,
    "I16": dtypes.int16,
    "I32": dtypes.int32,
    "I64": dtypes.int64,
    "F32": dtypes.float32,
    "F64": dtypes.float64,
    # What no Tensor has is read as the least that holds it.
    "U16": dtypes.int32,
    "F16": dtypes.float32,
    "BF16": dtypes.float32,
    "U32": dtypes.int64,
    "U64": dtypes.int64,
}


def dtype_name(dtype: dtypes.DType) -> str:
    """The name in the format of a Tensor's dtype.

    >>> dtype_name(dtypes.int64)
    'I64'
    """
    return next(name for name, own in TENSOR_DTYPES.items() if own is dtype)


def decoded(data: bytes, dtype: str) -> list[Any]:
    """The numbers: floats, ints or bools.

    >>> decoded(bytes([0, 0, 192, 63, 0, 0, 0, 192]), "F32")
    [1.5, -2.0]
    >>> decoded(bytes([192, 63, 0, 192]), "BF16")
    [1.5, -2.0]
    """
    if dtype == "BF16":
        data, dtype = _widened(data), "F32"
    return list(struct.unpack(f"<{len(data) // SIZES[dtype]}{_LETTERS[dtype]}", data))


def encoded(numbers: Sequence[Number], dtype: str) -> bytes:
    """The numbers as bytes, for a float the nearest; OverflowError where one is too large.

    >>> encoded([1.5, -2], "F32").hex()
    '0000c03f000000c0'
    """
    as_python = float if dtype[0] == "F" else bool if dtype == "BOOL" else int
    try:
        return struct.pack(f"<{len(numbers)}{_LETTERS[dtype]}", *map(as_python, numbers))
    except struct.error as error:  # what it raises for ints
        raise OverflowError(str(error)) from None


def encoded_rows(name: str, rows: Rows, shape: Sequence[int], dtype: str) -> Iterator[bytes]:
    """The bytes of the rows of a tensor; ValueError for a number that is too large, with its place, under this ``name``.

    >>> list(encoded_rows("save_file: 'a'", [[1.0, 1e99]], (1, 2), "F32"))
    Traceback (most recent call last):
    ValueError: save_file: 'a' has 1e+99 at [0, 1], too large for F32
    """
    for i, row in enumerate(rows):
        try:
            yield encoded(row, dtype)
        except OverflowError:
            j = next(j for j, x in enumerate(row) if _is_too_large(x, dtype))
            place = [(i * len(row) + j) // step % size for step, size in zip(strides(shape), shape)]
            raise ValueError(f"{name} has {short(row[j])} at {place}, too large for {dtype}") from None


def _is_too_large(x: Number, dtype: str) -> bool:
    try:
        encoded([x], dtype)
    except OverflowError:
        return True
    return False


def _widened(data: bytes) -> bytes:
    """BF16 as F32, whose upper two bytes it is."""
    wide = bytearray(2 * len(data))
    wide[2::4], wide[3::4] = data[::2], data[1::2]
    return bytes(wide)
