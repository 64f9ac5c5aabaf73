"""A step of fit against the same step in a loop of one's own: times as long.

Both predict, compare, go backward and step with the library; fit also counts the loss and the accuracy, checks the
gradients, and remembers what it takes to undo a step that is interrupted. Both must come to the same weights.
Nothing needs to be installed: python3 benchmarks/fit_step.py
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix
from backprop.nn import BCEWithLogitsLoss, CrossEntropyLoss, Linear, Sequential, Tanh
from backprop.optim import SGD, Adam
from backprop.training import fit
from report import program
from timing import TURN, compared


def training(sizes, make_optimizer, batch, steps):
    """A model of two layers, its loss and optimizer, and one epoch of batches."""
    rng = random.Random(0)
    inputs, hidden, outputs = sizes
    model = Sequential(Linear(inputs, hidden, rng=rng), Tanh(), Linear(hidden, outputs, rng=rng))
    loss = BCEWithLogitsLoss() if outputs == 1 else CrossEntropyLoss()
    x = tables.uniform(batch, inputs, rng=rng)
    answers = [rng.randrange(max(2, outputs)) for _ in range(batch)]
    targets = Matrix([[answer] for answer in answers]) if outputs == 1 else answers
    return model, loss, make_optimizer(model.parameters(), lr=0.01), [(x, targets)] * steps


def measured(sizes, make_optimizer, batch, steps, bound, rounds, turn):
    """The row of a network from its sizes, with so many steps in a call."""
    model, loss, optimizer, batches = training(sizes, make_optimizer, batch, steps)
    same, same_loss, other, _ = training(sizes, make_optimizer, batch, steps)

    def by_fit():
        fit(model, loss, optimizer, batches, epochs=1, progress=False)

    def by_hand():
        same.train()
        for inputs, targets in batches:
            other.zero_grad()
            value = same_loss(same(inputs), targets)
            value.backward()
            other.step()

    by_fit()
    by_hand()
    states = [[value.matrix for value in one.state_dict().values()] for one in (model, same)]
    assert states[0] == states[1], f"{sizes}: the two do not learn the same weights"
    return compared({"fit": by_fit, "by hand": by_hand}, bound, rounds, turn)


def measure(quick):
    rows = {}
    for sizes, batch, make_optimizer, bound in (
        ((2, 4, 1), 4, SGD, "≤ 1.4"),
        ((2, 4, 1), 4, Adam, "≤ 1.4"),
        ((64, 32, 10), 32, SGD, "≤ 1.1"),
    ):
        steps, rounds, turn = (2, 3, 0.001) if quick else (100, 25, TURN)
        name = f"{'-'.join(map(str, sizes))}, batch of {batch}, {make_optimizer.__name__}"
        rows[name] = measured(sizes, make_optimizer, batch, steps, bound, rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
