"""TensorBoard: programs that log to it run without it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from typing_extensions import Self


class SummaryWriter:
    """Takes what is logged, and says once that it is written nowhere.

    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as said:
    ...     warnings.simplefilter("always")
    ...     with SummaryWriter() as writer:
    ...         writer.add_scalar("loss", 0.5, 1)
    >>> print(said[0].message)
    SummaryWriter: nothing is written, as there is no TensorBoard; print what you want to see
    """

    def __init__(self, log_dir: Any = None, *arguments: Any, **settings: Any) -> None:
        self.log_dir = log_dir
        warnings.warn(
            "SummaryWriter: nothing is written, as there is no TensorBoard; print what you want to see", stacklevel=2
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[..., None]:
        if not name.startswith("add_") and name not in ("close", "flush"):
            raise AttributeError(f"SummaryWriter has no {name}")
        return lambda *arguments, **settings: None
