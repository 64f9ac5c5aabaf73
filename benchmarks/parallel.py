"""A training step on two processes against one: times as fast.

For networks of one hidden layer from small to large: where it begins to pay, and how much is overhead, which is what
two processes need beyond half the time of one. It takes two free cores to see that. On free-threaded Python two threads
do the last row as well.
Nothing needs to be installed: python3 benchmarks/parallel.py
"""

from __future__ import annotations

import random
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop.nn import CrossEntropyLoss, Linear, ReLU, Sequential
from backprop.optim import SGD
from backprop.training.parallel import DataParallel
from backprop.training.step import add_gradients
from report import program
from timing import row

# The inputs, the hidden layer, the examples of a batch; and what should be reached.
SIZES = [
    (16, 16, 16, ""),
    (64, 32, 32, ""),
    (64, 32, 128, ""),
    (64, 64, 256, ""),
    (784, 32, 32, ""),
    (784, 32, 128, ""),
    (784, 128, 128, "≥ 1.7"),
]


def step_of(add, inputs, hidden, examples):
    """A step whose gradients come by ``add``, and the way to the weights."""
    rng = random.Random(0)
    model = Sequential(Linear(inputs, hidden, rng=rng), ReLU(), Linear(hidden, 10, rng=rng))
    loss, optimizer = CrossEntropyLoss(), SGD(model.parameters(), lr=0.01)
    x, targets = tables.normal(examples, inputs, rng=rng), [rng.randrange(10) for _ in range(examples)]

    def step():
        optimizer.zero_grad()
        add(model, loss, x, targets, 1)
        optimizer.step()

    return step, model.state_dict


def measured(pool, sizes, bound, rounds):
    alone, weights = step_of(add_gradients, *sizes)
    together, same = step_of(DataParallel(pool, 2).add_gradients, *sizes)
    times = {"one": [], "two": [], "overhead": []}
    for turn in range(rounds + 2):
        # By the clock on the wall: the time of this process leaves out what the others do.
        readings = [time.perf_counter()]
        for step in (alone, together):
            step()
            readings.append(time.perf_counter())
        started, between, ended = readings
        if turn >= 2:
            times["one"].append(between - started)
            times["two"].append(ended - between)
            times["overhead"].append(ended - between - (between - started) / 2)
    for name, value in weights().items():
        assert value.allclose(same()[name], 1e-9, 1e-12), "the two do not learn the same weights"
    return row([one / two for one, two in zip(times["one"], times["two"])], bound, times)


def measure(quick):
    warnings.simplefilter("ignore", RuntimeWarning)  # that it does not pay is what is to be seen
    sizes, rounds = (SIZES[:2], 3) if quick else (SIZES, 15)
    rows = {}
    with ProcessPoolExecutor(2) as pool:
        for *size, bound in sizes:
            rows["{}-{}-10 on {}".format(*size)] = measured(pool, size, bound, rounds)
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        with ThreadPoolExecutor(2) as pool:
            rows["{}-{}-10 on {}, threads".format(*size)] = measured(pool, size, bound, rounds)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
