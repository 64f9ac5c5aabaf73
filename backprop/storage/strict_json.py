"""Strict JSON, for files from elsewhere: no name twice, nothing that is not JSON, nothing that takes minutes to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any

_MOST_DIGITS = 20  # those of 2⁶⁴: int() takes a time that grows with their square


def parsed_json(text: str) -> Any:
    """The value that ``text`` stands for.

    Raises ValueError for what is not JSON, such as NaN, for a name that an object has twice, for an int of more
    than 20 digits, and for what is nested too deeply.

    >>> parsed_json('{"shape": [2, 3]}')
    {'shape': [2, 3]}
    >>> parsed_json('{"shape": [2], "shape": [3]}')
    Traceback (most recent call last):
    ValueError: 'shape' is there twice
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)
    except RecursionError as error:
        raise ValueError(str(error)) from None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{short(name)} is there twice")
        found[name] = value
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"an int of {len(digits):,} digits")
    return int(digits)


def _constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
