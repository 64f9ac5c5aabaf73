"""Time and memory as a network, its batch or its sequences grow: the exponent k of n^k, beside that of theory.

An exponent is the slope of the straight line through the logarithms of size and time, or of size and peak memory; what
does not grow with n makes it smaller. Then two facts about memory:

- the peak of a training step over what lives in it anyway: parameters, inputs, all that the graph keeps for the backward pass
  and the gradients of the parameters, at 24 bytes a float and 8 for each place in a row. At most 2;
- how many bytes more are in use after 1,000 steps. None.

Memory is what tracemalloc counts; PyPy does not have it and these rows are left out there.
Nothing needs to be installed: python3 benchmarks/scaling.py
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import random
import sys
from array import array
from functools import partial
from itertools import repeat
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix, Tensor
from backprop.autograd import Node
from backprop.linalg import eigh, solve, svd
from backprop.nn import LSTM, CrossEntropyLoss, Linear, MultiheadAttention, Sequential, Tanh
from backprop.optim import SGD
from report import program
from timing import TURN, interleaved, row, slope

FLOAT, PLACE = 24, 8


def network(sizes, batch):
    """(the loss as a function of nothing, the parameters) for layers of these sizes with tanh between them."""
    rng = random.Random(0)
    layers = [layer for pair in zip(sizes, sizes[1:]) for layer in (Linear(*pair, rng=rng), Tanh())]
    model, loss_function = Sequential(*layers[:-1]), CrossEntropyLoss()
    x, targets = tables.uniform(batch, sizes[0], rng=rng), [rng.randrange(sizes[-1]) for _ in range(batch)]
    return lambda: loss_function(model(x), targets), list(model.parameters())


def lstm(length):
    """The same for two sequences of 16 numbers a step; the loss is the sum of the outputs."""
    rng = random.Random(0)
    layer, x = LSTM(16, 16, rng=rng), Tensor(tables.uniform(2 * length, 16, rng=rng)).view(length, 2, 16)
    return lambda: layer(x)[0].sum(), list(layer.parameters())


def attention(length):
    rng = random.Random(0)
    layer, x = MultiheadAttention(16, 4, rng=rng), Tensor(tables.uniform(2 * length, 16, rng=rng)).view(length, 2, 16)
    return lambda: layer(x, x, x, need_weights=False)[0].sum(), list(layer.parameters())


# What grows with n: its name, how it is made, for which n, and the exponent of theory.
STEPS = (
    ("64-32-10, batch of {}", lambda n: network((64, 32, 10), n), (32, 64, 128, 256), 1),
    ("{0}-{0}-{0}, batch of 32", lambda n: network((n, n, n), 32), (64, 96, 128, 192), 2),
    ("{} layers of 32, batch of 32", lambda n: network((32,) * (n + 1), 32), (8, 16, 32), 1),
    ("LSTM(16, 16), {} steps long", lstm, (16, 32, 64), 1),
    ("MultiheadAttention(16, 4), {} steps long", attention, (64, 128, 256), 2),
)
OF_MATRICES = (
    ("A @ B", lambda m: m @ m, (48, 96, 192)),
    ("solve", lambda m: solve(m, m[:, :1]), (64, 128, 192)),
    ("eigh", lambda m: eigh(m + m.T), (24, 32, 48)),
    ("svd", svd, (24, 32, 48)),
)


def stepping(loss, parameters):
    """A training step as a function of nothing."""
    optimizer = SGD(parameters, lr=0.01)

    def step():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return step


def exponent_of_time(ways, theory, quick):
    """The row of {n: function of nothing}."""
    times = interleaved({str(n): way for n, way in ways.items()}, 3 if quick else 7, 0.001 if quick else TURN)
    return row([slope(dict(zip(ways, turn))) for turn in zip(*times.values())], f"≈ {theory}", times)


# ---------------------------------------------------------------- memory


def peak(make):
    """(bytes in use at most during a step, bytes that live in it anyway)"""
    tracemalloc = importlib.import_module("tracemalloc")
    gc.collect()
    tracemalloc.start()
    loss, parameters = make()
    step = stepping(loss, parameters)
    step()
    gc.collect()
    tracemalloc.reset_peak()
    step()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    gradients = sum(parameter.numel() for parameter in parameters)
    return most, held(loss()) + gradients * (FLOAT + PLACE)


def held(output):
    """The bytes of all numbers that a Tensor, its graph and its pullbacks hold on to, each object counted once."""
    seen, left, total = set(), [output], 0
    while left:
        thing = left.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, float):
            total += FLOAT
        elif isinstance(thing, Tensor):
            left += [thing._matrix, thing.grad_fn]
        elif isinstance(thing, Node):
            pullbacks = thing.pullbacks if isinstance(thing.pullbacks, tuple) else (thing.pullbacks,)
            left += [thing._matrix, *thing.inputs, *pullbacks]
        elif isinstance(thing, Matrix):
            left.append(thing.rows)
        elif isinstance(thing, (list, tuple)):
            total += PLACE * len(thing)
            left += thing
        else:
            left += [cell.cell_contents for cell in getattr(thing, "__closure__", None) or ()]
    return total


def memory_left(steps):
    """How many bytes more are in use after so many steps than before them."""
    tracemalloc = importlib.import_module("tracemalloc")
    in_use = array("q", [0, 0])  # which needs no object for a number
    gc.collect()
    # What is made before this is not counted, but is when a step makes it anew.
    tracemalloc.start()
    step = stepping(*network((8, 8, 4), 8))
    # Before 3.11, CPython makes a cache for each function when it runs for the 1,024th time.
    for k, count in enumerate((1024, steps)):
        for _ in repeat(None, count):
            step()
        gc.collect()
        in_use[k] = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return in_use[1] - in_use[0]


def measure(quick):
    scale, rows = 8 if quick else 1, {}
    for name, make, sizes, theory in STEPS:
        ways = {n: stepping(*make(n)) for n in (size // scale for size in sizes)}
        rows[f"time of {name.format('n')}"] = exponent_of_time(ways, theory, quick)
    for name, function, sizes in OF_MATRICES:
        ways = {n: partial(function, tables.normal(n, n, rng=random.Random(0))) for n in (s // scale for s in sizes)}
        rows[f"time of {name}, n×n"] = exponent_of_time(ways, 3, quick)
    if not importlib.util.find_spec("_tracemalloc"):
        return rows
    facts = {}
    for name, make, sizes, theory in STEPS:
        peaks = {n: peak(partial(make, n)) for n in (size // scale for size in sizes)}
        exponent = slope({n: most for n, (most, _) in peaks.items()})
        rows[f"memory of {name.format('n')}"] = row([exponent], f"≈ {theory}")
        n, (most, live) = peaks.popitem()
        facts[f"peak over what lives, {name.format(n)}"] = row([most / live], "≤ 2")
    most, live = peak(partial(network, (784 // scale, 128 // scale, 10), 32))
    facts["peak over what lives, 784-128-10, batch of 32"] = row([most / live], "≤ 2")
    facts["bytes more after 1,000 steps"] = row([memory_left(100 if quick else 1000)], "≤ 0")
    return {**rows, **facts}


if __name__ == "__main__":
    program(__doc__, measure)
