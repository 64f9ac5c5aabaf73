"""The layer of a model to which each operation of a computation belongs, as the names of the parameters tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from typing import Any


def owners(parameters: Iterable[tuple[str, Any]]) -> dict[Any, str]:
    """The name of the module to which each parameter belongs, from their names in the model."""
    return {parameter: name.rpartition(".")[0] for name, parameter in parameters}


def layers_of(nodes: Sequence[Any], owners: Mapping[Any, str]) -> dict[Any, str]:
    """The name of the module that computed each node of a graph in the order of computation, "" for the model itself, whose
    parameters have these ``owners``.

    A node that uses parameters belongs to the innermost module that has all of them; one between two such nodes to the
    innermost module that has both.
    """
    own = [_common([owners[x] for x in node.inputs if x in owners]) for node in nodes]
    before = _last_known(own)
    after = _last_known(own[::-1])[::-1]
    return {
        node: path if path is not None else _common([left or "", right or ""]) or ""
        for node, path, left, right in zip(nodes, own, before, after)
    }


def runs_of(nodes: Sequence[Any], layers: Mapping[Any, str], prefix: str = "") -> Iterator[tuple[str, list[Any]]]:
    """(the name of a layer, nodes of it that come one after the other), and those of the layers in it.

    >>> list(runs_of([1, 2, 3], {1: "a.b", 2: "a.c", 3: ""}))
    [('a', [1, 2]), ('a.b', [1]), ('a.c', [2])]
    """
    for name, run in groupby(nodes, lambda node: child_layer(layers[node], prefix)):
        if name:
            own = list(run)
            yield name, own
            yield from runs_of(own, layers, f"{name}.")


def child_layer(layer: str, prefix: str) -> str:
    """The layer right below the one with this prefix in which another is; empty for the one itself."""
    rest = layer[len(prefix) :] if layer.startswith(prefix) else ""
    return prefix + rest.partition(".")[0] if rest else ""


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
