"""The examples of an experiment: points that are made up, or the rows of a table of the user's own."""

from __future__ import annotations

import csv
import io
import random

from backprop.datasets import read_csv
from backprop.nn import Standardize
from backprop.pictures.colours import COUNT
from backprop.playground.experiment import DATA, MOST_POINTS, Experiment
from backprop.utils.data import LabeledDataset

_NOISE = {"moons": 0.15, "spirals": 0.1, "circles": 0.06, "xor": 0.12}
_MOST_FEATURES = 16


def examples(experiment: Experiment, rng: random.Random) -> LabeledDataset:
    """The examples, each column with the mean 0 and the variance 1.

    Raises ValueError for a table that is too large, of less than two columns beside the target, of one class alone or
    of more than there are colours, and what ``read_csv`` raises.
    """
    if experiment.data == "csv":
        data = _table(experiment.csv)
    else:
        more = {"spirals": {"turns": 1.5}, "circles": {"factor": 0.5}}.get(experiment.data, {})
        data = DATA[experiment.data](experiment.points, noise=_NOISE[experiment.data], generator=rng, **more)
        data = LabeledDataset(data.inputs, data.targets, ["0", "1"], ["x₁", "x₂"])
    scale = Standardize(data.inputs.shape[1]).fit(data.inputs)
    return LabeledDataset(scale(data.inputs), data.targets, data.classes, data.features)


def _table(text: str) -> LabeledDataset:
    """The last column is the class; where the first line has no number, it is the header."""
    lines = len(text.splitlines())
    if lines > MOST_POINTS + 1:
        raise ValueError(f"the playground takes a table of at most {MOST_POINTS} rows, got {lines} lines")
    header = _first_line(text)
    named = len(header) > 1 and not any(map(_is_number, header))
    data = read_csv(io.StringIO(text), header[-1].strip() if named else -1, classes=True)
    rows, columns = data.inputs.shape
    if rows > MOST_POINTS or not 2 <= columns <= _MOST_FEATURES:
        raise ValueError(
            f"the playground takes a table of 2 to {_MOST_FEATURES} columns of numbers and a last one with the class, and "
            f"of at most {MOST_POINTS} rows; got {columns} columns beside the class and {rows} rows"
        )
    if not 2 <= len(data.classes) <= COUNT:
        raise ValueError(f"the playground tells 2 to {COUNT} classes apart, the last column has {len(data.classes)}")
    return (
        data
        if named
        else LabeledDataset(data.inputs, data.targets, data.classes, [f"x{i + 1}" for i in range(columns)])
    )


def _first_line(text: str) -> list[str]:
    try:
        return next((line for line in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if line), [])
    except csv.Error:  # read_csv says what is wrong
        return []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
