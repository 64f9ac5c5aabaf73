"""IDX files, the format of MNIST: a header of dimensions and then the numbers, uncompressed or with gzip."""

from __future__ import annotations

import gzip
import struct
import zlib
from io import BufferedIOBase
from math import prod
from pathlib import Path
from reprlib import repr as short

from backprop import dtypes
from backprop.autograd import Tensor, constant
from backprop.dtypes import DType
from backprop.files import PathLike
from backprop.matrix import trusted
from backprop.utils.data.labeled import LabeledDataset

# The third byte of a file, the letter by which struct knows the type, and the dtype.
_TYPES = {
    0x08: ("B", dtypes.uint8),
    0x09: ("b", dtypes.int8),
    0x0B: ("h", dtypes.int16),
    0x0C: ("i", dtypes.int32),
    0x0D: ("f", dtypes.float32),
    0x0E: ("d", dtypes.float64),
}


def read_idx(path: PathLike) -> Tensor:
    """The numbers of an IDX file as a Tensor of its dimensions and its type.

    So n images of 28×28 pixels are (n, 28, 28) of uint8, n labels (n). A compressed file is recognized by its first bytes,
    not by its name.

    LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (1998): two bytes 0, one for the type, one for
    the number of dimensions; four for the length of each, then the numbers, the last dimension fastest, big-endian.

    Raises ValueError for a file that begins otherwise, has a dimension of 0, is longer or shorter than its header says,
    or has damaged gzip data. It decompresses no more than the header says.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "images-idx3-ubyte")
    >>> with open(path, "wb") as file:
    ...     _ = file.write(bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, *range(248, 256)]))
    >>> read_idx(path)
    tensor([[[248, 249],
             [250, 251]],
    <BLANKLINE>
            [[252, 253],
             [254, 255]]], dtype=torch.uint8)
    """
    (kind, dtype), dimensions, content = read_bytes(f"read_idx: {Path(path).name}", path)
    rows = struct.iter_unpack(f">{prod(dimensions[1:])}{kind}", content)
    return constant(trusted(list(map(list, rows))), dimensions, dtype)


def read_idx_dataset(images: PathLike, labels: PathLike) -> LabeledDataset:
    """The images of one IDX file, a row of numbers each, with their labels of another; the classes are "0", "1", …

    Raises ValueError unless both are IDX files with the same number of rows, and for labels that are not one number
    from 0 to 255 each.
    """
    pixels, answers = read_idx(images), read_idx(labels).flatten()
    targets: list[int] = answers.tolist()
    if len(pixels) != len(targets) or answers.dtype.is_floating_point or not all(0 <= k < 256 for k in targets):
        raise ValueError(f"read_idx_dataset: {Path(labels).name} must hold labels from 0 to 255, one for each image")
    return LabeledDataset(pixels.reshape(len(pixels), -1).matrix, targets, [str(k) for k in range(max(targets) + 1)])


def read_bytes(name: str, path: PathLike) -> tuple[tuple[str, DType], tuple[int, ...], bytes]:
    """The type, the dimensions and the bytes of the numbers; messages begin with ``name``."""
    with open(path, "rb") as file:
        compressed = file.peek(2)[:2] == b"\x1f\x8b"
        try:
            return _read(name, gzip.GzipFile(fileobj=file) if compressed else file)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(f"{name} is damaged: {error}") from None


def _read(name: str, file: BufferedIOBase) -> tuple[tuple[str, DType], tuple[int, ...], bytes]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES or not magic[3]:
        raise ValueError(
            f"{name} is not an IDX file: it begins with {magic!r}, not with 0, 0, a type, a dimension count"
        )
    header = file.read(4 * magic[3])
    if len(header) < 4 * magic[3]:
        raise ValueError(f"{name} ends within its {magic[3]} dimensions")
    dimensions = struct.unpack(f">{magic[3]}I", header)
    if 0 in dimensions:
        raise ValueError(f"{name} has no numbers: its dimensions are {short(dimensions)}")
    kind = _TYPES[magic[2]]
    size = struct.calcsize(f">{kind[0]}") * prod(dimensions)
    content = _at_most(size + 1, file)
    if len(content) != size:
        relation = "more" if len(content) > size else "fewer"
        raise ValueError(f"{name} has {relation} numbers than its dimensions {short(dimensions)} say")
    return kind, dimensions, bytes(content)


def _at_most(size: int, file: BufferedIOBase) -> bytearray:
    """The next bytes, in pieces: read(size) would allocate at once whatever size a header claims."""
    content = bytearray()
    while piece := file.read(min(size - len(content), 65536)):
        content += piece
    return content
