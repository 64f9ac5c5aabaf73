"""The examples of an experiment: points that are made up, or the rows of a table, and those held out of them."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from backprop.autograd import Tensor
from backprop.nn import Standardize
from backprop.pictures.colours import COUNT
from backprop.playground.experiment import MOST_POINTS, Experiment, FieldError
from backprop.playground.points import CLASSES, NUMBERS
from backprop.tensors import tensor

if TYPE_CHECKING:
    from backprop.utils.data import LabeledDataset

_MOST_COLUMNS = 16


class Examples(NamedTuple):
    """All examples: the first ``train`` are learned, the others held out.

    ``columns`` has their coordinates, of which the first two are seen in the plane, ``inputs`` the features made of
    them, named in ``features``. Without ``classes`` the ``targets`` are numbers, in one column.
    """

    columns: list[list[float]]
    names: Sequence[str]
    inputs: Tensor
    features: list[str]
    targets: Tensor
    classes: Sequence[str]
    train: int


def examples(experiment: Experiment) -> Examples:
    """The examples; those of a table with each column of mean 0 and variance 1.

    Raises FieldError for a table that is too large, of less than two columns beside the target, of one class alone or
    of more than there are colours, or that ``read_table`` refuses.
    """
    rng = random.Random(experiment.seed)
    if experiment.data == "csv":
        data = _table(experiment)
        rows: list[list[float]] = Standardize(data.inputs.shape[1]).fit(data.inputs)(data.inputs).tolist()
        targets: list[Any] = [_number_of(y) for y in data.targets.tolist()]
        order = list(range(len(rows)))
        rng.shuffle(order)
        rows, targets = [rows[i] for i in order], [targets[i] for i in order]
        classes, names = data.classes, data.features
    else:
        made = CLASSES[experiment.data][0] if experiment.task == "classification" else NUMBERS[experiment.data]
        points = made(experiment.points, rng)
        noise = experiment.noise
        rows = [[x + noise * rng.gauss(0, 1), y + noise * rng.gauss(0, 1)] for x, y, _ in points]
        targets, names = [target for *_, target in points], ("x1", "x2")
        classes = () if experiment.task == "regression" else list(map(str, range(CLASSES[experiment.data][1])))
    features = [*experiment.features, *names[2:]]
    train = len(rows) - len(rows) * experiment.test // 100
    return Examples(
        columns=rows,
        names=names,
        inputs=tensor(featured(rows, experiment.features)),
        features=features,
        targets=tensor(targets if classes else [[float(y)] for y in targets]),
        classes=classes,
        train=train,
    )


def featured(rows: Sequence[Sequence[float]], features: Sequence[str]) -> list[list[float]]:
    """Each row as the network sees it: the features of its first two numbers, then the other numbers."""
    return [[*(_feature(name, row[0], row[1]) for name in features), *row[2:]] for row in rows]


def _feature(name: str, x1: float, x2: float) -> float:
    if name == "x1":
        return x1
    if name == "x2":
        return x2
    if name == "x1^2":
        return x1 * x1
    if name == "x2^2":
        return x2 * x2
    if name == "x1*x2":
        return x1 * x2
    return math.sin(math.pi * (x1 if name == "sin x1" else x2))


def _number_of(target: Any) -> Any:
    return target[0] if isinstance(target, list) else target


def _table(experiment: Experiment) -> LabeledDataset:
    """The last column is the target; ``read_table`` finds out whether it has a header."""
    from backprop.datasets import read_table  # in a browser each module costs time

    text = experiment.csv
    if not text:
        raise FieldError("file", "Choose a file first.")
    lines = len(text.splitlines())
    if lines > MOST_POINTS + 1:
        raise FieldError("file", f"The table has at most {MOST_POINTS} rows, got {lines} lines.")
    classified = experiment.task == "classification"
    try:
        data = read_table(io.StringIO(text), -1, classes=classified, missing="refuse")
    except ValueError as error:
        raise FieldError("file", str(error)) from None
    rows, columns = data.inputs.shape
    if rows > MOST_POINTS or not 2 <= columns <= _MOST_COLUMNS:
        raise FieldError(
            "file",
            f"The table has 2 to {_MOST_COLUMNS} columns of numbers and a last one with the target, and at most "
            f"{MOST_POINTS} rows; got {columns} columns beside the target and {rows} rows.",
        )
    if classified and not 2 <= len(data.classes) <= COUNT:
        raise FieldError("file", f"There are 2 to {COUNT} classes, the last column has {len(data.classes)}.")
    if not data.schema.header:
        data.features = [f"x{i + 1}" for i in range(columns)]
    return data
