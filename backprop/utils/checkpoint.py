"""Checkpoints of activations: PyTorch drops them and computes them again in the backward pass; here they are kept."""

from __future__ import annotations

from typing import Any, Callable

__all__ = ["checkpoint", "checkpoint_sequential"]


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """``function(*args, **kwargs)``.

    >>> checkpoint(pow, 2, 3, use_reentrant=False)
    8
    """
    return function(*args, **kwargs)


def checkpoint_sequential(functions: Any, segments: int, input: Any, use_reentrant: bool | None = None) -> Any:
    """The functions, or the modules of a Sequential, one after the other."""
    for function in functions:
        input = function(input)
    return input
