"""A batch on two processes against one: times as fast.

Forward, softmax cross-entropy, backward and a step of SGD, for networks of one hidden layer from small to large: where
it begins to pay. It needs two free cores; with fewer it says so. Nothing needs to be installed:
python3 benchmarks/parallel.py
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import SGD, CrossEntropyLoss, Linear, Matrix, ReLU, Sequential
from backprop.training.parallel import DataParallel
from backprop.training.step import add_gradients
from timing import interpreter

# inputs, hidden, examples of a batch, least times as fast
SIZES = [
    (16, 16, 16, 0.0),
    (64, 32, 32, 0.0),
    (64, 32, 128, 0.0),
    (64, 64, 256, 0.0),
    (784, 32, 32, 0.0),
    (784, 32, 128, 0.0),
    (784, 128, 128, 1.7),
]


def step_of(add, inputs, hidden, examples):
    """A step that gets its gradients by ``add``, and the weights so far."""
    rng = random.Random(0)
    model = Sequential(Linear(inputs, hidden, rng=rng), ReLU(), Linear(hidden, 10, rng=rng))
    loss, optimizer = CrossEntropyLoss(), SGD(model.parameters(), lr=0.01)
    x, targets = Matrix.normal(examples, inputs, rng=rng), [rng.randrange(10) for _ in range(examples)]

    def step():
        optimizer.zero_grad()
        add(model, loss, x, targets, 1)
        optimizer.step()

    return step, model.state_dict


def measured(pool, inputs, hidden, examples, least, rounds):
    """By the clock on the wall, since the time of this process leaves out what the workers do."""
    alone, weights = step_of(add_gradients, inputs, hidden, examples)
    together, same = step_of(DataParallel(pool, 2).add_gradients, inputs, hidden, examples)
    for _ in range(2):
        alone()
        together()
    for name, value in weights().items():
        assert value.allclose(same()[name], 1e-9, 1e-12), "the two do not learn the same weights"
    times = {"one": [], "two": []}
    for _ in range(rounds):
        for name, step in (("one", alone), ("two", together)):
            started = time.perf_counter()
            step()
            times[name].append(time.perf_counter() - started)
    low, middle, high = statistics.quantiles([one / two for one, two in zip(*times.values())], n=4)
    seconds = {name: statistics.median(values) for name, values in times.items()}
    return {
        "figure": middle,
        "quartiles": [low, high],
        "bound": f"≥ {least}" if least else "",
        "seconds": {**seconds, "overhead": seconds["two"] - seconds["one"] / 2},
    }


def measure(quick):
    sizes = SIZES[:2] if quick else SIZES
    warnings.simplefilter("ignore", RuntimeWarning)  # that it does not pay is what is to be seen
    with ProcessPoolExecutor(2) as pool:
        return {
            f"{inputs}-{hidden}-10 on {examples}": measured(pool, inputs, hidden, examples, least, 3 if quick else 9)
            for inputs, hidden, examples, least in sizes
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    arguments = parser.parse_args()
    rows = measure(arguments.quick)
    if arguments.json:
        print(json.dumps({"python": interpreter(), "rows": rows}))
        return
    print(f"{__doc__.splitlines()[0]}\n{interpreter()}, {os.cpu_count()} cores\n")
    print(f"{'':22} times as fast   (quartiles)      one         two         overhead   bound")
    for name, row in rows.items():
        low, high = row["quartiles"]
        times = "".join(f"{1000 * seconds:9.2f} ms" for seconds in row["seconds"].values())
        print(f"{name:22} {row['figure']:10.2f}      ({low:.2f} to {high:.2f}){times}   {row['bound']}")


if __name__ == "__main__":
    main()
