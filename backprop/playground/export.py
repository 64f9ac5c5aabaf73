"""The export: the playground as files that any web host serves, with Python in the browser as its engine."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from backprop.archive import write_archive
from backprop.files import PathLike
from backprop.playground.site import PAGE_POLICY, files, frame_policy


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
    write_archive(folder / "backprop.pyz")
