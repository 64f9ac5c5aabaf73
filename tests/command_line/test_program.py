"""The command as a process: exit codes, one line of error, pipes, Ctrl-C, and help whose examples run as written."""

import gzip
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest

import backprop
from backprop.command_line import demo, export, info, pack, playground, predict, program, run, train
from tests.command_line.conftest import IRIS, QUICK, ROOT, finished, started
from tests.command_line.test_train import idx
from tests.time_limit import PATIENCE

COMMANDS = (run, train, predict, info, demo, playground, export, pack)


def test_a_command_is_a_file_with_its_help_and_two_functions(call):
    said = call("--help").out
    assert [module.__name__.rpartition(".")[2] for module in COMMANDS] == list(program.COMMANDS)
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        assert re.search(rf"^    {name}\s+\w", said, re.MULTILINE)
        assert f"  python3 -m backprop {name}" in module.__doc__.partition("\nexamples:\n")[2]
        helped = call(name, "--help")
        assert helped.code == 0 and helped.out.startswith(f"usage: python3 -m backprop {name}")
        assert " ".join(module.__doc__.partition("\n")[0].split()) in " ".join(helped.out.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "the following arguments are required: COMMAND (see python3 -m backprop --help)"),
        (["tarin"], "argument COMMAND: invalid choice: 'tarin'"),
        (["info"], "info: the following arguments are required: FILE (see python3 -m backprop info --help)"),
        (["demo", "--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_bad_usage_is_one_line(call, words, sentence):
    assert call(*words).refused(sentence)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (ValueError("read_table: t.csv is empty"), 2, "t.csv is empty"),
        (PermissionError(13, "Permission denied", "t.csv"), 2, "t.csv: Permission denied"),
        (OSError(28, "No space left on device"), 1, "[Errno 28] No space left on device"),
        (FloatingPointError("fit: the loss is nan"), 1, "the loss is nan"),
        (MemoryError(), 1, "MemoryError: "),
        (KeyError("x"), 1, "KeyError: 'x'"),
        (ValueError("one\ntwo\x1b[2J"), 2, r"one\ntwo\x1b[2J"),
    ],
)
def test_whatever_goes_wrong_is_one_line_and_a_code(call, monkeypatch, error, code, line):
    def fails(arguments):
        raise error

    monkeypatch.setattr(train, "run", fails)
    assert call("train", "t.csv", "--target", "y") == (code, "", f"backprop: train: {line}\n")


# ------------------------------------------------------------------ processes


def test_a_table_comes_from_standard_input_in_utf_8_whatever_the_locale_says(tmp_path):
    table = "höhe,art\n" + "".join(f"{i},{'Fläche' if i % 2 else 'Ω'}\n" for i in range(20))
    settings = {"PYTHONIOENCODING": "latin-1"}
    words = ["train", "-", "--target", "art", *QUICK]
    trained = finished(started(tmp_path, *words, **settings), table.encode())
    assert (trained.code, trained.err) == (0, "") and "\nloss             █" in trained.out
    came = finished(
        started(tmp_path, "predict", "model.safetensors", "-", **settings), b"\xef\xbb\xbf" + table.encode()
    )
    assert came.code == 0 and {"Fläche", "Ω"} >= set(came.out.split()[1:]) and came.out.startswith("art\n")
    bad = finished(started(tmp_path, "predict", "model.safetensors", "-", **settings), b"a,b\n1,\xff\n")
    assert bad.refused("predict: <stdin>: it has no column 'höhe'; it has 'a', 'b'\n")


def test_ctrl_c_saves_what_was_learned_so_far(tmp_path):
    words = ["train", IRIS, "--target", "species", "--epochs", 10**6, "--patience", 10**6, "--lr", 1e-4]
    process = started(tmp_path, *words)
    while not process.stdout.readline().startswith(b"epoch 3 "):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    came = finished(process)
    assert (came.code, came.err) == (130, "")
    assert ": interrupted\n" in came.out and came.out.endswith("saved as model.safetensors\n")
    found = json.loads(finished(started(tmp_path, "info", "model.safetensors", "--json")).out)
    assert 2 <= found["model"]["training"]["epochs"] < 10**6
    assert [path.name for path in tmp_path.iterdir()] == ["model.safetensors"]


@pytest.mark.skipif(os.name != "posix", reason="the signals are those of POSIX")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_however_often_it_is_told_to_end_it_saves_first(tmp_path, name):
    """Again and again until it has ended: while it leaves the training, while it writes, and in between."""
    number = getattr(signal, name)
    words = ["train", IRIS, "--target", "species", "--epochs", 10**6, "--patience", 10**6, "--lr", 1e-4]
    process = started(tmp_path, *words, "--checkpoint", "run")
    while not process.stdout.readline().startswith(b"epoch 2 "):
        assert process.poll() is None
    while not (tmp_path / "model.safetensors").exists() and process.poll() is None:
        process.send_signal(number)
        time.sleep(0.001)
    came = finished(process)
    assert (came.code, came.err) == (128 + number, "") and came.out.endswith("saved as model.safetensors\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.safetensors", "run"]
    assert finished(started(tmp_path, "predict", "model.safetensors", IRIS)).code == 0


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["train", "--help"], ["tarin"]])
def test_nobody_reads_on(tmp_path, words):
    """Neither a traceback nor what Python says at its end of a stream that it could not flush."""
    reading, writing = os.pipe()
    os.close(reading)
    process = started(tmp_path, *words, stdout=writing)
    os.close(writing)
    error = process.stderr.read()
    process.stdin.close()
    process.stderr.close()
    code = process.wait(PATIENCE)
    assert (code, error.count(b"\n")) == ((2, 1) if words == ["tarin"] else (141, 0)), error


