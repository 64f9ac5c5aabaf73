"""device: where a Tensor lies, and how. All is computed on the CPU and lies row after row; programs that ask find that
out, and ask for it by name."""

from __future__ import annotations

from typing import Any

__all__ = [
    "channels_last",
    "channels_last_3d",
    "contiguous_format",
    "device",
    "layout",
    "memory_format",
    "preserve_format",
    "strided",
]


class device:
    """``device("cpu")``, the only one there is; another is refused with RuntimeError.

    >>> device("cpu"), device("cpu") == device("cpu:0")
    (device(type='cpu'), False)
    """

    __slots__ = ("index", "type")

    type: str
    index: int | None

    def __init__(self, type: Any, index: Any = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        kind, _, number = str(type).partition(":")
        if kind != "cpu":
            raise RuntimeError(f"there is no device {type!r}: all is computed on the CPU; write device('cpu')")
        self.type, self.index = kind, int(number) if number else index

    def __repr__(self) -> str:
        return f"device(type='cpu'{'' if self.index is None else f', index={self.index}'})"

    def __str__(self) -> str:
        return "cpu" if self.index is None else f"cpu:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> Any:
        return device, (str(self),)


class _Arrangement:
    """How the entries lie in memory, by name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name


strided = _Arrangement("strided")
preserve_format, contiguous_format = _Arrangement("preserve_format"), _Arrangement("contiguous_format")
channels_last, channels_last_3d = _Arrangement("channels_last"), _Arrangement("channels_last_3d")
layout = memory_format = _Arrangement
