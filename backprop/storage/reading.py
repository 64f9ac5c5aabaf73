"""Reading a safetensors file: one tensor at a time, or all at once."""

from __future__ import annotations

from contextlib import ExitStack
from math import prod
from pathlib import Path
from reprlib import repr as short
from types import TracebackType
from typing import final

from backprop.files import PathLike
from backprop.autograd import Tensor, constant, rows_of
from backprop.matrix import trusted
from backprop.storage.dtypes import decoded
from backprop.storage.header import Entry, read_header


@final
class safe_open:
    """A safetensors file, opened: its header is read and checked, a tensor only when it is asked for.

    ``with safe_open(filename) as file:`` closes it at the end. A tensor is read as a Matrix of floats, for integers of
    ints, whose rows are the first dimension; the others are flattened. A vector is one row, a scalar 1×1.

    Raises ValueError for what is not a safetensors file and for what no Matrix can hold, with the file named. Nothing
    in a file is ever executed, and no claim of the header is believed before it fits the size of the file.

    >>> import os, tempfile
    >>> from backprop.storage import save_file
    >>> path = os.path.join(tempfile.mkdtemp(), "w.safetensors")
    >>> save_file({"a": Matrix([[1.5, -2.0]]), "b": Matrix([[3]])}, path, metadata={"made": "today"})
    >>> with safe_open(path) as file:
    ...     file.keys(), file.metadata(), file.get_dtype("a"), file.get_shape("a"), file.get_tensor("a")
    (['a', 'b'], {'made': 'today'}, 'F64', (1, 2), Matrix([[1.5, -2.0]]))
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
        if 0 in shape:
            raise ValueError(
                f"{self._name}: {short(name)} has the shape {short(shape)}, and a Matrix at least one row and one column"
            )
        self._file.seek(self._header.end + begin)
        data = self._file.read(end - begin)
        if len(data) != end - begin:
            raise ValueError(f"{self._name} was shortened while it was open; {short(name)} ends behind its end")
        return constant(trusted(decoded(data, dtype, prod(shape) // rows_of(shape, 1))), shape)

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
