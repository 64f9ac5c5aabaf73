"""Writing a safetensors file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from reprlib import repr as short

from backprop.autograd import Tensor
from backprop.files import PathLike, replacing
from backprop.matrix import Matrix, Number
from backprop.nn.parameters import StateTensor
from backprop.storage.dtypes import SIZES, encoded
from backprop.storage.header import Entry, check_metadata, check_name, written_header
from backprop.validation import check_choice


def save_file(
    tensors: Mapping[str, Matrix | Tensor],
    filename: PathLike,
    metadata: Mapping[str, str] | None = None,
    *,
    dtype: str = "F64",
) -> None:
    """Write a safetensors file of named tensors, and of ``metadata``, a text for each text, beside them.

    Each number becomes the nearest float of the ``dtype``, "F64" or "F32"; infinities and NaN are kept. A Matrix is saved
    under its shape, a Parameter or Buffer under its ``tensor_shape``. The same content gives the same bytes, those that
    the reference implementation writes. A file of that name is replaced, once all is written.

    Raises ValueError for a name or metadata that are not text, another dtype, and a number too large for it; TypeError
    for what is not a Matrix. All this leaves a file of that name as it was.

    >>> import os, tempfile
    >>> from fractions import Fraction
    >>> from backprop.storage import load_file
    >>> path = os.path.join(tempfile.mkdtemp(), "w.safetensors")
    >>> save_file({"a": Matrix([[0.1, Fraction(1, 4)], [3, -0.0]])}, path)
    >>> load_file(path)
    {'a': Matrix([[0.1, 0.25], [3.0, -0.0]])}
    """
    check_choice("save_file", "dtype", dtype, ("F64", "F32"))
    if not isinstance(tensors, Mapping):
        raise TypeError(f"save_file: tensors is a dict, a Matrix for each name, got {short(tensors)}")
    if metadata is not None:
        check_metadata(metadata)
    for name, tensor in tensors.items():
        check_name(name)
        if not isinstance(tensor, (Matrix, Tensor)):
            raise TypeError(f"save_file: {short(name)} is a Matrix or a Tensor, got {short(tensor)}")
    entries, end = {}, 0
    for name in sorted(tensors):
        shape, begin = _tensor_shape(tensors[name]), end
        end += SIZES[dtype] * prod(shape)
        entries[name] = Entry(dtype, shape, begin, end)
    header = written_header(entries, metadata)
    with replacing(filename) as file:
        file.write(header)
        for name in entries:
            tensor = tensors[name]
            for i, row in enumerate((tensor.matrix if isinstance(tensor, Tensor) else tensor).rows):
                file.write(_row(name, i, row, dtype))


def _tensor_shape(tensor: Matrix | Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)


def _row(name: str, i: int, row: Sequence[Number], dtype: str) -> bytes:
    """Row i as bytes, or the ValueError that says which of its numbers is too large."""
    try:
        return encoded(row, dtype)
    except OverflowError:
        j = next(j for j, x in enumerate(row) if _is_too_large(x, dtype))
        raise ValueError(f"save_file: {short(name)} has {short(row[j])} at [{i}, {j}], too large for {dtype}") from None


def _is_too_large(x: Number, dtype: str) -> bool:
    try:
        encoded([x], dtype)
    except OverflowError:
        return True
    return False
