"""info: what a model file says, and any other safetensors file, with nothing in it acting on the terminal."""

import json

from backprop import Matrix
from backprop.storage import save_file
from tests.command_line.conftest import IRIS, QUICK, ROOT

REFERENCE = ROOT / "tests" / "reference" / "storage"


def test_it_tells_what_train_told(call):
    made = json.loads(call("train", IRIS, "--target", "species", "--json", *QUICK).out)
    assert (made.pop("model"), made.pop("interrupted")) == ("model.safetensors", False)
    found = json.loads(call("info", "model.safetensors", "--json").out)
    assert found["model"] == made and found["metadata"] == {}
    shapes = {"0.median": [4], "1.mean": [4], "1.std": [4]}
    shapes |= {"2.weight": [4, 4], "2.bias": [4], "4.weight": [3, 4], "4.bias": [3]}
    assert {tensor["name"]: tensor["shape"] for tensor in found["tensors"]} == shapes


def test_a_person_reads_the_same_report_twice(call):
    trained = call("train", IRIS, "--target", "species", *QUICK).out
    said = call("info", "model.safetensors").out
    report = trained.split("held out, 150 examples, each from one of 5 trainings:\n\n")[1].split("\n\n")[0]
    assert f"\n\nheld out:\n\n{report}\n\n" in said
    for line in (
        "task                 classification of 'species'",
        "inputs               4",
        "sepal length (cm)  number from 4.3 to 7.9",
        "species            target, 3 classes: setosa, versicolor, virginica",
        "classes              setosa, versicolor, virginica",
        "network              4-4-3, relu",
        "table                iris.csv",
        "test examples        150",
        "4.weight  F64    3×4",
        "7 tensors, 47 numbers",
    ):
        assert line in said.splitlines()


def test_any_safetensors_file_can_be_looked_into(call):
    said = call("info", REFERENCE / "torch_gru.safetensors").out.splitlines()
    assert said[0] == "made by  PyTorch 2.13.0"
    assert "weight_ih_l1          F64    9×6" in said and said[-1] == "16 tensors, 324 numbers"
    found = json.loads(call("info", REFERENCE / "dtypes.safetensors", "--json").out)
    assert found["model"] is None and {"F16", "BF16", "I8"} <= {tensor["dtype"] for tensor in found["tensors"]}


def test_nothing_in_a_file_is_a_command_to_the_terminal(call):
    save_file({"\x1b]0;title\x07": Matrix([[1.0]])}, "m", {"\x1b[2J": "one\r\ntwo\u202e\x9b31m"})
    said = call("info", "m").out
    assert all(c.isprintable() or c == "\n" for c in said)
    assert said.splitlines()[0] == r"\x1b[2J  one\r\ntwo\u202e\x9b31m"
    name = "\x1b[31m"
    assert call("info", name).refused("info: \\x1b[31m: No such file or directory\n")


def test_what_is_no_safetensors_file_is_refused(call, tmp_path):
    assert call("info", IRIS).refused("info: iris.csv: this is not a safetensors file: it begins with b'sepal len'")
    (tmp_path / "m").write_bytes(b"short")
    assert call("info", "m").refused("info: m: a safetensors file begins with 8 bytes")
    assert call("info", tmp_path).refused(f"info: {tmp_path}: Is a directory\n")
