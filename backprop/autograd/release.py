"""Where freeing a long graph by recursion would overflow the stack, as in WebAssembly, it is freed in a loop.

CPython frees what an object holds while it frees the object, so that the end of a chain of operations is reached as deep in
the stack as the chain is long. It watches its own stack, but not WebAssembly's: that has room for some 2,000 operations,
and ends the interpreter when it overflows. There Nodes and views are freed by ``release``.
"""

from __future__ import annotations

import sys
from typing import Any

STACK_OVERFLOWS = sys.platform in ("emscripten", "wasi")

_waiting: list[Any] = []
_freeing = False


def release(holder: Any, *names: str) -> None:
    """Take from ``holder``, which is being freed, the attributes of these ``names``, and free them when it is done."""
    global _freeing
    for name in names:
        _waiting.append(getattr(holder, name, None))
        setattr(holder, name, None)
    if not _freeing:
        _freeing = True
        while _waiting:  # which grows by what is freed here
            _waiting.pop()
        _freeing = False
