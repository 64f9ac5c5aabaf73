"""Hypothesis profiles: the same examples every time by default, a sixth of them with
--hypothesis-profile=quick, many new ones with deep.

No test takes longer than a limit, and none waits until what it writes is on the disk: that the library does is seen by
test_files.py all the same.
"""

import gc
import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from tests.time_limit import TimeLimit

settings.register_profile("default", deadline=None, derandomize=True, max_examples=60)
settings.register_profile(
    "deep", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("quick", parent=settings.get_profile("default"), max_examples=10)
settings.load_profile("default")


def pytest_configure(config):
    # Five minutes a test, since on a busy machine much is slow, and in proportion where hypothesis tries more examples.
    config.pluginmanager.register(TimeLimit(lambda: 5 * max(settings().max_examples, 60)))
    # A shell that starts them in the background has Ctrl-C ignored; the programs that they start would ignore it, too.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(hookwrapper=True)
def pytest_collection():
    # The tests and modules are a million objects, all of which stay: the garbage collector need not look for any to
    # free, neither now nor each time that it runs in a test.
    gc.disable()
    yield
    gc.enable()
    if hasattr(gc, "freeze"):  # PyPy has another collector
        gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield
