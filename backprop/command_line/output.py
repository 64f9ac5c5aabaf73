"""Standard output: it may end before the work does, and a stranger's text is no command to a terminal."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Output(io.TextIOBase):
    """Writes to ``stream`` until that fails; then ``error`` says why, and the rest is dropped.

    So no command loses its work because its reader is gone or its disk is full. A ``stream`` that is None takes nothing.
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


def printable(text: str) -> str:
    r"""The text in one line, with each character that cannot be printed as an escape sequence.

    >>> print(printable("höhe\n\x1b[2J"))
    höhe\n\x1b[2J
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
