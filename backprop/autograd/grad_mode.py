"""Whether operations record the graph of what they compute, in each thread by itself."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Generator
from functools import wraps
from typing import Any, Callable

from backprop.validation import check_bool


class _Recording(threading.local):
    on = True
    keeps_graphs = False  # whether backward() frees none, as vmap comes back to it

    def __init__(self) -> None:
        self.before: list[bool] = []


recording = _Recording()


class _GradMode:
    """Record graphs or not, for a while: around a block with ``with``, or over a function."""

    on: bool

    def __enter__(self) -> None:
        recording.before.append(recording.on)
        recording.on = self.on

    def __exit__(self, *_: object) -> None:
        recording.on = recording.before.pop()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        name = type(self).__name__
        if not callable(function) or isinstance(function, type) or inspect.isasyncgenfunction(function):
            raise TypeError(f"@{name}() is for functions, got {function!r}: write with {name}(): … inside it")

        def call(*arguments: Any, **settings: Any) -> Any:
            with self:
                return function(*arguments, **settings)

        def generate(*arguments: Any, **settings: Any) -> Any:
            return (yield from _Steps(self, function(*arguments, **settings)))

        async def wait(*arguments: Any, **settings: Any) -> Any:
            return await _Steps(self, function(*arguments, **settings))

        if inspect.isgeneratorfunction(function):
            return wraps(function)(generate)
        return wraps(function)(wait if inspect.iscoroutinefunction(function) else call)


class no_grad(_GradMode):
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

    on = False

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """``@no_grad`` without parentheses is ``@no_grad()``."""
        return super().__new__(cls) if function is None else cls()(function)


class enable_grad(_GradMode):
    """Record the graph again within ``no_grad()``.

    >>> from backprop import Tensor
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     with enable_grad():
    ...         y = w * 3
    >>> y.requires_grad
    True
    """

    on = True

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """``@enable_grad`` without parentheses is ``@enable_grad()``."""
        return super().__new__(cls) if function is None else cls()(function)


class set_grad_enabled(_GradMode):
    """Record graphs or not by a ``mode``, from now on or, with ``with``, for a while.

    Raises TypeError for a mode that is neither True nor False.
    """

    def __init__(self, mode: bool) -> None:
        check_bool("set_grad_enabled", mode=mode)
        self.on, self._before, recording.on = mode, recording.on, mode

    def __enter__(self) -> None:
        recording.before.append(self._before)
        recording.on = self.on


class inference_mode(_GradMode):
    """``no_grad()`` under another name of PyTorch's; ``inference_mode(False)`` changes nothing.

    Raises TypeError for a mode that is neither True nor False.
    """

    def __init__(self, mode: bool = True) -> None:
        check_bool("inference_mode", mode=mode)
        self._mode = mode

    @property
    def on(self) -> bool:  # type: ignore[override]
        return recording.on and not self._mode


def is_grad_enabled() -> bool:
    """Whether operations record the graph."""
    return recording.on


class _Steps(Generator[Any, Any, Any]):
    """A generator or a coroutine, each step of which runs in the mode."""

    def __init__(self, mode: _GradMode, steps: Any) -> None:
        self._mode, self._steps = mode, steps

    def __await__(self) -> Generator[Any, Any, Any]:
        return self

    def send(self, value: Any) -> Any:
        """The next step."""
        with self._mode:
            return self._steps.send(value)

    def throw(self, *error: Any) -> Any:
        """An exception in place of the next step."""
        with self._mode:
            return self._steps.throw(*error)
