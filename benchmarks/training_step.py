"""A training step of the library against the same arithmetic written out by hand on plain lists.

Forward, softmax cross-entropy, backward and the update of SGD for a 64-32-10 network on 32 examples, with the
same dot product on both sides. Nothing needs to be installed: python3 benchmarks/training_step.py
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import SGD, CrossEntropyLoss, Linear, Matrix, Sequential, Tanh
from kernel import columns, product
from timing import interleaved, interpreter, ratio

LEARNING_RATE = 0.01


def library_step(weights, x, targets):
    """The step as one writes it with the library; returns it and the parameters."""
    model = Sequential(Linear(64, 32), Tanh(), Linear(32, 10))
    names = ("0.weight", "0.bias", "2.weight", "2.bias")
    model.load_state_dict({name: Matrix(rows) for name, rows in zip(names, weights)})
    loss_function = CrossEntropyLoss()
    optimizer = SGD(model.parameters(), lr=LEARNING_RATE)
    inputs = Matrix(x)

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, lambda: [parameter.data.tolist() for parameter in model.parameters()]


def hand_step(weights, x, targets):
    """The same step on plain lists, written out for this one network and fused wherever it can be."""
    w1, b1, w2, b2 = weights
    b1, b2 = b1[0], b2[0]

    def step():
        nonlocal w1, b1, w2, b2
        exp, tanh = math.exp, math.tanh
        hidden = [[tanh(z + b) for z, b in zip(row, b1)] for row in product(x, w1)]
        count = len(x)
        loss, dz = 0.0, []
        for row, t in zip(product(hidden, w2), targets):
            scores = [z + b for z, b in zip(row, b2)]
            largest = max(scores)
            powers = [exp(z - largest) for z in scores]
            total = sum(powers)
            loss += math.log(total) + largest - scores[t]
            share = 1.0 / (count * total)
            slopes = [p * share for p in powers]
            slopes[t] -= 1.0 / count
            dz.append(slopes)
        dz_columns = columns(dz)
        dw2 = product(dz_columns, columns(hidden))
        db2 = list(map(sum, dz_columns))
        dh = product(dz, columns(w2))
        da = [[d * (1.0 - h * h) for d, h in zip(ds, hs)] for ds, hs in zip(dh, hidden)]
        da_columns = columns(da)
        dw1 = product(da_columns, columns(x))
        db1 = list(map(sum, da_columns))
        w1 = [[w - LEARNING_RATE * d for w, d in zip(ws, ds)] for ws, ds in zip(w1, dw1)]
        w2 = [[w - LEARNING_RATE * d for w, d in zip(ws, ds)] for ws, ds in zip(w2, dw2)]
        b1 = [b - LEARNING_RATE * d for b, d in zip(b1, db1)]
        b2 = [b - LEARNING_RATE * d for b, d in zip(b2, db2)]
        return loss / count

    return step, lambda: [w1, [b1], w2, [b2]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a third of the rounds")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    arguments = parser.parse_args()

    rng = random.Random(0)
    x = [[rng.random() for _ in range(64)] for _ in range(32)]
    targets = [rng.randrange(10) for _ in range(32)]
    shapes = (32, 64), (1, 32), (10, 32), (1, 10)
    weights = [Matrix.uniform(rows, columns, -0.15, 0.15, rng=rng).tolist() for rows, columns in shapes]

    library, library_weights = library_step(weights, x, targets)
    hand, hand_weights = hand_step(weights, x, targets)
    for _ in range(10):
        assert math.isclose(library(), hand(), rel_tol=1e-9), "the two do not compute the same loss"
    for ours, theirs in zip(library_weights(), hand_weights()):
        assert Matrix(ours).allclose(Matrix(theirs), 1e-9, 1e-12), "the two do not learn the same weights"

    times = interleaved({"library": library, "by hand": hand}, rounds=11 if arguments.quick else 33)
    middle, low, high = ratio(times, "library", "by hand")
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    if arguments.json:
        print(json.dumps({"python": interpreter(), "seconds": medians, "ratio": middle, "quartiles": [low, high]}))
        return
    print(f"training step of 64-32-10 on 32 examples, {interpreter()}")
    for name, seconds in medians.items():
        print(f"  {name:8} {1000 * seconds:7.3f} ms")
    print(f"  ratio    {middle:7.3f}     (quartiles {low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
