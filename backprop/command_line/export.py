"""Write a trained network as a program of plain Python, which runs without this library, and in MicroPython.

MODEL is a file that train has saved, or a .pt file with a whole Sequential, as torch.save(model, "model.pt") writes it.
The program has the weights as lists, a function for each kind of layer, and forward(x), which takes one example.

examples:
  python3 -m backprop export iris.safetensors iris_network.py
"""

from __future__ import annotations

import argparse
import os
from zipfile import is_zipfile

from backprop.command_line.model_file import is_same_file, load
from backprop.exporting import as_program
from backprop.files import replacing
from backprop.nn import Sequential
from backprop.storage import serialization


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="the trained network")
    parser.add_argument("program", metavar="PROGRAM", help="the program to write, as network.py")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")


def run(arguments: argparse.Namespace) -> int:
    """Read, write, and say how large the program is."""
    if is_same_file(arguments.model, arguments.program):
        raise ValueError(f"{arguments.program} is the model; the program needs a file of its own")
    if os.path.exists(arguments.program) and not arguments.overwrite:
        raise ValueError(f"{arguments.program} is there already; --overwrite replaces it")
    if is_zipfile(arguments.model):
        found = serialization.load(arguments.model, weights_only=False)
        if not isinstance(found, Sequential):
            raise ValueError(f"{arguments.model} holds a {type(found).__name__}, and a whole Sequential is needed")
        text = as_program(found)
    else:
        model, description = load(arguments.model)
        text = as_program(model, description.schema.features if description.schema else (), description.classes)
    with replacing(arguments.program, "utf-8") as file:
        file.write(text)
    print(f"{arguments.program}: {len(text):,} characters")
    return 0
