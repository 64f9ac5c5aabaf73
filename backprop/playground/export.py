"""The export: the playground as files that any web host serves, with Python in the browser as its engine."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import backprop
from backprop.files import PathLike
from backprop.playground.site import PAGE_POLICY, files, frame_policy

_KEPT = (".py", ".css", ".js", ".html", ".csv", ".gz")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same library gives the same file


def export(folder: PathLike, pyodide: str = "pyodide/") -> None:
    """Write the site into the ``folder``, which is made if need be; files of the same names are replaced.

    ``pyodide`` is where Pyodide's own files are: a folder beside the page, or an address that begins with https://.

    Raises ValueError for any other address, OSError where the files cannot be written.
    """
    scheme = urlsplit(pyodide).scheme
    if scheme not in ("", "http", "https") or not pyodide:
        raise ValueError(f"the playground: --pyodide is a folder or an address with https://, got {pyodide!r}")
    place = pyodide if pyodide.endswith("/") else f"{pyodide}/"
    folder = Path(os.fspath(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for name, (kind, text) in files({"kind": "browser", "pyodide": place}).items():
        policy = frame_policy() if name == "frame.html" else PAGE_POLICY
        if kind == "text/html":
            text = text.replace(
                '<meta charset="utf-8">',
                f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">',
            )
        (folder / name).write_text(text, "utf-8")
    write_library(folder / "backprop.zip")


def write_library(path: PathLike) -> None:
    """Write the library into a zip, with its data and without what only serves types."""
    package = Path(backprop.__path__[0])
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*")):
            if file.name.endswith(_KEPT):
                name = f"backprop/{file.relative_to(package).as_posix()}"
                archive.writestr(ZipInfo(name, _LONG_AGO), file.read_bytes(), ZIP_DEFLATED)
