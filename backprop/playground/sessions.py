"""Sessions: one for each page that is open, with an engine of its own that ends when the page does.

A session lives as long as the stream of answers that its page listens to, and the thread that writes the stream is the
one that works: there is none that could be left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, Full, Queue
from secrets import token_hex
from typing import Any, Callable, Protocol

# A browser opens six connections to one server: five pages may listen, and the sixth carries what they ask.
MOST = 5
_MOST_WAITING = 200  # messages
_PATIENCE = 0.05  # seconds until an idle session looks whether its page is still there

Send = Callable[[dict[str, Any]], None]


class Worker(Protocol):
    """What answers the messages of one page: an engine, or what runs programs."""

    running: bool

    def handle(self, message: bytes) -> None:
        """Do what the message asks for."""

    def work(self) -> None:
        """Go on for a moment, while ``running``."""

    def close(self) -> None:
        """The page is gone."""


class TooMany(Exception):
    """No more sessions may be opened, or no more messages wait; the sentence says which."""


class Session:
    """What one page asks for, in a queue, and the worker that does it."""

    def __init__(self) -> None:
        self._waiting: Queue[bytes] = Queue(_MOST_WAITING)

    def ask(self, message: bytes) -> None:
        """Put a message behind those that wait; raises TooMany."""
        try:
            self._waiting.put_nowait(message)
        except Full:
            raise TooMany(f"{_MOST_WAITING} requests wait already, which is the most.") from None

    def run(self, worker: Worker, listening: Callable[[], bool]) -> None:
        """Answer, and train when asked to, for as long as somebody is ``listening``."""
        try:
            while listening():
                try:
                    message = self._waiting.get(timeout=None if worker.running else _PATIENCE, block=not worker.running)
                except Empty:
                    if worker.running:
                        worker.work()
                else:
                    worker.handle(message)
        finally:
            worker.close()


class Sessions:
    """The sessions that are open, by their names, which nobody can guess."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._open)

    def get(self, name: str) -> Session | None:
        """The session of this name, if it is open."""
        return self._open.get(name)

    @contextmanager
    def opened(self) -> Iterator[tuple[str, Session]]:
        """A new session and its name, within the block; raises TooMany."""
        name, session = token_hex(8), Session()
        with self._lock:
            if len(self._open) >= MOST:
                raise TooMany(f"{MOST} pages of the playground are open, which is the most; close one.")
            self._open[name] = session
        try:
            yield name, session
        finally:
            del self._open[name]
