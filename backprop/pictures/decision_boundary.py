"""The decision boundary: which class a model gives to each point of a plane, and the examples in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Callable

from backprop.matrix import Matrix
from backprop.pictures.axes import Axes
from backprop.pictures.colours import COUNT, colour
from backprop.pictures.picture import HasMatrix, Picture, as_list, matrix_of, numbers
from backprop.pictures.scales import Linear
from backprop.pictures.svg import MARGIN, WIDTH, element, legend, number, raster, sheet
from backprop.validation import check_number, check_positive_int

_COLUMNS, _ROWS, _HEIGHT = 96, 72, 300
_ROOM = 0.08  # around the examples, as a share of the way from the first to the last
_LARGEST = 1e300  # of a coordinate: the room around it must not overflow
_LEVELS = 8  # of certainty, for each of the two classes
# With five colours and four marks, twenty classes differ.
_MARKS = ("m-4.5 0a4.5 4.5 0 1 1 9 0a4.5 4.5 0 1 1-9 0z", "m-4-4h8v8h-8z", "m0-5.5l5.5 9.5h-11z", "m0-6l6 6l-6 6l-6-6z")

Cell = tuple[int, int]  # a class, and how certain it is


class DecisionBoundary(Picture):
    """The plane around ``points`` [[x, y], …] of the classes ``targets`` 0, 1, 2, …, coloured as a model sees it.

    ``predict`` is a model of two inputs, or a function that gives for each of a list of points its class 0, 1, 2, … or
    the probability from 0 to 1 that it is of class 1 and not of class 0; it is called once, with the points of a grid.
    A model is asked in evaluation mode. Where it gives a score for each class, the largest counts; a single output is
    the probability of class 1, or where some are not between 0 and 1 its logit, as BCEWithLogitsLoss takes it.
    ``targets`` are a list, a Tensor or a Matrix, ``classes`` the names in the legend. A class has its colour and its mark; the
    more certain a prediction, the stronger the colour.

    Raises ValueError for points of other than two finite coordinates, for more or fewer targets or predictions than
    points, for what is not a class or a probability, and for a class without a name.

    >>> def is_right_of_the_middle(points):
    ...     return [int(x > 0.5) for x, y in points]
    >>> picture = DecisionBoundary(is_right_of_the_middle, [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 1, 1])
    """

    def __init__(
        self,
        predict: Callable[[Any], Any],
        points: Matrix | HasMatrix | Sequence[Sequence[float]],
        targets: Matrix | HasMatrix | Sequence[int],
        *,
        classes: Sequence[object] = (),
        x_label: str = "",
        y_label: str = "",
        title: str = "",
    ) -> None:
        rows, targets = Matrix(matrix_of(points)), _classes(matrix_of(targets))
        if rows.shape[1] != 2:
            raise ValueError(f"DecisionBoundary draws points of 2 coordinates, got rows of {rows.shape[1]} numbers")
        if len(targets) != len(rows):
            raise ValueError(f"DecisionBoundary got {len(targets)} targets for {len(rows)} points")
        for i, (point, target) in enumerate(zip(rows, targets)):
            for j, x in enumerate(point):
                check_number("DecisionBoundary", f"points[{i}][{j}]", x, -_LARGEST, _LARGEST)
            check_positive_int("DecisionBoundary", low=0, **{f"targets[{i}]": target})
        if classes and max(targets) >= len(classes):
            raise ValueError(f"DecisionBoundary got {len(classes)} names for classes 0 to {max(targets)}")
        self._points = [(float(x), float(y)) for x, y in rows]
        self._targets = targets
        self._x, self._y = (_around([point[axis] for point in self._points]) for axis in (0, 1))
        grid = [[x, y] for y in reversed(_middles(self._y, _ROWS)) for x in _middles(self._x, _COLUMNS)]
        self._plane = _plane(numbers("prediction", _answers(predict, grid)))
        self._names = {i: str(classes[i]) if classes else f"class {i}" for i in sorted(set(targets))}
        self._x_label, self._y_label, self._title = x_label, y_label, title

    def svg(self) -> str:
        names, top = legend([(name, partial(_marked, i)) for i, name in self._names.items()], MARGIN)
        y = Linear(*self._y)
        axes = Axes(lambda most: Linear(*self._x, most), y, top + MARGIN, _HEIGHT, self._x_label, self._y_label)
        plane = raster(self._plane, axes.left, axes.top, axes.right - axes.left, _HEIGHT, _tinted)
        points: dict[int, list[tuple[float, float]]] = {i: [] for i in self._names}
        for point, target in zip(self._points, self._targets):
            points[target].append(axes.at(*point))
        marks = [_marks(i, at) for i, at in points.items()]
        counts = ", ".join(f"{len(at)} points of {self._names[i]}" for i, at in points.items())
        cells = [cell for row in self._plane for cell, _ in row]
        shares = ", ".join(f"{cells.count(i) / len(cells):.0%} {name}" for i, name in self._names.items())
        description = f"{self._title or 'Decision boundary'}. {counts}; of the plane {shares}."
        return sheet(WIDTH, axes.foot, self._title, description, names, axes.grid(), plane, *marks)


def _around(values: Sequence[float]) -> tuple[float, float]:
    """From a little below the lowest to a little above the highest."""
    low, high = min(values), max(values)
    room = _ROOM * (high - low) or abs(low) / 2 or 1.0
    return low - room, high + room


def _middles(ends: tuple[float, float], count: int) -> list[float]:
    """The middles of equal pieces."""
    low, high = ends
    return [low + (high - low) * (i + 0.5) / count for i in range(count)]


def _classes(targets: Matrix | Sequence[int]) -> list[Any]:
    """The classes of a list, or of a Matrix, of 0s and 1s as BCEWithLogitsLoss takes them, too."""
    if isinstance(targets, Matrix):
        return [int(x) if float(x).is_integer() else x for row in targets for x in row]
    return as_list("targets", targets)


def _answers(predict: Callable[[Any], Any], grid: list[list[float]]) -> Any:
    """What ``predict`` gives for the points of the grid; of the scores of a model the classes or probabilities."""
    # A layer by what it has: layers stand on pictures.
    layers = [(layer, layer.training) for layer in getattr(predict, "modules", tuple)()]
    for layer, _ in layers:
        layer.training = False
    try:
        answers = predict(grid)
    finally:
        for layer, mode in layers:
            layer.training = mode
    scores = matrix_of(answers)
    if scores is answers:
        return answers
    if answers.ndim == 2 and scores.shape[1] > 1:
        return [row.index(max(row)) for row in scores.rows]
    logits = [x for row in scores for x in row]
    if all(0 <= x <= 1 or float(x).is_integer() for x in logits):
        return logits
    return [(1 + math.tanh(x / 2)) / 2 for x in logits]


def _plane(predictions: Sequence[float]) -> list[list[Cell]]:
    """The rows of cells, from the upper one down; whole numbers are classes, any others probabilities."""
    if len(predictions) != _ROWS * _COLUMNS:
        raise ValueError(f"DecisionBoundary: predict gave {len(predictions)} numbers for {_ROWS * _COLUMNS} points")
    are_classes = all(map(float.is_integer, predictions))
    cells: list[Cell] = []
    for i, x in enumerate(predictions):
        check_number("DecisionBoundary", f"prediction[{i}]", x, 0, _LARGEST if are_classes else 1)
        cells.append((int(x), _LEVELS) if are_classes else (int(x >= 0.5), round(abs(2 * x - 1) * _LEVELS)))
    return [cells[start : start + _COLUMNS] for start in range(0, len(cells), _COLUMNS)]


def _tinted(cell: Cell) -> Mapping[str, object]:
    position, level = cell
    # When the colours come again they are stronger.
    return {
        "class_": colour(position),
        "fill": "currentColor",
        "fill_opacity": 0.06 + 0.26 * level / _LEVELS + 0.25 * min(position // COUNT, 2),
    }


def _marks(position: int, points: Sequence[tuple[float, float]]) -> str:
    shape = _MARKS[position % len(_MARKS)]
    paths = [element("path", d=f"M{number(x)} {number(y)}{shape}") for x, y in points]
    return element("g", *paths, class_=f"{colour(position)} edged", fill="currentColor")


def _marked(position: int, x: float, y: float) -> str:
    return _marks(position, [(x, y)])
