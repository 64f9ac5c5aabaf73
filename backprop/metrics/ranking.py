"""Ranking: whether scores put the true class before the others, whatever their values."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix
from backprop.metrics.validation import (
    Classes,
    Numbers,
    check_lengths,
    check_no_nan,
    class_indices,
    class_probabilities,
    class_scores,
    number_rows,
)
from backprop.validation import check_positive_int


def top_k_accuracy(y_true: Classes, y_score: Tensor | Matrix, *, k: int = 2) -> float:
    """The share of examples whose class is among the ``k`` with the largest scores; of equal scores the first come first.

    ``y_score`` is (examples, classes); with k = 1 this is the accuracy. Raises ValueError for NaN, and for a k that is
    not from 1 to the number of classes.

    >>> top_k_accuracy([0, 1, 2], Matrix([[0.5, 0.2, 0.3], [0.3, 0.4, 0.3], [0.7, 0.2, 0.1]]), k=2)
    0.6666666666666666
    """
    check_positive_int("top_k_accuracy", k=k)
    scores = class_scores("top_k_accuracy", "y_score", y_score)
    classes = scores.shape[1]
    if k > classes:
        raise ValueError(f"top_k_accuracy: k is an int from 1 to the number of classes, {classes}, got {k}")
    true = class_indices("top_k_accuracy", "y_true", y_true, classes)
    check_lengths("top_k_accuracy", true, scores)
    return sum(_place(row, t) < k for row, t in zip(scores.rows, true)) / len(true)


def roc_auc(y_true: Classes, y_score: Numbers) -> float:
    """The area under the ROC curve: the probability that an example of class 1 has a larger score than one of class 0,
    where equal scores count half.

    ``y_score`` is a list of numbers, or one column. With a column for each class it holds probabilities, and the
    area is the mean over the classes of that of each against all others. Hanley and McNeil, "The Meaning and Use of the
    Area under a Receiver Operating Characteristic (ROC) Curve" (1982).

    Cost: n·log n for n examples, by ranks instead of pairs. Error: none but the rounding of the result. Raises
    ValueError for NaN, for a class without an example, and for rows of several columns that are not probabilities.

    >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    rows = number_rows("roc_auc", "y_score", y_score)
    if len(rows[0]) == 1:
        check_no_nan("roc_auc", "y_score", rows)
        true = class_indices("roc_auc", "y_true", y_true, 2)
        check_lengths("roc_auc", true, rows)
        _check_all_occur(true, 2)
        return _area(true, [score for (score,) in rows])
    true, rows = class_probabilities("roc_auc", "y_score", y_true, y_score)
    _check_all_occur(true, len(rows[0]))
    areas = [_area([t == k for t in true], column) for k, column in enumerate(zip(*rows))]
    return math.fsum(areas) / len(areas)


def _area(marks: Sequence[int], scores: Sequence[Any]) -> float:
    """(pairs in order + ½·pairs of equals) / all pairs of a mark 1 with a mark 0."""
    ones = [score for score, mark in zip(scores, marks) if mark]
    zeros = sorted([score for score, mark in zip(scores, marks) if not mark])
    # Each 1 counts twice the zeros below it, and once its equals.
    halves = sum([bisect_left(zeros, score) + bisect_right(zeros, score) for score in ones])
    return halves / (2 * len(ones) * len(zeros))


def _place(row: list[Any], t: int) -> int:
    """How many come before ``t`` in the order of the scores."""
    score = row[t]
    return len([x for x in row if x > score]) + row[:t].count(score)


def _check_all_occur(true: Sequence[int], classes: int) -> None:
    missing = set(range(classes)).difference(true)
    if missing:
        raise ValueError(f"roc_auc: y_true has no example of class {min(missing)}; each of the {classes} needs one")
