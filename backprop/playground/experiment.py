"""An experiment: what a page asks for, found to make sense and small enough before anything is made of it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from backprop.datasets import circles, moons, spirals, xor
from backprop.nn import GELU, Identity, ReLU, Sigmoid, SiLU, Tanh
from backprop.optim import SGD, Adagrad, Adam, AdamW, Lion, RMSprop
from backprop.validation import check_choice, check_number, is_positive_int

DATA = {"moons": moons, "spirals": spirals, "circles": circles, "xor": xor}
ACTIVATIONS = {kind.__name__: kind for kind in (Tanh, ReLU, Sigmoid, GELU, SiLU, Identity)}
OPTIMIZERS = {kind.__name__: kind for kind in (Adam, SGD, RMSprop, Adagrad, AdamW, Lion)}
MOST_LAYERS, MOST_NEURONS, MOST_POINTS, MOST_TEXT = 4, 32, 2000, 1_000_000
_FEWEST_POINTS = 10
_LARGEST_SEED = 10**9
_DIGITS = 18  # of an int in a request; reading one of a million takes seconds


class Experiment(NamedTuple):
    """What is learned, by which network and how: one network on one set of examples.

    ``data`` is one of DATA or "csv", with the table as the text ``csv``; ``points`` is how many examples are made up.
    ``layers`` are the numbers of neurons of the hidden layers.
    """

    data: str = "moons"
    csv: str = ""
    points: int = 200
    layers: tuple[int, ...] = (8, 8)
    activation: str = "Tanh"
    optimizer: str = "Adam"
    lr: float = 0.01
    seed: int = 0


def read_experiment(body: bytes | str) -> Experiment:
    """The experiment that a page describes in JSON; what it leaves out is as it is by default.

    Raises ValueError for anything but a JSON object, for an unknown setting, and for a value out of its range.

    >>> read_experiment('{"data": "xor", "layers": [4], "lr": 0.1}')
    Experiment(data='xor', csv='', points=200, layers=(4,), activation='Tanh', optimizer='Adam', lr=0.1, seed=0)
    >>> read_experiment('{"layers": [64]}')
    Traceback (most recent call last):
    ValueError: the playground: layers are at most 4 ints from 1 to 32, got [64]
    """
    asked = _object(body)
    unknown = sorted(asked.keys() - set(Experiment._fields))
    if unknown:
        raise ValueError(f"the playground has no setting {unknown[0][:40]!r}; it has {', '.join(Experiment._fields)}")
    layers = asked.pop("layers", Experiment().layers)
    if (
        not isinstance(layers, (list, tuple))
        or len(layers) > MOST_LAYERS
        or not all(is_positive_int(n) and n <= MOST_NEURONS for n in layers)
    ):
        raise ValueError(
            f"the playground: layers are at most {MOST_LAYERS} ints from 1 to {MOST_NEURONS}, got {str(layers)[:40]}"
        )
    experiment = Experiment(**asked, layers=tuple(layers))
    _check(experiment)
    return experiment


def _object(body: bytes | str) -> dict[str, Any]:
    try:
        asked = json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError):
        asked = None
    if isinstance(asked, dict):
        return asked
    raise ValueError("the playground needs an experiment, which is an object in JSON")


def _check(experiment: Experiment) -> None:
    check_choice("the playground", "data", experiment.data, (*DATA, "csv"))
    if not isinstance(experiment.csv, str) or len(experiment.csv) > MOST_TEXT:
        raise ValueError(f"the playground: csv is a text of at most {MOST_TEXT:,} characters")
    _check_range("points", experiment.points, _FEWEST_POINTS, MOST_POINTS)
    check_choice("the playground", "activation", experiment.activation, tuple(ACTIVATIONS))
    check_choice("the playground", "optimizer", experiment.optimizer, tuple(OPTIMIZERS))
    check_number("the playground", "lr", experiment.lr, 0, 10)
    _check_range("seed", experiment.seed, 0, _LARGEST_SEED)


def _check_range(setting: str, value: Any, low: int, high: int) -> None:
    if not is_positive_int(value, low) or value > high:
        raise ValueError(f"the playground: {setting} is an int from {low} to {high}, got {str(value)[:40]}")


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)
