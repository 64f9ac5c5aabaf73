"""Strict JSON, for files from elsewhere: no name twice, nothing that is not JSON, nothing that takes minutes to read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any

_DEEPEST = 100  # lists and objects within each other: json reads them by recursion, and WebAssembly's stack is short
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
    check_nesting(text)
    return json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)


def check_nesting(text: str) -> None:
    """ValueError for JSON that is nested too deeply.

    >>> check_nesting('["[[["]')
    >>> check_nesting("[" * 101)
    Traceback (most recent call last):
    ValueError: more than 100 lists and objects are within each other
    """
    depth, quoted = 0, False
    for found in re.finditer(r'\\.|["\[\]{}]', text):
        mark = found.group()
        if mark == '"':
            quoted = not quoted
        elif not quoted:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark, 0)
        if depth > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} lists and objects are within each other")


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
