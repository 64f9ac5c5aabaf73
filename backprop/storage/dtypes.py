"""The dtypes of the format: the bytes of a tensor, little-endian, and the numbers that they stand for."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from backprop import dtypes
from backprop.matrix import Number

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


def _widened(data: bytes) -> bytes:
    """BF16 as F32, whose upper two bytes it is."""
    wide = bytearray(2 * len(data))
    wide[2::4], wide[3::4] = data[::2], data[1::2]
    return bytes(wide)
