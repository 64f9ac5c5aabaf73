"""Coding: classes as numbers that can be added and multiplied."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.matrix import Matrix, trusted
from backprop.nn.functional.targets import class_targets
from backprop.validation import check_positive_int


def one_hot(targets: Sequence[int], num_classes: int = -1) -> Matrix:
    """[k = targetᵢ]: a row for each class index, with a 1 at its place and 0 elsewhere, (n, num_classes).

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
