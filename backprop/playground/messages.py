"""Messages: what a page sends, read with bounds."""

from __future__ import annotations

import json
from typing import Any

from backprop.playground.experiment import FieldError

_DIGITS = 18  # of an int in a message; reading one of a million takes seconds


def read_message(message: bytes | str) -> dict[str, Any]:
    """The object that a message in JSON is.

    Raises FieldError for anything else.

    >>> read_message('{"do": "train"}')
    {'do': 'train'}
    """
    try:
        asked = json.loads(message, parse_int=_whole)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise FieldError("", "A message is an object in JSON.")
    return asked


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)
