"""predict: columns found by their names, answers in the order of the rows, for people, for tables and for scripts."""

import csv
import io
import json
import random

import pytest

from backprop import Matrix
from backprop.command_line.model_file import load
from backprop.nn.functional import softmax
from backprop.storage import safe_open, save_file
from tests.command_line.conftest import IRIS, QUICK

ODD = ['said "no"', "a,b", "two\nlines", "höhe 🌷"]


@pytest.fixture
def flowers(call):
    """A model of the iris flowers, and their rows with the names of the columns first."""
    assert call("train", IRIS, "--target", "species", *QUICK).code == 0
    with open(IRIS, encoding="utf-8") as file:
        return list(csv.reader(file))


def written(rows, path="t.csv", **dialect):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, **dialect).writerows(rows)


def lines(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_answers_are_those_of_the_network_in_the_order_of_the_rows(call, flowers):
    model, description = load("model.safetensors")
    outputs = model(Matrix([list(map(float, row[:4])) for row in flowers[1:]])).matrix
    answers = [[description.classes[row.index(max(row))]] for row in outputs]
    assert lines(call("predict", "model.safetensors", IRIS).out) == [["species"], *answers]
    shares = [list(map(repr, row)) for row in softmax(outputs, 1).matrix]
    _, *rows = lines(call("predict", "model.safetensors", IRIS, "--probabilities").out)
    assert rows == [answer + row for answer, row in zip(answers, shares)]


def test_columns_are_found_by_their_names(call, flowers):
    """In another order, with others between them, without the answers or with missing ones."""
    expected = call("predict", "model.safetensors", IRIS).out
    order = [4, 2, 0, 3, 1]
    for columns in (order, order[1:]):
        written([[row[i] for i in columns] for row in flowers])
        assert call("predict", "model.safetensors", "t.csv").out == expected
    written([["id", *flowers[0]]] + [[f"n{i}", *row[:4], "?"] for i, row in enumerate(flowers[1:])], delimiter=";")
    assert call("predict", "model.safetensors", "t.csv", "--delimiter", ";").out == expected


def test_probabilities_are_asked_for(call, flowers):
    plain = lines(call("predict", "model.safetensors", IRIS).out)
    header, *rows = lines(call("predict", "model.safetensors", IRIS, "--probabilities").out)
    assert header == ["species", "P(setosa)", "P(versicolor)", "P(virginica)"]
    assert [row[:1] for row in rows] == plain[1:]
    classes = ["setosa", "versicolor", "virginica"]
    for answer, *shares in rows:
        shares = list(map(float, shares))
        # Three roundings and two of the sums: each below half a unit in the last place of 1.
        assert abs(sum(shares) - 1.0) < 5 * 2**-53 and answer == classes[shares.index(max(shares))]


def test_a_script_gets_one_object(call, flowers):
    rows = lines(call("predict", "model.safetensors", IRIS, "--probabilities").out)
    came = json.loads(call("predict", "model.safetensors", IRIS, "--json").out)
    assert came == {"target": "species", "predictions": [row[0] for row in rows[1:]]}
    came = json.loads(call("predict", "model.safetensors", IRIS, "--json", "--probabilities").out)
    assert [list(map(repr, row.values())) for row in came["probabilities"]] == [row[1:] for row in rows[1:]]


def test_odd_names_come_back_as_they_are(call):
    rng = random.Random(0)
    written([['"x"', "a\nb", "c,d"]] + [[rng.random(), rng.random(), ODD[i % 4]] for i in range(40)])
    reported = call("train", "t.csv", "--target", "c,d", *QUICK).out
    came = lines(call("predict", "model.safetensors", "t.csv", "--probabilities").out)
    assert came[0] == ["c,d", *(f"P({name})" for name in sorted(ODD))]
    assert len(came) == 41 and {row[0] for row in came[1:]} <= set(ODD)
    said = call("info", "model.safetensors").out
    assert said.count(r"two\nlines") == 3 and said.count("höhe 🌷") == 3
    assert reported.count(r"two\nlines") == reported.count("höhe 🌷") == 2


def test_answers_have_a_header_where_the_table_has_one(call, flowers):
    written(flowers[1:])
    call("train", "t.csv", "--target", -1, "--out", "plain", *QUICK)
    expected = lines(call("predict", "model.safetensors", IRIS, "--probabilities").out)
    assert lines(call("predict", "plain", "t.csv", "--probabilities").out) == expected[1:]
    written([row[:4] for row in flowers[1:]])
    assert lines(call("predict", "plain", "t.csv", "--probabilities").out) == expected[1:]


def test_what_cannot_be_predicted_is_refused(call, flowers):
    written([row[1:] for row in flowers])
    names = "'sepal width (cm)', 'petal length (cm)', 'petal width (cm)', 'species'"
    came = call("predict", "model.safetensors", "t.csv")
    assert came.refused(f"predict: t.csv: it has no column 'sepal length (cm)'; it has {names}\n")
    written([flowers[0], *(["5.1", "3.5", "1.4", f"{sign}1.7e308", ""] for sign in "+-")])
    came = call("predict", "model.safetensors", "t.csv")
    assert came.refused("predict: an output of the model is not finite; the inputs are too large for it\n")
    for path, sentence in (("nowhere", "nowhere: No such file or directory"), (".", ".: Is a directory")):
        assert call("predict", "model.safetensors", path).refused(f"predict: {sentence}\n")
        assert call("predict", path, IRIS).refused(f"predict: {sentence}\n")


def test_a_quantity_has_no_probabilities(call):
    words = ["--target", "petal width (cm)", "--ignore", "species", *QUICK]
    assert call("train", IRIS, *words).code == 0
    came = call("predict", "model.safetensors", IRIS, "--probabilities")
    assert came.refused("predict: the model predicts a quantity; only classes have --probabilities\n")
    header, *rows = lines(call("predict", "model.safetensors", IRIS).out)
    assert header == ["petal width (cm)"]
    found = json.loads(call("predict", "model.safetensors", IRIS, "--json").out)["predictions"]
    assert [float(row[0]) for row in rows] == found


@pytest.mark.parametrize("content", [b"", b"{}", b"\x08" + bytes(7) + b"{}      ", b"a,b\n1,2\n" * 9])
def test_what_is_no_model_is_refused(call, tmp_path, content):
    (tmp_path / "m").write_bytes(content)
    assert call("predict", "m", IRIS).refused("predict: m")


def test_tensors_alone_are_no_model(call):
    save_file({"w": Matrix([[1.0]])}, "m")
    assert call("predict", "m", IRIS).refused("predict: m holds tensors and no description of a model")
    with safe_open("m") as file:
        assert file.metadata() is None
