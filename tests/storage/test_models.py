"""save_model and load_model: what PyTorch wrote runs here, what is written here ran in PyTorch, and what is refused."""

import inspect
import math
import random
import re

import pytest

from backprop import Matrix, Tensor
from backprop.autograd import constant
from backprop.nn import (
    GRU,
    LSTM,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Linear,
    Module,
    ReLU,
    Sequential,
    Tanh,
    TransformerEncoderLayer,
)
from backprop.storage import load_file, load_model, safe_open, save_file, save_model
from tests.figures import REFERENCE, cases, made
from tests.public import CLASSES
from tests.storage.files import raw, tensor
from tests.values import values

MODELS = {
    "mlp": lambda: Sequential(Linear(4, 5), Tanh(), Linear(5, 3, bias=False)),
    "convnet": lambda: Sequential(
        Conv2d(2, 4, (2, 3), groups=2),
        BatchNorm2d(4),
        ReLU(),
        ConvTranspose2d(4, 2, (3, 2), stride=2, groups=2),
    ),
    "lstm": lambda: LSTM(2, 3, 2, bidirectional=True),
    "gru": lambda: GRU(2, 3, 2, bidirectional=True),
    "transformer": lambda: TransformerEncoderLayer(4, 2, 6, dropout=0.0, activation="gelu"),
}


def outputs(model, input):
    """The output, and for LSTM and GRU the last states besides, sequences having three rows; as the figures have them."""
    rows = Tensor(input)
    if isinstance(model, Sequential):
        shape = (len(input), 2, 3, 4) if isinstance(model[0], Conv2d) else rows.shape
        return [Tensor([flat(image) for image in model.eval()(rows.view(*shape)).tolist()]).matrix]
    sequences = rows.view(-1, 3, rows.shape[1])  # (batch, time, features), one sequence after the other
    found = model.eval()(sequences.transpose(0, 1))
    output, states = found if isinstance(found, tuple) else (found, ())
    every = [output.transpose(0, 1), *(states if isinstance(states, tuple) else (states,))]
    return [constant(part.matrix, (part.shape[0] * part.shape[1], part.shape[2])).matrix for part in every]


def flat(image):
    return [x for part in image for x in flat(part)] if isinstance(image, list) else [image]


@pytest.mark.parametrize("origin", ["torch", "here"])
@pytest.mark.parametrize("case", cases("storage", "models"), ids=lambda case: case["name"])
def test_a_model_gives_the_outputs_that_pytorch_computed_of_the_same_file(case, origin):
    """Of one PyTorch wrote and of one written here; all is float64, and sums may be in another order."""
    model = MODELS[case["name"]]()
    load_model(model, REFERENCE / "storage" / f"{origin}_{case['name']}.safetensors")
    came = outputs(model, case["input"])
    assert len(came) == len(case[origin])
    for own, expected in zip(came, case[origin]):
        assert own.allclose(Matrix(expected), rel_tol=1e-12, abs_tol=1e-14)


@pytest.mark.parametrize("origin", ["torch", "here"])
@pytest.mark.parametrize("name", MODELS)
def test_a_file_read_and_written_again_is_the_same_file(tmp_path, name, origin):
    """To the last byte, header and all."""
    path, model = REFERENCE / "storage" / f"{origin}_{name}.safetensors", MODELS[name]()
    load_model(model, path)
    with safe_open(path) as file:
        save_model(model, tmp_path / "w", file.metadata())
    assert (tmp_path / "w").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("case", cases("storage", "shapes"), ids=lambda case: f"{case['layer']}{case['args']}")
def test_names_and_shapes_are_those_of_pytorch(case):
    state = made(CLASSES, {"ours": {}, **case}).state_dict().items()
    assert [(name, list(tensor.shape)) for name, tensor in state] == list(case["shapes"].items())


def test_no_layer_with_a_state_is_left_out():
    compared = {case["layer"] for case in cases("storage", "shapes")}
    for name in CLASSES.keys() - compared - {"Module", "Impute", "Standardize"}:  # PyTorch has neither
        layer = CLASSES[name]
        if inspect.isclass(layer) and issubclass(layer, Module):
            assert not re.search(r"\b(Parameter|Buffer|_buffer)\(", inspect.getsource(layer)), name


def test_a_model_comes_back_to_the_last_bit(tmp_path):
    one, other = (Sequential(Conv2d(1, 2, 2), BatchNorm2d(2)) for _ in range(2))
    one(Tensor([[[[math.sin(i * j) for i in range(4)] for j in range(4)]]]))  # moves the running statistics
    save_model(one, tmp_path / "w")
    load_model(other, tmp_path / "w")
    assert (
        values(one.state_dict()) == values(other.state_dict())
        and other.state_dict()["1.num_batches_tracked"].item() == 1
    )


