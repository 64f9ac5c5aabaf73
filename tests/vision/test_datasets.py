"""MNIST from files that are there, plain or compressed, and the sentences where they are not."""

import gzip
import struct

import pytest

from backprop import arange, int64, uint8
from backprop.utils.data import DataLoader
from backprop.vision.datasets import KMNIST, MNIST, FakeData, FashionMNIST, VisionDataset
from backprop.vision.transforms import Compose, Normalize, ToTensor

COUNT, SIDE = 6, 3


def idx(dimensions, numbers, kind=8):
    return bytes([0, 0, kind, len(dimensions)]) + struct.pack(f">{len(dimensions)}I", *dimensions) + bytes(numbers)


def fill(folder, part="train", ending="", images=None, labels=None):
    """Image n has the pixels 9n, 9n + 1, …; its label is n."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        f"{part}-images-idx3-ubyte": images or idx([COUNT, SIDE, SIDE], range(COUNT * SIDE * SIDE)),
        f"{part}-labels-idx1-ubyte": labels or idx([COUNT], range(COUNT)),
    }
    for name, content in contents.items():
        (folder / f"{name}{ending}").write_bytes(gzip.compress(content) if ending else content)


@pytest.fixture
def root(tmp_path):
    fill(tmp_path / "MNIST" / "raw")
    fill(tmp_path / "MNIST" / "raw", "t10k", ".gz")
    return tmp_path


@pytest.mark.parametrize("train", [True, False])
def test_an_example_is_an_image_and_an_int(root, train):
    data = MNIST(str(root), train=train, download=True)
    image, target = data[2]
    assert (image.size, image.mode, type(target), target) == ((SIDE, SIDE), "L", int, 2)
    assert [image.getpixel((x, y)) for y in range(SIDE) for x in range(SIDE)] == list(range(18, 27))
    assert data[-1][1] == COUNT - 1 and len(list(data)) == len(data) == COUNT
    assert (data.data.shape, data.data.dtype, data.targets.dtype) == ((COUNT, SIDE, SIDE), uint8, int64)
    assert data.data.flatten().tolist() == list(range(54)) and data.targets.tolist() == list(range(COUNT))
    assert data[2][0] == image  # read from the Tensor now
    assert repr(data) == (
        f"Dataset MNIST\n    Number of datapoints: {COUNT}\n    Root location: {root}\n    Split: "
        + ("Train" if train else "Test")
    )


def test_batches_are_normalized_pixels(root):
    data = MNIST(root, transform=Compose([ToTensor(), Normalize((0.5,), (0.25,))]), target_transform=lambda t: t % 2)
    batches = list(DataLoader(data, 4))
    assert [x.shape for x, _ in batches] == [(4, 1, SIDE, SIDE), (2, 1, SIDE, SIDE)]
    assert [y.tolist() for _, y in batches] == [[0, 1, 0, 1], [0, 1]]
    found = [x for batch, _ in batches for x in batch.flatten().tolist()]
    assert found == [(n / 255 - 0.5) / 0.25 for n in range(54)]


def test_data_that_is_assigned_is_what_there_is(root):
    data = MNIST(root)
    data.data, data.targets = data.data[1:3], data.targets[1:3]
    assert len(data) == len(list(data)) == 2 and data[0][0].getpixel((0, 0)) == 9 and data[1][1] == 2
    data.data = arange(2 * 4, dtype=uint8).view(2, 2, 2)
    assert data[1][0].size == (2, 2)


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_names_of_older_programs(root, part):
    data = MNIST(root)
    with pytest.warns(UserWarning, match=f"{part}_data has been renamed data"):
        assert getattr(data, f"{part}_data") is data.data
    with pytest.warns(UserWarning, match=f"{part}_labels has been renamed targets"):
        assert getattr(data, f"{part}_labels") is data.targets


def test_each_has_a_folder_and_classes_of_its_own(tmp_path):
    for kind, name in ((MNIST, "3 - three"), (FashionMNIST, "Dress"), (KMNIST, "tsu")):
        fill(tmp_path / kind.__name__ / "raw")
        data = kind(tmp_path)
        assert len(data.classes) == 10 and data.class_to_idx[name] == 3


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (
            lambda raw: (raw / "train-labels-idx1-ubyte").unlink(),
            RuntimeError,
            r"^MNIST: nothing is downloaded here; put train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz into /.*/MNIST/raw$",
        ),
        (lambda raw: fill(raw, images=b"PNG"), ValueError, "MNIST: train-images-idx3-ubyte is not an IDX file"),
        (lambda raw: fill(raw, labels=idx([5], range(5))), ValueError, r"\(6, 3, 3\) images do not fit \(5,\) labels"),
        (lambda raw: fill(raw, images=idx([6], range(6))), ValueError, r"\(6,\) images do not fit"),
        (lambda raw: fill(raw, labels=idx([6], range(6), 9)), ValueError, "holds bytes, got torch.int8"),
    ],
)
def test_files_that_do_not_fit_are_named(root, change, error, sentence):
    change(root / "MNIST" / "raw")
    with pytest.raises(error, match=sentence):
        MNIST(root, download=True)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda root: MNIST(root, train="yes"), TypeError, "MNIST: train is True or False, got 'yes'"),
        (lambda root: MNIST(root)[COUNT], IndexError, "out of range"),
        (lambda root: FakeData(2)[2], IndexError, "FakeData: an index is below 2, got 2"),
        (lambda root: FakeData(0), ValueError, "FakeData: size is an int from 1 up, got 0"),
        (lambda root: VisionDataset(root, abs, abs), ValueError, "give transforms, or transform and target_transform"),
        (lambda root: len(VisionDataset(root)), NotImplementedError, "a subclass of VisionDataset has a __len__"),
        (lambda root: next(iter(DataLoader(MNIST(root)))), TypeError, "a batch holds Tensors, .*, got Image"),
    ],
)
def test_what_does_not_fit_is_refused(root, make, error, sentence):
    with pytest.raises(error, match=sentence):
        make(root)
