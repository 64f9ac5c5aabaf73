"""Validation: what a number, an int, a choice, a bool or a saved state must be, or the error that says so."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Mapping, Sequence
from numbers import Real
from operator import index
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from fractions import Fraction

    from typing_extensions import Self


class ArgumentError(ValueError, RuntimeError):
    """An argument that does not fit, as shapes that cannot be multiplied: a ValueError, as Python calls it, and a
    RuntimeError, as PyTorch's functions raise it, so that programs catch it by either name.

    >>> from backprop import ones
    >>> try:
    ...     ones(2, 3) @ ones(2, 3)
    ... except RuntimeError as error:
    ...     print(error)
    matmul: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3); the left has 3 columns, the right 2 rows: mat1 [2, 3], mat2 [2, 3]
    """

    __module__ = "backprop"  # where it is public, and which a traceback shows


class SettingError(ArgumentError):
    """A setting that does not fit. PyTorch's classes refuse it with a ValueError, as ``run`` calls it; elsewhere it is an
    ArgumentError by name, too."""

    __module__, __qualname__ = "backprop", "ArgumentError"


_LARGEST = sys.float_info.max
_WORDS = (str, int, type(None))
_NUMBERS = (float, int, Real)  # Real alone covers all, but asking it takes five times as long


def check_number(
    name: str,
    setting: str,
    value: float | Fraction,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: float = -math.inf,
    below: float = math.inf,
) -> None:
    """ArgumentError unless ``value`` is a finite number from ``low`` or above ``above``, to ``high`` or below ``below``.

    >>> check_number("HuberLoss", "delta", -1.0, above=0)
    Traceback (most recent call last):
    backprop.ArgumentError: HuberLoss: delta is a finite number above 0, got -1.0
    """
    # Optimizers ask this in every step, so the constants are looked up once.
    if (
        isinstance(value, _NUMBERS)
        and -_LARGEST <= value <= _LARGEST
        and low <= value <= high
        and above < value < below
    ):
        return
    least = f" above {above}" if above > -math.inf else f" from {low}" if low > -math.inf else ""
    if high < math.inf:
        most = f" to {high}" if low > -math.inf else f" up to {high}"
    else:
        most = f" up to below {below}" if below < math.inf else " up" if low > -math.inf else ""
    raise SettingError(f"{name}: {setting} is a finite number{least}{most}, got {short(value)}")


def check_order(name: str, setting: str, value: float, low: float = -math.inf) -> None:
    """ArgumentError unless it can be the order of a norm: a number from ``low`` up, or infinity.

    >>> check_order("pdist", "p", math.nan)
    Traceback (most recent call last):
    backprop.ArgumentError: pdist: p is a number or infinity, got nan
    """
    if not isinstance(value, _NUMBERS) or not value >= low:
        least = f" from {low} up" if low > -math.inf else ""
        raise SettingError(f"{name}: {setting} is a number{least} or infinity, got {short(value)}")


def check_choice(name: str, setting: str, value: Any, choices: Sequence[Any]) -> None:
    """ArgumentError unless ``value`` is one of the ``choices``.

    >>> check_choice("GELU", "approximate", "exact", ("none", "tanh"))
    Traceback (most recent call last):
    backprop.ArgumentError: GELU: approximate is 'none' or 'tanh', got 'exact'
    """
    # By type first: True and 1.0 are 1, but no choices, and == of a Tensor is a Tensor.
    if not isinstance(value, _WORDS) or isinstance(value, bool) or value not in choices:
        *others, last = map(repr, choices)
        listed = f"{', '.join(others)} or {last}" if others else last
        raise SettingError(f"{name}: {setting} is {listed}, got {short(value)}")


def check_dim(name: str, dim: Any) -> None:
    """ArgumentError unless it is 1 or -1, along each row, or 0 or -2, along each column."""
    check_choice(name, "dim", dim, (0, 1, -1, -2))


def check_positive_int(name: str, low: int = 1, **settings: Any) -> None:
    """ArgumentError unless each is an int from ``low`` up.

    >>> check_positive_int("Linear", in_features=3, out_features=0)
    Traceback (most recent call last):
    backprop.ArgumentError: Linear: out_features is an int from 1 up, got 0
    """
    for setting, value in settings.items():
        if not is_positive_int(value, low):
            raise SettingError(f"{name}: {setting} is an int from {low} up, got {short(value)}")


def as_int(name: str, setting: str, value: Any, *, bools: bool = True) -> int:
    """``value`` as an int: what has ``__index__``, so also an int tensor of one entry.

    >>> as_int("tril", "diagonal", 1.0)
    Traceback (most recent call last):
    TypeError: tril: diagonal is an int, got 1.0
    """
    try:
        if bools or not isinstance(value, bool):
            return index(value)
    except TypeError:
        pass
    raise TypeError(f"{name}: {setting} is an int, got {short(value)}")


def check_bool(name: str, **settings: Any) -> None:
    """TypeError unless each is True or False: bias="False" is true for Python, and so is a generator.

    >>> check_bool("Linear", bias="False")
    Traceback (most recent call last):
    TypeError: Linear: bias is True or False, got 'False'
    """
    for setting, value in settings.items():
        if not isinstance(value, bool):
            raise TypeError(f"{name}: {setting} is True or False, got {short(value)}")


C = TypeVar("C", bound="Configured")


class Configured:
    """A class whose constructor refuses an unknown setting by naming those that there are.

    >>> class Decay(Configured):
    ...     def __init__(self, rate, steps=1): ...
    >>> Decay(rates=0.5)
    Traceback (most recent call last):
    TypeError: Decay has no setting 'rates'; it has rate, steps
    """

    def __new__(cls, *_: Any, **settings: Any) -> Self:
        if settings:
            import inspect

            parameters = list(inspect.signature(cls).parameters.values())
            known = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
            unknown = [setting for setting in settings if setting not in known]
            if unknown and not any(p.kind is p.VAR_KEYWORD for p in parameters):
                raise TypeError(f"{cls.__name__} has no setting {unknown[0]!r}; it has {', '.join(known) or 'none'}")
        return super().__new__(cls)


def check_compatible(name: str, setting: str, own: Any, saved: Any) -> None:
    """ArgumentError unless ``saved`` can stand where ``own`` does: a number other than NaN for a number, the same
    number of them in a list or the same keys in a dict, and otherwise a value of the same type and shape.

    >>> check_compatible("SGD.load_state_dict", "lr", 0.1, "1")
    Traceback (most recent call last):
    backprop.ArgumentError: SGD.load_state_dict: lr is as 0.1 is, got '1'
    """
    if not _alike(own, saved):
        raise SettingError(f"{name}: {setting} is as {short(own)} is, got {short(saved)}")


def _alike(own: Any, saved: Any) -> bool:
    if isinstance(own, (list, tuple)):
        return isinstance(saved, (list, tuple)) and len(saved) == len(own) and all(map(_alike, own, saved))
    if isinstance(own, Mapping):
        return isinstance(saved, Mapping) and saved.keys() == own.keys() and all(_alike(own[k], saved[k]) for k in own)
    if isinstance(own, Real) and not isinstance(own, bool):
        return isinstance(saved, Real) and not isinstance(saved, bool) and saved == saved
    return type(saved) is type(own) and getattr(saved, "shape", None) == getattr(own, "shape", None)


def is_positive_int(value: Any, low: int = 1) -> bool:
    """Whether it is an int from ``low`` up, or what has ``__index__`` and counts as one, as an int of NumPy and an int
    tensor of one entry do. A bool is not one: True where a size belongs is a slip.

    >>> is_positive_int(2), is_positive_int(True), is_positive_int(2.0)
    (True, False, False)
    """
    try:
        return not isinstance(value, bool) and index(value) >= low
    except (TypeError, ValueError):  # the latter of a Tensor of several entries
        return False


def is_number(value: Any) -> bool:
    """Whether it is a real number.

    >>> from fractions import Fraction
    >>> is_number(Fraction(1, 3)), is_number("1/3")
    (True, False)
    """
    return isinstance(value, _NUMBERS)


def did_you_mean(name: str, names: Sequence[str], cutoff: float = 0.6) -> str:
    """The end of a sentence that says the nearest of the ``names``, "" where none is as near as ``cutoff``, up to 1.

    >>> did_you_mean("Liner", ["Linear", "ReLU"]), did_you_mean("relu", ["Linear", "ReLU"]), did_you_mean("x", ["ReLU"])
    ('; did you mean Linear?', '; did you mean ReLU?', '')
    """
    from difflib import get_close_matches

    # Of two that differ in their capitals alone the last one counts: the one that begins as the name does.
    spelled = {known.lower(): known for known in sorted(names, key=lambda known: known[:1] == name[:1])}
    near = get_close_matches(name.lower(), spelled, 1, cutoff)
    return f"; did you mean {spelled[near[0]]}?" if near else ""


def warn(message: str) -> None:
    """A UserWarning at the line that called the library, however far within the library the cause was found."""
    level, frame = 3, sys._getframe(1).f_back
    while frame and frame.f_globals.get("__name__", "").startswith("backprop."):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, stacklevel=level)
