"""The library as one file: an archive that Python imports from and runs as it is, as ``zipapp`` in the standard library makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from io import BytesIO
from operator import attrgetter
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_PACKAGE: Any = files("backprop")
_MAIN = b'''"""``python3 -m backprop``; without a command, as after a double click, the playground."""

import sys

from backprop.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["playground"]))
'''


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


def packed() -> bytes:
    """The library as one file: ``python3 FILE`` is ``python3 -m backprop``, with the playground as the command where there
    is none, and ``sys.path`` may name it.

    >>> ZipFile(BytesIO(packed())).namelist()[0]
    '__main__.py'
    """
    return b"#!/usr/bin/env python3\n" + zipped({"__main__.py": _MAIN, **dict(contents())})


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """A zip of these files, which is the same for the same contents.

    >>> zipped({"a.txt": b"a"}) == zipped({"a.txt": b"a"})
    True
    """
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # of 1980, not of now
    return file.getvalue()


def _below(folder: Any, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=attrgetter("name")):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _below(entry, f"{name}/{entry.name}")
        else:
            yield f"{name}/{entry.name}", entry.read_bytes()
