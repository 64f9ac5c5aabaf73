"""What a safetensors file may not be: each lie of a header is refused in a sentence that names the file.

Where it says "as the reference" the safetensors package, 0.8.0, was asked the same.
"""

import io
import json
import struct

import pytest

from backprop.storage import safe_open
from tests.memory import peak_memory
from tests.storage.files import raw, tensor

FOUR = bytes(4)
NESTED = b'{"a":' + b"[" * 100_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        # the length
        (b"", "begins with 8 bytes for the length of its header, this one has 0"),
        (b"\x02\0\0\0\0\0\0", "this one has 7"),
        (struct.pack("<Q", 2**40) + b"{}", "a header of 1,099,511,627,776 bytes is more than the 2 that follow or"),
        (struct.pack("<Q", 2**64 - 1) + b"{}", "a header of 18,446,744,073,709,551,615 bytes"),
        (struct.pack("<Q", 3) + b"{}", "a header of 3 bytes is more than the 2 that follow"),
        # JSON
        (raw(b""), r"this is not a safetensors file: it begins with b'\x00\x00\x00\x00\x00\x00\x00\x00', and not"),
        (raw(b"", b"{}"), "the header cannot be read: Expecting value"),
        (raw(b" {}"), r"not a safetensors file: it begins with b'\x03\x00\x00\x00\x00\x00\x00\x00 ', and"),
        (raw([]), "this is not a safetensors file"),
        (raw(b"\xef\xbb\xbf{}"), "this is not a safetensors file"),
        (raw("{}".encode("utf-16")), "this is not a safetensors file"),
        (b"petal width,species\n", "this is not a safetensors file: it begins with b'petal wid', and not with 8 bytes"),
        (raw(b'{"\xff":1}'), "the header cannot be read: 'utf-8' codec can't decode byte 0xff in position 2"),
        (raw(b'{"a":1'), "the header cannot be read: Expecting ',' delimiter"),
        (raw(b"{}{}"), "the header cannot be read: Extra data"),
        (raw(b"{'a':1}"), "the header cannot be read: Expecting property name"),
        (raw(b"{}\0\0\0\0\0\0"), "the header cannot be read: Extra data"),
        (raw(b'{"a":NaN}'), "the header cannot be read: NaN is not JSON"),
        (raw(b'{"a":-Infinity}'), "the header cannot be read: -Infinity is not JSON"),
        (raw(b'{"a":' + b"9" * 100_000 + b"}"), "the header cannot be read: an int of 100,000 digits"),
        (raw(NESTED), "the header cannot be read: more than 100 lists and objects are within each other"),
        (raw(b'{"a":' * 100_000), "the header cannot be read: more than 100 lists and objects are within each other"),
        (raw(b'{"a":1,"b":2,"a":1}'), "the header cannot be read: 'a' is there twice"),
        (raw(b'{"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}', b"1"), "'dtype' is there twice"),
        (raw(b'{"__metadata__":{"a":"","a":""}}'), "'a' is there twice"),
        (raw(b'{"__metadata__":{},"__metadata__":{}}'), "'__metadata__' is there twice"),
        # metadata
        (raw({"__metadata__": []}), "metadata is a dict of texts to texts, got []"),
        (raw({"__metadata__": {"a": 1}}), "metadata is a dict of texts to texts, got {'a': 1}"),
        (raw({"__metadata__": {"a": None}}), "metadata is a dict of texts to texts"),
        (raw({"__metadata__": {"a": "\ud800"}}), "metadata is a dict of texts to texts"),
        # one tensor
        (raw({"\ud800": tensor()}, FOUR), "the name of a tensor is a str other than '__metadata__', got '\\ud800'"),
        (raw({"a": 3}), "'a' needs dtype, shape and data_offsets, got 3"),
        (raw({"a": ["F32", [1], [0, 4]]}, FOUR), "'a' needs dtype, shape and data_offsets"),
        (raw({"a": {"dtype": "F32", "shape": [1]}}), "'a' needs dtype, shape and data_offsets"),
        (raw({"a": tensor("F33")}, FOUR), "'a' is of dtype 'F33'; those that can be read are BOOL, U8, "),
        (raw({"a": tensor(["F32"])}, FOUR), "'a' is of dtype ['F32']"),
        (raw({"a": tensor(None)}, FOUR), "'a' is of dtype None"),
        (raw({"a": {**tensor(), "shape": 1}}, FOUR), "'a': a shape is a list of ints from 0 up, got 1"),
        (raw({"a": tensor(shape=[-1])}, FOUR), "'a': a shape is a list of ints from 0 up, got [-1]"),
        (raw({"a": tensor(shape=[-1, -1])}, FOUR), "'a': a shape is a list of ints from 0 up"),
        (raw({"a": tensor(shape=[True])}, FOUR), "'a': a shape is a list of ints from 0 up"),
        (raw({"a": tensor(shape=[1.0])}, FOUR), "'a': a shape is a list of ints from 0 up"),
        (raw({"a": tensor(shape=[1e400])}, FOUR), "the header cannot be read: Infinity is not JSON"),
        (raw(json.dumps({"a": tensor(shape=["x"])}).replace('"x"', "1e400").encode(), FOUR), "'a': a shape is a list"),
        (raw({"a": tensor(shape=["1"])}, FOUR), "'a': a shape is a list of ints from 0 up"),
        (raw({"a": tensor(shape=[2])}, FOUR), "'a': data_offsets [0, 4] are not those of F32 of shape [2]"),
        (raw({"a": tensor(shape=[2**62, 4])}, FOUR), "'a': data_offsets [0, 4] are not those of F32"),
        (raw({"a": tensor(shape=[2**64 + 1])}, FOUR), "'a': data_offsets [0, 4] are not those of F32"),
        (raw({"a": tensor(end=2**64)}, FOUR), "are not those of F32"),
        (raw({"a": tensor("F64", [2**61], 0, 2**64)}, FOUR), "the tensors take 18,446,744,073,709,551,616 bytes, and"),
        (raw({"a": tensor(begin=-4, end=0)}, FOUR), "'a': data_offsets are two ints from 0 up, got [-4, 0]"),
        (raw({"a": tensor(begin=False)}, FOUR), "'a': data_offsets are two ints from 0 up"),
        (raw({"a": tensor(end=4.0)}, FOUR), "'a': data_offsets are two ints from 0 up"),
        (raw({"a": {**tensor(), "data_offsets": [0, 4, 4]}}, FOUR), "'a': data_offsets are two ints from 0 up"),
        (raw({"a": {**tensor(), "data_offsets": 4}}, FOUR), "'a': data_offsets are two ints from 0 up"),
        (raw({"a": tensor(begin=4, end=0)}, FOUR), "'a': data_offsets [4, 0] are not those of F32 of shape [1]"),
        # all together
        (
            raw({"a": tensor(begin=4, end=8)}, bytes(8)),
            "'a' begins at byte 4 of the data, where the tensor before it ends at 0",
        ),
        (
            raw({"a": tensor(), "b": tensor()}, FOUR),
            "'b' begins at byte 0 of the data, where the tensor before it ends at 4",
        ),
        (raw({"a": tensor(), "b": tensor(begin=2, end=6)}, bytes(6)), "'b' begins at byte 2 of the data, where"),
        (raw({"a": tensor(), "b": tensor(begin=6, end=10)}, bytes(10)), "'b' begins at byte 6 of the data, where"),
        (raw({"a": tensor()}, bytes(3)), "the tensors take 4 bytes, and the file has 3 after its header"),
        (raw({"a": tensor()}, bytes(5)), "the tensors take 4 bytes, and the file has 5 after its header"),
        (raw({}, b"1"), "the tensors take 0 bytes, and the file has 1 after its header"),
        (raw({"a": tensor(), "b": tensor("U8", [0], 2, 2)}, FOUR), "'b' begins at byte 2 of the data, where"),
    ],
    ids=lambda part: part if isinstance(part, str) else "file",
)
def test_a_file_that_lies_is_refused(tmp_path, content, sentence):
    path = tmp_path / "f.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        safe_open(path)
    message = str(caught.value)
    assert type(caught.value) is ValueError and message.startswith("f.safetensors: ") and sentence in message
    assert "\n" not in message and len(message) < 300


