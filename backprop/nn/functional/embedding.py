"""Indices as rows of numbers: learned ones (embedding), or a 1 at the index and 0 elsewhere (one_hot)."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from reprlib import repr as short
from typing import Any

from backprop.autograd import Result, operation
from backprop.matrix import Matrix, plain, trusted
from backprop.nn.functional.targets import class_targets
from backprop.validation import check_positive_int


@operation
def embedding(input: Sequence[int], weight: Matrix, padding_idx: int | None = None) -> Result:
    """yᵢ = w[indexᵢ],  ∂L/∂w[k] = Σ of ∂L/∂yᵢ over all i with indexᵢ = k, and 0 for ``padding_idx``.

    ``input`` is a list of ints from 0 to num_embeddings − 1; sequences are stacked below each other. The result is the
    product of one-hot rows with ``weight``, without the multiplications by 0. A negative ``padding_idx`` counts from the end. PyTorch's max_norm, norm_type, scale_grad_by_freq and
    sparse are left out.

    Raises TypeError for indices that are not ints (a bool is not one), ValueError for one out of range, and says which.

    >>> embedding([1, 0, 1], Matrix([[0.5, 1.0], [2.0, 3.0]]))
    Tensor([[2.0, 3.0], [0.5, 1.0], [2.0, 3.0]])
    """
    rows = weight.rows
    padding = checked_padding("embedding", padding_idx, len(rows))
    given = plain(input)
    _check_indices(given, len(rows))
    indices = list(given)

    def pullback(d: Matrix) -> Matrix:
        zeros: list[Any] = [0] * len(rows[0])
        gradient = [zeros] * len(rows)
        for k, slopes in zip(indices, d.rows):
            gradient[k] = slopes if gradient[k] is zeros else list(map(add, gradient[k], slopes))
        if padding is not None:
            gradient[padding] = zeros
        return trusted(gradient)

    return trusted([rows[k] for k in indices]), pullback


def one_hot(targets: Sequence[int], num_classes: int = -1) -> Matrix:
    """[k = targetᵢ]: a row for each class index, with a 1 at its index and 0 elsewhere, (n, num_classes).

    -1 stands for the largest index plus one, as in ``torch.nn.functional.one_hot``.

    Raises TypeError for targets that are not class indices, ValueError for none, and for one that is not below
    num_classes.

    >>> one_hot([0, 2, 1], num_classes=3)
    Matrix([[1, 0, 0], [0, 0, 1], [0, 1, 0]])
    """
    targets = class_targets("one_hot", targets)
    if not targets:
        raise ValueError("one_hot: there are no targets")
    if num_classes == -1:
        num_classes = max(targets) + 1
    check_positive_int("one_hot", num_classes=num_classes)
    if min(targets) < 0 or max(targets) >= num_classes:
        i, k = next((i, k) for i, k in enumerate(targets) if not 0 <= k < num_classes)
        raise ValueError(f"one_hot: target {i} is {k}; with {num_classes} classes they are 0 to {num_classes - 1}")
    rows = [[0] * num_classes for _ in targets]
    for row, target in zip(rows, targets):
        row[target] = 1
    return trusted(rows)


def checked_padding(name: str, padding_idx: Any, count: int) -> int | None:
    """The index counted from 0, or the error that says which there are."""
    if padding_idx is None:
        return None
    if type(padding_idx) is not int or not -count <= padding_idx < count:
        raise ValueError(f"{name}: padding_idx is None or an int from {-count} to {count - 1}, got {padding_idx!r}")
    return padding_idx % count


def _check_indices(indices: Any, count: int) -> None:
    if not isinstance(indices, (list, tuple, range)) or not indices:
        raise TypeError(f"embedding needs a list of indices (ints), got {short(indices)}")
    if not {int}.issuperset(map(type, indices)):
        i, k = next((i, k) for i, k in enumerate(indices) if type(k) is not int)
        raise TypeError(f"embedding: index {i} of the list is {short(k)}; indices are ints")
    if min(indices) < 0 or max(indices) >= count:
        i, k = next((i, k) for i, k in enumerate(indices) if not 0 <= k < count)
        raise ValueError(f"embedding: index {i} of the list is {k}; with {count} embeddings they are 0 to {count - 1}")
