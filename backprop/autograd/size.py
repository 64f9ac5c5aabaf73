"""Size: the shape of a tensor, the number of its entries along each axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Union, overload

from backprop.shape_errors import shape_error
from backprop.validation import as_int

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self, SupportsIndex

Dims = Union[int, Sequence[int], None]


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple of ints. A slice of one and the sum of two are Sizes again.

    >>> Size([2, 3, 4])[1:], Size([2, 3]) + (4,), Size([2, 3]).numel()
    (torch.Size([3, 4]), torch.Size([2, 3, 4]), 6)
    """

    __slots__ = ()

    def __new__(cls, sizes: Iterable[int] = ()) -> Self:
        return super().__new__(cls, [as_int("Size", "a size", size) for size in sizes])

    def numel(self) -> int:
        """The number of entries: the product of the sizes."""
        return math.prod(self)

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    @overload
    def __getitem__(self, item: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, item: slice) -> Size: ...
    def __getitem__(self, item: SupportsIndex | slice) -> int | Size:
        chosen = tuple.__getitem__(self, item)
        return trusted_size(chosen) if isinstance(chosen, tuple) else chosen

    def __add__(self, other: tuple[int, ...]) -> Size:  # type: ignore[override]  # a Size and no other tuple
        return Size(tuple.__add__(self, other))

    def __radd__(self, other: tuple[int, ...]) -> Size:
        if not isinstance(other, tuple):  # a list takes the sizes by +=
            return NotImplemented
        return Size(other + tuple(self))

    def __mul__(self, times: SupportsIndex) -> Size:
        return trusted_size(tuple.__mul__(self, times))

    __rmul__ = __mul__


# A Size of ints that were checked before, in a third of the time.
trusted_size: Callable[[Iterable[int]], Size] = partial(tuple.__new__, Size)


@lru_cache(1024)
def broadcast_shapes(name: str, *shapes: tuple[int, ...]) -> Size:
    """The shape that all shapes expand to: sizes are matched from the last axis, and a 1 or no axis fits any size.

    >>> broadcast_shapes("add", (4, 1, 3), (2, 1))
    torch.Size([4, 2, 3])
    >>> broadcast_shapes("add", (2, 3), (4,))
    Traceback (most recent call last):
    backprop.ArgumentError: add: The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1: a [2, 3], b [4]
    """
    result = [1] * max(map(len, shapes), default=0)
    sources: list[tuple[int, ...]] = [()] * len(result)
    for shape in shapes:
        for axis in range(-1, -len(shape) - 1, -1):
            size = shape[axis]
            if size != 1 and size != result[axis]:
                if result[axis] != 1:
                    raise shape_error(
                        f"{name}: The size of tensor a ({result[axis]}) must match the size of tensor b ({size}) "
                        f"at non-singleton dimension {len(result) + axis}",
                        column_advice(*shapes),
                        a=sources[axis],
                        b=shape,
                    )
                result[axis], sources[axis] = size, shape
    return trusted_size(result)


def column_advice(*shapes: tuple[int, ...]) -> str:
    """What to write where a vector should be a column.

    >>> column_advice((8, 3), (8,)), column_advice((8, 3), (4,))
    ('; unsqueeze(1) makes a column of the 8 numbers', '')
    """
    for shape in shapes:
        if len(shape) == 1 and all(len(other) == 2 and other[0] == shape[0] for other in shapes if other is not shape):
            return f"; unsqueeze(1) makes a column of the {shape[0]} numbers"
    return ""


def format_sizes(sizes: Sequence[int]) -> str:
    """The sizes as an error message shows them.

    >>> format_sizes(Size([2, 3]))
    '(2, 3)'
    """
    return str(tuple(sizes))