@pytest.mark.parametrize(
    ("content", "shapes"),
    [
        (raw({}), {}),
        (raw(b"{} \t\r\n  "), {}),
        (raw({"__metadata__": None}), {}),
        (raw({"a": tensor(note=[1.5])}, FOUR), {"a": (1,)}),
        (raw({"": tensor()}, FOUR), {"": (1,)}),
        (raw({"b": tensor("U8", [3], 4, 7), "a": tensor()}, bytes(7)), {"a": (1,), "b": (3,)}),
        (raw({"a": tensor("U8", [1], 0, 1), "b": tensor("F64", [1], 1, 9)}, bytes(9)), {"a": (1,), "b": (1,)}),
        (raw({"a": tensor(), "b": tensor("U8", [2, 0], 4, 4)}, FOUR), {"a": (1,), "b": (2, 0)}),
        (raw({"a": tensor(), "b": tensor("U8", [0], 0, 0)}, FOUR), {"a": (1,), "b": (0,)}),
        (raw({"a": tensor(shape=[1] * 10_000)}, FOUR), {"a": (1,) * 10_000}),
    ],
    ids=lambda part: str(part)[:40] if isinstance(part, dict) else "file",
)
def test_what_is_unusual_and_right_is_read_as_the_reference_does(tmp_path, content, shapes):
    path = tmp_path / "f.safetensors"
    path.write_bytes(content)
    with safe_open(path) as file:
        assert dict(zip(file.keys(), map(file.get_shape, file.keys()))) == shapes


