"""Validation: what metrics take, as lists of class indices and rows of numbers, or the sentence that says what fits."""

from __future__ import annotations

import math
from collections.abc import Sequence, Sized
from operator import eq
from reprlib import repr as short
from typing import Any, Callable, Union

from backprop.autograd import Tensor
from backprop.kernel import Rows
from backprop.matrix import Matrix, Number, format_shape, plain, trusted
from backprop.nn.functional.targets import advice, is_classes

Classes = Union[Sequence[int], Tensor, Matrix]
Numbers = Union[Sequence[Number], Tensor, Matrix]


def class_indices(name: str, what: str, values: Any, classes: int | None = None) -> list[int]:
    """Those of a list of ints, or of a single column of whole numbers.

    Raises TypeError for anything else, ValueError for none, and for one that is not from 0 to ``classes`` − 1.

    >>> class_indices("accuracy", "y_true", Matrix([[1.0], [0.0]]))
    [1, 0]
    """
    values = as_table(values)
    if isinstance(values, Matrix):
        if values.shape[1] != 1:
            raise ValueError(f"{name}: {what} is one class index a row, got {format_shape(values.shape)}")
        values = [x for (x,) in values.rows]
    elif not is_classes(values):
        raise TypeError(f"{name}: {what} is a list of class indices (ints), got {short(values)}{advice(values)}")
    elif not values:
        raise ValueError(f"{name}: {what} is empty; at least one example is needed")
    for i, k in enumerate(values):
        if k % 1 != 0:
            raise ValueError(f"{name}: {what}[{i}] is {k!r}; a class is an int, as p > 0.5 makes of a probability p")
        if k < 0 or classes is not None and k >= classes:
            fits = f"with {classes} classes they are 0 to {classes - 1}" if classes else "a class is an int from 0 up"
            raise ValueError(f"{name}: {what}[{i}] is {int(k)}; {fits}")
    return list(map(int, values))


def predicted_classes(
    name: str, y_true: Any, y_pred: Any, classes: int | None = None
) -> tuple[list[int], list[int], int]:
    """(targets, predictions, number of classes): rows of scores, one column a class, predict their largest.

    Without ``classes`` their number is that of the columns of scores, or one more than the largest index.

    >>> predicted_classes("accuracy", [0, 2], Matrix([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]))
    ([0, 2], [0, 2], 3)
    """
    y_pred = as_table(y_pred)
    if isinstance(y_pred, Matrix) and y_pred.shape[1] > 1:
        scores = class_scores(name, "y_pred", y_pred)
        columns = scores.shape[1]
        if classes not in (None, columns):
            raise ValueError(f"{name}: {columns} columns of scores are not for {classes} classes")
        y_pred, classes = [row.index(max(row)) for row in scores.rows], columns
    true = class_indices(name, "y_true", y_true, classes)
    predicted = class_indices(name, "y_pred", y_pred, classes)
    check_lengths(name, true, predicted)
    return true, predicted, classes or 1 + max(max(true), max(predicted))


def class_scores(name: str, what: str, values: Any) -> Matrix:
    """The Matrix of scores, a column for each class; ValueError for a single column, and for NaN."""
    values = as_table(values)
    if not isinstance(values, Matrix):
        raise TypeError(f"{name}: {what} is a Matrix or a Tensor with a column for each class, got {short(values)}")
    if values.shape[1] < 2:
        raise ValueError(f"{name}: {what} has a column for each class, at least two, got {format_shape(values.shape)}")
    check_no_nan(name, what, values.rows)
    return values


def class_probabilities(name: str, what: str, y_true: Any, values: Any) -> tuple[list[int], Rows]:
    """(targets, rows of probabilities of all classes); a single column p is that of class 1, and its row is 1 − p, p.

    Raises ValueError for what is not from 0 to 1, and for a row that does not sum to 1.

    >>> class_probabilities("log_loss", "y_proba", [1], [0.25])
    ([1], [[0.75, 0.25]])
    """
    rows = number_rows(name, what, values)
    check_rows(name, what, rows, _are_probabilities, "probabilities are from 0 to 1, those of all classes sum to 1")
    if len(rows[0]) == 1:
        rows = [[1 - p, p] for (p,) in rows]
    true = class_indices(name, "y_true", y_true, len(rows[0]))
    check_lengths(name, true, rows)
    return true, rows


def number_rows(name: str, what: str, values: Any) -> Rows:
    """The rows of a Matrix or Tensor; a list of numbers is a column.

    >>> number_rows("r2", "y_true", [1.5, 2.5])
    [[1.5], [2.5]]
    """
    values = as_table(values)
    if isinstance(values, Matrix):
        return values.rows
    if not isinstance(values, (list, tuple, range)):
        raise TypeError(f"{name}: {what} is a list of numbers, a Matrix or a Tensor, got {short(values)}")
    if not values:
        raise ValueError(f"{name}: {what} is empty; at least one example is needed")
    return Matrix([values]).T.rows


def check_rows(name: str, what: str, rows: Rows, fits: Callable[[list[Any]], bool], sentence: str) -> None:
    """ValueError for the first row that does not fit."""
    for i, row in enumerate(rows):
        if not fits(row):
            raise ValueError(f"{name}: row {i} of {what} is {short(row)}; {sentence}")


def check_no_nan(name: str, what: str, rows: Rows) -> None:
    """ValueError for the first row with a NaN."""
    check_rows(name, what, rows, lambda row: all(map(eq, row, row)), "NaN is not a score")


def check_lengths(name: str, targets: Sized, predictions: Sized) -> None:
    """ValueError unless their number is the same."""
    if len(targets) != len(predictions):
        raise ValueError(f"{name} got {len(predictions)} predictions for {len(targets)} targets")


def as_table(values: Any) -> Any:
    """A Tensor or an array of another library as a Matrix, a column where it has one axis; anything else is given back.

    >>> as_table(Tensor([1.0, 2.0]))
    Matrix([[1.0], [2.0]])
    """
    if not isinstance(values, Tensor):
        given = plain(values)
        return Matrix(given) if given is not values and given and isinstance(given[0], list) else given
    return values.matrix if len(values.shape) > 1 else trusted([[x] for x in values.matrix.rows[0]])


def _are_probabilities(row: list[Any]) -> bool:
    # The tolerance lets in what single precision makes of probabilities.
    return 0 <= min(row) and max(row) <= 1 and (len(row) == 1 or abs(math.fsum(row) - 1) <= 1e-6)
