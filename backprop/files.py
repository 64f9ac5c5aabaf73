"""Files that are there as a whole or not at all: written beside the old one, which is replaced at the end; and those of
this library, wherever it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from secrets import token_hex
from typing import IO, Any, Union

PathLike = Union[str, "os.PathLike[str]"]


@contextmanager
def replacing(path: PathLike, encoding: str | None = None) -> Iterator[IO[Any]]:
    """A file to write bytes to, or text where there is an ``encoding``, that becomes ``path`` when all went well.

    Until then it has another name in the same folder, and the file at ``path`` stays what it was; where the writing
    fails, nothing is left. At the end it is on the disk, not only on its way there: also a power cut leaves either the
    old file or the new. A link is followed, and permissions stay.

    Raises ValueError where ``path`` is there and not a file, as a folder; OSError that names ``path`` where the disk is
    full or the folder cannot be written to.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "a.txt")
    >>> with replacing(path, encoding="utf-8") as file:
    ...     _ = file.write("one")
    ...     path.exists()
    False
    >>> path.read_text()
    'one'
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise ValueError(f"{path} is not a file that could be replaced")
    part = target.with_name(f"{target.name}.{token_hex(4)}.part")
    mode, newline = ("xb", None) if encoding is None else ("x", "")
    try:
        with open(part, mode, newline=newline, encoding=encoding) as file:
            if target.exists():
                shutil.copymode(target, part)  # before anything is in it that others may not read
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as error:
        # The error of a full disk names no file, and the name of the part means nothing to whoever asked for ``path``.
        if error.errno is None or error.filename not in (None, str(part)):
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error
    finally:
        with suppress(OSError):
            part.unlink()
    # The new name stands in the folder, which some systems cannot open.
    with suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def beside(module: str, name: str) -> Any:
    """The file or the folder ``name`` in the package of a ``module``, which gives its ``__name__``; as a path that can be
    read, also where the library is packed into one file.

    >>> beside("backprop.datasets.builtin", "iris.csv").read_text("ascii").count("setosa")
    50
    """
    return files(module.rpartition(".")[0]).joinpath(name)