def test_a_model_is_trained_to_its_end_when_nobody_reads_on(tmp_path):
    """It is the same as when somebody does: behind a reader that has enough, one that never reads, one that is killed."""
    # So many epochs that it is not at its end before a reader who has enough has gone.
    words = ["train", IRIS, "--target", "species", *QUICK, "--epochs", "20"]
    assert finished(started(tmp_path, *words, "--out", "read")).code == 0
    for reader in (["head", "-n", "1"], ["head", "-n", "3"], ["true"], ["sleep", "60"]):
        process = started(tmp_path, *words, "--out", "unread", "--overwrite")
        with subprocess.Popen(reader, stdin=process.stdout, stdout=subprocess.DEVNULL) as reading:
            process.stdout.close()
            if reader[0] == "sleep":
                reading.kill()
        error = process.stderr.read()
        process.stdin.close()
        process.stderr.close()
        assert (process.wait(PATIENCE), error) == (141, b""), reader
        assert (tmp_path / "unread").read_bytes() == (tmp_path / "read").read_bytes()
        (tmp_path / "unread").unlink()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full")
def test_a_log_on_a_full_disk_costs_no_model_and_is_said(tmp_path):
    with open("/dev/full", "w") as log:
        command = [sys.executable, "-s", "-S", "-m", "backprop", "train", IRIS, "--target", "species", *QUICK]
        came = subprocess.run(
            command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, stdout=log, stderr=subprocess.PIPE, check=False
        )
    assert (came.returncode, came.stderr) == (1, b"backprop: standard output: No space left on device\n")
    assert finished(started(tmp_path, "info", "model.safetensors")).code == 0


def test_it_trains_where_standard_output_is_closed(tmp_path):
    command = shlex.join([sys.executable, "-m", "backprop", "train", IRIS, "--target", "species", *QUICK])
    came = subprocess.run(
        f"{command} >&-",
        shell=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (came.returncode, came.stderr) == (0, b"")
    assert finished(started(tmp_path, "info", "model.safetensors")).code == 0


def test_a_closed_pipe_in_the_midst_of_the_answers(tmp_path):
    assert finished(started(tmp_path, "train", IRIS, "--target", "species", *QUICK)).code == 0
    with open(IRIS, encoding="utf-8") as file:
        header, *rows = file
    (tmp_path / "long.csv").write_text(header + "".join(rows * 100))
    process = started(tmp_path, "predict", "model.safetensors", "long.csv")
    # No more than the header is read, as what is left would fit into the pipe.
    assert os.read(process.stdout.fileno(), 8) == b"species\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stdin.close()
    process.stderr.close()
    assert process.wait(PATIENCE) == 141


def test_what_a_command_printed_to_asks_nothing_of_a_stream_that_is_closed_since(monkeypatch):
    """As CPython 3.13 and newer would complain of it, when they free what a command printed to."""
    kept, stream = [], io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(info, "run", lambda arguments: kept.append(sys.stdout) or 0)
    monkeypatch.setattr(sys, "stdout", stream)
    assert program.main(["info", "model.safetensors"]) == 0
    stream.close()
    kept.pop().close()  # as freeing it does


def test_the_version_is_that_of_the_package(call):
    assert call("--version") == (0, f"backprop {backprop.__version__}\n", "")


def test_it_runs_without_docstrings(tmp_path):
    came = finished(started(tmp_path, "--help", python=["-OO"]))
    assert came.code == 0 and "{" not in came.err and "train" in came.out


# ------------------------------------------------------------------ help


def examples():
    """All but those that go on until Ctrl-C, which tests/playground/test_serve.py tries."""
    for module in COMMANDS:
        if module is playground:
            continue
        for line in module.__doc__.splitlines():
            if line.startswith("  ") and "python3 -m backprop" in line:
                yield line.strip()


def test_the_examples_in_the_help_run_as_written(tmp_path):
    """Once each and one after the other, in a folder where the package is, too; the images are made up. Where they say
    nothing of epochs, three do: what is learned in all of them is for test_train.py."""
    (tmp_path / "backprop").symlink_to(ROOT / "backprop")
    (tmp_path / "brief.py").write_text(
        "import runpy\n"
        "from backprop.command_line.learning import TrainConfig\n"
        "TrainConfig.epochs = 3\n"
        "runpy.run_module('backprop', run_name='__main__', alter_sys=True)\n"
    )
    (tmp_path / "lecture.py").write_text(
        "import torch\ntorch.ones(2, requires_grad=True).prod().backward()\nprint(1)\n"
    )
    labels = [i % 3 for i in range(30)]
    idx(
        tmp_path / "images-idx3-ubyte.gz",
        (30, 2, 2),
        [9 * (i % 3) + i % 2 for i in range(30) for _ in range(4)],
        gzip.open,
    )
    idx(tmp_path / "labels-idx1-ubyte.gz", (30,), labels, gzip.open)
    lines = list(dict.fromkeys(examples()))
    assert len(lines) > 10
    for line in lines:
        command = line.replace("python3 -m backprop ", f"{shlex.quote(sys.executable)} -s -S brief.py ")
        came = subprocess.run(
            command, shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE
        )
        said = "backprop: the first training step is in lecture-first-step.html\n" if "--explain" in line else ""
        assert (came.returncode, came.stderr) == (0, said), line
        assert came.stdout or ">" in line
        if line.endswith("demo"):
            assert float(re.search(r"(\d+\.\d) % of those held out are correct", came.stdout).group(1)) > 90.0
        if "--json" in line:
            json.loads(came.stdout)
    answers = (tmp_path / "labels.csv").read_text().split()
    assert len(answers) == 30
