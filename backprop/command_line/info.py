"""Look into a model that train has saved, or into any safetensors file; its numbers are not read.

examples:
  python3 -m backprop info iris.safetensors
  python3 -m backprop info iris.safetensors --json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from math import prod
from pathlib import Path

from backprop.command_line.description import Description
from backprop.command_line.model_file import KEY, described
from backprop.command_line.output import printable
from backprop.datasets.columns import listed
from backprop.matrix import format_shape
from backprop.storage import safe_open

_MOST_NAMES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", metavar="FILE", help="a safetensors file")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace) -> int:
    """Read the header and print what it says."""
    with safe_open(arguments.file) as file:
        model = described(file, Path(arguments.file).name)
        metadata = {name: text for name, text in (file.metadata() or {}).items() if name != KEY}
        names = file.keys()
        tensors = list(zip(names, map(file.get_dtype, names), map(file.get_shape, names)))
    if arguments.json:
        listed = [dict(zip(("name", "dtype", "shape"), tensor)) for tensor in tensors]
        found = {"model": model and asdict(model), "metadata": metadata, "tensors": listed}
        print(json.dumps(found, allow_nan=False))
        return 0
    if model:
        _print_columns(_facts(model))
        if model.schema:
            print("\n" + "\n".join(map(printable, str(model.schema).splitlines())))
        print(f"\nheld out:\n\n{model.report()}\n")
    if metadata:
        _print_columns(metadata.items())
        print()
    _print_columns(
        [("tensor", "dtype", "shape"), *((name, dtype, format_shape(shape)) for name, dtype, shape in tensors)]
    )
    print(f"\n{len(tensors):,} tensors, {sum(prod(shape) for _, _, shape in tensors):,} numbers")
    return 0


def _facts(model: Description) -> Iterator[tuple[str, object]]:
    """What a person wants to know of a model, each with its name."""
    yield "task", f"{model.task} of {repr(model.schema.target) if model.schema else 'images'}"
    yield "inputs", model.layers[0]
    if model.classes:
        yield "classes", listed(model.classes, _MOST_NAMES)
    yield "network", f"{'-'.join(map(str, model.layers))}, {model.activation}"
    for name, value in model.training.items():
        yield name.replace("_", " "), value


def _print_columns(lines: Iterable[Sequence[object]]) -> None:
    """Lines of cells, the cells below each other."""
    cells = [[printable(str(cell)) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*cells)]
    for line in cells:
        print("  ".join(map(str.ljust, line, widths)).rstrip())
