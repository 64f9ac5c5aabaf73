"""Signals: a training that is killed or interrupted at any moment leaves a checkpoint that leads to the same end.

A few times each; fifty times with ``pytest tests/training/test_kill.py --hypothesis-profile=deep``.
"""

import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import settings

from tests.training import small_run
from tests.training.small_run import LONG, SmallRun, bits

if not hasattr(signal, "SIGKILL"):
    pytest.skip("this system has no SIGKILL", allow_module_level=True)


def stamp(path):
    return path.stat().st_mtime_ns if path.exists() else None


@pytest.mark.parametrize(("sent", "code", "times"), [(signal.SIGKILL, -signal.SIGKILL, 4), (signal.SIGINT, 3, 2)])
def test_a_training_that_is_broken_off_ends_with_the_bits_of_one_that_is_not(sent, code, times, tmp_path):
    """A process writes a checkpoint at every step and is broken off, again and again. Each time a copy of what is left
    is resumed to the end, and the next process goes on from the file itself."""
    path, copy, rng = tmp_path / "run", tmp_path / "copy", random.Random(0)
    never_ended = SmallRun()
    history = never_ended.fit(epochs=LONG)
    ended = never_ended.state()
    left = 50 if settings.default.max_examples > 60 else times
    while left:
        before = stamp(path)
        with subprocess.Popen([sys.executable, small_run.__file__, path]) as trainer:
            while stamp(path) == before and trainer.poll() is None:
                time.sleep(0.001)
            time.sleep(rng.uniform(0.0, 0.1))
            trainer.send_signal(sent)
        if trainer.returncode != code:
            assert trainer.returncode == 0  # it had come to its end
            path.unlink()
            continue
        left -= 1
        shutil.copy(path, copy)
        resumed = SmallRun(seed=left + 1)
        continued = resumed.fit(epochs=LONG, checkpoint=copy, checkpoint_every=10**6, resume=True)
        assert bits(continued) == bits(history) and resumed.state() == ended
