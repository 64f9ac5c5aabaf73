"""Searching: where entries would stand in a sorted row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

from backprop import dtypes
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.matrix import flatten, trusted
from backprop.tensors.scattering import gather
from backprop.validation import check_choice


def searchsorted(
    sorted_sequence: TensorLike,
    input: TensorLike,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """For each entry the index at which it would stand in the sorted row: before equal ones, after them with
    ``right`` or ``side="right"``.

    One row for all, or a row for each of those of the input. ``sorter`` is the ``argsort`` of rows that are not sorted.

    >>> from backprop import Tensor
    >>> searchsorted(Tensor([1.0, 3.0, 5.0]), Tensor([3.0, 6.0]))
    tensor([1, 3])
    """
    rows, x = as_tensor(sorted_sequence, "searchsorted"), as_tensor(input, "searchsorted")
    if side is not None:
        check_choice("searchsorted", "side", side, ("left", "right"))
        if right and side == "left":
            raise RuntimeError("searchsorted: right=True and side='left' are opposites; write one of them")
    if sorter is not None:
        if sorter._shape != rows._shape:
            raise RuntimeError(
                f"searchsorted: sorter has the shape of the sorted sequence, {list(rows._shape)}, got {list(sorter._shape)}"
            )
        rows = gather(rows, -1, sorter)
    if len(rows._shape) != 1 and (len(rows._shape) != len(x._shape) or rows._shape[:-1] != x._shape[:-1]):
        raise RuntimeError(
            f"searchsorted: the sorted sequence is one row, or has the axes of the input but the last; got {list(rows._shape)} "
            f"and {list(x._shape)}"
        )
    place = bisect_right if right or side == "right" else bisect_left
    wanted = flatten(x._matrix.rows)
    width, each = rows._shape[-1], x._shape[-1] if x._shape else 1
    entries = flatten(rows._matrix.rows)
    found: list[Any] = []
    for start in range(0, len(wanted), each or 1):
        first = 0 if len(rows._shape) == 1 else start // each * width
        row = entries[first : first + width]
        found += [place(row, entry) if entry == entry else width for entry in wanted[start : start + each]]
    return constant(trusted([found]), x._shape, dtypes.int32 if out_int32 else dtypes.int64)


def bucketize(input: TensorLike, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """For each entry the index of the bucket between the ``boundaries`` in which it is; one that equals a boundary is in
    the bucket before it, after it with ``right``.

    >>> from backprop import Tensor
    >>> bucketize(Tensor([0.5, 1.0, 7.0]), Tensor([1.0, 2.0]))
    tensor([0, 0, 2])
    """
    edges = as_tensor(boundaries, "bucketize")
    if len(edges._shape) != 1:
        raise RuntimeError(f"bucketize: boundaries are one row, got the shape {list(edges._shape)}")
    return searchsorted(edges, input, out_int32=out_int32, right=right)
