"""save and load: what PyTorch wrote is read here, what is written here was read in PyTorch, and the rest is refused.

reference/storage/torch_*.pt were written by PyTorch 2.13.0 (CPU, one thread): torch.save of what checkpoints.py makes there,
torch_legacy.pt with _use_new_zipfile_serialization=False, torch_half.pt of [1.5, -2, 65504] and [1.5, -2, 2⁻⁷] in 16 bits.
here_*.pt were written by this library, and PyTorch's torch.load(weights_only=True), with mmap and without, gave what
checkpoints.py makes there, and its networks the outputs in the files, before and after two more steps, to 1e-6.
"""

import io
import os
import pickle
import zipfile
from pathlib import Path

import pytest

import backprop
from backprop import Matrix, Tensor, load, nn, save, serialization
from backprop.nn import functional as F
from backprop.storage import save_file
from tests.figures import REFERENCE, cases, made
from tests.public import CLASSES
from tests.storage.checkpoints import NETWORKS, every_value, network, optimizer_of, output, plain, step

FOLDER = REFERENCE / "storage"


def again(value, **settings):
    file = io.BytesIO()
    save(value, file)
    file.seek(0)
    return load(file, **settings)


# ---------------------------------------------------------------- with PyTorch


@pytest.mark.parametrize("origin", ["torch", "here"])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_gives_the_outputs_that_it_had_where_it_was_saved(name, origin):
    """PyTorch computed with floats of 32 bits."""
    saved, model = load(FOLDER / f"{origin}_{name}.pt"), network(backprop, name)
    assert list(saved) == ["epoch", "model", "optimizer", "scheduler", "loss", "input", "output", "later"]
    assert list(saved["model"]) == list(model.state_dict())
    model.load_state_dict(saved["model"])
    assert (output(model.eval(), saved["input"]) - saved["output"]).abs().max() < 1e-6
    assert saved["epoch"] == 3 and type(saved["loss"]) is float and saved["scheduler"]["last_epoch"] == 3


@pytest.mark.parametrize("origin", ["torch", "here"])
@pytest.mark.parametrize("name", NETWORKS)
def test_training_goes_on_as_it_would_have_there(name, origin):
    """Two more steps of Adam, or of SGD with momentum, end where they ended before the file was read."""
    saved, model = load(FOLDER / f"{origin}_{name}.pt"), network(backprop, name)
    optimizer = optimizer_of(backprop, name, model)
    scheduler = backprop.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    scheduler.load_state_dict(saved["scheduler"])
    for _ in range(2):
        step(model, optimizer, saved["input"])
    assert (output(model.eval(), saved["input"]) - saved["later"]).abs().max() < 1e-6
    assert scheduler.last_epoch == 3 and scheduler.get_last_lr() == saved["scheduler"]["_last_lr"]


@pytest.mark.parametrize("file", ["torch_values.pt", "torch_legacy.pt", "here_values.pt"])
def test_each_kind_of_value_is_read(file):
    value = load(FOLDER / file)
    assert plain(value) == plain(every_value(backprop))
    first, second, third, _ = value["same"]
    assert first is second and first is not third and value["itself"][0] is value["itself"]


def test_each_kind_of_value_comes_back():
    assert plain(again(every_value(backprop))) == plain(every_value(backprop))


def test_the_state_of_a_module_comes_back():
    model = nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1))
    assert plain(again(model.state_dict())) == plain(model.state_dict())


@pytest.mark.parametrize("name", ["values", *NETWORKS])
def test_what_is_written_is_the_file_that_pytorch_has_read(tmp_path, name):
    path = FOLDER / f"here_{name}.pt"
    save(every_value(backprop) if name == "values" else load(path), tmp_path / "w.pt")
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(tmp_path / "w.pt") as other:
        assert {n: one.read(n) for n in one.namelist()} == {n: other.read(n) for n in other.namelist()}


def test_floats_of_16_bits_are_read_as_float32_with_a_word():
    with pytest.warns(UserWarning, match="load: reads bfloat16 and float16 as float32") as warned:
        value = load(FOLDER / "torch_half.pt")
    assert value["half"].tolist() == [1.5, -2.0, 65504.0] and value["bfloat16"].tolist() == [1.5, -2.0, 2**-7]
    assert value["half"].dtype is backprop.float32 and warned[0].filename == __file__


def test_so_is_the_dtype_itself():
    with pytest.warns(UserWarning, match="load: reads bfloat16 as float32"):
        assert load(zipped(b"\x80\x02ctorch\nbfloat16\n.")) is backprop.float32


def test_the_versions_of_modules_come_along():
    assert load(FOLDER / "torch_mlp.pt")["model"]._metadata[""] == {"version": 1}


# ---------------------------------------------------------------- what is written


