"""What settings of an update rule are refused, in one sentence with what came and what fits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any


def check_not_negative(name: str, group: Mapping[str, Any], *settings: str) -> None:
    """Raise ValueError unless all are finite numbers from 0 up."""
    for setting in settings:
        value = group[setting]
        if not is_number(value) or not 0 <= value < math.inf:
            raise ValueError(f"{name}: {setting} is a number from 0 up, got {value!r}")


def check_share(name: str, group: Mapping[str, Any], setting: str) -> None:
    """Raise ValueError unless it is a number from 0 to 1: how much of a running mean is kept."""
    value = group[setting]
    if not is_number(value) or not 0 <= value <= 1:
        raise ValueError(f"{name}: {setting} is a number from 0 to 1, got {value!r}")


def check_eps(name: str, group: Mapping[str, Any]) -> None:
    """Raise ValueError unless ``eps`` is a number above 0."""
    check_not_negative(name, group, "eps")
    if not group["eps"]:
        raise ValueError(f"{name}: eps is a number above 0: where a gradient is 0, all divide by it")


def check_betas(name: str, group: Mapping[str, Any]) -> None:
    """Raise ValueError unless ``betas`` are two numbers from 0 up to below 1."""
    betas = group["betas"]
    if not is_pair(betas) or not all(0 <= beta < 1 for beta in betas):
        raise ValueError(f"{name}: betas are two numbers from 0 up to below 1, got {betas!r}")


def is_pair(value: Any) -> bool:
    """Whether it is a tuple or a list of two real numbers."""
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(is_number, value))


def is_number(value: Any) -> bool:
    """Whether it is a real number."""
    return isinstance(value, Real)
