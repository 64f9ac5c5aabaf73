"""Interruption: a signal that would end the process ends the training, and what was learned is saved."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any, final

from backprop.training import Callback
from backprop.training.run import Run

# Ctrl-C; what kill, timeout and shutdown send; a terminal that is closed.
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@final
class Interruption(Callback):
    """Within the block signals are noted, and each training that has it as a callback ends after the step it is at.

    ``exit_code`` is 128 + the number of the first signal, as in a shell, and 0 while there was none. However many
    follow, and whenever they come, the block is not left before its end. A signal that the process ignores, as after
    ``nohup``, it goes on to ignore.
    """

    exit_code = 0

    def __enter__(self) -> Interruption:
        self._before: dict[int, Any] = {}
        for number in _SIGNALS:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.exit_code = self.exit_code or 128 + number

    def on_fit_begin(self, run: Run) -> None:
        self.on_step_end(run)

    def on_step_end(self, run: Run) -> None:
        if self.exit_code:
            run.stop("interrupted")
