"""A limit of time for each test, so that an endless loop fails with its traceback instead of hanging the run."""

from __future__ import annotations

import signal
import threading

import pytest

PATIENCE = 200  # seconds that a test waits for others, so that nothing hangs: on a busy machine much is slow


class TimeLimit:
    """A pytest plugin: setup, call and teardown of a test may each take ``seconds()``."""

    def __init__(self, seconds):
        self.seconds = seconds

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item):
        yield from self._limited()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item):
        yield from self._limited()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_teardown(self, item):
        yield from self._limited()

    def _limited(self):
        # Windows and WebAssembly have no such timer, and only the main thread can be interrupted by one.
        if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
            yield
            return
        seconds = self.seconds()

        def fail(signum, frame):
            pytest.fail(f"it took more than {seconds} seconds")

        before = signal.signal(signal.SIGALRM, fail)
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # and once more each second, where the first was swallowed
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
