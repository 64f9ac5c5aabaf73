"""The filters of PNG: a line is stored as its differences from what its neighbours let one expect.

x is a byte of the line, a the one to its left in the same place of its pixel, b the one above, c the one above a; what
lies outside the image is 0. Stored is x − p(a, b, c) mod 256, and so x = stored + p(a, b, c) mod 256. A filter takes
one place of all pixels in a line, stored, and in the line above, decoded (PNG specification, section 9.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate


def unfiltered(kind: int, stored: bytes, above: bytes, step: int) -> bytes:
    """The line whose pixels take ``step`` bytes each, by the filter of the number ``kind``.

    >>> unfiltered(1, bytes([10, 100, 1, 255]), bytes(4), step=2) == bytes([10, 100, 11, 99])
    True
    """
    if kind >= len(FILTERS):
        raise ValueError(f"a line has filter {kind}; they are 0 to {len(FILTERS) - 1}")
    line = bytearray(stored)
    for place in range(step):
        line[place::step] = bytes(FILTERS[kind](stored[place::step], above[place::step]))
    return bytes(line)


def none(stored: bytes, above: bytes) -> Iterable[int]:
    """p = 0."""
    return stored


def sub(stored: bytes, above: bytes) -> Iterable[int]:
    """p = a."""
    return [x & 255 for x in accumulate(stored)]


def up(stored: bytes, above: bytes) -> Iterable[int]:
    """p = b."""
    return [(x + b) & 255 for x, b in zip(stored, above)]


def average(stored: bytes, above: bytes) -> Iterable[int]:
    """p = ⌊(a + b)/2⌋."""
    line, a = [], 0
    for x, b in zip(stored, above):
        a = (x + (a + b >> 1)) & 255
        line.append(a)
    return line


def paeth(stored: bytes, above: bytes) -> Iterable[int]:
    """p = the one of a, b, c nearest to a + b − c, the first of equals.

    Paeth, "Image File Compression Made Easy" (1991).
    """
    line, a, c = [], 0, 0
    for x, b in zip(stored, above):
        to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - c - c)
        a = (x + (a if to_a <= to_b and to_a <= to_c else b if to_b <= to_c else c)) & 255
        line.append(a)
        c = b
    return line


FILTERS = (none, sub, up, average, paeth)
