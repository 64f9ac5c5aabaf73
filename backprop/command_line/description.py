"""The description of a model: what its network is, what it takes and gives, and how it was trained."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from reprlib import repr as short
from typing import Any

from backprop.command_line.output import printable
from backprop.datasets.columns import Column
from backprop.datasets.schema import Schema
from backprop.metrics.report import AVERAGES, FIGURES, RATIOS, Report
from backprop.nn import GELU, Linear, Module, ReLU, Sigmoid, Tanh
from backprop.storage.strict_json import parsed_json
from backprop.validation import check_choice

VERSION = 2
ACTIVATIONS = {"relu": ReLU, "tanh": Tanh, "gelu": GELU, "sigmoid": Sigmoid}


@dataclass(frozen=True)
class Description:
    """What a model file says of its model.

    ``task`` is "classification" or "regression", ``layers`` are the sizes from the inputs to the outputs. ``schema`` tells
    what the columns of the table were taken for, None for images. ``classes`` are those that the outputs stand for, none
    for a quantity. ``held_out`` is the report on the examples that the network has not seen.

    Raises ValueError for a part that is not what it must be, or that does not fit the others.
    """

    task: str
    layers: list[int]
    activation: str
    schema: Schema | None
    classes: list[str]
    training: dict[str, Any]
    held_out: dict[str, Any]

    def __post_init__(self) -> None:
        check_choice("the model", "task", self.task, ("classification", "regression"))
        check_choice("the model", "activation", self.activation, tuple(ACTIVATIONS))
        fits = _are_all(int, self.layers) and len(self.layers) > 1 and min(self.layers) > 0
        self._need("layers", "two sizes or more, from 1 up", fits)
        inputs, outputs = self.layers[0], self.layers[-1]
        classified = self.task == "classification"
        fits = _are_different(str, self.classes) and len(self.classes) == (outputs if classified else 0)
        self._need("classes", f"a name for each of the {outputs} outputs, or none for a quantity", fits)
        self._need("layers", "such that a quantity is one output, and classes are more", (outputs > 1) is classified)
        if self.schema is not None:
            self._need("schema", f"one of {inputs} inputs", len(self.schema.features) == inputs)
            self._need("schema", "of the same classes", list(self.schema.classes) == self.classes)
        self._need("training", "names and values", _are_values(self.training))
        self._need("held_out", "a report", (_is_report_of_classes if classified else _is_report)(self.held_out))

    @classmethod
    def from_json(cls, text: str) -> Description:
        """The description of which ``to_json`` made ``text``; ValueError for any other."""
        parts = parsed_json(text)
        version = parts.pop("version", None) if isinstance(parts, dict) else None
        if version not in (1, VERSION) or isinstance(version, bool):
            raise ValueError(f"a description of version {VERSION} is needed, got {short(text)}")
        names = {field.name for field in fields(cls)}
        if version == 1:
            names = names - {"schema"} | {"features", "target"}
        if parts.keys() != names:
            missing, unknown = sorted(names - parts.keys()), sorted(parts.keys() - names)
            raise ValueError(f"missing are {missing or 'none'}, unknown are {short(unknown) if unknown else 'none'}")
        if version == 1:
            schema = _schema_of_version_1(parts.pop("features"), parts.pop("target"), parts["classes"])
        else:
            schema = None if parts["schema"] is None else Schema.from_json(parts["schema"])
        return cls(**{**parts, "schema": schema})

    def to_json(self) -> str:
        """The description as text."""
        return json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=False, allow_nan=False)

    def report(self) -> str:
        """The figures on what was held out as a table."""
        rows = {printable(name): row for name, row in self.held_out.get("classes", {}).items()}
        return str(Report({**self.held_out, "classes": rows} if self.classes else self.held_out))

    def _need(self, part: str, rule: str, fits: bool) -> None:
        if not fits:
            raise ValueError(f"{part} must be {rule}, got {short(getattr(self, part))}")


def _schema_of_version_1(features: Any, target: Any, classes: Any) -> Schema | None:
    """All columns were numbers, given by their names or, without a header, by their numbers."""
    if features == [] and target is None:
        return None
    named = isinstance(target, str)
    if not isinstance(features, list) or type(target) not in (str, int) or {type(target)} != {*map(type, features)}:
        raise ValueError(f"features and target must be names or numbers, got {short(features)} and {short(target)}")
    columns = tuple(Column(str(name), "number") for name in features)
    parts = asdict(Schema(columns, str(target), (), named, missing="refuse"))
    return Schema.from_json({**parsed_json(json.dumps(parts)), "classes": classes})


def _are_all(kind: type, values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)


def _are_different(kind: type, values: Any) -> bool:
    return _are_all(kind, values) and len(set(values)) == len(values)


def _are_values(parts: Any) -> bool:
    return isinstance(parts, dict) and {str, int, float}.issuperset(map(type, parts.values()))


def _is_report(report: Any, figures: Sequence[str] = tuple(FIGURES)) -> bool:
    """Whether it has these numbers in this order."""
    return (
        isinstance(report, dict) and list(report) == [*figures] and {int, float}.issuperset(map(type, report.values()))
    )


def _is_report_of_classes(report: Any) -> bool:
    if not isinstance(report, dict) or list(report) != ["classes", "accuracy", *AVERAGES]:
        return False
    classes, accuracy, *means = report.values()
    rows = [*classes.values(), *means] if isinstance(classes, dict) else [classes]
    return type(accuracy) is float and all(_is_report(row, [*RATIOS, "support"]) for row in rows)


def dense(sizes: Sequence[int], activation: str, rng: random.Random | None = None) -> list[Module]:
    """The layers from ``sizes[0]`` numbers to ``sizes[1]``, to ``sizes[2]`` and so on, an activation between any two.

    >>> dense([4, 8, 3], "relu")
    [Linear(in_features=4, out_features=8, bias=True), ReLU(), Linear(in_features=8, out_features=3, bias=True)]
    """
    layers: list[Module] = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [Linear(inputs, outputs, rng=rng), ACTIVATIONS[activation]()]
    return layers[:-1]