def test_f32_is_half_as_long_and_rounded(tmp_path):
    one, other, rng = Linear(8, 8), Linear(8, 8), random.Random(0)
    for parameter in one.parameters():
        parameter.data = Tensor([rng.gauss(0.0, 1.0) for _ in range(parameter.numel())]).view(*parameter.shape)
    save_model(one, tmp_path / "w", {"note": "small"}, dtype="F32")
    load_model(other, tmp_path / "w")
    for name, value in one.state_dict().items():
        rounded = other.state_dict()[name].matrix
        assert value.matrix != rounded and value.matrix.allclose(rounded, rel_tol=2**-24, abs_tol=0.0)
    with safe_open(tmp_path / "w") as file:
        assert file.get_dtype("weight") == "F32" and file.metadata() == {"note": "small"}


class Tied(Module):
    """One Parameter under two names."""

    def __init__(self):
        super().__init__()
        self.first, self.second = Linear(2, 2, bias=False), Linear(2, 2, bias=False)
        self.second.weight = self.first.weight


@pytest.mark.parametrize("names", [["first.weight"], ["second.weight"], ["first.weight", "second.weight"]])
def test_a_shared_parameter_is_saved_once_and_read_from_any_of_its_names(tmp_path, names):
    """safetensors.torch.save_model also writes one name of several, and not always the same."""
    tied = Tied()
    save_model(tied, tmp_path / "w")
    assert list(load_file(tmp_path / "w")) == ["first.weight"]
    save_file(dict.fromkeys(names, Matrix([[1.0, 2.0], [3.0, 4.0]])), tmp_path / "w")
    load_model(tied, tmp_path / "w")
    assert tied.second.weight is tied.first.weight and tied.first.weight.matrix == Matrix([[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            {"weight": tensor(shape=[2, 1], end=8)},
            "w.safetensors: the keys must be those of the module's state_dict(); missing: 'bias'",
        ),
        (
            {"weight": tensor(shape=[2, 1], end=8), "bias": tensor("U8", [2], 8, 10), "c": tensor("U8", [], 10, 11)},
            "w.safetensors: the keys must be those of the module's state_dict(); unexpected: 'c'",
        ),
        ({"b": tensor(), "w": tensor(begin=4, end=8)}, "; missing: 'weight', 'bias'; unexpected: 'b', 'w'"),
        (
            {"weight": tensor(shape=[2, 1], end=8), "bias": tensor("U8", [1, 2], 8, 10)},
            "w.safetensors: bias is of shape (1, 2), and the model needs (2,)",
        ),
        (
            {"weight": tensor(shape=[1, 2], end=8), "bias": tensor("U8", [2], 8, 10)},
            "w.safetensors: weight is of shape (1, 2), and the model needs (2, 1)",
        ),
        (
            {"weight": tensor(shape=[2, 1, 1], end=8), "bias": tensor("U8", [2], 8, 10)},
            "w.safetensors: weight is of shape (2, 1, 1), and the model needs (2, 1)",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_file_that_does_not_fit_is_refused_as_a_whole(tmp_path, header, sentence):
    model, path = Linear(1, 2), tmp_path / "w.safetensors"
    before = values(model.state_dict())
    path.write_bytes(raw(header, bytes(max(info["data_offsets"][1] for info in header.values()))))
    with pytest.raises(ValueError) as caught:
        load_model(model, path)
    assert sentence in str(caught.value) and values(model.state_dict()) == before


def test_only_layers_are_models(tmp_path):
    with pytest.raises(TypeError, match="save_model takes a Module, got a OrderedDict"):
        save_model(Linear(1, 1).state_dict(), tmp_path / "w")
    with pytest.raises(TypeError, match="load_model takes a Module, got a NoneType"):
        load_model(None, tmp_path / "w")


def test_a_weight_that_f32_cannot_hold_is_named_and_one_that_is_not_finite_is_kept(tmp_path):
    model = Sequential(Linear(2, 1, bias=False))
    model[0].weight.data = Matrix([[1.0, 1e200]])
    with pytest.raises(ValueError, match=r"save_file: '0.weight' has 1e\+200 at \[0, 1\], too large for F32"):
        save_model(model, tmp_path / "w", dtype="F32")
    model[0].weight.data = Matrix([[-math.inf, math.nan]])
    save_model(model, tmp_path / "w", dtype="F32")
    assert repr(load_file(tmp_path / "w")["0.weight"].matrix) == repr(model[0].weight.matrix)
