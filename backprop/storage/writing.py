"""Writing a safetensors file."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from reprlib import repr as short

from backprop.autograd import Tensor, as_tensor
from backprop.files import PathLike, replacing
from backprop.matrix import Matrix
from backprop.storage.dtypes import SIZES, dtype_name, encoded_rows
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

    Each number becomes the nearest float of the ``dtype``, "F64" or "F32"; infinities and NaN are kept. A Tensor of ints or
    bools is saved in its own dtype. The same content gives the same bytes, those that the reference implementation writes.
    A file of that name is replaced, once all is written.

    Raises ValueError for a name or metadata that are not text, another dtype, and a number too large for it; TypeError
    for what is neither Tensor nor Matrix. All this leaves a file of that name as it was.

    >>> import os, tempfile
    >>> from fractions import Fraction
    >>> from backprop.storage import load_file
    >>> path = os.path.join(tempfile.mkdtemp(), "w.safetensors")
    >>> save_file({"a": Tensor([[0.5, Fraction(1, 4)]]), "n": Tensor(3.0)}, path, dtype="F32")
    >>> load_file(path)
    {'a': tensor([[0.5000, 0.2500]]), 'n': tensor(3.)}
    """
    check_choice("save_file", "dtype", dtype, ("F64", "F32"))
    if not isinstance(tensors, Mapping):
        raise TypeError(f"save_file: tensors is a dict, a Tensor for each name, got {short(tensors)}")
    if metadata is not None:
        check_metadata(metadata)
    for name, tensor in tensors.items():
        check_name(name)
        if not isinstance(tensor, (Matrix, Tensor)):
            raise TypeError(f"save_file: {short(name)} is a Tensor or a Matrix, got {short(tensor)}")
    dtypes = {
        name: dtype if isinstance(tensor, Matrix) or tensor.dtype.is_floating_point else dtype_name(tensor.dtype)
        for name, tensor in tensors.items()
    }
    entries, end = {}, 0
    order = list(SIZES)
    for name in sorted(tensors, key=lambda name: (-order.index(dtypes[name]), name)):
        shape, begin = tuple(tensors[name].shape), end
        end += SIZES[dtypes[name]] * prod(shape)
        entries[name] = Entry(dtypes[name], shape, begin, end)
    header = written_header(entries, metadata)
    with replacing(filename) as file:
        file.write(header)
        for name, entry in entries.items():
            rows = as_tensor(tensors[name])._matrix.rows
            file.writelines(encoded_rows(f"save_file: {short(name)}", rows, entry.shape, entry.dtype))
