"""replacing: at every moment the old file is there or the new, whatever goes wrong, and nothing is left beside it."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from backprop.files import replacing

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "f.bin"
    path.write_bytes(b"old")
    return path


def alone(path):
    return list(path.parent.iterdir()) == [path]


def test_the_new_file_is_there_when_all_is_written(path):
    with replacing(path) as file:
        file.write(b"new and longer")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new and longer" and alone(path)


@pytest.mark.parametrize("error", [OSError("disk full"), ValueError("a number too large"), KeyboardInterrupt()])
def test_what_fails_leaves_the_old_file_and_nothing_else(path, error):
    with pytest.raises(type(error)), replacing(path) as file:
        file.write(b"half of the n")
        raise error
    assert path.read_bytes() == b"old" and alone(path)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_at_the_end_does_too(path, step, monkeypatch):
    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="disk full"), replacing(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"old" and alone(path)


@pytest.mark.parametrize("step", ["write", "flush", "fsync", "replace"])
def test_a_full_disk_names_the_file_and_leaves_the_old_one(path, step, monkeypatch):
    """At whatever moment it is full: as bytes are written, as they are flushed, synchronised, or given their name."""
    if step == "flush" and not os.path.exists("/dev/full"):
        pytest.skip("there is no device that is always full")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fail(*arguments):
        raise full

    if step in ("fsync", "replace"):
        monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError) as caught, replacing(path) as file:
        file.write(b"new")
        if step == "write":
            raise full
        if step == "flush":  # what is buffered meets a disk that is full
            os.dup2(os.open("/dev/full", os.O_WRONLY), file.fileno())
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert str(caught.value) == f"[Errno 28] No space left on device: '{path}'"
    assert path.read_bytes() == b"old" and alone(path)


def test_what_cannot_be_begun_is_reported_by_the_name_that_was_asked_for(tmp_path):
    for name in ("nowhere/f", "file/f"):
        (tmp_path / "file").touch()
        with pytest.raises(OSError) as caught, replacing(tmp_path / name):
            pass
        assert caught.value.filename == str(tmp_path / name)


def test_an_error_about_another_file_keeps_its_name(path):
    with pytest.raises(FileNotFoundError, match="'other'"), replacing(path):
        open("other").close()


def test_a_process_that_dies_leaves_the_old_file(path):
    program = "import os, sys; from backprop.files import replacing\nwith replacing(sys.argv[1]) as f: f.write(b'new'); os._exit(1)"
    assert subprocess.run([sys.executable, "-c", program, str(path)], cwd=ROOT, check=False).returncode == 1
    assert path.read_bytes() == b"old"


def test_the_bytes_are_on_the_disk_before_the_name_is_changed_and_the_name_after(path, monkeypatch):
    steps, fsync, replace = [], os.fsync, os.replace

    def synced(descriptor):
        status = os.fstat(descriptor)
        steps.append("folder" if stat.S_ISDIR(status.st_mode) else f"{status.st_size} bytes")
        fsync(descriptor)

    def replaced(source, target):
        steps.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    with replacing(path) as file:
        file.write(b"new")
    assert steps == ["3 bytes", "replace", "folder"][: 3 if os.name == "posix" else 2]


def test_two_that_write_at_once_do_not_meet(path):
    with replacing(path) as one, replacing(path) as other:
        one.write(b"one")
        other.write(b"other")
    assert path.read_bytes() == b"one" and alone(path)


def test_text_is_written_as_it_is(tmp_path):
    with replacing(tmp_path / "t.txt", encoding="utf-8") as file:
        file.write("ä\n")
    assert (tmp_path / "t.txt").read_bytes() == "ä\n".encode()


@pytest.mark.skipif(os.name != "posix", reason="links and permissions are those of POSIX")
def test_a_link_stays_one_and_permissions_stay(path):
    link = path.with_name("link")
    link.symlink_to(path)
    path.chmod(0o640)
    with replacing(link) as file:
        file.write(b"new")
        (part,) = path.parent.glob("*.part")
        assert stat.S_IMODE(part.stat().st_mode) == 0o640  # a private file is no less so while it is written
    assert link.is_symlink() and path.read_bytes() == b"new" and stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "f") as file:
            file.write(b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o640


def test_a_link_to_nowhere_leads_to_the_new_file(tmp_path):
    (tmp_path / "link").symlink_to("file")
    with replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_bytes() == b"new"


def test_a_folder_is_not_replaced(tmp_path):
    with pytest.raises(ValueError, match="is not a file that could be replaced"), replacing(tmp_path):
        pass
    assert tmp_path.is_dir()
