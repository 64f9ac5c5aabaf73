"""Standard output that may end before the work does: its reader is gone, or its disk is full."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Output(io.TextIOBase):
    """Writes to ``stream`` until that fails; then ``error`` says why, and the rest goes nowhere.

    So no command loses its work to a reader that does not read on. A ``stream`` that is None takes nothing.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        if self._stream is not None:
            with self._failing(self._stream):
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        if self._stream is not None:
            with self._failing(self._stream):
                self._stream.flush()

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    @contextmanager
    def _failing(self, stream: TextIO) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.error = error
            self._stream = None
            # What is left in the stream goes nowhere as well, or Python would complain of it at its end.
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
