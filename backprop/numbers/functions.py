"""``math``: the functions of Python's ``math``, also for numbers of our own, such as dual numbers and traced ones.

A rule computes with whatever numbers it is given. Arithmetic finds its way by itself, as Python asks a number for its
``__add__``; the functions of ``math`` are C, and know floats alone. So rules take them from here: outside of
``generic()`` these are Python's own, at no cost; within, each looks first whether one of its arguments is a ``Number``.
"""

from __future__ import annotations

import math as python_math
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable


class Number:
    """A real number that is more than its value: what it is computed from, it knows how to say."""

    __slots__ = ()

    def function(
        self,
        name: str,
        arguments: tuple[Any, ...],
        function: Callable[..., Any] | None = None,
        slope: Callable[[Any, Any], Any] | None = None,
    ) -> Any:
        """The function ``name`` of ``math`` of these arguments, of which this number is one; or another ``function`` of one
        argument, y = f(x), whose derivative is ``slope(x, y)``."""
        raise NotImplementedError

    def named(self, name: str, row: Sequence[Any]) -> None:
        """Know what this number and the others of a row are called, where that is of use."""


if TYPE_CHECKING:
    math = python_math
else:
    math = SimpleNamespace(**{name: value for name, value in vars(python_math).items() if name[0] != "_"})


def _dist(p: Iterable[Any], q: Iterable[Any]) -> Any:
    return math.sqrt(sum([(x - y) * (x - y) for x, y in zip(p, q)]))


def _generic(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        for x in arguments:
            if isinstance(x, Number):
                return x.function(name, arguments)
        return function(*arguments, **settings)

    return call


def with_slope(slope: Callable[[Any, Any], Any]) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Make of a function of one float y = f(x), whose derivative is ``slope(x, y)``, one of Numbers too.

    >>> from backprop.numbers.dual import Dual
    >>> @with_slope(lambda x, y: 3.0 * x * x)
    ... def cube(x):
    ...     return float(x) ** 3
    >>> cube(2), cube(Dual(2.0, 1.0))
    (8.0, Dual(8.0, 12.0))
    """

    def decorate(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        @wraps(function)
        def call(x: Any) -> Any:
            if isinstance(x, Number):
                return x.function(function.__name__.lstrip("_"), (x,), call, slope)
            return function(x)

        return call

    return decorate


def _written_out(sums: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*rows: Any) -> Any:
        return sums(*rows) if is_generic() else function(*rows)

    return call


# Those of several numbers in one argument need no more than arithmetic; prod and sumprod are so in Python, too.
_SUMS: dict[str, Callable[..., Any]] = {"fsum": sum, "dist": _dist}
_PLAIN = {name: value for name, value in vars(math).items() if callable(value) and name[0] != "_"}
_GENERIC = {
    name: _written_out(_SUMS[name], function) if name in _SUMS else _generic(name, function)
    for name, function in _PLAIN.items()
    if name not in ("prod", "sumprod")
}
_lock = threading.Lock()
_entered = 0  # how many are within, in all threads


class _Here(threading.local):
    entered = 0


_here = _Here()


def is_generic() -> bool:
    """Whether this thread is within ``generic()``, so that there may be Numbers."""
    return _here.entered > 0


def named(**rows: Sequence[Any]) -> None:
    """Say what numbers on the way to a result are called in its equation: an explanation derives them by these names.

    Each call is for the next row of numbers of a name.
    """
    if _here.entered:
        for name, row in rows.items():
            number = next((x for x in row if isinstance(x, Number)), None)
            if number is not None:
                number.named(name, row)


@contextmanager
def generic() -> Iterator[None]:
    """Within this context ``math`` knows Numbers. Other threads meet the same functions, which give them what Python's do.

    >>> from backprop.numbers.dual import Dual
    >>> with generic():
    ...     math.exp(Dual(0.0, 2.0))
    Dual(1.0, 2.0)
    """
    global _entered
    _here.entered += 1
    with _lock:
        _entered += 1
        vars(math).update(_GENERIC)
    try:
        yield
    finally:
        _here.entered -= 1
        with _lock:
            _entered -= 1
            if not _entered:
                vars(math).update(_PLAIN)
