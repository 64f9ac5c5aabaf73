"""Whether operations record the graph of what they compute, in each thread by itself."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Generator
from functools import wraps
from typing import Any, Callable


class _Recording(threading.local):
    on = True

    def __init__(self) -> None:
        self.before: list[bool] = []


recording = _Recording()


class no_grad:
    """Record no graph: ``with no_grad(): …`` to compute values only, or ``@no_grad()`` over a function.

    One object may be entered several times, also within itself. Over a generator or a coroutine it is in force while
    their own code runs, and not while they wait. It is of the thread that entered it.

    Raises TypeError over a class or an asynchronous generator.

    >>> from backprop import Tensor
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     y = w * 3
    >>> y.requires_grad
    False
    """

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """``@no_grad`` without parentheses is ``@no_grad()``."""
        return super().__new__(cls) if function is None else cls()(function)

    def __repr__(self) -> str:
        return "no_grad()"

    def __enter__(self) -> None:
        recording.before.append(recording.on)
        recording.on = False

    def __exit__(self, *_: object) -> None:
        recording.on = recording.before.pop()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(function) or isinstance(function, type) or inspect.isasyncgenfunction(function):
            raise TypeError(f"@no_grad() is for functions, got {function!r}: write with no_grad(): … inside it")

        def call(*arguments: Any, **settings: Any) -> Any:
            with self:
                return function(*arguments, **settings)

        def generate(*arguments: Any, **settings: Any) -> Any:
            return (yield from _Steps(function(*arguments, **settings)))

        async def wait(*arguments: Any, **settings: Any) -> Any:
            return await _Steps(function(*arguments, **settings))

        if inspect.isgeneratorfunction(function):
            return wraps(function)(generate)
        return wraps(function)(wait if inspect.iscoroutinefunction(function) else call)


class _Steps(Generator[Any, Any, Any]):
    """A generator or a coroutine, each step of which runs under ``no_grad()``."""

    def __init__(self, steps: Any) -> None:
        self._steps = steps

    def __await__(self) -> Generator[Any, Any, Any]:
        return self

    def send(self, value: Any) -> Any:
        """The next step."""
        with no_grad():
            return self._steps.send(value)

    def throw(self, *error: Any) -> Any:
        """An exception in place of the next step."""
        with no_grad():
            return self._steps.throw(*error)
