"""The playground in a browser with each of its engines: the local server, and Python in the browser itself.

The second needs Pyodide's files: the environment variable PYODIDE names the folder of its npm package.
"""

import contextlib
import functools
import http.server
import os
import threading

import pytest

from backprop.playground.export import export
from tests.playground.served import playing

PYODIDE = os.environ.get("PYODIDE", "")
NO_PYODIDE = "PYODIDE does not name the folder of Pyodide's npm package"


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Nothing is logged."""


@contextlib.contextmanager
def served(folder):
    """The address at which the files of the folder are served on this machine."""
    handler = functools.partial(_Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def site(engine, folder):
    """The address of the playground with this engine, "server" or "browser"."""
    if engine == "browser":
        if not PYODIDE:
            pytest.skip(NO_PYODIDE)
        export(folder)
        (folder / "pyodide").symlink_to(PYODIDE, target_is_directory=True)
        with served(folder) as address:
            yield address
    else:
        with pytest.MonkeyPatch.context() as patch, playing() as playground:
            patch.setattr("backprop.playground.engine.RESTING", 16)  # a coarse plane is drawn sooner
            yield playground.url
