"""Conversions: a Tensor as a number, as nested lists and as text, and what else Python asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from backprop.autograd.tensor import Tensor
from backprop.matrix import Entry, flatten, unflatten
from backprop.validation import ArgumentError


def item(input: Tensor) -> Entry:
    """The number of a Tensor of a single entry.

    >>> item(Tensor([[0.5]]))
    0.5
    """
    rows = input._matrix.rows
    if len(rows) > 1 or len(rows[0]) != 1:
        raise RuntimeError(
            f"a Tensor with {input._shape.numel()} elements cannot be converted to Scalar: item() is for one of a single entry"
        )
    return _as_python(input, rows[0][0])


def tolist(input: Tensor) -> Any:
    """The entries as nested lists, a number for 0-D.

    >>> tolist(Tensor([[1, 2.5]]))
    [[1.0, 2.5]]
    """
    entries, shape = flatten(input._matrix.rows), tuple(input._shape)
    if input._dtype is not None and input._dtype.is_floating_point and int in set(map(type, entries)):
        entries = [_as_python(input, x) for x in entries]
    for size in reversed(shape[1:]):
        count = shape[0] if not size else len(entries) // size
        entries = unflatten(entries, size) if size else [[] for _ in range(count)]
    return entries if shape else entries[0]


def _as_python(input: Tensor, x: Any) -> Any:
    """An int in a floating Tensor is exact in arithmetic, and goes out as the float that it stands for."""
    return float(x) if type(x) is int and input._dtype is not None and input._dtype.is_floating_point else x


def __len__(input: Tensor) -> int:
    """The size of the first axis."""
    if not input._shape:
        raise TypeError("len() of a 0-d tensor")
    return input._shape[0]


def __iter__(input: Tensor) -> Iterator[Tensor]:
    """The parts along the first axis."""
    if not input._shape:
        raise TypeError("iteration over a 0-d tensor")
    return iter([input[i] for i in range(input._shape[0])])


def __float__(input: Tensor) -> float:
    return float(_number(input, "float()"))


def __int__(input: Tensor) -> int:
    return int(_number(input, "int()"))


def __index__(input: Tensor) -> int:
    number = _number(input, "an index")
    if not isinstance(number, int):
        raise TypeError("only integer tensors of a single element can be converted to an index")
    return int(number)


def __round__(input: Tensor, ndigits: int | None = None) -> Entry:
    return round(_number(input, "round()"), ndigits)


def __bool__(input: Tensor) -> bool:
    if input._shape.numel() != 1:
        raise RuntimeError(
            f"the truth of a Tensor with {input._shape.numel()} entries is ambiguous: write tensor.any() or tensor.all()"
        )
    return bool(item(input))


def __format__(input: Tensor, spec: str) -> str:
    """``f"{loss:.4f}"`` and ``f"{loss}"`` of a Tensor of a single entry: that of its number; of another its text, for
    which there is no format."""
    if input._shape and not spec:
        return repr(input)
    number = _number(input, f"the format {spec!r}")
    return format(float(number) if spec and isinstance(number, Fraction) else number, spec)


def _number(input: Tensor, asked: str) -> Entry:
    if input._shape.numel() != 1:
        raise ArgumentError(
            f"{asked} needs a Tensor of a single entry, this has the shape {list(input._shape)}: choose one, tensor[i, j], "
            "reduce it with sum() or mean(), or keep them all with an operation (exp, log, …)"
        )
    return item(input)
