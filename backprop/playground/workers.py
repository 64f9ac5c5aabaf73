"""The workers: what answers a page, by the name under which the page asks for it."""

from __future__ import annotations

import sys
from typing import Any, Callable

from backprop.playground.engine import Engine
from backprop.playground.program_runner import HereRunner, ProcessRunner
from backprop.playground.sessions import Worker

WORKERS: dict[str, Callable[[Callable[[dict[str, Any]], None]], Worker]] = {
    "engine": Engine,
    "programs": HereRunner if sys.platform == "emscripten" else ProcessRunner,
}
