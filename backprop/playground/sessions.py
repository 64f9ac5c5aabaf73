"""Sessions: one for each page that is open, with a training of its own that ends when the page does.

A session lives as long as the stream of events that its page listens to, and the thread that writes the stream is the
one that trains: there is none that could be left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any, Callable

from backprop.playground.experiment import Experiment
from backprop.playground.learner import Learner

# A browser opens six connections to one server: five pages may listen, and the sixth carries what they ask.
MOST = 5
_PATIENCE = 0.05  # seconds until an idle session looks whether its page is still there

Send = Callable[[str, Any], None]


class Full(Exception):
    """No more sessions may be opened."""


class Session:
    """What one page does: its experiment, and whether it is being learned."""

    def __init__(self) -> None:
        self.learner: Learner | None = None
        self.running = False
        self._changed = threading.Event()
        self._learning = threading.Lock()

    def begin(self, experiment: Experiment) -> None:
        """Take up another experiment, untrained; raises ValueError for one that cannot be learned."""
        learner = Learner(experiment)
        self.running, self.learner = False, learner
        self._changed.set()

    def change(self, experiment: Experiment) -> None:
        """Go on with another way of learning, and begin untrained where the network or the examples are others."""
        learner = self.learner
        if learner is not None and learner.can_go_on(experiment):
            learner.experiment = experiment
            self._changed.set()
        else:
            self.begin(experiment)

    def train(self, running: bool) -> None:
        """Go on with the training, or stop after the step that it is at."""
        self.running = running
        self._changed.set()

    def explanation(self, example: int) -> str:
        """The step that the network would take from one example, as a page; the training stops for it."""
        if self.learner is None:
            raise ValueError("the playground has no experiment to explain yet")
        self.train(False)
        with self._learning:
            return self.learner.explanation(example)

    def run(self, send: Send, listening: Callable[[], bool]) -> None:
        """Send what happens, and train when asked to, for as long as somebody is ``listening``.

        The "data" of a new experiment are sent once, its "state" whenever it has changed.
        """
        sent = None
        while listening():
            if not self._changed.wait(_PATIENCE):
                continue
            self._changed.clear()
            learner = self.learner
            if learner is None:
                continue
            if learner is not sent:
                send("data", learner.examples())
                sent = learner
            with self._learning:  # an explanation puts the gradients aside
                self._send_state(learner, send)
            if self.running:
                self._learn(learner, send, listening)

    def _learn(self, learner: Learner, send: Send, listening: Callable[[], bool]) -> None:
        with self._learning:
            learner.trouble = ""
            learner.learn(
                lambda: self._send_state(learner, send),
                lambda: not self._changed.is_set() and listening(),
            )
        if learner.trouble and self.learner is learner:
            self.running = False
        self._changed.set()

    def _send_state(self, learner: Learner, send: Send) -> None:
        send("state", {**learner.state(), "running": self.running and self.learner is learner})


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
        """A new session and its name, within the block; raises Full where there are too many."""
        name, session = token_hex(8), Session()
        with self._lock:
            if len(self._open) >= MOST:
                raise Full
            self._open[name] = session
        try:
            yield name, session
        finally:
            del self._open[name]
