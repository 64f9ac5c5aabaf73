"""The library as one file: the same bytes each time, with all that it needs, and it works from there."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import backprop
from backprop.command_line import main

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("stick") / "backprop.pyz"
    assert main(["pack", str(path)]) == 0
    return path


def test_it_has_every_file_of_the_library_and_the_lessons_and_nothing_else(archive):
    files = [file for file in Path(backprop.__path__[0]).rglob("*") if file.is_file()]
    there = {file.relative_to(ROOT).as_posix() for file in [*files, *(ROOT / "examples").glob("*.py")]}
    names = ZipFile(archive).namelist()
    assert set(names) == {"__main__.py", *(name for name in there if "__pycache__" not in name)}
    assert len(names) == len(set(names))


def test_the_file_packs_the_same_file(archive, tmp_path):
    again = tmp_path / "again.pyz"
    subprocess.run([sys.executable, "-I", "-S", archive, "pack", again], check=True, stdout=subprocess.DEVNULL)
    assert again.read_bytes() == archive.read_bytes()


def test_its_help_says_how_it_is_called(archive):
    command = [sys.executable, "-I", "-S", archive, "predict", "--help"]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert text.startswith("usage: python3 backprop.pyz predict ")
    assert "  python3 backprop.pyz predict iris.safetensors " in text
    assert "-m backprop" not in text


def test_it_trains_runs_programs_and_serves_the_playground(archive):
    archive.parent.chmod(0o555)
    subprocess.run([sys.executable, "-I", "-S", ROOT / ".ci" / "archive.py", archive], check=True)
    assert [file.name for file in archive.parent.iterdir()] == ["backprop.pyz"]


def test_a_folder_that_is_not_there_is_refused(tmp_path, capsys):
    path = tmp_path / "no" / "backprop.pyz"
    assert main(["pack", str(path)]) == 2
    assert capsys.readouterr().err == f"backprop: pack: {path}: No such file or directory\n"
