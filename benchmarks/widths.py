"""A training step against the width of a network: from which width on the library is faster than others, and they than it.

n inputs, n hidden tanh, 2 outputs with cross-entropy, SGD, 16 examples. Against it the scalar engine of
examples/scalar_engine.py, one Python object a number; NumPy with the gradients written out by hand, so without a graph;
PyTorch, of which both have 64-bit floats and one thread. All start from the same numbers and must come to the same ones. Then
what it takes to start Python and import each, against a bare start, and the most memory that this process needs.

Nothing needs to be installed; NumPy and PyTorch are left out where they are not. With a file, the curves drawn there:

    python3 benchmarks/widths.py
    python3 benchmarks/widths.py benchmarks/widths.svg
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import random
import runpy
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import peers
import tables
from backprop import Matrix
from backprop.nn import CrossEntropyLoss, Tanh
from backprop.pictures import LineChart
from report import program
from timing import interleaved, row, seconds_of, with_compiled_files

EXAMPLES, CLASSES = 16, 2
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
WIDEST = 64  # of the scalar engine, whose step takes a second there
Value = runpy.run_path(str(ROOT / "examples" / "scalar_engine.py"))["Value"]


def library(weights, x, targets):
    return peers.library(weights, x, targets, Tanh(), CrossEntropyLoss())


def scalar_engine(weights, x, targets):
    parameters = [[[Value(weight) for weight in neuron] for neuron in rows] for rows in weights]
    w1, (b1,), w2, (b2,) = parameters
    values = [value for rows in parameters for neuron in rows for value in neuron]

    def affine(inputs, weight, biases):
        return [sum((w * a for w, a in zip(neuron, inputs)), b) for neuron, b in zip(weight, biases)]

    def step():
        losses = []
        for inputs, target in zip(x, targets):
            scores = affine([z.tanh() for z in affine(inputs, w1, b1)], w2, b2)
            losses.append(sum(score.exp() for score in scores).log() - scores[target])
        loss = sum(losses) * (1 / len(losses))
        loss.backward()
        for value in values:
            value.data -= peers.LEARNING_RATE * value.grad
            value.grad = 0.0

    return step, lambda: [[[value.data for value in neuron] for neuron in rows] for rows in parameters]


def installed():
    """{name: what makes a step of it}, the library first."""
    sides = {"backprop": library, "scalar engine": scalar_engine}
    for name, module, make in (("NumPy", "numpy", peers.numpy), ("PyTorch", "torch", peers.torch)):
        if importlib.util.find_spec(module):
            found = importlib.import_module(module)
            sides[name] = lambda *data, make=make, found=found: make(found, *data)
    if "PyTorch" in sides:
        sys.modules["torch"].set_num_threads(1)
    return sides


def times_of_a_step(sides, width, quick):
    """{side: seconds in each round}"""
    rng = random.Random(0)
    shapes = (width, width), (1, width), (CLASSES, width), (1, CLASSES)
    weights = [tables.uniform(*shape, -0.5, 0.5, rng=rng).tolist() for shape in shapes]
    x = tables.uniform(EXAMPLES, width, rng=rng).tolist()
    targets = [rng.randrange(CLASSES) for _ in range(EXAMPLES)]
    ways, learned = {}, []
    for name, make in sides.items():
        if name != "scalar engine" or width <= WIDEST:
            ways[name], parameters = make(weights, x, targets)
            ways[name]()
            learned.append([Matrix(rows) for rows in parameters()])
    for other in learned[1:]:
        assert all(map(Matrix.allclose, other, learned[0])), f"not all learn the same weights at a width of {width}"
    return interleaved(ways, 3 if quick else 9, 0.001 if quick else 0.03)


def crossing(ours, theirs):
    """The width from which on the library is no longer faster, or no longer slower: where the curves, straight lines
    between the logarithms of what was measured, cross for the last time; None where one is faster throughout."""
    widths = [width for width in ours if width in theirs]
    apart = [math.log(ours[width] / theirs[width]) for width in widths]
    for k in reversed(range(1, len(widths))):
        if apart[k - 1] * apart[k] <= 0:
            return widths[k - 1] * (widths[k] / widths[k - 1]) ** (apart[k - 1] / (apart[k - 1] - apart[k]))
    return None


# ------------------------------------------------------------------ import and memory

# The library's names are imported when they are first used.
IMPORTS = {
    "backprop": "from backprop.nn import CrossEntropyLoss, Linear, Sequential, Tanh; from backprop.optim import SGD",
    "NumPy": "import numpy",
    "PyTorch": "import torch",
}
STATUS = Path("/proc/self/status")  # where Linux says what a process is, also its peak of memory
PEAK = f"; print(open({str(STATUS)!r}).read().split('VmHWM:')[1].split()[0])"


def starts(sides, turns):
    texts = {"bare Python": "pass", **{name: text for name, text in IMPORTS.items() if name in sides}}
    seconds, megabytes = {name: [] for name in texts}, {}
    with tempfile.TemporaryDirectory() as folder:
        settings = with_compiled_files(folder)
        for turn in range(turns + 1):
            for name, text in texts.items():
                value = seconds_of(["-c", text], env=settings)
                if turn:  # the first one compiles what is imported
                    seconds[name].append(value)
        if STATUS.exists():
            for name, text in texts.items():
                said = subprocess.run(
                    [sys.executable, "-c", text + PEAK], env=settings, stdout=subprocess.PIPE, check=True
                )
                megabytes[f"megabytes at most, {name}"] = row([int(said.stdout) / 1024])
    bare = seconds.pop("bare Python")
    for name, own in seconds.items():
        ratios = [a / b for a, b in zip(own, bare)]
        yield f"start with {name}, times that of bare Python", row(ratios, times={name: own, "bare": bare})
    yield from megabytes.items()


def measure(quick, other=None):
    sides, rows = installed(), {}
    curves = {name: {} for name in sides}
    for width in WIDTHS[:3] if quick else WIDTHS:
        times = times_of_a_step(sides, width, quick)
        for name, seconds in times.items():
            curves[name][width] = statistics.median(seconds)
            if name != "backprop":
                ratios = [a / b for a, b in zip(seconds, times["backprop"])]
                both = {name: seconds, "backprop": times["backprop"]}
                rows[f"{name}, width {width}"] = row(ratios, times=both)
    for name in sides:
        width = crossing(curves["backprop"], curves[name]) if name != "backprop" else None
        if width is not None:
            rows[f"width at which {name} and backprop take the same time"] = row([width])
    rows.update(starts(sides, 1 if quick else 9))
    if other is not None:
        widths = list(curves["backprop"])
        picture = LineChart(
            {name: [None if w not in curve else 1000 * curve[w] for w in widths] for name, curve in curves.items()},
            widths,
            x_label="width: inputs and hidden neurons",
            y_label="ms a step",
            x_scale="log",
            y_scale="log",
            title="Time of a training step by width",
        )
        picture.save(other)
    return rows


if __name__ == "__main__":
    program(__doc__, measure, "a file to draw the curves in")
