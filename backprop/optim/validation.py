"""Validation of the settings that many optimizers share, in a group of parameters."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.validation import check_number, is_number

_LARGEST = sys.float_info.max


def check_not_negative(name: str, group: Mapping[str, Any], *settings: str) -> None:
    """ValueError unless all are finite numbers from 0 up."""
    for setting in settings:
        value = group[setting]
        # The usual case needs no call: this runs in every step.
        if type(value) not in (float, int) or not 0 <= value <= _LARGEST:
            of_one_entry = setting == "lr" and isinstance(value, Tensor) and value.numel() == 1
            check_number(name, setting, value.item() if of_one_entry else value, 0)


def check_eps(name: str, group: Mapping[str, Any]) -> None:
    """ValueError unless ``eps`` is above 0: it is the divisor where a gradient is 0."""
    check_number(name, "eps", group["eps"], above=0)


def check_betas(name: str, group: Mapping[str, Any]) -> None:
    """ValueError unless ``betas`` are two numbers from 0 up to below 1."""
    betas = group["betas"]
    if not is_pair(betas) or not all(0 <= beta < 1 for beta in betas):
        raise ValueError(f"{name}: betas are two numbers from 0 up to below 1, got {betas!r}")


def is_pair(value: Any) -> bool:
    """Whether it is a tuple or a list of two real numbers."""
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(is_number, value))
