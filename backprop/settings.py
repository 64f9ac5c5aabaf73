"""Settings at the door: what a number, a count, a word or a saved state may be, or the sentence that says so."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Real
from reprlib import repr as short
from typing import Any


def check_number(
    name: str,
    setting: str,
    value: float | Fraction,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: float = -math.inf,
) -> None:
    """ValueError unless ``value`` is a finite number from ``low`` to ``high``, or above ``above``.

    >>> check_number("HuberLoss", "delta", -1.0, above=0)
    Traceback (most recent call last):
    ValueError: HuberLoss: delta is a finite number above 0, got -1.0
    """
    if isinstance(value, Real) and -math.inf < value < math.inf and low <= value <= high and above < value:
        return
    least = f" above {above}" if above > -math.inf else f" from {low}" if low > -math.inf else ""
    most = f" to {high}" if high < math.inf else " up" if low > -math.inf else ""
    raise ValueError(f"{name}: {setting} is a finite number{least}{most}, got {short(value)}")


def check_word(name: str, setting: str, value: Any, words: Sequence[str | None]) -> None:
    """ValueError unless ``value`` is one of the ``words``.

    >>> check_word("GELU", "approximate", "exact", ("none", "tanh"))
    Traceback (most recent call last):
    ValueError: GELU: approximate is 'none' or 'tanh', got 'exact'
    """
    if value not in words:
        *others, last = map(repr, words)
        raise ValueError(f"{name}: {setting} is {', '.join(others)} or {last}, got {short(value)}")


def check_count(name: str, **settings: Any) -> None:
    """ValueError unless each is an int from 1 up.

    >>> check_count("Linear", in_features=3, out_features=0)
    Traceback (most recent call last):
    ValueError: Linear: out_features is an int from 1 up, got 0
    """
    for setting, value in settings.items():
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"{name}: {setting} is an int from 1 up, got {value!r}")


def check_alike(name: str, setting: str, own: Any, saved: Any) -> None:
    """ValueError unless ``saved`` can stand where ``own`` does: a number other than NaN for a number, as many of such
    in a list or a dict, and else a thing of the same type and shape.

    >>> check_alike("SGD.load_state_dict", "lr", 0.1, "1")
    Traceback (most recent call last):
    ValueError: SGD.load_state_dict: lr is as 0.1 is, got '1'
    """
    if not _alike(own, saved):
        raise ValueError(f"{name}: {setting} is as {short(own)} is, got {short(saved)}")


def _alike(own: Any, saved: Any) -> bool:
    if isinstance(own, (list, tuple)):
        return isinstance(saved, (list, tuple)) and len(saved) == len(own) and all(map(_alike, own, saved))
    if isinstance(own, Mapping):
        return isinstance(saved, Mapping) and saved.keys() == own.keys() and all(_alike(own[k], saved[k]) for k in own)
    if isinstance(own, Real) and not isinstance(own, bool):
        return isinstance(saved, Real) and not isinstance(saved, bool) and saved == saved
    return type(saved) is type(own) and getattr(saved, "shape", None) == getattr(own, "shape", None)
