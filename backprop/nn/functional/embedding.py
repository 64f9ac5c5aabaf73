"""Embedding: a row of numbers that is learned for each of a list of indices."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from reprlib import repr as short
from typing import Any

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation
from backprop.matrix import Matrix, plain, trusted


def embedding(
    input: Sequence[int], weight: TensorLike, padding_idx: int | None = None, *, name: str = "embedding"
) -> Tensor:
    """The rows of ``weight`` with these indices, one row of output an index; the equation is that of ``rows_at``.

    ``input`` is a list of ints from 0 to num_embeddings − 1; sequences are stacked below each other. The row
    ``padding_idx`` (negative: from the end) gets no gradient. PyTorch's max_norm, norm_type, scale_grad_by_freq and
    sparse are left out.

    Raises TypeError for indices that are not ints (a bool is none), ValueError for one out of range, with its place.

    >>> embedding([1, 0, 1], Matrix([[0.5, 1.0], [2.0, 3.0]]))
    Tensor([[2.0, 3.0], [0.5, 1.0], [2.0, 3.0]])
    """
    weight = as_tensor(weight)
    padding_idx = checked_padding(name, padding_idx, weight.shape[0])
    return rows_at(weight, indices=plain(input), padding_idx=padding_idx, name=name)


@operation
def rows_at(weight: Matrix, *, indices: Sequence[int], padding_idx: int | None, name: str) -> Result:
    """yᵢ = w[indexᵢ],  ∂L/∂w[k] = Σ of ∂L/∂yᵢ over all i with indexᵢ = k, and 0 for ``padding_idx``.

    The same as a product with one-hot rows, without the multiplications by 0.
    """
    _check_indices(name, indices, weight.shape[0])
    rows, kept = weight.rows, list(indices)

    def pullback(d: Matrix) -> Matrix:
        nothing: list[Any] = [0] * len(rows[0])
        gradient = [nothing] * len(rows)
        for k, slopes in zip(kept, d.rows):
            gradient[k] = slopes if gradient[k] is nothing else list(map(add, gradient[k], slopes))
        if padding_idx is not None:
            gradient[padding_idx] = nothing
        return trusted(gradient)

    return trusted([rows[k] for k in kept]), pullback


def checked_padding(name: str, padding_idx: Any, count: int) -> int | None:
    """The index counted from 0, or the error that says which there are."""
    if padding_idx is None:
        return None
    if type(padding_idx) is not int or not -count <= padding_idx < count:
        raise ValueError(f"{name}: padding_idx is None or an int from {-count} to {count - 1}, got {padding_idx!r}")
    return padding_idx % count


def _check_indices(name: str, indices: Any, count: int) -> None:
    if not isinstance(indices, (list, tuple, range)) or not indices:
        raise TypeError(f"{name} needs a list of indices (ints), got {short(indices)}")
    if not {int}.issuperset(map(type, indices)):
        i, k = next((i, k) for i, k in enumerate(indices) if type(k) is not int)
        raise TypeError(f"{name}: index {i} of the list is {short(k)}; indices are ints")
    if min(indices) < 0 or max(indices) >= count:
        i, k = next((i, k) for i, k in enumerate(indices) if not 0 <= k < count)
        raise ValueError(f"{name}: index {i} of the list is {k}; with {count} embeddings they are 0 to {count - 1}")
