"""Model files: what is written is read, and a stranger's file is a model to the last detail or refused in a line."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import ArgumentError, Matrix, Tensor
from backprop.command_line.description import Description
from backprop.command_line.model_file import load, save
from backprop.metrics import report
from backprop.nn import Linear, ReLU, Sequential, Standardize
from backprop.storage import load_model, safe_open, save_file
from tests.values import values

FIGURES = report([0, 1, 2, 1], [0, 1, 1, 1], classes=["a", "b", "c"])
TRAINING = {"table": "t.csv", "epochs": 3, "lr": 0.01}
CLASSES = Description("classification", [2, 4, 3], "relu", ["x", "y"], "z", ["a", "b", "c"], TRAINING, FIGURES)
QUANTITY = Description("regression", [2, 4, 1], "tanh", [0, 2], 1, [], TRAINING, report([0.5, 1.5], [0.5, 1.0]))
IMAGES = Description("classification", [2, 4, 3], "relu", [], None, ["a", "b", "c"], TRAINING, FIGURES)


def network(outputs=3):
    rng = random.Random(0)
    scale = Standardize(2).fit(Matrix([[1.0, 2.0], [3.0, 5.0]]))
    return Sequential(scale, Linear(2, 4, rng=rng), ReLU(), Linear(4, outputs, rng=rng))


def parts(description=CLASSES):
    return json.loads(description.to_json())


def refusal(path, tensors, text):
    """What is said of a file of these tensors and this description."""
    save_file(tensors, path, {"backprop": text})
    with pytest.raises(ValueError) as caught:
        load(path)
    assert type(caught.value) is ValueError and str(caught.value).startswith("m: ") and len(str(caught.value)) < 500
    return str(caught.value)


@pytest.mark.parametrize("description", [CLASSES, QUANTITY, IMAGES])
def test_a_model_comes_back_as_it_was(tmp_path, description):
    model = network(description.layers[-1])
    save(model, description, tmp_path / "m")
    read, found = load(tmp_path / "m")
    assert found == description and Description.from_json(description.to_json()) == description
    assert values(read.state_dict()) == values(model.state_dict())
    assert type(read[2]).__name__.lower() == description.activation
    assert found.report() == str(description.held_out)


def test_a_program_reads_the_network_with_load_model_alone(tmp_path):
    model, same = network(), network()
    save(model, CLASSES, tmp_path / "m")
    for parameter in same.parameters():
        parameter.data = parameter.matrix * 0
    load_model(same, tmp_path / "m")
    assert values(same.state_dict()) == values(model.state_dict())
    with safe_open(tmp_path / "m") as file:
        assert list(file.metadata()) == ["backprop"]


def changed(*path_and_value, description=CLASSES):
    """The description with one of its parts set to another value, or left out for ``...``."""
    *path, value = path_and_value
    whole = place = parts(description)
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Expecting value"),
        ("[]", "a description of version 1 is needed, got '[]'"),
        ("[" * 100_000, "more than 100 lists"),
        ("9" * 100_000, "an int of 100,000 digits"),
        ('{"version": 1, "version": 1}', "'version' is there twice"),
        (changed("version", 2), "a description of version 1 is needed, got"),
        (changed("version", ...), "a description of version 1 is needed, got"),
        (changed("activation", ...), "missing are ['activation'], unknown are none"),
        (changed("code", "import os"), "missing are none, unknown are ['code']"),
        (changed("task", "clustering"), "task is 'classification' or 'regression', got 'clustering'"),
        (changed("task", ["regression"]), "task is 'classification' or 'regression', got ['regression']"),
        (changed("task", "regression"), "classes must be a name for each of the 3 outputs, or none for a quantity"),
        (changed("activation", "system"), "activation is 'relu', 'tanh', 'gelu' or 'sigmoid', got 'system'"),
        (changed("activation", {}), "activation is 'relu', 'tanh', 'gelu' or 'sigmoid', got {}"),
        (changed("layers", "23"), "layers must be two sizes or more, from 1 up, got '23'"),
        (changed("layers", [3]), "layers must be two sizes or more"),
        (changed("layers", [2, 4.0, 3]), "layers must be two sizes or more"),
        (changed("layers", [2, True, 3]), "layers must be two sizes or more"),
        (changed("layers", [2, 0, 3]), "layers must be two sizes or more"),
        (changed("layers", [2, 10**12, 3]), "1.weight is of shape (4, 2), and the layers need (1000000000000, 2)"),
        (changed("layers", [2, *[1] * 10**5, 3]), "100001 layers have 200004 tensors, and here are 6"),
        (changed("layers", [2, 3]), "1 layers have 4 tensors, and here are 6"),
        (changed("layers", [3, 4, 3]), "features must be a name or a number for each of the 3 inputs, or none"),
        (changed("features", ["x"]), "features must be a name or a number for each of the 2 inputs, or none"),
        (changed("features", ["x", "x"]), "features must be"),
        (changed("features", ["x", 1]), "features must be"),
        (changed("features", {"x": 1, "y": 2}), "features must be"),
        (changed("features", [0, 1]), "target must be given as the features are, got 'z'"),
        (changed("features", []), "target must be given as the features are, got 'z'"),
        (changed("target", None), "target must be given as the features are, got None"),
        (changed("target", True, description=QUANTITY), "target must be given as the features are, got True"),
        (changed("classes", ["a", "b"]), "classes must be a name for each of the 3 outputs"),
        (changed("classes", ["a", "b", "b"]), "classes must be"),
        (changed("classes", ["a", "b", ["c"]]), "classes must be"),
        (changed("training", "3 epochs"), "training must be names and values, got '3 epochs'"),
        (changed("training", "lr", [0.1]), "training must be names and values"),
        (changed("held_out", {}), "held_out must be a report, got {}"),
        (changed("held_out", "accuracy", "all"), "held_out must be a report"),
        (changed("held_out", "classes", [1]), "held_out must be a report"),
        (changed("held_out", "classes", "a", {"f1": 1}), "held_out must be a report"),
        (changed("held_out", "macro", "f1", None), "held_out must be a report"),
        (changed("held_out", parts(QUANTITY)["held_out"]), "held_out must be a report"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(tmp_path, text, sentence):
    assert sentence in refusal(tmp_path / "m", network().state_dict(), text)


def test_a_quantity_is_one_output(tmp_path):
    text = changed("layers", [2, 4, 3], description=QUANTITY)
    assert "such that a quantity is one output, and classes are more" in refusal(tmp_path / "m", {}, text)
    one = {**parts(), "layers": [2, 4, 1], "classes": ["a"]}
    assert "such that a quantity is one output, and classes are more" in refusal(tmp_path / "m", {}, json.dumps(one))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("0.std", Tensor([1.0, 0.0]), "the numbers in 0.std must be finite and above 0"),
        ("0.std", Tensor([1.0, float("nan")]), "the numbers in 0.std must be finite and above 0"),
        ("0.mean", Tensor([1.0, float("-inf")]), "the numbers in 0.mean must be finite"),
        ("3.weight", Matrix([[0.0, float("nan"), 0.0, 0.0]] * 3), "the numbers in 3.weight must be finite"),
        ("3.weight", Matrix([[0.0] * 3] * 4), "3.weight is of shape (4, 3), and the layers need (3, 4)"),
        ("3.bias", Matrix([[0.0] * 3] * 4), "3.bias is of shape (4, 3), and the layers need (3,)"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(tmp_path, name, value, sentence):
    tensors = network().state_dict()
    if value.shape == tensors[name].shape:
        tensors[name].data = value
    else:
        tensors[name] = value
    assert sentence in refusal(tmp_path / "m", tensors, CLASSES.to_json())


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 5)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "a", "x", "relu"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "f1", "x"]), inner, max_size=3),
)


@given(st.data())
def test_whatever_stands_in_a_description_it_is_one_or_refused(data):
    """One or two parts of a good description are exchanged; what is accepted can be shown and written again."""
    whole = parts(data.draw(st.sampled_from([CLASSES, QUANTITY, IMAGES])))
    for _ in range(data.draw(st.integers(1, 2))):
        place, key = whole, data.draw(st.sampled_from(list(whole)))
        while isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
            place, key = place[key], data.draw(st.sampled_from(list(place[key])))
        place[key] = data.draw(json_values)
    try:
        description = Description.from_json(json.dumps(whole))
    except ValueError as error:
        assert type(error) is ValueError or isinstance(error, (ArgumentError, json.JSONDecodeError))
        return
    assert description.report() and parts(description) == whole
