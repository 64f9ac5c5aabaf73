"""A training step on two processes against one: times as fast.

For networks from small to large: where it begins to pay, and how much is overhead, which is what two processes need beyond
half the time of one. It takes two free cores to see that. On free-threaded Python two threads do the large ones as well.
Nothing needs to be installed: python3 benchmarks/parallel.py
"""

from __future__ import annotations

import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import manual_seed, randn
from backprop.nn import (
    Conv2d,
    CrossEntropyLoss,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    TransformerEncoderLayer,
)
from backprop.optim import SGD
from backprop.training.parallel import DataParallel
from backprop.training.step import add_gradients
from report import program
from timing import row


def hidden(inputs, units):
    return lambda: Sequential(Linear(inputs, units), ReLU(), Linear(units, 10))


def convolutional():
    blocks = [(Conv2d(channels, 8, 3, padding=1), ReLU(), MaxPool2d(2)) for channels in (1, 8)]
    return Sequential(*blocks[0], *blocks[1], Flatten(), Linear(392, 10))


def transformer():
    return Sequential(TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True), Flatten(), Linear(640, 10))


# How a network is made, the shape of a batch; and what should be reached.
NETWORKS = {
    "16-16-10 on 16": (hidden(16, 16), (16, 16), ""),
    "64-32-10 on 32": (hidden(64, 32), (32, 64), ""),
    "64-32-10 on 128": (hidden(64, 32), (128, 64), ""),
    "64-64-10 on 256": (hidden(64, 64), (256, 64), ""),
    "784-32-10 on 32": (hidden(784, 32), (32, 784), ""),
    "784-32-10 on 128": (hidden(784, 32), (128, 784), ""),
    "784-128-10 on 32": (hidden(784, 128), (32, 784), ""),
    "784-128-10 on 128": (hidden(784, 128), (128, 784), "≥ 1.7"),
    "two convolutions on 16 images of 28×28": (convolutional, (16, 1, 28, 28), "≥ 1.75"),
    "a transformer's layer on 32 sequences of 20": (transformer, (32, 20, 32), "≥ 1.75"),
}


def step_of(add, make, shape):
    """A step whose gradients come by ``add``, and the way to the weights."""
    rng = manual_seed(0)
    model, loss = make(), CrossEntropyLoss()
    optimizer = SGD(model.parameters(), lr=0.01)
    x, targets = randn(*shape), [rng.randrange(10) for _ in range(shape[0])]

    def step():
        optimizer.zero_grad()
        add(model, loss, x, targets, 1)
        optimizer.step()

    return step, model.state_dict


def measured(pool, make, shape, bound, rounds):
    alone, weights = step_of(add_gradients, make, shape)
    together, same = step_of(DataParallel(pool, 2).add_gradients, make, shape)
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
    networks, rounds = (dict(list(NETWORKS.items())[:2]), 3) if quick else (NETWORKS, 15)
    with ProcessPoolExecutor(2) as pool:
        rows = {name: measured(pool, *network, rounds) for name, network in networks.items()}
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        with ThreadPoolExecutor(2) as pool:
            large = {f"{name}, threads": network for name, network in networks.items() if network[-1]}
            rows.update({name: measured(pool, *network, rounds) for name, network in large.items()})
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
