"""export: a file of train, or a whole Sequential, becomes a program of its own that predicts the same."""

import subprocess
import sys

import pytest

from backprop import nn, save, tensor
from tests.command_line.conftest import IRIS, QUICK


@pytest.fixture
def trained(call, tmp_path):
    assert call("train", IRIS, "--target", "species", "--out", "iris.safetensors", *QUICK).code == 0
    return tmp_path / "iris.safetensors"


def test_the_program_predicts_what_the_model_predicts(call, trained, tmp_path):
    flowers = [[5.1, 3.5, 1.4, 0.2], [5.9, 3.0, 4.2, 1.5], [7.7, 2.6, 6.9, 2.3]]
    lines = ["sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)"]
    (tmp_path / "flowers.csv").write_text("\n".join([*lines, *(",".join(map(str, x)) for x in flowers)]) + "\n")
    expected = call("predict", "iris.safetensors", "flowers.csv").out.split()[1:]
    came = call("export", "iris.safetensors", "network.py")
    text = (tmp_path / "network.py").read_text("utf-8")
    assert (came.code, came.out) == (0, f"network.py: {len(text):,} characters\n")
    assert "import backprop" not in text
    for flower, species in zip(flowers, expected):
        words = [sys.executable, "-I", "-S", tmp_path / "network.py", *map(str, flower)]
        assert subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[0] == species


def test_a_whole_sequential_is_exported(call, tmp_path):
    model = nn.Sequential(nn.Linear(1, 1))
    model[0].weight.data, model[0].bias.data = tensor([[2.0]]), tensor([1.0])
    save(model, tmp_path / "model.pt")
    assert call("export", "model.pt", "network.py").code == 0
    words = [sys.executable, "-I", "-S", tmp_path / "network.py", "3"]
    assert subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout == "[7.0]\n"


def test_a_file_that_is_there_is_kept(call, trained, tmp_path):
    (tmp_path / "network.py").write_text("mine")
    assert call("export", "iris.safetensors", "network.py").refused("export: network.py is there already; --overwrite")
    assert (tmp_path / "network.py").read_text() == "mine"
    assert call("export", "iris.safetensors", "network.py", "--overwrite").code == 0
    assert call("export", trained, trained, "--overwrite").refused(f"export: {trained} is the model")
    assert trained.stat().st_size > 0


def test_what_cannot_be_exported_is_one_sentence(call, tmp_path):
    save(nn.Sequential(nn.LSTM(1, 1)), tmp_path / "lstm.pt")
    assert call("export", "lstm.pt", "network.py").refused("export: layer 0 is LSTM(1, 1)")
    save({"weight": tensor([1.0])}, tmp_path / "dict.pt")
    assert call("export", "dict.pt", "network.py").refused(
        "export: dict.pt holds a dict, and a whole Sequential is needed"
    )
    assert call("export", "none.pt", "network.py").refused("export: none.pt: No such file or directory")
    assert not (tmp_path / "network.py").exists()
