"""NumPy's names of arguments, ``axis`` and ``keepdims``, which PyTorch takes beside its own."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim"}


def numpy_names(function: F) -> F:
    """Let a function be called with NumPy's ``axis`` and ``keepdims`` too, as PyTorch does."""

    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        if settings:
            settings = {NUMPY_NAMES.get(name, name): value for name, value in settings.items()}
        return function(*arguments, **settings)

    call.takes_numpy_names = True  # type: ignore[attr-defined]  # as its signature has PyTorch's own
    return call  # type: ignore[return-value]
