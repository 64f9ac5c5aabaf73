"""Files that chance made: each is read or refused in a sentence, and never ends in another error."""

import json
import random
import struct
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.storage import load_file, safe_open, save_file
from tests.figures import REFERENCE
from tests.values import values

SEEDS = [path.read_bytes() for path in sorted((REFERENCE / "storage").glob("*.safetensors"))]
ODD = [
    *(0, 1, -1, 4, 8, 2**31, 2**63, 2**64, 10**30, True, None, 1.0, 1e308, "", "F32", "BF16", "U8", "__metadata__"),
    *([], {}, [0], [0, 0], [1, 1], [0, 4], [[[[]]]], {"a": {}}, {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}),
]


def tried(path):
    """What is read can be saved and read again; what is refused is named, in one line."""
    try:
        tensors = load_file(path)
        with safe_open(path) as file:
            metadata = file.metadata()
    except ValueError as error:
        message = str(error)
        assert type(error) is ValueError and message.startswith(f"{path.name}: ")
        assert "\n" not in message and len(message) < 500
        return False
    if all(abs(x) < 2**63 for tensor in tensors.values() for row in tensor.matrix.rows for x in row if x == x):  # U64
        save_file(tensors, path, metadata)
        assert repr(values(load_file(path))) == repr(values(tensors))
    return True


def damaged(data, rng):
    """A few bytes turned, cut out, doubled or put in, anywhere, mostly in the header."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 5])):
        position = rng.randrange(rng.choice([8, 200, len(data)]))
        length = rng.choice([1, 1, 2, 8, 50])
        new = rng.choice(
            [rng.randbytes(length), data[position : position + length] * 2, b"", b"{", b"[" * length, b"9" * length]
        )
        data[position : position + rng.choice([0, 1, length])] = new
    return bytes(data)


def bent(data, rng):
    """A header that is JSON still, with a value in it exchanged for an odd one, and a length that is right."""
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    for _ in range(rng.choice([1, 1, 2])):
        part, key = header, rng.choice([*header])
        while isinstance(part[key], (dict, list)) and part[key] and rng.random() < 0.8:
            part = part[key]
            key = rng.choice([*part]) if isinstance(part, dict) else rng.randrange(len(part))
        if isinstance(part, dict) and rng.random() < 0.1:
            part[rng.choice(["", "a", "dtype", "__metadata__"])] = part.pop(key)
        else:
            part[key] = deepcopy(rng.choice(ODD))
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data[8 + length :][: rng.choice([None, None, -1])]


@pytest.mark.parametrize("change", [damaged, bent])
def test_a_file_that_was_damaged_is_read_or_refused(tmp_path, change):
    rng = random.Random(0)
    path = tmp_path / "f.safetensors"
    read = 0
    for _ in range(300):
        path.write_bytes(change(rng.choice(SEEDS), rng))
        read += tried(path)
    assert 0 < read < 300


@given(st.binary(max_size=40), st.integers(-1, 3))
def test_a_file_of_any_bytes_is_read_or_refused(tmp_path_factory, body, more):
    path = tmp_path_factory.getbasetemp() / "f.safetensors"
    path.write_bytes(struct.pack("<Q", max(0, len(body) + more)) + body)
    tried(path)
