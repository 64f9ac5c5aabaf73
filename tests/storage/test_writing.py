"""save_file: what is read again is what was saved, and the bytes are those of the reference implementation."""

import json
import math
import os
import struct
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor, dtypes
from backprop.autograd import constant
from backprop.nn import Buffer, Parameter
from backprop.storage import load_file, safe_open, save_file
from tests.strategies import fractions, matrices

patterns = st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0])
any_float = st.one_of(st.floats(), patterns)  # the second has every NaN there is
names = st.text(max_size=8).filter(lambda name: name != "__metadata__")
texts = st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3)


def bits(matrix):
    return [struct.pack(f"<{len(row)}d", *row) for row in matrix.rows]


@given(st.dictionaries(names, matrices(entries=any_float), max_size=4), st.one_of(st.none(), texts))
def test_what_is_saved_is_read_again_to_the_last_bit(tensors, metadata):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "w.safetensors")
        save_file(tensors, path, metadata)
        back = load_file(path)
        assert list(back) == sorted(tensors)
        for name, matrix in tensors.items():
            assert bits(back[name].matrix) == bits(matrix) and back[name].shape == matrix.shape
        with safe_open(path) as file:
            assert file.metadata() == metadata
        assert os.listdir(folder) == ["w.safetensors"]


@given(matrices(entries=st.floats(width=32)))
def test_what_f32_can_hold_comes_back_from_f32(matrix):
    with tempfile.TemporaryDirectory() as folder:
        save_file({"w": matrix}, Path(folder, "w"), dtype="F32")
        assert repr(load_file(Path(folder, "w"))["w"].matrix) == repr(matrix)


@given(matrices(entries=st.floats(-3e38, 3e38)))
def test_f32_is_the_nearest(matrix):
    """No further away than half a unit in the last of 24 bits, 2⁻²⁴ of the number, or of the least normal, 2⁻¹²⁶."""
    with tempfile.TemporaryDirectory() as folder:
        save_file({"w": matrix}, Path(folder, "w"), dtype="F32")
        for row, came in zip(matrix.rows, load_file(Path(folder, "w"))["w"].matrix.rows):
            for x, y in zip(row, came):
                assert abs(Fraction(y) - Fraction(x)) <= max(abs(Fraction(x)), Fraction(2) ** -126) / 2**24


@given(matrices(entries=st.one_of(fractions, st.integers(-(2**70), 2**70))))
def test_ints_and_fractions_become_the_nearest_floats(matrix):
    with tempfile.TemporaryDirectory() as folder:
        save_file({"w": matrix}, Path(folder, "w"))
        assert repr(load_file(Path(folder, "w"))["w"].matrix) == repr(matrix.map(float))


def test_the_bytes_are_the_known_ones(tmp_path):
    """The example of the reference implementation's own tests, test_serialization_forced_alignement in its tensor.rs:
    six floats from 0 to 5 as F32 of the shape (1, 1, 2, 3), and a header that is filled up with blanks."""
    weight = Parameter([[[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]]])
    save_file({"attn0": weight}, tmp_path / "w", dtype="F32")
    known = (
        "48000000000000007b226174746e30223a7b226474797065223a22463332222c227368617065223a5b312c312c322c335d2c22646174615f"
        "6f666673657473223a5b302c32345d7d7d20202020202020000000000000803f00000040000040400000804000"
        "00a040"
    )
    assert (tmp_path / "w").read_bytes().hex() == known


