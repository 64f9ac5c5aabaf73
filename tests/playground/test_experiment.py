"""The experiment: what a page may ask for, and which field is named where it may not."""

import json

import pytest

from backprop.playground.experiment import FieldError, read_experiment
from backprop.playground.presets import PRESETS


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("points", 9),
        ("points", 2001),
        ("points", 1e2),
        ("points", True),
        ("points", "100"),
        ("test", 91),
        ("noise", -0.1),
        ("layers", [1] * 7),
        ("layers", [33]),
        ("layers", [0]),
        ("layers", 8),
        ("layers", "88"),
        ("layers", [1.5]),
        ("features", []),
        ("features", ["x3"]),
        ("features", ["x1", "x1"]),
        ("features", "x1"),
        ("activation", "Softmax"),
        ("activation", ["Tanh"]),
        ("optimizer", "LBFGS"),
        ("optimizer", {}),
        ("regularization", "L3"),
        ("rate", 11),
        ("lr", -1),
        ("lr", 101),
        ("lr", float("nan")),
        ("lr", float("inf")),
        ("lr", "0.1"),
        ("lr", None),
        ("batch", 0),
        ("seed", -1),
        ("seed", 10**10),
        ("task", "clustering"),
        ("data", "plane"),
        ("data", None),
        ("settings", 3),
        ("settings", {"momentum": 0.9}),
        ("settings", {"beta1": 1}),
        ("settings", {"beta1": "0.9"}),
        ("csv", "1,2,0"),
        ("speed", 3),
    ],
)
def test_a_value_out_of_its_range_is_refused_with_its_field(field, value):
    with pytest.raises(FieldError) as error:
        read_experiment({field: value})
    place = error.value.field.partition(".")[0]
    assert place == ("" if field in ("csv", "speed") else field) and len(str(error.value)) < 400
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("asked", [None, [], "xor", 3])
def test_an_experiment_is_an_object(asked):
    with pytest.raises(FieldError):
        read_experiment(asked)


def test_what_is_left_out_is_as_it_is_by_default():
    experiment = read_experiment({"optimizer": "SGD", "settings": {}, "layers": []})
    assert experiment.settings == {"momentum": 0.0} and experiment.layers == () and experiment.points == 250


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_lessons_are_experiments_with_a_goal_and_a_reason(preset):
    assert read_experiment(json.loads(json.dumps(preset.experiment)))
    assert preset.goal.endswith(".") and preset.why.endswith(".")
