"""The header of a safetensors file: eight bytes for its length, then JSON that says which tensors there are and where.

    {"__metadata__": {"made by": "backprop"}, "weight": {"dtype": "F64", "shape": [2, 3], "data_offsets": [0, 48]}}

The tensors follow end to end, each row after row; data_offsets are the first byte and the one after the last, counted
from the end of the header. What a file claims is held against its size before anything is made of it. The rules are
those of the reference implementation, https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from itertools import chain
from reprlib import repr as short
from typing import IO, Any, NamedTuple

from backprop.storage.dtypes import SIZES
from backprop.storage.strict_json import parsed_json

MOST_BYTES = 100_000_000  # of a header


class Entry(NamedTuple):
    """What the header says of one tensor."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


class Header(NamedTuple):
    """What stands in the header, and the position in the file where it ends."""

    metadata: dict[str, str] | None
    entries: dict[str, Entry]
    end: int


def read_header(file: IO[bytes]) -> Header:
    """The header of a file, once all of it is found to be valid, or the ValueError that says what is not."""
    size = os.fstat(file.fileno()).st_size
    if size < 8:
        raise ValueError(f"a safetensors file begins with 8 bytes for the length of its header, this one has {size}")
    start = file.read(9)
    if start[8:] != b"{":
        raise ValueError(
            f"this is not a safetensors file: it begins with {start!r}, and not with 8 bytes for the length of its header "
            "and then {"
        )
    length = int.from_bytes(start[:8], "little")
    if length > min(MOST_BYTES, size - 8):
        raise ValueError(
            f"a header of {length:,} bytes is more than the {size - 8:,} that follow or the {MOST_BYTES:,} allowed"
        )
    file.seek(8)
    header = _parsed(file.read(length))
    metadata = header.pop("__metadata__", None)
    if metadata is not None:
        check_metadata(metadata)
    entries = {name: _entry(name, info) for name, info in header.items()}
    _check_end_to_end(entries, size - 8 - length)
    return Header(metadata, entries, 8 + length)


def written_header(entries: Mapping[str, Entry], metadata: Mapping[str, str] | None) -> bytes:
    """The header as bytes, filled up with blanks to a multiple of 8.

    >>> written_header({"b": Entry("F32", (3,), 0, 12)}, None)
    b'8\\x00\\x00\\x00\\x00\\x00\\x00\\x00{"b":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}} '
    """
    header: dict[str, Any] = {} if metadata is None else {"__metadata__": dict(sorted(metadata.items()))}
    for name, entry in entries.items():
        header[name] = {"dtype": entry.dtype, "shape": entry.shape, "data_offsets": (entry.begin, entry.end)}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    if len(text) > MOST_BYTES:
        raise ValueError(f"the header would have {len(text):,} bytes, and {MOST_BYTES:,} are allowed")
    return struct.pack("<Q", len(text)) + text


def check_name(name: Any) -> None:
    """ValueError unless a tensor may have this name."""
    if not _is_text(name) or name == "__metadata__":
        raise ValueError(f"the name of a tensor is a str other than '__metadata__', got {short(name)}")


def check_metadata(metadata: Any) -> None:
    """ValueError unless it maps texts to texts."""
    if not isinstance(metadata, Mapping) or not all(map(_is_text, chain.from_iterable(metadata.items()))):
        raise ValueError(f"metadata is a dict of texts to texts, got {short(metadata)}")


def _is_text(value: Any) -> bool:
    """Whether it is a str of which UTF-8 can be made: half a surrogate pair, as JSON can spell it, is no character."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        return dict(parsed_json(text.decode()))
    except ValueError as error:
        raise ValueError(f"the header cannot be read: {error}") from None


def _entry(name: str, info: Any) -> Entry:
    """What the header says of one tensor, checked by itself."""
    check_name(name)
    named = short(name)
    if not isinstance(info, dict) or not info.keys() >= {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"{named} needs dtype, shape and data_offsets, got {short(info)}")
    dtype, shape, offsets = info["dtype"], info["shape"], info["data_offsets"]
    if not isinstance(dtype, str) or dtype not in SIZES:
        raise ValueError(f"{named} is of dtype {short(dtype)}; those that can be read are {', '.join(SIZES)}")
    if not _are_counts(shape):
        raise ValueError(f"{named}: a shape is a list of ints from 0 up, got {short(shape)}")
    if not _are_counts(offsets) or len(offsets) != 2:
        raise ValueError(f"{named}: data_offsets are two ints from 0 up, got {short(offsets)}")
    needed = SIZES[dtype]
    for n in shape:
        needed *= n
        if needed >= 2**64:  # before a long list of large ints makes a number that takes minutes
            break
    if needed != offsets[1] - offsets[0]:
        raise ValueError(f"{named}: data_offsets {offsets} are not those of {dtype} of shape {short(shape)}")
    return Entry(dtype, tuple(shape), *offsets)


def _are_counts(value: Any) -> bool:
    return isinstance(value, list) and all(type(n) is int and n >= 0 for n in value)


def _check_end_to_end(entries: Mapping[str, Entry], room: int) -> None:
    """ValueError unless the tensors fill the rest of the file, none over another and nothing between two."""
    position = 0
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin != position:
            raise ValueError(
                f"{short(name)} begins at byte {entry.begin:,} of the data, where the tensor before it ends at {position:,}"
            )
        position = entry.end
    if position != room:
        raise ValueError(f"the tensors take {position:,} bytes, and the file has {room:,} after its header")
