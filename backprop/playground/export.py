"""The export: the playground as files that any web host serves, with Python in the browser as its engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from backprop.archive import packed, zipped
from backprop.files import PathLike, replacing
from backprop.playground.site import PAGE_POLICY, files, frame_policy

_FOLDER = "pyodide/"


def export(folder: PathLike, pyodide: str = _FOLDER) -> None:
    """Write the site into the ``folder``, which is made if need be; files of the same names are replaced.

    ``pyodide`` is where Pyodide's own files are: a folder beside the page, or an address that begins with https://.

    Raises ValueError for any other address, OSError where the files cannot be written.
    """
    scheme = urlsplit(pyodide).scheme
    if scheme not in ("", "http", "https") or not pyodide:
        raise ValueError(f"the playground: --pyodide is a folder or an address with https://, got {pyodide!r}")
    folder = Path(os.fspath(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _site(pyodide if pyodide.endswith("/") else f"{pyodide}/"):
        (folder / name).write_bytes(content)


def export_zip(path: PathLike, pyodide: PathLike) -> None:
    """Write the site and the files of Pyodide, which are in the folder ``pyodide``, as one zip; so it needs no network.

    Raises ValueError for a folder without them, OSError where the zip cannot be written.
    """
    folder = Path(os.fspath(pyodide))
    if not (folder / "pyodide.mjs").is_file():
        raise ValueError(f"the playground: --zip packs Pyodide too, and {folder} has no pyodide.mjs")
    kinds = (".mjs", ".wasm", ".zip", ".json")
    python = {f"{_FOLDER}{file.name}": file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix in kinds}
    content = zipped({**dict(_site(_FOLDER)), **python})
    with replacing(path) as file:
        file.write(content)


def _site(pyodide: str) -> Iterator[tuple[str, bytes]]:
    """The files of the site."""
    for name, (kind, text) in files({"kind": "browser", "pyodide": pyodide}).items():
        policy = frame_policy() if name == "frame.html" else PAGE_POLICY
        if kind == "text/html":
            text = text.replace(
                '<meta charset="utf-8">',
                f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">',
            )
        yield name, text.encode()
    yield "backprop.pyz", packed()
