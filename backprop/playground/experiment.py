"""An experiment: what a page asks for, found to make sense and small enough before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

from backprop.nn import GELU, Identity, LeakyReLU, Module, ReLU, Sigmoid, SiLU, Tanh
from backprop.optim import SGD, Adagrad, Adam, AdamW, NAdam, Optimizer, RMSprop
from backprop.playground.points import CLASSES, NUMBERS
from backprop.validation import is_positive_int

TASKS = {"classification": (*CLASSES, "csv"), "regression": (*NUMBERS, "csv")}
"""What can be learned in each task."""

FEATURES = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin x1", "sin x2")
ACTIVATIONS: dict[str, type[Module]] = {
    kind.__name__: kind for kind in (Tanh, ReLU, LeakyReLU, Sigmoid, GELU, SiLU, Identity)
}
REGULARIZATIONS = ("none", "L1", "L2")

_BETAS, _DECAY = {"beta1": 0.9, "beta2": 0.999}, {"weight_decay": 0.01}
OPTIMIZERS: dict[str, tuple[type[Optimizer], Mapping[str, float]]] = {
    "Adam": (Adam, _BETAS),
    "SGD": (SGD, {"momentum": 0.0}),
    "RMSprop": (RMSprop, {"alpha": 0.99, "momentum": 0.0}),
    "Adagrad": (Adagrad, {"lr_decay": 0.0}),
    "AdamW": (AdamW, {**_BETAS, **_DECAY}),
    "NAdam": (NAdam, _BETAS),
}
"""Each optimizer with its settings, all from 0 to below 1, and their defaults."""

MOST_LAYERS, MOST_NEURONS, MOST_POINTS, MOST_TEXT = 6, 32, 2000, 1_000_000
LIMITS: dict[str, tuple[float, float]] = {
    "points": (10, MOST_POINTS),
    "test": (0, 90),
    "noise": (0, 1),
    "lr": (0, 100),
    "batch": (1, MOST_POINTS),
    "rate": (0, 10),
    "seed": (0, 10**9),
}
"""The least and the largest value of each number."""

_WHOLE = ("points", "test", "batch", "seed")


class FieldError(ValueError):
    """What is wrong with one setting, the ``field``."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Experiment(NamedTuple):
    """What is learned, by which network and how: one network on one set of examples.

    ``data`` is one of its TASKS, "csv" for the table of the page's own, whose text is ``csv``. ``points`` is how many
    examples are made up, ``test`` how many of a hundred are held out. ``layers`` are the numbers of neurons of the
    hidden layers. ``rate`` weighs the ``regularization``, ``settings`` are those of the optimizer, by name.
    """

    task: str = "classification"
    data: str = "moons"
    csv: str = ""
    points: int = 250
    test: int = 20
    noise: float = 0.1
    features: tuple[str, ...] = ("x1", "x2")
    layers: tuple[int, ...] = (8, 8)
    activation: str = "Tanh"
    optimizer: str = "Adam"
    settings: Mapping[str, float] = _BETAS
    lr: float = 0.01
    batch: int = 20
    regularization: str = "none"
    rate: float = 0.0
    seed: int = 0

    def can_become(self, other: Experiment) -> bool:
        """Whether the other differs in nothing but what may change while the network is trained."""
        return self._fixed() == other._fixed()

    def _fixed(self) -> Experiment:
        return self._replace(noise=0.0, optimizer="", settings={}, lr=0.0, batch=1, regularization="none", rate=0.0)


def read_experiment(asked: object, csv: str = "") -> Experiment:
    """The experiment that a page describes; what it leaves out is as it is by default.

    Raises FieldError for an unknown setting, and for a value out of its range.

    >>> read_experiment({"data": "xor", "layers": [4], "lr": 0.1}).layers
    (4,)
    >>> read_experiment({"layers": [64]})
    Traceback (most recent call last):
    backprop.playground.experiment.FieldError: Hidden layers are at most 6 of 1 to 32 neurons each, got [64].
    """
    if not isinstance(asked, dict):
        raise FieldError("", "An experiment is an object in JSON.")
    unknown = sorted(set(map(str, asked)) - set(Experiment._fields) | asked.keys() & {"csv"})
    if unknown:
        names = ", ".join(name for name in Experiment._fields if name != "csv")
        raise FieldError("", f"There is no setting {unknown[0][:40]!r}; the settings are {names}.")
    default = Experiment()
    values = {**default._asdict(), **asked}
    _check_layers(values["layers"])
    _check_features(values["features"])
    for field, choices in (
        ("task", tuple(TASKS)),
        ("activation", tuple(ACTIVATIONS)),
        ("optimizer", tuple(OPTIMIZERS)),
        ("regularization", REGULARIZATIONS),
    ):
        _check_choice(field, values[field], choices)
    _check_choice("data", values["data"], TASKS[values["task"]])
    for field in LIMITS:
        _check_number(field, values[field])
    settings = _settings(values["optimizer"], asked.get("settings", {}))
    values.update(layers=tuple(values["layers"]), features=tuple(values["features"]), settings=settings)
    values["csv"] = csv if values["data"] == "csv" else ""
    return Experiment(**values)


def _check_layers(layers: Any) -> None:
    fits = isinstance(layers, (list, tuple)) and len(layers) <= MOST_LAYERS
    if not fits or not all(is_positive_int(n) and n <= MOST_NEURONS for n in layers):
        raise FieldError(
            "layers",
            f"Hidden layers are at most {MOST_LAYERS} of 1 to {MOST_NEURONS} neurons each, got {str(layers)[:40]}.",
        )


def _check_features(features: Any) -> None:
    if not isinstance(features, (list, tuple)) or not features or not all(f in FEATURES for f in features):
        raise FieldError("features", f"Features are one or more of {', '.join(FEATURES)}, got {str(features)[:40]}.")
    if len(set(features)) < len(features):
        raise FieldError("features", f"Each feature comes once, got {str(features)[:40]}.")


def _check_choice(field: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise FieldError(field, f"{field} is one of {', '.join(choices)}, got {str(value)[:40]}.")


def _check_number(field: str, value: Any) -> None:
    low, high = LIMITS[field]
    whole = field in _WHOLE
    if not (is_positive_int(value, int(low)) if whole else _is_number(value)) or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        raise FieldError(field, f"{field} is {kind} from {low:,} to {high:,}, got {str(value)[:40]}.")


def _settings(optimizer: str, asked: Any) -> Mapping[str, float]:
    settings = OPTIMIZERS[optimizer][1]
    for name, value in asked.items() if isinstance(asked, dict) else [("", asked)]:
        if name not in settings:
            raise FieldError(
                f"settings.{str(name)[:40]}",
                f"{optimizer} has the settings {', '.join(settings)}, got {str(name)[:40]}.",
            )
        if not _is_number(value) or not 0 <= value < 1:
            raise FieldError(f"settings.{name}", f"{name} is a number from 0 to below 1, got {str(value)[:40]}.")
    return {**settings, **asked}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
