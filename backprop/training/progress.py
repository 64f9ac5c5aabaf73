"""Progress: one line that rewrites itself on a terminal, one line an epoch in a file."""

from __future__ import annotations

import shutil
import sys
import time
from operator import length_hint

from backprop.training.history import amount, percent
from backprop.training.run import Callback, Run

_SECONDS_BETWEEN_UPDATES = 0.1


class Progress(Callback):
    """Shows on standard output how far a training is, and why it ended early.

    Where nobody reads that output any more, as behind "| head", it goes quiet, and the training goes on.
    """

    def __init__(self) -> None:
        # Without a console standard output may be None or anything that can be written to.
        self._terminal = getattr(sys.stdout, "isatty", bool)()
        self._unfinished = self._closed = False

    def on_fit_begin(self, run: Run) -> None:
        self._started = self._shown = time.perf_counter()
        self._done_before = _share_done(run)

    def on_step_end(self, run: Run) -> None:
        """On a terminal: the values so far, the speed, and the time left where it can be known."""
        now = time.perf_counter()
        if not self._terminal or now - self._shown < _SECONDS_BETWEEN_UPDATES:
            return
        self._shown = now
        score = run.score
        parts = [f"epoch {run.epoch}/{run.epochs}", f"loss {amount(score.loss)}"]
        if score.accuracy is not None:
            parts.append(f"accuracy {percent(score.accuracy)}")
        parts.append(f"{score.examples_per_second:,.0f} examples/s")
        done = _share_done(run)
        if done > self._done_before:
            # What was done before a resume took none of this time.
            seconds = (now - self._started) * (1.0 - done) / (done - self._done_before)
            parts.append(f"{_clock(seconds)} left")
        self._rewrite("  ".join(parts))

    def on_epoch_end(self, run: Run) -> None:
        """The epoch's line, which stays."""
        epoch = run.history[-1]
        if self._terminal:
            self._rewrite(f"{epoch}  {epoch.examples_per_second:,.0f} examples/s")
            self._end_line()
        else:
            self._write(f"{epoch}\n")

    def on_fit_end(self, run: Run) -> None:
        """End a line that was begun, so that what comes next, an error perhaps, has one of its own."""
        self._end_line()
        if run.stopped:
            self._write(f"stopped {run.position}: {run.stopped}\n")

    def _end_line(self) -> None:
        if self._unfinished:
            self._write("\n")
        self._unfinished = False

    def _rewrite(self, line: str) -> None:
        """Go to the start of the terminal's line, write, and clear what a longer line left behind."""
        self._unfinished = True
        width = shutil.get_terminal_size().columns
        self._write(f"\r{line[: width - 1]}\x1b[K")

    def _write(self, text: str) -> None:
        if not self._closed:
            try:
                print(text, end="", flush=True)
            except (OSError, ValueError):  # ValueError where the program itself has closed it
                self._closed = True


def _share_done(run: Run) -> float:
    """How much of all epochs is over; without the number of batches, 0."""
    batches = length_hint(run.batches)
    return (run.epoch - 1 + run.batch / batches) / run.epochs if batches else 0.0


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
