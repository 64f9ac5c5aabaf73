"""A playground that runs in a thread of the test, what it answers, and the stream that a page listens to."""

import contextlib
import http.client
import json
import threading
import time
from typing import NamedTuple

from backprop.playground import Playground
from tests.time_limit import PATIENCE


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict
    text: str


@contextlib.contextmanager
def playing():
    """A Playground that answers, and that has left no thread when the block is over."""
    before = threading.enumerate()
    with Playground() as playground:
        thread = threading.Thread(target=playground.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield playground
        finally:
            playground.shutdown()
            thread.join()
    within(lambda: not threads_since(before))


def threads_since(before):
    """The threads that are none of those before; of these some may have been ending."""
    return set(threading.enumerate()).difference(before)


def within(holds):
    """Wait until it holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.002)


def ask(playground, method, path, body=None, token=None, **headers):
    """The answer to one request for a path behind the token."""
    connection = http.client.HTTPConnection("127.0.0.1", playground.port, timeout=PATIENCE)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, f"/{token or playground.access.token}/{path}", body, named)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.headers), answer.read().decode())
    finally:
        connection.close()


class Page:
    """What a page does without a browser: it listens to its stream and sends what it wants."""

    def __init__(self, playground, worker="engine"):
        self.playground = playground
        self._number = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", playground.port, timeout=PATIENCE)
        self._connection.request("GET", f"/{playground.access.token}/{worker}")
        self._stream = self._connection.getresponse()
        assert self._stream.status == 200
        self.name = self.next("session")["name"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stream.close()
        self._connection.close()

    def next(self, wanted):
        """The next answer of this kind."""
        while True:
            start, _, value = self._stream.readline().decode().partition(": ")
            assert start == "data" and self._stream.readline() == b"\n", "the stream has ended"
            answer = json.loads(value)
            if answer["tell"] == wanted:
                return answer

    def ask(self, do, **rest):
        """Ask for something to be done."""
        self._number += 1
        message = json.dumps({"do": do, "number": self._number, **rest})
        answer = ask(self.playground, "POST", f"sessions/{self.name}", message)
        assert answer.status == 204, answer

    def begin(self, **experiment):
        """Ask for an experiment; its data and its state before any training."""
        self.ask("begin", experiment=experiment)
        return self.next("data"), self.next("state")

    def until(self, holds):
        """The first state of which it holds."""
        while True:
            state = self.next("state")
            if holds(state):
                return state
