"""The workers: what answers a page, by the name under which the page asks for it.

Each is loaded when it is asked for: in a browser every module costs time.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Callable

from backprop.playground.sessions import Worker

WORKERS = {
    "engine": ("engine", "Engine"),
    "programs": ("program_runner", "HereRunner" if sys.platform == "emscripten" else "ProcessRunner"),
}


def make_worker(name: str, send: Callable[[dict[str, Any]], None]) -> Worker:
    """The worker of this name; ``send`` takes each answer."""
    module, kind = WORKERS[name]
    worker: Worker = getattr(import_module(f"backprop.playground.{module}"), kind)(send)
    return worker