@given(st.dictionaries(names, matrices(), max_size=4), texts, st.randoms())
def test_the_same_content_gives_the_same_bytes_in_the_order_of_the_names(tensors, metadata, rng):
    """Behind a header that ends on a multiple of 8 bytes, so that the floats can be mapped into memory."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for _ in range(2):
            files.append(Path(folder, str(len(files))))
            save_file(tensors, files[-1], metadata)
            tensors, metadata = (dict(rng.sample(list(d.items()), len(d))) for d in (tensors, metadata))
        data = files[0].read_bytes()
        assert data == files[1].read_bytes()
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
        assert length % 8 == 0 and list(header) == ["__metadata__", *sorted(tensors)]


def test_a_tensor_keeps_its_shape_and_ints_their_dtype(tmp_path):
    parts = {
        "bias": Parameter([1.0, 2.0]),
        "count": Buffer(3),
        "empty": Tensor([[], []]).T,
        "mask": constant(Matrix([[True, False]]), (1, 2, 1), dtypes.bool),
        "steps": constant(Matrix([[3, -4]]), (2,), dtypes.int64),
        "matrix": Matrix([[1.0, 2.0]]),
        "tensor": Tensor([[1.0], [2.0]]),
    }
    save_file(parts, tmp_path / "w")
    with safe_open(tmp_path / "w") as file:
        assert [file.get_shape(name) for name in parts] == [(2,), (), (0, 2), (1, 2, 1), (2,), (1, 2), (2, 1)]
        assert [file.get_dtype(name) for name in parts] == ["F64", "F64", "F64", "BOOL", "I64", "F64", "F64"]
        assert file.get_tensor("count").item() == 3.0
        assert repr(file.get_tensor("steps")) == "tensor([ 3, -4])"
        assert repr(file.get_tensor("mask").tolist()) == "[[[True], [False]]]"


def test_an_int_that_its_dtype_cannot_hold_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"save_file: 'n' has 1\d* at \[1, 0\], too large for I64"):
        save_file({"n": constant(Matrix([[1], [10**19]]), (2, 1), dtypes.int64)}, tmp_path / "w")


@pytest.mark.parametrize(
    ("tensors", "options", "error", "sentence"),
    [
        ([Matrix([[1]])], {}, TypeError, "save_file: tensors is a dict, a Tensor for each name, got "),
        ({"a": [[1.0]]}, {}, TypeError, "save_file: 'a' is a Tensor or a Matrix, got [[1.0]]"),
        ({3: Matrix([[1]])}, {}, ValueError, "the name of a tensor is a str other than '__metadata__', got 3"),
        ({"__metadata__": Matrix([[1]])}, {}, ValueError, "other than '__metadata__', got '__metadata__'"),
        ({"\ud800": Matrix([[1]])}, {}, ValueError, "the name of a tensor is a str other than '__metadata__', got"),
        ({}, {"metadata": {"a": 1}}, ValueError, "metadata is a dict of texts to texts, got {'a': 1}"),
        ({}, {"metadata": {1: "a"}}, ValueError, "metadata is a dict of texts to texts, got {1: 'a'}"),
        ({}, {"metadata": "a"}, ValueError, "metadata is a dict of texts to texts, got 'a'"),
        ({}, {"metadata": {"a": "\udfff"}}, ValueError, "metadata is a dict of texts to texts, got"),
        ({}, {"dtype": "F16"}, ValueError, "save_file: dtype is 'F64' or 'F32', got 'F16'"),
        ({"a": Matrix([[1]]), "b": Matrix([[0, 1], [2, -(10**400)]])}, {}, ValueError, "'b' has -1000"),
        ({"b": Matrix([[Fraction(10**400, 3)]])}, {}, ValueError, "at [0, 0], too large for F64"),
        (
            {"b": Matrix([[0.0], [1e39]])},
            {"dtype": "F32"},
            ValueError,
            "save_file: 'b' has 1e+39 at [1, 0], too large for F32",
        ),
        ({"b": Matrix([[2.0**128 - 2.0**103]])}, {"dtype": "F32"}, ValueError, "too large for F32"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_is_refused_leaves_the_old_file(tmp_path, tensors, options, error, sentence):
    path = tmp_path / "w.safetensors"
    save_file({"a": Matrix([[0.0]])}, path)
    before = path.read_bytes()
    with pytest.raises(error) as caught:
        save_file(tensors, path, **options)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_no_header_is_written_that_is_too_long_to_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr("backprop.storage.header.MOST_BYTES", 64)
    save_file({}, tmp_path / "w", {"a": "x" * 39})
    assert load_file(tmp_path / "w") == {}
    with pytest.raises(ValueError, match="the header would have 72 bytes, and 64 are allowed"):
        save_file({}, tmp_path / "w", {"a": "x" * 40})


def test_the_largest_that_f32_can_hold_is_held(tmp_path):
    """2¹²⁸ − 2¹⁰⁴ is the largest; what is nearer to it than to 2¹²⁸ becomes it."""
    largest = 2.0**128 - 2.0**104
    save_file({"w": Matrix([[largest, math.nextafter(2.0**128 - 2.0**103, 0), math.inf]])}, tmp_path / "w", dtype="F32")
    assert load_file(tmp_path / "w")["w"].matrix == Matrix([[largest, largest, math.inf]])


def test_a_disk_that_is_full_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "w.safetensors"
    save_file({"a": Matrix([[0.0]])}, path)
    before = path.read_bytes()

    def fail(numbers, dtype):
        raise OSError("disk full")

    monkeypatch.setattr("backprop.storage.dtypes.encoded", fail)
    with pytest.raises(OSError, match="disk full"):
        save_file({"a": Matrix([[1.0]])}, path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
