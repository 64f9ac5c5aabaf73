"""Reading a safetensors file: one tensor at a time, or all at once."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from reprlib import repr as short
from types import TracebackType
from typing import final

from backprop.autograd import Tensor, constant
from backprop.files import PathLike
from backprop.matrix import trusted
from backprop.storage.dtypes import TENSOR_DTYPES, decoded
from backprop.storage.header import Entry, read_header


@final
class safe_open:
    """A safetensors file, opened: its header is read and checked, a tensor only when it is asked for.

    ``with safe_open(filename) as file:`` closes it at the end. A Tensor has the shape and the dtype that the file says;
    one of 16 bits for which there is no dtype is read as the next larger, "BF16" as float32.

    Raises ValueError for what is not a safetensors file, with the file named. Nothing in a file is ever executed, and no
    claim of the header is believed before it fits the size of the file.

    >>> import os, tempfile
    >>> from backprop.storage import save_file
    >>> path = os.path.join(tempfile.mkdtemp(), "w.safetensors")
    >>> save_file({"a": Tensor([1.5, -2.0]), "b": Tensor(3.0)}, path, metadata={"made": "today"}, dtype="F32")
    >>> with safe_open(path) as file:
    ...     file.keys(), file.metadata(), file.get_dtype("a"), file.get_shape("a"), file.get_tensor("a")
    (['a', 'b'], {'made': 'today'}, 'F32', (2,), tensor([ 1.5000, -2.0000]))
    """

    def __init__(self, filename: PathLike) -> None:
        self._name = Path(filename).name
        with ExitStack() as opened:
            self._file = opened.enter_context(open(filename, "rb"))
            try:
                self._header = read_header(self._file)
            except ValueError as error:
                raise ValueError(f"{self._name}: {error}") from None
            opened.pop_all()

    def __repr__(self) -> str:
        return (
            f"safe_open({self._name!r})  # {len(self._header.entries)} tensors{', closed' if self._file.closed else ''}"
        )

    def __enter__(self) -> safe_open:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def keys(self) -> list[str]:
        """The names of the tensors, sorted."""
        return sorted(self._header.entries)

    def metadata(self) -> dict[str, str] | None:
        """The texts that were saved beside the tensors, None where there are none."""
        return self._header.metadata

    def get_shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor as the file has it, of any number of dimensions."""
        return self._entry(name).shape

    def get_dtype(self, name: str) -> str:
        """The dtype of a tensor in the file, such as "F32"."""
        return self._entry(name).dtype

    def get_tensor(self, name: str) -> Tensor:
        """One tensor; nothing but its bytes is read."""
        dtype, shape, begin, end = self._entry(name)
        self._file.seek(self._header.end + begin)
        data = self._file.read(end - begin)
        if len(data) != end - begin:
            raise ValueError(f"{self._name} was shortened while it was open; {short(name)} ends behind its end")
        return constant(trusted([decoded(data, dtype)]), shape, TENSOR_DTYPES[dtype])

    def _entry(self, name: str) -> Entry:
        if self._file.closed:
            raise ValueError(f"{self._name} was closed; read it inside of the with block")
        if name not in self._header.entries:
            raise ValueError(f"{self._name} has no tensor {short(name)}; its tensors are {short(self.keys())}")
        return self._header.entries[name]


def load_file(filename: PathLike) -> dict[str, Tensor]:
    """Every tensor of a safetensors file by its name; how it is read and what is raised, ``safe_open`` says."""
    with safe_open(filename) as file:
        names = file.keys()
        return dict(zip(names, map(file.get_tensor, names)))
