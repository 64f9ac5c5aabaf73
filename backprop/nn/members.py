"""The members of a Module: its parameters, buffers and modules, of which each is an attribute."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

PARAMETER, BUFFER, UNSAVED, MODULE = "parameter", "buffer", "unsaved buffer", "module"


class Members(MutableMapping[str, Any]):
    """``module._parameters``, ``module._buffers`` or ``module._modules``: the members of one kind by name, as a dict."""

    def __init__(self, module: Any, *kinds: str) -> None:
        self._module, self._own_kinds = module, kinds

    def __getitem__(self, name: str) -> Any:
        if self._module._kinds.get(name) not in self._own_kinds:
            raise KeyError(name)
        return self._module.__dict__[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._module._hold(self._own_kinds[0], name, value)

    def __delitem__(self, name: str) -> None:
        self[name]
        delattr(self._module, name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, kind in self._module._kinds.items() if kind in self._own_kinds)

    def __len__(self) -> int:
        return len(list(iter(self)))