def test_a_float32_is_four_bytes_and_the_nearest():
    x = Tensor([1 / 3, 0.1])
    assert again(x).tolist() == [0.3333333432674408, 0.10000000149011612]
    assert again(x.double()).tolist() == [1 / 3, 0.1]
    sizes = [len(bytes_of(Tensor([0.0] * n))) for n in (1000, 2000)]
    assert abs(sizes[1] - sizes[0] - 4000) <= 64


def bytes_of(value):
    file = io.BytesIO()
    save(value, file)
    return file.getvalue()


def test_numbers_begin_at_multiples_of_64():
    """So that mmap finds them where the processor wants them."""
    data = bytes_of([Tensor([1.5]), Tensor([2.5, 3.5])])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [f"archive/{n}" for n in ("data.pkl", "byteorder", "data/0", "data/1", "version")]
        for info in archive.infolist():
            name, extra = (int.from_bytes(data[info.header_offset + at :][:2], "little") for at in (26, 28))
            assert (info.header_offset + 30 + name + extra) % 64 == 0
            assert info.compress_type == zipfile.ZIP_STORED


def test_one_tensor_under_two_names_is_stored_once():
    layer = nn.Linear(2, 2)
    tied = {"a": layer.weight, "b": layer.weight, "c": layer.weight.detach(), "d": layer.weight.clone().detach()}
    with zipfile.ZipFile(io.BytesIO(bytes_of(tied))) as archive:
        assert [name for name in archive.namelist() if "/data/" in name] == ["archive/data/0", "archive/data/1"]
    value = again(tied)
    assert value["a"] is value["b"] and isinstance(value["a"], nn.Parameter)
    assert value["c"].tolist() == value["d"].tolist() == value["a"].tolist()
    value["c"].add_(1.0)
    assert value["d"].tolist() == value["a"].tolist() != value["c"].tolist()


def test_what_an_operation_made_is_saved_as_its_value():
    w = Tensor([2.0], requires_grad=True)
    loss = again({"loss": (w * 3).sum()})["loss"]
    assert loss.item() == 6.0 and loss.is_leaf and loss.requires_grad


def test_a_matrix_is_saved_as_a_tensor():
    assert plain(again(Matrix([[1, 2]]))) == plain(Tensor([[1, 2]]).long())


def test_a_number_that_its_dtype_cannot_hold_is_refused_and_no_file_is_left(tmp_path):
    path = tmp_path / "w.pt"
    with pytest.raises(ValueError, match=r"save: a tensor of shape \[2, 1\] has 1e\+39 at \[1, 0\], too large for F32"):
        save(Tensor([[0.0], [1e39]]), path)
    assert not list(tmp_path.iterdir())
    save(Tensor([[0.0], [1e39]]).double(), path)
    before = path.read_bytes()
    with pytest.raises((pickle.PicklingError, AttributeError)):
        save({"f": lambda x: x}, path)
    assert path.read_bytes() == before


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "w.pt"
    save({"a": 1}, path)

    def fail(self, name, data):
        raise OSError("disk full")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(OSError, match="disk full"):
        save({"a": 2}, path)
    assert load(path) == {"a": 1} and os.listdir(tmp_path) == ["w.pt"]


@pytest.mark.parametrize("kind", [str, Path, "open", io.BytesIO])
def test_files(tmp_path, kind):
    path = tmp_path / "w.pt"
    if kind == "open":
        with open(path, "wb") as file:
            save({"a": 1}, file)
        with open(path, "rb") as file:
            assert load(file) == {"a": 1}
    elif kind is io.BytesIO:
        file = io.BytesIO()
        save({"a": 1}, file)
        with pytest.raises(EOFError, match=r"the file: there is nothing to read; after writing, f.seek\(0\) goes back"):
            load(file)
        assert load(io.BytesIO(file.getvalue())) == {"a": 1}
    else:
        save({"a": 1}, kind(path))
        assert load(kind(path)) == {"a": 1}


def test_what_is_no_file():
    with pytest.raises(TypeError, match="save: f is a path or a file that is open for writing bytes, got a int"):
        save(1, 2)
    with pytest.raises(TypeError, match="load: f is a path or a file that is open for reading bytes, got a dict"):
        load({})
    for call in (lambda: save(1, io.StringIO()), lambda: load(io.StringIO("a"))):
        with pytest.raises(TypeError, match="bytes, got a StringIO"):
            call()
    with pytest.raises(FileNotFoundError):
        load("not there.pt")


def test_a_safetensors_file_is_read_too(tmp_path):
    save_file({"a": Tensor([1.5])}, tmp_path / "w.safetensors")
    assert load(tmp_path / "w.safetensors")["a"].tolist() == [1.5]


def test_map_location():
    for place in ("cpu", backprop.device("cpu"), lambda storage, location: storage, {"cuda:0": "cpu"}):
        assert again(Tensor([1.5]), map_location=place).tolist() == [1.5]
    with pytest.raises(RuntimeError, match="there is no device 'cuda'"):
        again(Tensor([1.5]), map_location="cuda")


# ---------------------------------------------------------------- whole Modules


