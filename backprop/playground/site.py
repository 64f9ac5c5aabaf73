"""The site: the files of the page, with what they may do, for the local server and for any other."""

from __future__ import annotations

import ast
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from backprop.archive import lessons
from backprop.explanation import explain
from backprop.files import beside
from backprop.pictures.colours import custom_properties
from backprop.playground.experiment import (
    ACTIVATIONS,
    FEATURES,
    MOST_LAYERS,
    MOST_NEURONS,
    OPTIMIZERS,
    REGULARIZATIONS,
    TASKS,
    Experiment,
)
from backprop.playground.presets import PRESETS
from backprop.tensors import tensor

_KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
_SOURCES = {path.name: path.read_text("utf-8") for path in beside(__name__, "page").iterdir()}
_STARTER = "starter.txt"
_NOT_IN_BROWSERS = ("concurrent.futures", "sysconfig")  # processes, and the files of the standard library
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    f"{_NOTHING}; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; "
    "img-src data:"
)


def frame_policy() -> str:
    """For the frame of an explanation, whose page contains its script and style: this very script may run there."""
    x = tensor([1.0], requires_grad=True)
    page = explain((x * x).sum(), {"x": x}).html()
    scripts = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    hashes = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in scripts)
    return f"{_NOTHING}; script-src 'self' {hashes}; style-src 'unsafe-inline'"


def files(engine: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The kind and the text of each file by its name, for pages whose engine is described so."""
    sources = {
        **{name: text for name, text in _SOURCES.items() if name != _STARTER},
        "colours.css": custom_properties(),
        "settings.js": f"export const SETTINGS = {json.dumps(_settings(engine))};\n",
        "programs.js": f"export const PROGRAMS = {json.dumps(list(_programs(engine['kind'])))};\n",
    }
    return {name: (_KINDS[name.rpartition(".")[2]], text) for name, text in sources.items()}


def _settings(engine: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "engine": engine,
        "default": {name: value for name, value in Experiment()._asdict().items() if name != "csv"},
        "tasks": TASKS,
        "features": FEATURES,
        "activations": dict.fromkeys(ACTIVATIONS),
        "optimizers": {name: settings for name, (_, settings) in OPTIMIZERS.items()},
        "regularizations": REGULARIZATIONS,
        "most_layers": MOST_LAYERS,
        "most_neurons": MOST_NEURONS,
        "presets": [preset._asdict() for preset in PRESETS],
    }


def _programs(kind: str) -> Iterator[dict[str, str]]:
    """The programs that are offered: one to begin with, and the lessons, which draw their pictures if they have any."""
    yield _program("moons", _SOURCES[_STARTER], "")
    for file, content in lessons():
        text = content.decode()
        if kind == "server" or not any(word in text for word in _NOT_IN_BROWSERS):
            yield _program(file.rpartition(".")[0], text, f"{file}: ")


def _program(name: str, text: str, start: str) -> dict[str, str]:
    title = (ast.get_docstring(ast.parse(text)) or name).partition("\n")[0].partition(":")[0].rstrip(".")
    arguments = "--svg picture.svg" if '"--svg"' in text else "--out ." if '"--out"' in text else ""
    return {"name": name, "title": start + title, "text": text, "arguments": arguments}
