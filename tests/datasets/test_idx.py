"""IDX files: a written file is read, plain or compressed; an invalid one, or one that claims too much, is refused."""

import gzip
import random
import struct
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import float32, float64, int8, int16, int32, uint8
from backprop.datasets import read_idx, read_idx_dataset
from tests.datasets.mutations import damaged
from tests.memory import peak_memory

# type: (the letter by which struct knows it, what can be in it)
TYPES = {
    8: ("B", st.integers(0, 255)),
    9: ("b", st.integers(-128, 127)),
    11: ("h", st.integers(-(2**15), 2**15 - 1)),
    12: ("i", st.integers(-(2**31), 2**31 - 1)),
    13: ("f", st.floats(width=32, allow_nan=False)),
    14: ("d", st.floats(allow_nan=False)),
}

DTYPES = {8: uint8, 9: int8, 11: int16, 12: int32, 13: float32, 14: float64}


def idx(dimensions, numbers, kind=8):
    header = struct.pack(f">BBBB{len(dimensions)}I", 0, 0, kind, len(dimensions), *dimensions)
    return header + struct.pack(f">{len(numbers)}{TYPES[kind][0]}", *numbers)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("idx") / "numbers"


@st.composite
def files(draw):
    kind, (_, entries) = draw(st.sampled_from(sorted(TYPES.items())))
    dimensions = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    size = prod(dimensions)
    return dimensions, draw(st.lists(entries, min_size=size, max_size=size)), kind


@given(files(), st.booleans())
def test_numbers_of_each_type_come_back(path, file, compressed):
    dimensions, numbers, kind = file
    content = idx(dimensions, numbers, kind)
    path.write_bytes(gzip.compress(content) if compressed else content)
    read = read_idx(path)
    assert list(read.shape) == dimensions and read.dtype is DTYPES[kind]
    assert repr(read.flatten().tolist()) == repr(numbers)


def test_images_are_rows_and_labels_are_classes(tmp_path):
    images, labels = tmp_path / "images.gz", tmp_path / "labels"
    images.write_bytes(gzip.compress(idx([3, 2, 2], range(12))))
    labels.write_bytes(idx([3], [2, 0, 1]))
    data = read_idx_dataset(images, labels)
    assert data.inputs.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]] and data.inputs.dtype is float32
    assert (data.targets.tolist(), data.classes) == ([2, 0, 1], ["0", "1", "2"])


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (idx([2], [0, 1]), "numbers.labels must hold labels from 0 to 255, one for each image"),
        (idx([3, 2], range(6)), "numbers.labels must hold labels from 0 to 255"),
        (idx([3], [0.0, 1.0, 2.0], 13), "numbers.labels must hold labels from 0 to 255"),
        (idx([3], [0, 1, -1], 9), "numbers.labels must hold labels from 0 to 255"),
        (idx([3], [0, 1, 2**30], 12), "numbers.labels must hold labels from 0 to 255"),
    ],
)
def test_labels_are_one_small_number_for_each_image(path, labels, sentence):
    path.write_bytes(idx([3, 1], range(3)))
    path.with_suffix(".labels").write_bytes(labels)
    with pytest.raises(ValueError, match=sentence):
        read_idx_dataset(path, path.with_suffix(".labels"))


whole = idx([2, 3], range(6))
zipped = gzip.compress(whole, mtime=0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not an IDX file: it begins with b''"),
        (b"\0\0\x08", "is not an IDX file"),
        (b"\x89PNG\r\n\x1a\n", r"is not an IDX file: it begins with b'\\x89PNG'"),
        (b"\0\0\x0a\x01\0\0\0\x01\x05", "is not an IDX file"),
        (b"\0\0\x08\0\x05", "is not an IDX file"),
        (whole[:11], "ends within its 2 dimensions"),
        (whole[:-1], r"has fewer numbers than its dimensions \(2, 3\) say"),
        (whole + b"\0", r"has more numbers than its dimensions \(2, 3\) say"),
        (idx([0, 3], []), r"has no numbers: its dimensions are \(0, 3\)"),
        (idx([2**32 - 1] * 255, []), "has fewer numbers than its dimensions"),
        (gzip.compress(whole[:-1], mtime=0), "has fewer numbers than its dimensions"),
        (gzip.compress(whole + b"\0", mtime=0), "has more numbers than its dimensions"),
        (zipped[:-9], "is damaged: Compressed file ended before"),
        (zipped[:-8] + b"\0" * 8, "is damaged: CRC check failed"),
        (zipped + b"rest", "is damaged: Not a gzipped file"),
        (zipped[:10] + b"\xff" * 20, "is damaged"),
    ],
)
def test_an_invalid_idx_file_is_refused(path, content, sentence):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"read_idx: numbers {sentence}") as caught:
        read_idx(path)
    assert type(caught.value) is ValueError and len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "header", [idx([1, 10], []), idx([2**32 - 1, 2**32 - 1], [])], ids=["less than there is", "more"]
)
def test_no_more_is_unpacked_than_is_claimed_or_there(path, header):
    """A file of 20 KB with 20 MB of zeros in it: after a header of ten numbers, eleven and a buffer are unpacked."""
    path.write_bytes(gzip.compress(header + bytes(20_000_000)))
    small = header == idx([1, 10], [])

    def refused():
        with pytest.raises(ValueError, match="more" if small else "fewer"):
            read_idx(path)

    assert peak_memory(refused) < (500_000 if small else 50_000_000)


# ------------------------------------------------------------------ damaged files

PIECES = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x01", b"\0", b"\x08", b"\x0e", b"\x1f\x8b\x08", whole, zipped]
WHOLE = [
    whole,
    zipped,
    idx([4], range(4)),
    idx([2, 1, 2], [0.5, 1.0, -2.0, 1e9], 13),
    gzip.compress(idx([50, 100], bytes(5000))),
]


def fuzzed(count, path, rng):
    """The share of ``count`` damaged files that are valid, which then are as long as they say."""
    valid = 0
    for _ in range(count):
        content = damaged(rng.choice(WHOLE), PIECES, rng)
        path.write_bytes(content)
        try:
            read = read_idx(path)
        except ValueError as error:
            assert type(error) is ValueError and str(error).startswith("read_idx: numbers ")
            continue
        plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        width = struct.calcsize(TYPES[plain[2]][0])
        assert len(plain) == 4 + 4 * plain[3] + prod(read.shape) * width
        valid += 1
    return valid / count


def test_a_damaged_file_is_read_or_refused_in_a_sentence(path):
    # Were all of them refused, or none, this would test little.
    assert 0.01 < fuzzed(400, path, random.Random(0)) < 0.95
