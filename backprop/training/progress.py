"""Progress: one line that rewrites itself on a terminal, one line an epoch in a file."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sized

from backprop.training.evaluation import Score
from backprop.training.history import Epoch, percent

_SECONDS_BETWEEN_UPDATES = 0.1


class Progress:
    """Shows on standard output how far a training of ``epochs`` passes over ``batches`` is."""

    def __init__(self, epochs: int, batches: object) -> None:
        self._epochs = epochs
        self._batches = len(batches) if isinstance(batches, Sized) else None
        # Without a console standard output may be None or anything that can be written to.
        self._terminal = getattr(sys.stdout, "isatty", bool)()
        self._unfinished = False
        self._started = self._shown = time.perf_counter()

    def batch(self, epoch: int, position: int, score: Score) -> None:
        """After a batch, on a terminal: the values so far, the speed, and the time left where it can be known."""
        now = time.perf_counter()
        if not self._terminal or now - self._shown < _SECONDS_BETWEEN_UPDATES:
            return
        self._shown = now
        parts = [f"epoch {epoch}/{self._epochs}", f"loss {score.loss:.6f}"]
        if score.accuracy is not None:
            parts.append(f"accuracy {percent(score.accuracy)}")
        parts.append(f"{score.examples_per_second:,.0f} examples/s")
        if self._batches:
            done = (epoch - 1 + position / self._batches) / self._epochs
            parts.append(f"{_clock((now - self._started) * (1.0 - done) / done)} left")
        self._rewrite("  ".join(parts))

    def epoch(self, epoch: Epoch) -> None:
        """After an epoch: its line, which stays."""
        if self._terminal:
            self._rewrite(f"{epoch}  {epoch.examples_per_second:,.0f} examples/s")
            self.close()
        else:
            print(epoch, flush=True)

    def close(self) -> None:
        """End a line that was begun, so that what comes next, an error perhaps, has one of its own."""
        if self._unfinished:
            print()
        self._unfinished = False

    def _rewrite(self, line: str) -> None:
        """Go to the start of the terminal's line, write, and clear what a longer line left behind."""
        self._unfinished = True
        width = shutil.get_terminal_size().columns
        print(f"\r{line[: width - 1]}\x1b[K", end="", flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
