"""The limit of time: endless tests fail, the others pass, and the run goes on to its end."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

CONFTEST = """
from tests.time_limit import TimeLimit

def pytest_configure(config):
    config.pluginmanager.register(TimeLimit(lambda: 0.25))
"""
TESTS = """
import threading, pytest

def test_quick():
    pass

def test_endless():
    while True:
        pass

def test_waits_for_a_lock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

def test_swallows():
    swallowed = False
    while True:
        try:
            while True:
                pass
        except BaseException:
            if swallowed:
                raise
            swallowed = True

@pytest.fixture
def endless():
    while True:
        pass

def test_in_a_fixture(endless):
    pass

def test_quick_again():
    pass
"""


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="Windows has no alarm")
def test_an_endless_test_fails_with_its_traceback_and_the_next_one_runs(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    (tmp_path / "test_endless.py").write_text(TESTS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path]
    root = Path(__file__).resolve().parents[1]
    run = subprocess.run(command, check=False, cwd=root, capture_output=True, text=True)
    assert run.returncode == 1 and run.stdout.splitlines()[0].startswith(".FFFE."), run.stdout
    assert run.stdout.count("Failed: it took more than 0.25 seconds") >= 4
    places = {int(line) for line in re.findall(r"test_endless\.py:(\d+): $", run.stdout, re.MULTILINE)}
    assert places & {8, 9} and 14 in places and places & {20, 21} and places & {29, 30}


def test_this_run_has_a_limit_too(request):
    (limit,) = [plugin for plugin in request.config.pluginmanager.get_plugins() if type(plugin).__name__ == "TimeLimit"]
    assert limit.seconds() == 5 * max(settings().max_examples, 60)
    if hasattr(signal, "SIGALRM"):
        left, again = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left <= limit.seconds() and again == 1.0
