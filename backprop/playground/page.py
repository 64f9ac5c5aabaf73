"""The files of the page, and the policy that lets them do nothing beyond this server."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files

from backprop.pictures.colours import custom_properties
from backprop.playground.experiment import ACTIVATIONS, DATA, MOST_POINTS, OPTIMIZERS

_HTML, _CSS, _JS = (
    files("backprop.playground").joinpath(f"page.{kind}").read_text("utf-8") for kind in ("html", "css", "js")
)

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; "
POLICY = _NOTHING + (
    "script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; frame-ancestors 'none'"
)


def _options(words: Mapping[str, object]) -> str:
    return "".join(f"<option>{escape(word)}</option>" for word in words)


FILES = {
    "": (
        "text/html",
        _HTML.format(
            data=_options(DATA), activations=_options(ACTIVATIONS), optimizers=_options(OPTIMIZERS), points=MOST_POINTS
        ),
    ),
    "page.css": ("text/css", custom_properties() + _CSS),
    "page.js": ("text/javascript", _JS),
}


def policy_of(explanation: str) -> str:
    """The policy for the page of an explanation, which contains its script and style: this very script may run, and only
    within a page of this server."""
    hashes = (
        b64encode(sha256(script.encode()).digest()).decode()
        for script in re.findall("<script>(.*?)</script>", explanation, re.DOTALL)
    )
    scripts = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return _NOTHING + f"script-src {scripts}; style-src 'unsafe-inline'; frame-ancestors 'self'"
