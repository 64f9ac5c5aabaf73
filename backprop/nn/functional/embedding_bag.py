"""Bags of embeddings: the rows of a weight that belong to one bag, brought together to one row."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from backprop.autograd import Tensor, TensorLike, as_tensor, composed
from backprop.matrix import Matrix
from backprop.nn.functional.embedding import check_norm, check_range, checked_padding, embedding, index_entries
from backprop.tensors.filled import zeros
from backprop.tensors.from_data import tensor
from backprop.tensors.scattering import gather, index_add
from backprop.tensors.selection import where
from backprop.validation import ArgumentError, check_bool, check_choice

MODES = ("sum", "mean", "max")


@composed
def embedding_bag(
    input: Any,
    weight: Tensor | Matrix,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: TensorLike | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """yᵦ = the sum, the mean or the largest, entry by entry, of the rows w[index] for all indices of bag b: (bags,
    embedding_dim).

    ``input`` is (bags, n), or has the indices of all bags one after the other, and ``offsets`` says where each bag begins;
    with ``include_last_offset`` the last of them is where the last bag ends. An empty bag gives 0. With the mode "sum" each
    row may be multiplied with its own number of ``per_sample_weights``, which has the shape of ``input``. The index
    ``padding_idx`` is left out of its bag. ``max_norm``, ``norm_type`` and ``scale_grad_by_freq`` are those of
    ``embedding``; ``sparse`` changes nothing here, where a gradient is dense. The old order, a weight of floats before an
    input of ints, is understood, with a warning, as in PyTorch.

    Raises TypeError and IndexError for indices as ``embedding`` does, ValueError for offsets and settings that do not fit.

    >>> weight = Tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 6.0]])
    >>> embedding_bag([[1, 2], [0, 1]], weight)
    tensor([[2.0000, 4.0000],
            [0.5000, 1.0000]])
    >>> embedding_bag([1, 2, 1], weight, offsets=[0, 1], mode="sum")
    tensor([[1., 2.],
            [4., 8.]])
    """
    name = "embedding_bag"
    check_settings(name, mode, sparse, include_last_offset, scale_grad_by_freq)
    check_norm(name, max_norm, norm_type)
    w = as_tensor(weight, name)
    if not w.dtype.is_floating_point and getattr(getattr(input, "dtype", None), "is_floating_point", False):
        warnings.warn(f"{name}: the order is (input, weight), the indices first; both are exchanged", stacklevel=3)
        input, w = w, input
    if len(w.shape) != 2:
        raise ArgumentError(f"{name}: weight is (num_embeddings, embedding_dim), got the shape {list(w.shape)}")
    indices, shape = index_entries(name, input)
    if len(shape) == 2:
        if offsets is not None:
            raise ArgumentError(f"{name}: an input (bags, n) has no offsets; got the shape {list(shape)} and offsets")
        starts = [k * shape[1] for k in range(shape[0] + 1)]
    elif len(shape) == 1:
        starts = _starts(name, offsets, len(indices), include_last_offset)
    else:
        raise ArgumentError(f"{name}: input is (bags, n) or the indices of all bags, got the shape {list(shape)}")
    left_out = checked_padding(name, padding_idx, w.shape[0])
    bags = [[k for k in range(start, end) if indices[k] != left_out] for start, end in zip(starts, starts[1:])]
    kept = [k for bag in bags for k in bag]
    check_range(name, indices, shape, w.shape[0])
    rows = embedding(indices, w, None, max_norm, norm_type, scale_grad_by_freq)[kept]
    if per_sample_weights is not None:
        factors = as_tensor(per_sample_weights, name)
        if mode != "sum" or factors.shape != shape:
            raise ArgumentError(
                f'{name}: per_sample_weights are of the mode "sum" and of the shape of the input, {list(shape)}; '
                f"got the mode {mode!r} and the shape {list(factors.shape)}"
            )
        rows = rows * factors.flatten()[kept].unsqueeze(-1)
    counts = [len(bag) for bag in bags]
    none = zeros(len(bags), w.shape[1], dtype=rows.dtype)
    if not kept:
        return none
    if mode == "max":
        return _largest(rows, counts, none)
    owners = [b for b, count in enumerate(counts) for _ in range(count)]
    total = index_add(none, 0, tensor(owners), rows)
    return total / tensor([[max(count, 1)] for count in counts]) if mode == "mean" else total


def _largest(rows: Tensor, counts: Sequence[int], none: Tensor) -> Tensor:
    """The largest entry of each column of each bag; at a tie the gradient is that of the first."""
    entries, start = rows._matrix.rows, 0
    places: list[list[int]] = []
    for count in counts:
        columns = zip(*entries[start : start + count])
        largest = [start + max(range(count), key=column.__getitem__) for column in columns]
        places.append(largest or [0] * len(entries[0]))
        start += count
    return where(tensor([[count > 0] for count in counts]), gather(rows, 0, tensor(places)), none)


def _starts(name: str, offsets: Any, count: int, include_last: bool) -> list[int]:
    """Where each bag begins, and behind it where the last one ends."""
    if offsets is None:
        raise ArgumentError(f"{name}: offsets say where in the input each bag begins, as [0, 3]; got None")
    starts, shape = index_entries(name, offsets)
    if len(shape) != 1 or (include_last and not starts):
        raise ArgumentError(f"{name}: offsets are ints along one axis, got the shape {list(shape)}")
    ends = starts if include_last else [*starts, count]
    if ends[0] or ends[-1] > count or any(end < start for start, end in zip(ends, ends[1:])):
        raise ArgumentError(f"{name}: offsets go up from 0 to {count}, the number of indices, got {starts}")
    return ends


def check_settings(name: str, mode: str, sparse: bool, include_last_offset: bool, scale_grad_by_freq: bool) -> None:
    """ValueError for another mode and for "max" with a gradient by frequency.

    >>> check_settings("EmbeddingBag", "min", False, False, False)
    Traceback (most recent call last):
    backprop.ArgumentError: EmbeddingBag: mode is 'sum', 'mean' or 'max', got 'min'
    """
    check_choice(name, "mode", mode, MODES)
    check_bool(name, sparse=sparse, include_last_offset=include_last_offset, scale_grad_by_freq=scale_grad_by_freq)
    if mode == "max" and scale_grad_by_freq:
        raise ArgumentError(f'{name}: scale_grad_by_freq is of the modes "sum" and "mean", got mode "max"')
