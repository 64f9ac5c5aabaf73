"""Predict with a model that train has saved: a table in, a column of answers on standard output.

The columns are found by the names that the model learned them by, in any order; others may be there, that of the
answers too. Missing cells are filled as in training; what was filled, and values that the model has not learned, are told on
standard error. Where a table has a header, so have the answers.

examples:
  python3 -m backprop predict iris.safetensors backprop/datasets/iris.csv
  head -n 3 backprop/datasets/iris.csv | python3 -m backprop predict iris.safetensors - --probabilities
  python3 -m backprop predict width.safetensors backprop/datasets/iris.csv --json
  python3 -m backprop predict images.safetensors images-idx3-ubyte.gz > labels.csv
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from typing import Any

from backprop.autograd import Tensor, no_grad
from backprop.command_line.arguments import add_dialect, dialect, table
from backprop.command_line.description import Description
from backprop.command_line.model_file import load
from backprop.command_line.output import printable
from backprop.datasets import read_idx
from backprop.nn.functional import softmax


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a file that train has saved")
    parser.add_argument("table", metavar="TABLE", help='a CSV file, "-" for standard input, or the IDX file of images')
    parser.add_argument("--probabilities", action="store_true", help="add the probability of each class")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    add_dialect(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read, predict, write."""
    model, description = load(arguments.model)
    classes, schema = description.classes, description.schema
    if arguments.probabilities and not classes:
        raise ValueError("the model predicts a quantity; only classes have --probabilities")
    with no_grad():
        inputs, notes = _read(arguments, description)
        outputs = model(inputs).matrix
        probabilities = softmax(outputs, 1).matrix.rows if arguments.probabilities else [[]] * len(outputs)
    if not all(math.isfinite(y) for row in outputs for y in row):
        raise ValueError("an output of the model is not finite; the inputs are too large for it")
    for note in notes:
        print(printable(f"backprop: predict: {note}"), file=sys.stderr)
    answers: list[Any] = [classes[row.index(max(row))] for row in outputs] if classes else [y for (y,) in outputs]
    if arguments.json:
        found: dict[str, Any] = {"target": schema and schema.target, "predictions": answers}
        if arguments.probabilities:
            found["probabilities"] = [dict(zip(classes, row)) for row in probabilities]
        print(json.dumps(found))
        return 0
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if schema and schema.header:
        names = [f"P({name})" for name in classes] if arguments.probabilities else []
        writer.writerow([schema.target, *names])
    writer.writerows([answer, *row] for answer, row in zip(answers, probabilities))
    return 0


def _read(arguments: argparse.Namespace, description: Description) -> tuple[Tensor, list[str]]:
    if description.schema is not None:
        return description.schema.read_inputs(table(arguments.table), **dialect(arguments))
    pixels = read_idx(arguments.table)
    images = Tensor(pixels.reshape(len(pixels), -1).matrix)
    if images.shape[1] != description.layers[0]:
        raise ValueError(f"the images have {images.shape[1]} numbers each, and the model needs {description.layers[0]}")
    return images, []
