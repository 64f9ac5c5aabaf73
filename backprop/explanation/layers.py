"""The layer of a model to which each operation of a computation belongs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from backprop.autograd import Node, Tensor
from backprop.nn import Module


def layers_of(nodes: Sequence[Node], model: Module | None) -> dict[Node, str]:
    """The name of the module that computed each node of a graph in the order of computation, "" for the model itself.

    A node that uses parameters belongs to the innermost module that has all of them; one between two such nodes to the
    innermost module that has both.
    """
    owners: dict[Tensor, str] = {}
    for path, module in model.named_modules() if model is not None else ():
        owners.update((parameter, path) for parameter in module.parameters(recurse=False))
    own = [_common([owners[x] for x in node.inputs if isinstance(x, Tensor) and x in owners]) for node in nodes]
    before = _last_known(own)
    after = _last_known(own[::-1])[::-1]
    return {
        node: path if path is not None else _common([left or "", right or ""]) or ""
        for node, path, left, right in zip(nodes, own, before, after)
    }


def _last_known(paths: Sequence[str | None]) -> list[str | None]:
    """For each place the last path that is known by then."""
    result: list[Any] = []
    for path in paths:
        result.append(path if path is not None or not result else result[-1])
    return result


def _common(paths: Sequence[str]) -> str | None:
    """The innermost module that contains all of these; None for none.

    >>> _common(["encoder.0.norm", "encoder.0.linear", "encoder.0"]), _common(["a.b", "a.c"]), _common([])
    ('encoder.0', 'a', None)
    """
    if not paths:
        return None
    parts = zip(*[path.split(".") for path in paths])
    return ".".join([first for first, *_ in takewhile(lambda names: len(set(names)) == 1, parts)])