class Scaled(nn.Module):
    made = 0

    def __init__(self, inner):
        super().__init__()
        Scaled.made += 1
        self.inner, self.scale, self.act = inner, nn.Parameter(Tensor([2.0])), F.relu

    def forward(self, input):
        return self.act(self.inner(input)) * self.scale


MODULES = {
    "linear": (lambda: nn.Linear(4, 2), (3, 4)),
    "convnet": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.MaxPool2d(2), nn.Flatten()),
        (2, 1, 4, 4),
    ),
    "lstm": (lambda: nn.LSTM(4, 3, 2, bidirectional=True), (2, 3, 4)),
    "gru": (lambda: nn.GRU(4, 3), (2, 3, 4)),
    "transformer": (lambda: network(backprop, "transformer"), (2, 3, 4)),
    "own": (lambda: Scaled(Scaled(nn.Linear(4, 4))), (3, 4)),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_whole_module_comes_back(name):
    make, shape = MODULES[name]
    model, x = make(), backprop.randn(*shape)
    output(model, x)  # which moves running means
    made = Scaled.made
    other = again(model, weights_only=False)
    assert type(other) is type(model) and Scaled.made == made  # no __init__ ran
    assert repr(other) == repr(model) and [*other.state_dict()] == [*model.state_dict()]
    model.eval(), other.eval()
    assert (output(model, x) - output(other, x)).abs().max() < 1e-5
    for parameter in other.parameters():
        assert parameter.requires_grad and isinstance(parameter, nn.Parameter)
    other.train()
    output(other, x).sum().backward()


@pytest.mark.parametrize("case", cases("storage", "shapes"), ids=lambda case: f"{case['layer']}{case['args']}")
def test_every_layer_comes_back_whole(case):
    layer = made(CLASSES, {"ours": {}, **case})
    other = again(layer, weights_only=False)
    assert type(other) is type(layer) and repr(other) == repr(layer) and vars(other).keys() == vars(layer).keys()
    assert plain(other.state_dict()) == plain(again(layer.state_dict()))


def test_a_whole_module_is_refused_by_default():
    with pytest.raises(
        pickle.UnpicklingError,
        match=r"the file: it asks for backprop.nn.linear.Linear, which is no tensor or plain value; whole Modules of "
        "classes that are here are read with weights_only=False",
    ):
        again(nn.Linear(2, 2))


def test_a_class_that_is_no_module_is_refused():
    with pytest.raises(
        pickle.UnpicklingError, match="it asks for pathlib.*, which is neither a Module of a class that"
    ):
        again({"path": Path("a")}, weights_only=False)


class Closing(nn.Module):
    def __del__(self):
        raise AssertionError("this runs for no file")


def test_a_module_whose_methods_would_run_is_refused():
    data = b"\x80\x02c" + f"{__name__}\nClosing\n".encode() + b")\x81}b."
    with pytest.raises(pickle.UnpicklingError, match=r"whose __del__ or __setstate__ would run"):
        load(zipped(data), weights_only=False)


class Settings:
    def __init__(self, width):
        self.width = width


def test_what_the_program_allows_is_read():
    checkpoint, layer = {"settings": Settings(4)}, Scaled(nn.Linear(4, 4))
    with pytest.raises(pickle.UnpicklingError, match="it asks for tests.storage.test_pt.Settings, which is no tensor"):
        again(checkpoint)
    with serialization.safe_globals([Settings]):
        assert serialization.get_safe_globals() == [Settings]
        assert vars(again(checkpoint)["settings"]) == {"width": 4}
        with pytest.raises(pickle.UnpicklingError, match="it asks for tests.storage.test_pt.Scaled"):
            again(layer)
        with serialization.safe_globals([Scaled, nn.Linear, F.relu, (Settings, "elsewhere.Settings")]):
            assert repr(again(layer)) == repr(layer)
            assert isinstance(load(zipped(b"\x80\x02celsewhere\nSettings\n)\x81.")), Settings)
            with pytest.raises(pickle.UnpicklingError, match="it calls .*Settings with what it does not take: int"):
                load(zipped(b"\x80\x02celsewhere\nSettings\nK\4\x85R."))  # the class itself is never called
    assert serialization.get_safe_globals() == []
    with pytest.raises(TypeError, match="add_safe_globals: needs classes and functions, got 'Settings'"):
        serialization.add_safe_globals(["Settings"])


class Table(nn.Module, dict):
    pass


def test_a_class_of_which_no_bare_object_is_made_is_refused():
    data = b"\x80\x02c" + f"{__name__}\nTable\n".encode() + b")\x81."
    with pytest.raises(pickle.UnpicklingError, match=r"it has a tests.storage.test_pt.Table, which cannot be made"):
        load(zipped(data), weights_only=False)


def zipped(data, **records):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, record in {"data.pkl": data, **records, "version": b"3\n"}.items():
            archive.writestr(f"archive/{name}", record)
    file.seek(0)
    return file
