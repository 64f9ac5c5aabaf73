"""serve: it says where it is, answers there, and Ctrl-C ends it with a sentence and no traceback."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from backprop.playground import Playground, serve
from tests.time_limit import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal here")
@pytest.mark.parametrize("listened_to", [False, True])
def test_ctrl_c_ends_it(listened_to):
    with subprocess.Popen(
        [sys.executable, "-m", "backprop", "playground", "--no-browser"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        url = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", process.stdout.readline())[0]
        with urllib.request.urlopen(f"{url}engine" if listened_to else url, timeout=PATIENCE) as answer:
            assert answer.status == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=PATIENCE) == 0
        assert process.stderr.read() == ""
        assert process.stdout.read().splitlines() == ["Ctrl-C ends it.", "", "The playground has ended."]


def test_it_listens_to_this_machine_alone_and_each_time_under_another_token():
    with Playground() as one, Playground() as other:
        assert one.server_address[0] == "127.0.0.1" and one.port != other.port
        assert one.access.token != other.access.token and len(one.access.token) >= 32


@pytest.mark.parametrize("port", [-1, 65536, 80.0, "80", True, None])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(ValueError, match="port"):
        serve(port)


def test_a_port_that_is_taken_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            serve(taken.getsockname()[1], open_browser=False)
