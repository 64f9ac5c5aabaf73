"""safe_open: a tensor at a time, its bytes and no others, from the file that was opened."""

import io
import math
import os

import pytest

from backprop import Matrix
from backprop.storage import load_file, safe_open, save_file
from tests import tables
from tests.storage.files import raw, tensor
from tests.values import values

MEGABYTE = 1 << 20


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "w.safetensors"
    save_file({"a": Matrix([[1.5, 2.5], [3.5, 4.5]]), "b": Matrix([[-1.0]])}, path, {"made": "here"})
    return path


def test_names_shapes_and_texts(path):
    with safe_open(path) as file:
        assert file.keys() == ["a", "b"] and file.metadata() == {"made": "here"}
        assert file.get_shape("a") == (2, 2) and file.get_dtype("a") == "F64"
        assert file.get_tensor("b").tolist() == [[-1]] and file.get_tensor("a").tolist() == [[1.5, 2.5], [3.5, 4.5]]


def test_a_file_without_texts_has_none(tmp_path):
    save_file({}, tmp_path / "w.safetensors")
    with safe_open(tmp_path / "w.safetensors") as file:
        assert file.metadata() is None and file.keys() == []


@pytest.mark.parametrize(
    ("shape", "nested"),
    [
        ((), 0),
        ((3,), [0, 1, 2]),
        ((3, 1), [[0], [1], [2]]),
        ((2, 1, 3), [[[0, 1, 2]], [[3, 4, 5]]]),
        ((0,), []),
        ((2, 0, 3), [[], []]),
    ],
)
def test_a_tensor_of_any_shape(tmp_path, shape, nested):
    path = tmp_path / "w.safetensors"
    count = math.prod(shape)
    path.write_bytes(raw({"w": tensor("U8", shape, 0, count)}, bytes(range(count))))
    assert load_file(path)["w"].shape == shape and load_file(path)["w"].tolist() == nested
    save_file(load_file(path), tmp_path / "again")
    assert (tmp_path / "again").read_bytes().endswith(bytes(range(count)))
    with safe_open(tmp_path / "again") as file:
        assert file.get_dtype("w") == "U8" and file.get_shape("w") == shape


def test_only_the_bytes_of_a_tensor_are_read(tmp_path, monkeypatch):
    """Of two tensors of 64 megabytes, a hole in the file, and a small one between only that: whatever Python reads ahead,
    it is a thousandth and two buffers."""
    counted = []

    class Counted(io.FileIO):
        def readinto(self, buffer):
            counted.append(super().readinto(buffer))
            return counted[-1]

        def readall(self):
            data = super().readall()
            counted.append(len(data))
            return data

    path, large = tmp_path / "w.safetensors", 64 * MEGABYTE
    parts = {"a": tensor("U8", [large], 0, large), "c": tensor("U8", [large], large + 16, 2 * large + 16)}
    parts["b"] = tensor("F64", [2, 1], large, large + 16)
    header = raw(parts)
    with open(path, "wb") as file:
        file.write(header)
        file.seek(len(header) + large)
        file.write(bytes.fromhex("000000000000f03f") * 2)
        file.truncate(len(header) + 2 * large + 16)
    monkeypatch.setattr("builtins.open", lambda name, mode: io.BufferedReader(Counted(name)))
    with safe_open(path) as file:
        assert file.get_tensor("b").matrix == Matrix([[1.0], [1.0]])
    assert 0 < sum(counted) < large / 1000 + 2 * io.DEFAULT_BUFFER_SIZE


def test_a_file_that_is_replaced_while_it_is_open_stays_the_one_that_was_opened(path):
    if os.name != "posix":
        pytest.skip("Windows does not replace what is open")
    with safe_open(path) as file:
        save_file({"other": Matrix([[0.0]])}, path)
        assert file.get_tensor("b").matrix == Matrix([[-1.0]])
    assert values(load_file(path)) == {"other": ((1, 1), Matrix([[0.0]]))}


def test_a_file_that_is_shortened_while_it_is_open_is_noticed(path):
    save_file({"a": tables.zeros(100, 1000)}, path)
    with safe_open(path) as file:
        os.truncate(path, path.stat().st_size - 1)
        with pytest.raises(ValueError, match="w.safetensors was shortened while it was open; 'a' ends behind its end"):
            file.get_tensor("a")


def test_what_is_not_there(path, tmp_path):
    with safe_open(path) as file:
        for ask in (file.get_tensor, file.get_shape, file.get_dtype):
            with pytest.raises(ValueError, match=r"w.safetensors has no tensor 'c'; its tensors are \['a', 'b'\]"):
                ask("c")
    with pytest.raises(ValueError, match="w.safetensors was closed; read it inside of the with block"):
        file.get_tensor("a")
    with pytest.raises(FileNotFoundError):
        load_file(tmp_path / "none.safetensors")


def test_a_file_that_is_refused_is_closed(path, recwarn):
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError):
        safe_open(path)
    path.unlink()  # which Windows refuses for an open file
    assert not [warning for warning in recwarn if warning.category is ResourceWarning]
