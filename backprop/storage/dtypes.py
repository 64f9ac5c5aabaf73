"""The dtypes of the format: the bytes of a tensor, little-endian, and the numbers that they stand for."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from backprop.kernel import Rows
from backprop.matrix import Number

# A dtype by its letter in struct, which has none for BF16: that is 16 bits that _widened reads.
_LETTERS = {
    "BOOL": "?",
    "U8": "B",
    "I8": "b",
    "U16": "H",
    "I16": "h",
    "F16": "e",
    "BF16": "H",
    "U32": "I",
    "I32": "i",
    "F32": "f",
    "U64": "Q",
    "I64": "q",
    "F64": "d",
}
SIZES = {dtype: struct.calcsize("<" + letter) for dtype, letter in _LETTERS.items()}


def decoded(data: bytes, dtype: str, columns: int) -> Rows:
    """The numbers as rows: floats, ints, and for BOOL 0 or 1.

    >>> decoded(bytes([0, 0, 192, 63, 0, 0, 0, 192]), "F32", 2)
    [[1.5, -2.0]]
    >>> decoded(bytes([192, 63, 0, 192]), "BF16", 1)
    [[1.5], [-2.0]]
    """
    if dtype == "BF16":
        data, dtype = _widened(data), "F32"
    rows = struct.iter_unpack(f"<{columns}{_LETTERS[dtype]}", data)
    if dtype == "BOOL":
        return [list(map(int, row)) for row in rows]
    return list(map(list, rows))


def encoded(numbers: Sequence[Number], dtype: str) -> bytes:
    """The floats nearest to the numbers as bytes; OverflowError where one is too large.

    >>> encoded([1.5, -2], "F32").hex()
    '0000c03f000000c0'
    """
    return struct.pack(f"<{len(numbers)}{_LETTERS[dtype]}", *map(float, numbers))


def _widened(data: bytes) -> bytes:
    """BF16 as F32, whose upper two bytes it is."""
    wide = bytearray(2 * len(data))
    wide[2::4], wide[3::4] = data[::2], data[1::2]
    return bytes(wide)
