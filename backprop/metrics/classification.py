"""Classification: predicted classes beside the true ones, counted.

Classes are indices from 0: lists of ints, or a column of whole numbers. Predictions may also be scores or
probabilities, a Matrix or Tensor with a row for each example and a column for each class; the largest of a row is
its prediction, the first of equals. One column of probabilities p of yes or no is made classes by ``p > 0.5``.

All are ratios of counts, computed exactly and rounded once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Callable, NamedTuple, overload

from backprop.matrix import Matrix, trusted
from backprop.metrics.validation import Classes, predicted_classes
from backprop.validation import check_choice, check_positive_int


def accuracy(y_true: Classes, y_pred: Classes) -> float:
    """The share of correct predictions.

    Raises TypeError or ValueError, as all metrics do, for what is not a class, for NaN among the scores, for no
    examples and for another number of predictions than targets.

    >>> accuracy([0, 1, 2, 2], [0, 1, 1, 2])
    0.75
    >>> accuracy([1, 1], Matrix([[0.1, 0.9], [0.5, 0.5]]))
    0.5
    """
    true, predicted, _ = predicted_classes("accuracy", y_true, y_pred)
    return sum([t == p for t, p in zip(true, predicted)]) / len(true)


def confusion_matrix(y_true: Classes, y_pred: Classes, *, num_classes: int | None = None) -> Matrix:
    """Cᵢⱼ = how many examples of class i were predicted as class j, as ints: (num_classes, num_classes).

    Without ``num_classes`` their number is that of the columns of scores, or one more than the largest index.

    >>> confusion_matrix([0, 1, 2, 2], [0, 1, 1, 2])
    Matrix([[1, 0, 0], [0, 1, 0], [0, 1, 1]])
    """
    if num_classes is not None:
        check_positive_int("confusion_matrix", num_classes=num_classes)
    true, predicted, classes = predicted_classes("confusion_matrix", y_true, y_pred, num_classes)
    counts = [[0] * classes for _ in range(classes)]
    for t, p in zip(true, predicted):
        counts[t][p] += 1
    return trusted(counts)


# ---------------------------------------------------------------- precision, recall, F1


@overload
def precision(y_true: Classes, y_pred: Classes, *, average: str = "binary") -> float: ...
@overload
def precision(y_true: Classes, y_pred: Classes, *, average: None) -> list[float]: ...
def precision(y_true: Classes, y_pred: Classes, *, average: str | None = "binary") -> float | list[float]:
    """Of the predictions of a class, the share that is correct: hits / predicted.

    ``average`` is, as in scikit-learn,

    - "binary": that of class 1, where the classes are 0 and 1; refused for more
    - "macro": the mean over the classes, each with the same weight
    - "weighted": the mean over the classes, each with the number of its examples as weight
    - "micro": the ratio of the counts summed over all classes, which is the accuracy
    - None: a list with one number for each class

    0/0, here that of a class never predicted, is 0, as with ``zero_division=0``. Means are over the classes that occur
    among targets or predictions; one that occurs in neither has 0 in the list.

    >>> precision([0, 1, 1], [0, 0, 1]), precision([0, 1, 2, 2], [0, 1, 1, 2], average=None)
    (1.0, [1.0, 0.5, 1.0])
    """
    return _measured("precision", precision_of, y_true, y_pred, average)


@overload
def recall(y_true: Classes, y_pred: Classes, *, average: str = "binary") -> float: ...
@overload
def recall(y_true: Classes, y_pred: Classes, *, average: None) -> list[float]: ...
def recall(y_true: Classes, y_pred: Classes, *, average: str | None = "binary") -> float | list[float]:
    """Of the examples of a class, the share that was found: hits / actual; ``average`` and 0/0 as in ``precision``.

    >>> recall([0, 1, 1], [0, 0, 1]), recall([0, 1, 2, 2], [0, 1, 1, 2], average=None)
    (0.5, [1.0, 1.0, 0.5])
    """
    return _measured("recall", recall_of, y_true, y_pred, average)


@overload
def f1(y_true: Classes, y_pred: Classes, *, average: str = "binary") -> float: ...
@overload
def f1(y_true: Classes, y_pred: Classes, *, average: None) -> list[float]: ...
def f1(y_true: Classes, y_pred: Classes, *, average: str | None = "binary") -> float | list[float]:
    """The harmonic mean of precision and recall, 2·hits / (predicted + actual); ``average`` and 0/0 as in ``precision``.

    van Rijsbergen, "Information Retrieval" (2nd ed., 1979), chapter 7: 1 − his E for α = ½.

    >>> f1([0, 1, 1, 1], [0, 0, 1, 1]), f1([0, 1, 2, 2], [0, 1, 1, 2], average="micro")
    (0.8, 0.75)
    """
    return _measured("f1", f1_of, y_true, y_pred, average)


class Counts(NamedTuple):
    """How often a class was predicted and true, predicted, true."""

    hits: int
    predicted: int
    actual: int


Ratio = Callable[[Counts], Fraction]


def precision_of(counts: Counts) -> Fraction:
    """hits / predicted."""
    return _ratio(counts.hits, counts.predicted)


def recall_of(counts: Counts) -> Fraction:
    """hits / actual."""
    return _ratio(counts.hits, counts.actual)


def f1_of(counts: Counts) -> Fraction:
    """2·hits / (predicted + actual)."""
    return _ratio(2 * counts.hits, counts.predicted + counts.actual)


def counted(true: Sequence[int], predicted: Sequence[int]) -> dict[int, Counts]:
    """The counts of each class that occurs, by its index.

    >>> counted([0, 2, 2], [0, 0, 2])
    {0: Counts(hits=1, predicted=2, actual=1), 2: Counts(hits=1, predicted=1, actual=2)}
    """
    hits = Counter(t for t, p in zip(true, predicted) if t == p)
    guesses, examples = Counter(predicted), Counter(true)
    return {k: Counts(hits[k], guesses[k], examples[k]) for k in sorted(guesses.keys() | examples.keys())}


def averaged(ratio: Ratio, table: dict[int, Counts], average: str) -> float:
    """The mean of a ratio over the classes: "macro", "weighted" or "micro".

    >>> averaged(recall_of, {0: Counts(1, 2, 1), 2: Counts(1, 1, 2)}, "macro")
    0.75
    """
    if average == "micro":
        return float(ratio(Counts(*map(sum, zip(*table.values())))))
    weights = [counts.actual if average == "weighted" else 1 for counts in table.values()]
    return float(sum(w * ratio(counts) for w, counts in zip(weights, table.values())) / sum(weights))


def _measured(name: str, ratio: Ratio, y_true: Classes, y_pred: Classes, average: str | None) -> float | list[float]:
    check_choice(name, "average", average, ("binary", "macro", "weighted", "micro", None))
    true, predicted, classes = predicted_classes(name, y_true, y_pred)
    table = counted(true, predicted)
    if average is None:
        return [float(ratio(table.get(k, Counts(0, 0, 0)))) for k in range(classes)]
    if average != "binary":
        return averaged(ratio, table, average)
    if classes > 2:
        raise ValueError(f"{name}: average 'binary' is for 2 classes, these are {classes}; choose 'macro' or another")
    return float(ratio(table.get(1, Counts(0, 0, 0))))


def _ratio(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)
