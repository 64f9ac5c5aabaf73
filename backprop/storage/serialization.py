"""save and load: PyTorch's own files, ``.pt``. A zip of a pickle, ``data.pkl``, and of the numbers, ``data/0`` and so on."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import IO, Any, Union
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from backprop.files import PathLike, replacing
from backprop.storage.dtypes import SIZES
from backprop.storage.modules import ModuleUnpickler, ObjectUnpickler
from backprop.storage.names import TensorUnpickler
from backprop.storage.pickling import TensorPickler
from backprop.storage.reading import load_file
from backprop.storage.unpickling import Unpickler, shortened
from backprop.tensors.devices import device

FileLike = Union[PathLike, IO[bytes]]
_ZIP = b"PK\3\4"
_LEGACY = 0x1950A86A20F9469CFC6C  # the number that files before PyTorch 1.6 begin with, as a pickle
_ALIGNMENT = 64


def save(obj: Any, f: FileLike) -> None:
    """Write what ``torch.load`` reads, here and in PyTorch: Tensors, dicts, lists and numbers, and whole Modules for here.

    ``f`` is a path, where a file is replaced once all is written, or a file that is open for writing bytes. A float32 is
    written as its 4 bytes.

    Raises TypeError for another ``f``, ValueError for a number that its dtype cannot hold, PicklingError for what cannot
    be pickled, as a lambda.

    >>> import io
    >>> from backprop import nn
    >>> model, file = nn.Linear(2, 1), io.BytesIO()
    >>> save({"epoch": 3, "model": model.state_dict()}, file)
    >>> _ = file.seek(0)
    >>> checkpoint = load(file)
    >>> model.load_state_dict(checkpoint["model"]), checkpoint["epoch"]
    (<All keys matched successfully>, 3)
    """
    if not isinstance(f, (str, os.PathLike)) and (not hasattr(f, "write") or isinstance(f, io.TextIOBase)):
        raise TypeError(f"save: f is a path or a file that is open for writing bytes, got a {type(f).__name__}")
    pickler = TensorPickler()
    records = {"data.pkl": pickler.pickled(obj), "byteorder": b"little"}
    records.update((f"data/{key}", data) for key, data in pickler.storages())
    records["version"] = b"3\n"
    with ExitStack() as opened:
        file = opened.enter_context(replacing(f)) if isinstance(f, (str, os.PathLike)) else f
        archive = opened.enter_context(ZipFile(file, "w"))
        for name, data in records.items():
            info = ZipInfo(f"archive/{name}")
            begin = archive.start_dir + 30 + len(info.filename) + 4  # behind the header of the record
            padding = -begin % _ALIGNMENT
            info.extra = struct.pack("<2sH", b"FB", padding) + b"Z" * padding
            archive.writestr(info, data)


def load(f: FileLike, map_location: Any = None, *, weights_only: bool | None = None, mmap: bool | None = None) -> Any:
    """What ``torch.save`` wrote, here or in PyTorch; a path that ends in ".safetensors" gives what ``storage.load_file`` does.

    ``f`` is a path, or a file that is open for reading bytes and can seek. All is read onto the CPU: ``map_location`` may be
    "cpu" or a function or dict that tells where to, which is not asked, and ``mmap`` changes nothing. float16 and
    bfloat16 are read as float32, and a UserWarning says so.

    Nothing in a file is ever executed: it is read by a machine of our own, which knows what ``weights_only=True``, the
    default, has in PyTorch, and what ``serialization.add_safe_globals`` allows. ``weights_only=False`` adds whole Modules of
    classes that are here or that the program has defined.

    Raises UnpicklingError for anything else that the file asks for, with its name; RuntimeError for a damaged zip and for
    TorchScript, EOFError for an empty file, as PyTorch does.

    >>> import io
    >>> file = io.BytesIO()
    >>> save(print, file); _ = file.seek(0)
    >>> try:
    ...     load(file)
    ... except UnpicklingError as error:
    ...     str(error)[:44]
    'the file: it asks for builtins.print, which '
    """
    if isinstance(map_location, (str, device)):
        device(map_location)
    read = ModuleUnpickler if weights_only is False else ObjectUnpickler
    if not isinstance(f, (str, os.PathLike)):
        if not hasattr(f, "read") or not hasattr(f, "seek") or isinstance(f, io.TextIOBase):
            raise TypeError(f"load: f is a path or a file that is open for reading bytes, got a {type(f).__name__}")
        return _from_file(f, "the file", read)
    if os.fspath(f).endswith(".safetensors"):
        return load_file(f)
    with open(f, "rb") as file:
        return _from_file(file, Path(f).name, read)


def _from_file(file: IO[bytes], name: str, read: type[TensorUnpickler]) -> Any:
    begin = file.read(4)
    if not begin:
        raise EOFError(f"{name}: there is nothing to read; after writing, f.seek(0) goes back to the start")
    try:
        if begin == _ZIP:
            return _from_zip(file, read)
        return _from_legacy(io.BytesIO(begin + file.read()), read)
    except (UnpicklingError, RuntimeError) as error:
        raise type(error)(f"{name}: {error}") from None


def _from_zip(file: IO[bytes], read: type[TensorUnpickler]) -> Any:
    archive = _Archive(file)
    if archive.has("constants.pkl"):
        raise RuntimeError("it is an archive of TorchScript, a program; save the model's state_dict() instead")
    if not archive.has("data.pkl"):
        raise RuntimeError("it is a zip, and has no data.pkl, as torch.save writes it")
    archive.check()
    if archive.has("byteorder") and archive.read("byteorder") != b"little":
        raise RuntimeError("its numbers are big-endian, which are not read")
    return read(archive.storage, archive.size).load(io.BytesIO(archive.read("data.pkl")))


class _Archive:
    """The records of a zip, which are all in one folder."""

    def __init__(self, file: IO[bytes]) -> None:
        self.size = file.seek(0, os.SEEK_END)
        with _damage_named():
            self._zip = ZipFile(file)
        self._infos = self._zip.infolist()
        self._root = self._infos[0].filename.partition("/")[0] if self._infos else ""
        self._names = {info.filename for info in self._infos}
        self._storages: dict[str, bytes] = {}

    def has(self, name: str) -> bool:
        return f"{self._root}/{name}" in self._names

    def check(self) -> None:
        """RuntimeError unless each record is there once, as it is, so that all are no longer than the file."""
        if len(self._names) != len(self._infos):
            raise RuntimeError("it is damaged: it has two records of one name")
        if any(info.compress_type != ZIP_STORED or info.compress_size != info.file_size for info in self._infos):
            raise RuntimeError("it is compressed, as PyTorch's files are not; unpack it, and zip it with zip -0")
        if sum(info.file_size for info in self._infos) > self.size:
            raise RuntimeError("it is damaged: its records are longer than the file")

    def read(self, name: str) -> bytes:
        with _damage_named():
            return self._zip.read(f"{self._root}/{name}")

    def storage(self, key: str, count: int, dtype: str) -> bytes:
        if key not in self._storages:
            if not self.has(f"data/{key}"):
                raise UnpicklingError(f"it has no storage {shortened(key)}")
            self._storages[key] = self.read(f"data/{key}")
        return self._storages[key]


@contextmanager
def _damage_named() -> Iterator[None]:
    """RuntimeError, as PyTorch raises it, for what ``zipfile`` finds."""
    try:
        yield
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError, OverflowError, struct.error) as error:
        raise RuntimeError(f"it is damaged: {str(error)[:100]}") from None


def _from_legacy(stream: io.BytesIO, read: type[TensorUnpickler]) -> Any:
    """A file from before PyTorch 1.6: pickles one after another, and then the numbers.

    The dtype of a storage, and so the number of its bytes, stands in the pickle before them, which is therefore read twice.
    """
    size = len(stream.getbuffer())
    try:
        found = Unpickler().load(stream)
    except UnpicklingError:
        found = None
    if found != _LEGACY:
        raise UnpicklingError("it was not written by torch.save")
    for _ in ("protocol", "sizes of the system"):
        Unpickler().load(stream)
    begin = stream.tell()
    widths: dict[str, int] = {}
    storages: dict[str, bytes] = {}

    def zeros(key: str, count: int, dtype: str) -> bytes:
        if key not in storages:
            widths[key] = SIZES[dtype]
            storages[key] = bytes(min(count * SIZES[dtype], size - sum(map(len, storages.values()))))
        return storages[key]

    read(zeros, size).load(stream)
    keys = Unpickler().load(stream)
    if type(keys) is not list or any(type(key) is not str for key in keys) or sorted(keys) != sorted(storages):
        raise UnpicklingError("it is damaged: it does not list its storages")
    for key in keys:
        count = int.from_bytes(stream.read(8), "little")
        storages[key] = stream.read(min(count * widths[key], size))
    stream.seek(begin)
    return read(lambda key, count, dtype: storages[key], size).load(stream)
