"""The progress line: rewritten on a terminal, one plain line an epoch in a file, the same for the same seed."""

import os
import re
import subprocess
import sys

import pytest

from backprop import Matrix, fit
from backprop.nn import Linear, MSELoss
from backprop.optim import SGD
from backprop.storage import load_file
from backprop.training import progress
from tests.training.small_run import ROOT, Breaks, SmallRun, bits
from tests.training.test_fit import iris_run


class Screen:
    """What a program writes, and whether it believes that a terminal reads it."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.written = []

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.written.append(text)

    def flush(self):
        pass

    @property
    def text(self):
        return "".join(self.written)


@pytest.fixture
def screen(monkeypatch):
    def make(terminal, columns=200):
        made = Screen(terminal)
        monkeypatch.setattr(sys, "stdout", made)
        monkeypatch.setattr(progress, "_SECONDS_BETWEEN_UPDATES", 0.0)
        monkeypatch.setattr(
            progress.shutil, "get_terminal_size", lambda *_, **__: os.terminal_size((columns, 24)), raising=True
        )
        return made

    return make


def test_a_file_gets_one_plain_line_an_epoch(screen):
    out = screen(terminal=False)
    _, history = iris_run(epochs=3)
    assert out.text.splitlines() == [str(epoch) for epoch in history]
    assert "\r" not in out.text and "\x1b" not in out.text


def test_a_file_is_the_same_for_the_same_seed(screen):
    out = screen(terminal=False)
    iris_run(epochs=2)
    first, out.written = out.text, []
    iris_run(epochs=2)
    assert out.text == first


def test_a_terminal_sees_epoch_loss_accuracy_speed_and_time_left(screen):
    out = screen(terminal=True)
    iris_run(epochs=2)
    updates = out.text.split("\r")
    for part in ("epoch 1/2", "loss ", "accuracy ", " examples/s", "0:00 left"):
        assert part in updates[1]
    lines = [line.split("\r")[-1] for line in out.text.split("\n")]
    assert [line[:7] for line in lines] == ["epoch 1", "epoch 2", ""]
    assert all("validation accuracy" in line for line in lines[:2])


def test_a_line_never_wraps(screen):
    out = screen(terminal=True, columns=30)
    iris_run(epochs=1)
    assert all(len(update.replace("\x1b[K", "").strip("\n")) < 30 for update in out.text.split("\r"))


def test_silence_on_request(screen):
    out = screen(terminal=True)
    iris_run(epochs=1, progress=False)
    assert out.text == ""


@pytest.mark.parametrize(("seconds", "shown"), [(0.4, "0:00"), (61, "1:01"), (3599.6, "60:00")])
def test_time_left(seconds, shown):
    assert progress._clock(seconds) == shown


def test_an_error_gets_a_line_of_its_own(screen):
    out = screen(terminal=True)

    def batches():
        yield Matrix([[1.0]]), Matrix([[1.0]])
        raise OSError

    model = Linear(1, 1)
    with pytest.raises(OSError):
        fit(model, MSELoss(), SGD(model.parameters()), batches(), epochs=1)
    assert out.text.endswith("\n")


class Clock:
    """Batches that take a second each, on a clock that nothing else moves."""

    def __init__(self, loader):
        self.loader, self.rng, self.now = loader, loader.generator, 1000.0

    def __len__(self):
        return len(self.loader)

    def __iter__(self):
        for batch in self.loader:
            self.now += 1.0
            yield batch


def shown(screen, monkeypatch, **settings):
    """(epoch, examples/s, seconds left) of every update, of a training of four epochs with six batches each."""
    out, run = screen(terminal=True), SmallRun()
    run.batches = Clock(run.batches)
    monkeypatch.setattr(progress.time, "perf_counter", lambda: run.batches.now)
    run.fit(progress=True, **settings)
    found = re.findall(r"epoch (\d)/4 .*  (\d+) examples/s  (\d+):(\d\d) left", out.text.replace("\r", "\n"))
    return [(int(epoch), int(speed), 60 * int(m) + int(s)) for epoch, speed, m, s in found]


def test_rate_and_time_left_are_right_also_after_a_resume(screen, monkeypatch, tmp_path):
    whole = shown(screen, monkeypatch)
    assert [left for _, _, left in whole] == list(range(23, -1, -1))
    assert {speed for _, speed, _ in whole} == {4}
    shown(screen, monkeypatch, checkpoint=tmp_path / "run", callbacks=[Breaks(after=15)])
    # The three batches that are skipped take three seconds of no training.
    assert shown(screen, monkeypatch, checkpoint=tmp_path / "run", resume=True) == whole[15:]


def test_without_a_console_training_goes_on(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    _, history = iris_run(epochs=1)
    assert len(history) == 1


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("error", [BrokenPipeError, ValueError("I/O operation on closed file")])
def test_where_nobody_reads_on_it_goes_quiet_and_the_training_goes_on(terminal, error, screen):
    _, whole = iris_run(epochs=4)
    out = screen(terminal)

    def closed(text):
        if "epoch 2" in text:
            out.write = None
            raise error
        out.written.append(text)

    out.write = closed
    _, history = iris_run(epochs=4)
    assert bits(history) == bits(whole)
    assert "epoch 1" in out.text and "epoch 2" not in out.text


def test_a_script_behind_head_trains_to_its_end(tmp_path):
    """``python3 script.py | head -1``: the model is there afterwards."""
    script = (
        "from tests.training.small_run import SmallRun; from backprop.storage import save_model\n"
        f"run = SmallRun(); run.fit(epochs=200, progress=True); save_model(run.model, {str(tmp_path / 'model')!r})"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("epoch 1  ")
        process.stdout.close()
    assert load_file(tmp_path / "model")
