"""Model files: what is written is read, and a stranger's file is a model to the last detail or refused in a line."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import ArgumentError, Matrix, Tensor
from backprop.command_line.description import Description
from backprop.command_line.model_file import load, save
from backprop.datasets import Schema
from backprop.datasets.columns import Column
from backprop.metrics import report
from backprop.nn import Impute, Linear, ReLU, Sequential, Standardize
from backprop.storage import load_model, safe_open, save_file
from tests.values import values

FIGURES = report([0, 1, 2, 1], [0, 1, 1, 1], classes=["a", "b", "c"])
TRAINING = {"table": "t.csv", "epochs": 3, "lr": 0.01}
SCHEMA = Schema((Column("x", "number"), Column("n", "id"), Column("y", "yes/no", ("no", "yes"))), "z", ("a", "b", "c"))
NUMBERED = Schema((Column("0", "number"), Column("2", "number", missing=0)), "1", (), header=False, missing="refuse")
CLASSES = Description("classification", [2, 4, 3], "relu", SCHEMA, ["a", "b", "c"], TRAINING, FIGURES)
QUANTITY = Description("regression", [2, 4, 1], "tanh", NUMBERED, [], TRAINING, report([0.5, 1.5], [0.5, 1.0]))
IMAGES = Description("classification", [2, 4, 3], "relu", None, ["a", "b", "c"], TRAINING, FIGURES)


def network(description=CLASSES):
    rng, outputs = random.Random(0), description.layers[-1]
    data = Tensor([[1.0, 2.0], [3.0, 5.0]])
    fills = description.schema is not None and description.schema.missing == "fill"
    first = [Impute(2).fit(data)] if fills else []
    return Sequential(*first, Standardize(2).fit(data), Linear(2, 4, rng=rng), ReLU(), Linear(4, outputs, rng=rng))


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
    model = network(description)
    save(model, description, tmp_path / "m")
    read, found = load(tmp_path / "m")
    assert found == description and Description.from_json(description.to_json()) == description
    assert values(read.state_dict()) == values(model.state_dict())
    assert type(read[-2]).__name__.lower() == description.activation
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
        ("[]", "a description of version 2 is needed, got '[]'"),
        ("[" * 100_000, "more than 100 lists"),
        ("9" * 100_000, "an int of 100,000 digits"),
        ('{"version": 2, "version": 2}', "'version' is there twice"),
        (changed("version", 3), "a description of version 2 is needed, got"),
        (changed("version", ...), "a description of version 2 is needed, got"),
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
        (changed("layers", [2, 10**12, 3]), "2.weight is of shape (4, 2), and the layers need (1000000000000, 2)"),
        (changed("layers", [2, *[1] * 10**5, 3]), "100001 layers have 200005 tensors, and here are 7"),
        (changed("layers", [2, 3]), "1 layers have 5 tensors, and here are 7"),
        (changed("layers", [3, 4, 3]), "schema must be one of 3 inputs"),
        (
            changed("schema", ["x"]),
            "a Schema has columns, target, classes, header, missing, layout, without_target, got",
        ),
        (changed("schema", "columns", 0, "name", 1), "name of a Column is a str, got 1"),
        (changed("schema", "columns", 0, "low", "1"), "low of a Column is a float, got '1'"),
        (changed("schema", "columns", 0, "missing", True), "missing of a Column is a int, got True"),
        (changed("schema", "columns", 0, "code", "import os"), "a Column has name, kind, values, format, low, high"),
        (changed("schema", "columns", 0, "kind", "eval"), "columns are of a kind, with what belongs to it"),
        (changed("schema", "columns", 0, "kind", "date"), "columns are of a kind, with what belongs to it"),
        (changed("schema", "columns", 2, "values", ["no"]), "columns are of a kind, with what belongs to it"),
        (changed("schema", "columns", 2, "values", "no"), "values of a Column is a tuple[str, ...], got 'no'"),
        (changed("schema", "columns", 1, "name", "x"), "columns have different names"),
        (changed("schema", "columns", []), "one column or more is an input"),
        (changed("schema", "target", "x"), "columns have different names"),
        (changed("schema", "header", False), "columns without a header have numbers"),
        (changed("schema", "missing", "guess"), "missing cells are filled or refused"),
        (changed("schema", "classes", ["a", "b", "d"]), "schema must be of the same classes"),
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
        ("1.std", Tensor([1.0, 0.0]), "the numbers in 1.std must be finite and above 0"),
        ("1.std", Tensor([1.0, float("nan")]), "the numbers in 1.std must be finite and above 0"),
        ("1.mean", Tensor([1.0, float("-inf")]), "the numbers in 1.mean must be finite"),
        ("4.weight", Matrix([[0.0, float("nan"), 0.0, 0.0]] * 3), "the numbers in 4.weight must be finite"),
        ("4.weight", Matrix([[0.0] * 3] * 4), "4.weight is of shape (4, 3), and the layers need (3, 4)"),
        ("4.bias", Matrix([[0.0] * 3] * 4), "4.bias is of shape (4, 3), and the layers need (3,)"),
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


def test_a_model_of_version_1_still_loads(tmp_path):
    """All its columns were numbers, and missing cells were refused."""
    for description, features, target in ((CLASSES, ["x", "y"], "z"), (QUANTITY, [0, 2], 1), (IMAGES, [], None)):
        whole = {**parts(description), "version": 1, "features": features, "target": target}
        del whole["schema"]
        model = Sequential(*network(description)[-4:])
        save_file(model.state_dict(), tmp_path / "m", {"backprop": json.dumps(whole)})
        read, found = load(tmp_path / "m")
        assert values(read.state_dict()) == values(model.state_dict())
        if features:
            assert [column.name for column in found.schema.columns] == list(map(str, features))
            assert (found.schema.target, found.schema.header) == (str(target), target == "z")
            assert found.schema.missing == "refuse"
        for wrong in ({"features": [features, 1]}, {"target": 1.5}, {"features": ["x", 1]}, {"features": ["x", "x"]}):
            save_file(model.state_dict(), tmp_path / "m", {"backprop": json.dumps({**whole, **wrong})})
            with pytest.raises(ValueError, match="must be names or numbers|different names|schema must be"):
                load(tmp_path / "m")


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
