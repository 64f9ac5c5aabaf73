"""What a program allows files to name, beside what ``torch.load`` knows: classes and functions of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from reprlib import repr as short
from typing import Any

allowed: dict[str, Any] = {}  # by the names that files have for them


def add_safe_globals(safe_globals: Sequence[Any]) -> None:
    """Let ``load`` read objects of these classes, and these functions as values; (value, name) gives the name in files.

    An object is made without calling anything, its ``__init__`` neither, and gets the attributes that the file has.

    Raises TypeError for what has no name.

    >>> class Settings:
    ...     pass
    >>> add_safe_globals([Settings]); get_safe_globals() == [Settings]
    True
    >>> clear_safe_globals(); get_safe_globals()
    []
    """
    names = {}
    for value in safe_globals:
        found, name = value if isinstance(value, tuple) and len(value) == 2 else (value, None)
        if not callable(found) or not hasattr(found, "__qualname__"):
            raise TypeError(f"add_safe_globals: needs classes and functions, got {short(value)}")
        names[name or f"{found.__module__}.{found.__qualname__}"] = found
    allowed.update(names)


def get_safe_globals() -> list[Any]:
    """The classes and functions that are allowed."""
    return list(allowed.values())


def clear_safe_globals() -> None:
    """Allow none any more."""
    allowed.clear()


@contextmanager
def safe_globals(safe_globals: Sequence[Any]) -> Iterator[None]:
    """Allow these within the block: ``with safe_globals([Net]): model = load("net.pt")``."""
    before = dict(allowed)
    add_safe_globals(safe_globals)
    try:
        yield
    finally:
        clear_safe_globals()
        allowed.update(before)