def test_a_header_may_have_100_million_bytes(tmp_path):
    """The rest of the files is a hole, which takes no room on the disk."""
    path = tmp_path / "f.safetensors"
    for length, sentence in (
        (100_000_001, "a header of 100,000,001 bytes is more than"),
        (1_000_000, "cannot be read"),
    ):
        path.write_bytes(struct.pack("<Q", length) + b"{")
        with open(path, "r+b") as file:
            file.truncate(100_000_100)
        with pytest.raises(ValueError, match=sentence):
            safe_open(path)


def test_no_claim_of_a_header_takes_memory(tmp_path):
    """Only what stands in it does: an empty object of JSON, three bytes with its comma, is a dict of 64 and 8 in a list."""
    path = tmp_path / "f.safetensors"

    def refused():
        with pytest.raises(ValueError):
            safe_open(path)

    for content in (
        struct.pack("<Q", 99_000_000) + b"{}",
        raw({"a": tensor(shape=[2**40, 2**20])}, FOUR),
        raw({"a": tensor("U8", [2**50], 0, 2**50)}, FOUR),
        raw({"a": tensor(shape=[2**63] * 5_000)}, FOUR),
        raw({"a": tensor(shape=[0] + [2**63] * 5_000, end=4)}),
        raw(b'{"a":[' + b"{}," * 100_000 + b"{}]}"),
        raw(b'{"a":"' + b"a" * 300_000),
        raw(b'{"a":' + b"9" * 300_000 + b"}"),
        raw(b"{" + b",".join(b'"%d":0' % i for i in range(30_000)) + b',"0":0}'),
    ):
        path.write_bytes(content)
        assert peak_memory(refused) < 40 * len(content) + io.DEFAULT_BUFFER_SIZE + 100_000, content[:60]
