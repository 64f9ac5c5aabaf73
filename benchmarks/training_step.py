"""A training step against the same arithmetic written out by hand on plain lists: times as long.

Forward, loss, backward and the update of SGD. The steps by hand are for these networks alone and fused wherever they can
be, with the plain kernel; before CPython 3.12 also with the one by distances, which the library has there. Both sides must
come to the same losses and weights.
Nothing needs to be installed: python3 benchmarks/training_step.py
"""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix
from backprop.nn import BCEWithLogitsLoss, CrossEntropyLoss, Linear, Sequential, Tanh
from backprop.optim import SGD
from kernel import KERNELS, columns
from report import program
from timing import TURN, compared

LEARNING_RATE = 0.01


def library_step(weights, loss_function, x, targets):
    """The step as one writes it with the library, and a function that gives the parameters."""
    (hidden, inputs), outputs = Matrix(weights[0]).shape, len(weights[2])
    model = Sequential(Linear(inputs, hidden), Tanh(), Linear(hidden, outputs))
    for parameter, rows in zip(model.parameters(), weights):
        parameter.data = Matrix(rows)
    optimizer = SGD(model.parameters(), lr=LEARNING_RATE)

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(x), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, lambda: [parameter.matrix.tolist() for parameter in model.parameters()]


def hand_step(weights, loss_and_slopes, x, targets, product):
    """The same step for two layers with tanh between them."""
    w1, (b1,), w2, (b2,) = weights

    def step():
        nonlocal w1, b1, w2, b2
        tanh = math.tanh
        hidden = [[tanh(z + b) for z, b in zip(row, b1)] for row in product(x, w1)]
        loss, dz = loss_and_slopes(product(hidden, w2), b2, targets)
        dz_columns = columns(dz)
        dw2 = product(dz_columns, columns(hidden))
        dh = product(dz, columns(w2))
        da = [[d * (1.0 - h * h) for d, h in zip(ds, hs)] for ds, hs in zip(dh, hidden)]
        da_columns = columns(da)
        dw1 = product(da_columns, columns(x))
        w1 = [[w - LEARNING_RATE * d for w, d in zip(ws, ds)] for ws, ds in zip(w1, dw1)]
        w2 = [[w - LEARNING_RATE * d for w, d in zip(ws, ds)] for ws, ds in zip(w2, dw2)]
        b1 = [b - LEARNING_RATE * sum(ds) for b, ds in zip(b1, da_columns)]
        b2 = [b - LEARNING_RATE * sum(ds) for b, ds in zip(b2, dz_columns)]
        return loss

    return step, lambda: [w1, [b1], w2, [b2]]


def cross_entropy(products, biases, targets):
    """The mean loss, and its slopes by the scores, which are the products and the biases."""
    exp, count = math.exp, len(targets)
    loss, slopes = 0.0, []
    for row, t in zip(products, targets):
        scores = [z + b for z, b in zip(row, biases)]
        largest = max(scores)
        powers = [exp(z - largest) for z in scores]
        total = sum(powers)
        loss += math.log(total) + largest - scores[t]
        share = 1.0 / (count * total)
        row = [p * share for p in powers]
        row[t] -= 1.0 / count
        slopes.append(row)
    return loss / count, slopes


def binary_cross_entropy(products, biases, targets):
    """The same for one score an example and targets 0 or 1; with e = e⁻ˡᶻˡ no power overflows."""
    exp, log1p, count = math.exp, math.log1p, len(targets)
    (bias,) = biases
    loss, slopes = 0.0, []
    for (z,), (t,) in zip(products, targets):
        z += bias
        e = exp(-abs(z))
        loss += (z if z > 0.0 else 0.0) - t * z + log1p(e)
        slopes.append([((1.0 if z > 0.0 else e) / (1.0 + e) - t) / count])
    return loss / count, slopes


def measured(sizes, batch, bounds, rounds, turn):
    """For each kernel the row of a network from its sizes: one output is a yes or no, several are scores of classes."""
    rng = random.Random(0)
    inputs, hidden, outputs = sizes
    x = tables.uniform(batch, inputs, rng=rng)
    shapes = (hidden, inputs), (1, hidden), (outputs, hidden), (1, outputs)
    weights = [tables.uniform(*shape, -0.15, 0.15, rng=rng).tolist() for shape in shapes]
    if outputs == 1:
        targets = Matrix([[rng.randrange(2)] for _ in range(batch)])
        ours, by_hand = (BCEWithLogitsLoss(), targets), (binary_cross_entropy, x.rows, targets.rows)
    else:
        targets = [rng.randrange(outputs) for _ in range(batch)]
        ours, by_hand = (CrossEntropyLoss(), targets), (cross_entropy, x.rows, targets)
    for (kernel, (_, product)), bound in zip(KERNELS.items(), bounds):
        library, parameters = library_step(weights, ours[0], x, ours[1])
        hand, weights_by_hand = hand_step(weights, *by_hand, product)
        for _ in range(3):
            assert math.isclose(library(), hand(), rel_tol=1e-9), f"{sizes}: the two do not compute the same loss"
        for mine, theirs in zip(parameters(), weights_by_hand()):
            assert Matrix(mine).allclose(Matrix(theirs), 1e-9, 1e-12), f"{sizes}: the two do not learn the same weights"
        yield kernel, compared({"library": library, "by hand": hand}, bound, rounds, turn)


def measure(quick):
    distances = len(KERNELS) > 1
    networks = (
        ((64, 32, 10), 32, ("≤ 0.55" if distances else "≤ 1.1", "≤ 1.1"), 25),
        ((784, 128, 10), 32, ("≤ 0.4" if distances else "≤ 1.05", "≤ 1.05"), 9),
        ((2, 4, 1), 4, ("≤ 3.2",), 25),
    )
    rows = {}
    for sizes, batch, bounds, rounds in networks:
        turn = TURN
        if quick:
            sizes, batch, rounds, turn = (max(2, sizes[0] // 16), *sizes[1:]), 4, 3, 0.001
        for kernel, row in measured(sizes, batch, bounds, rounds, turn):
            rows["-".join(map(str, sizes)) + f", batch of {batch}{kernel}"] = row
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
