"""The loss landscape: the loss around the weights, along two random directions.

Each direction has for every neuron the length of the neuron's own weights, as in Li, Xu, Taylor, Studer, and Goldstein,
"Visualizing the Loss Landscape of Neural Nets" (2018): so landscapes of different networks can be compared.
"""

from __future__ import annotations

import random
from math import hypot, isfinite
from typing import Any

from backprop.autograd import no_grad
from backprop.matrix import Matrix
from backprop.playground.learner import Learner
from backprop.playground.views import short

SIDE = 17  # points in each direction, odd so that the weights themselves are one
REACH = 1.0  # from the weights to the edge, in lengths of the weights
_MOST_EXAMPLES = 100


def landscape_view(learner: Learner) -> dict[str, Any]:
    """The loss of up to 100 examples at SIDE × SIDE weights θ + a·d₁ + b·d₂, for a and b from -REACH to REACH."""
    rng = random.Random(learner.experiment.seed)
    parameters = [p for layer in learner.linear for p in (layer.weight, layer.bias)]
    weights = [p.matrix for p in parameters]
    one, other = ([_direction(weight, rng) for weight in weights] for _ in range(2))
    count = min(learner.data.train, _MOST_EXAMPLES)
    inputs, targets = learner.data.inputs[:count], learner.data.targets[:count]
    places = [REACH * (2 * i / (SIDE - 1) - 1) for i in range(SIDE)]
    rows = []
    try:
        with no_grad():
            for b in reversed(places):
                row = []
                for a in places:
                    for p, weight, d, e in zip(parameters, weights, one, other):
                        p.data = weight + a * d + b * e
                    loss = learner.objective(inputs, targets).item()
                    row.append(short(loss) if isfinite(loss) else None)
                rows.append(row)
    finally:
        for p, weight in zip(parameters, weights):
            p.data = weight
    return {"rows": rows, "reach": REACH, "epoch": learner.epoch, "examples": count}


def _direction(weight: Matrix, rng: random.Random) -> Matrix:
    """Random numbers, each row of the length of the row of weights."""
    rows = []
    for row in weight.rows:
        drawn = [rng.gauss(0, 1) for _ in row]
        scale = hypot(*row) / hypot(*drawn)
        rows.append([scale * x for x in drawn])
    return Matrix(rows)
