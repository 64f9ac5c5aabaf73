"""The export: a site of static files with the library in a zip, the same for the same library."""

import re
import subprocess
import sys
from zipfile import ZipFile

import pytest

from backprop.command_line import main
from backprop.playground.export import export
from tests.browser import CHROMIUM, MISSING, browser
from tests.playground.sites import served


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sites") / "new" / "site"
    assert main(["playground", "--export", str(folder)]) == 0
    return folder


def test_every_file_that_a_page_names_is_there(folder):
    named = set()
    for file in folder.iterdir():
        if file.suffix in (".html", ".js"):
            text = file.read_text("utf-8")
            named.update(re.findall(r'(?:src|href)="([\w.]+)["?#]', text), re.findall(r'from "\./([\w.]+)"', text))
    assert named <= {file.name for file in folder.iterdir()} and {"main.js", "settings.js", "frame.html"} <= named


def test_nothing_is_loaded_from_anywhere_else(folder):
    for file in folder.iterdir():
        if file.suffix in (".html", ".js", ".css"):
            text = file.read_text("utf-8").replace("http://www.w3.org/", "").replace("http://127.0.0.1:8000/", "")
            assert not re.search("https?://", text) or file.name == "programs.js", file.name
    for file in folder.glob("*.html"):
        (policy,) = re.findall('Content-Security-Policy" content="(.*?)"', file.read_text("utf-8"))
        assert policy.startswith("default-src 'none'") and "script-src 'self'" in policy and "http" not in policy


def test_the_library_beside_it_runs(folder, tmp_path):
    with ZipFile(folder / "backprop.pyz") as archive:
        archive.extractall(tmp_path)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from backprop.playground.engine import Engine; Engine(print)"
    )
    arguments = [sys.executable, "-I", "-S", "-B", "-c", program, str(tmp_path)]
    assert subprocess.run(arguments, capture_output=True, text=True, check=True).stderr == ""
    assert (tmp_path / "backprop" / "datasets" / "digits.csv.gz").is_file() and not list(tmp_path.rglob("__pycache__"))


def test_the_same_library_gives_the_same_files(folder, tmp_path):
    export(tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        file.name: file.read_bytes() for file in folder.iterdir()
    }


def test_pyodide_may_be_elsewhere(tmp_path):
    export(tmp_path, "https://example.org/pyodide/v1/full")
    assert '"pyodide": "https://example.org/pyodide/v1/full/"' in (tmp_path / "settings.js").read_text("utf-8")


@pytest.mark.parametrize(
    "words", [["--pyodide", "x/"], ["--export", "{}", "--pyodide", "ftp://x/"], ["--export", "{}", "--pyodide", ""]]
)
def test_what_is_no_place_is_refused(words, tmp_path):
    assert main(["playground", *(word.format(tmp_path / "site") for word in words)]) == 2
    assert not (tmp_path / "site").exists()


@pytest.fixture
def pyodide(tmp_path):
    folder = tmp_path / "python"
    folder.mkdir()
    for name in ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "README.md"):
        (folder / name).write_text(name)
    return folder


def test_a_zip_has_the_site_and_pyodide(folder, tmp_path, pyodide):
    path = tmp_path / "site.zip"
    assert main(["playground", "--export", str(path), "--zip", "--pyodide", str(pyodide)]) == 0
    with ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    site = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert found == {**site, **{f"pyodide/{f.name}": f.read_bytes() for f in pyodide.iterdir() if f.suffix != ".md"}}


@pytest.mark.parametrize("words", [["--pyodide", "{}"], [], ["--pyodide", "{}", "--export", "{}/x"]])
def test_a_zip_needs_a_file_and_a_folder_with_pyodide(words, tmp_path, capsys):
    assert main(["playground", "--zip", *(word.format(tmp_path) for word in words)]) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
def test_without_pyodide_or_a_server_the_page_says_so(folder, tmp_path):
    """Its console complains, too."""
    with browser(tmp_path) as tab:
        tab.open(f"{folder.as_uri()}/index.html")
        assert "only from a server" in tab.wait("document.getElementById('trouble').textContent")
        with served(folder) as address:
            tab.open(address)
            tab.run("document.getElementById('train').click()")
            assert "Python cannot be loaded" in tab.wait("document.getElementById('trouble').textContent")
            assert tab.run("document.getElementById('train').textContent") == "Train"
