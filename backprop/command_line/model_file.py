"""The model file: a safetensors file with the network's tensors, and in its metadata the description of the model.

A file from a stranger is not trusted: its description is validated, and compared with the tensors, before a network is
made of it, and nothing in it can run.
"""

from __future__ import annotations

import math
import os
from contextlib import suppress
from pathlib import Path
from reprlib import repr as short

from backprop.command_line.description import Description, dense
from backprop.files import PathLike, replacing
from backprop.nn import Impute, Sequential, Standardize
from backprop.storage import load_model, safe_open, save_model

KEY = "backprop"  # of the description among the metadata


def save(model: Sequential, description: Description, path: PathLike) -> Path:
    """Write both into one file, which PyTorch reads too; returns its path."""
    save_model(model, path, {KEY: description.to_json()})
    return Path(path)


def save_new(model: Sequential, description: Description, path: PathLike) -> Path:
    """Write both into a file that was not there; returns its path.

    That is ``path``, or where another run has made that file meanwhile the first of "name-2", "name-3", … that is free.
    """
    wanted = free = Path(path)
    number = 1
    while True:
        try:
            open(os.path.realpath(free), "xb").close()  # from here on it is nobody else's
            break
        except FileExistsError:
            number += 1
            free = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    try:
        return save(model, description, free)
    except BaseException:
        os.unlink(os.path.realpath(free))
        raise


def load(path: PathLike) -> tuple[Sequential, Description]:
    """The network, ready to be used, and its description.

    Raises ValueError for a file without a description, whose tensors do not fit it, or are not finite.
    """
    name = Path(path).name
    with safe_open(path) as file:
        description = described(file, name)
    if description is None:
        raise ValueError(f"{name} holds tensors and no description of a model; it was not made by train")
    first = [kind(description.layers[0]) for kind, _ in _preparation(description)]
    model = Sequential(*first, *dense(description.layers, description.activation))
    load_model(model, path)
    for part, tensor in model.state_dict().items():
        low = 0.0 if part.endswith(".std") else -math.inf
        if not all(low < x < math.inf for row in tensor.matrix.rows for x in row):
            raise ValueError(f"{name}: the numbers in {part} must be finite{' and above 0' if low == 0.0 else ''}")
    return model, description


def described(file: safe_open, name: str) -> Description | None:
    """The description in an open file of this name, None where there is none.

    Raises ValueError for one that is malformed, or not that of the tensors beside it.
    """
    text = (file.metadata() or {}).get(KEY)
    if text is None:
        return None
    try:
        description = Description.from_json(text)
        _check_shapes(description, dict(zip(file.keys(), map(file.get_shape, file.keys()))))
    except ValueError as error:
        raise ValueError(f"{name}: its description does not fit: {error}") from None
    return description


def check_writable(path: PathLike) -> None:
    """ValueError unless a file can be written there, found out by beginning one, of which nothing is left."""
    try:
        with suppress(_Enough), replacing(path):
            raise _Enough
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from None


def is_same_file(path: str, other: str) -> bool:
    """Whether both lead to one file, there or not yet, by whatever spelling or links."""
    if os.path.exists(path) and os.path.exists(other):
        return os.path.samefile(path, other)
    return os.path.realpath(path) == os.path.realpath(other)


class _Enough(Exception):
    """Ends the writing of a file that is not to be."""


def _preparation(description: Description) -> list[tuple[type[Impute | Standardize], tuple[str, ...]]]:
    """The layers before the first that learns by steps, and their tensors."""
    fills = description.schema is not None and description.schema.missing == "fill"
    return [*([(Impute, ("median",))] if fills else []), (Standardize, ("mean", "std"))]


def _check_shapes(description: Description, shapes: dict[str, tuple[int, ...]]) -> None:
    sizes, first = description.layers, _preparation(description)
    needed: dict[str, tuple[int, ...]] = {
        f"{k}.{name}": (sizes[0],) for k, (_, names) in enumerate(first) for name in names
    }
    count = len(needed) + 2 * len(sizes) - 2
    # Counted first: the names of very many layers would take more room than the file.
    if len(shapes) != count:
        raise ValueError(f"{len(sizes) - 1} layers have {count} tensors, and here are {len(shapes)}")
    for k, (entering, leaving) in enumerate(zip(sizes, sizes[1:])):
        place = 2 * k + len(first)
        needed.update({f"{place}.weight": (leaving, entering), f"{place}.bias": (leaving,)})
    for key, shape in needed.items():
        if shapes.get(key) != shape:
            raise ValueError(f"{key} is of shape {short(shapes.get(key))}, and the layers need {short(shape)}")
