"""The library as one file: an archive that Python imports from and runs as it is, as ``zipapp`` in the standard library makes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from operator import attrgetter
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from backprop.files import PathLike, replacing

_PACKAGE: Any = files("backprop")


def contents() -> Iterator[tuple[str, bytes]]:
    """The files of this library, (name, content): "backprop/…", and the lessons "examples/…"."""
    yield from _below(_PACKAGE, "backprop")
    for name, text in lessons():
        yield f"examples/{name}", text


def lessons() -> Iterator[tuple[str, bytes]]:
    """The programs in the folder of examples beside the library, where it was not installed without it."""
    folder = _PACKAGE.parent / "examples"
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=attrgetter("name")):
            if file.name.endswith(".py"):
                yield file.name, file.read_bytes()


def write_archive(path: PathLike) -> None:
    """Write the library into one file: ``python3 FILE`` is ``python3 -m backprop``, and ``sys.path`` may name it.

    The same library always gives the same bytes. Raises what ``replacing`` raises.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "backprop.pyz")
    >>> write_archive(path)
    >>> ZipFile(path).namelist()[0]
    '__main__.py'
    """
    with replacing(path) as file:
        file.write(b"#!/usr/bin/env python3\n")
        with ZipFile(file, "w") as archive:
            found = dict(contents())
            for name, content in {"__main__.py": found["backprop/__main__.py"], **found}.items():
                entry = ZipInfo(name)  # of 1980, not of now
                archive.writestr(entry, content, ZIP_DEFLATED)


def _below(folder: Any, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=attrgetter("name")):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _below(entry, f"{name}/{entry.name}")
        else:
            yield f"{name}/{entry.name}", entry.read_bytes()
