"""The gradient check: what backpropagation gives against the slope of the loss itself, weight by weight."""

from __future__ import annotations

import random
from typing import Any

from backprop.autograd import no_grad
from backprop.nn import Linear
from backprop.playground.learner import Learner
from backprop.playground.views import short

_MOST_WEIGHTS = 60
_STEP = 1e-5  # where rounding and the third derivative are both small: the cube root of the precision of a float
_MOST_EXAMPLES = 50


def gradient_check_view(learner: Learner) -> dict[str, Any]:
    """∂L/∂w of up to 60 weights drawn at random, by backpropagation and as (L(w + h) - L(w - h))/2h.

    L is the loss of up to 50 examples. The rows are sorted by how far the two differ, the farthest first.
    """
    count = min(learner.data.train, _MOST_EXAMPLES)
    inputs, targets = learner.data.inputs[:count], learner.data.targets[:count]
    places = [
        (layer, row, column)
        for layer, linear in enumerate(learner.linear)
        for row in range(linear.out_features)
        for column in range(linear.in_features + 1)
    ]
    chosen = sorted(random.Random(learner.epoch).sample(places, min(len(places), _MOST_WEIGHTS)))
    parameters = list(learner.model.parameters())
    held = [p.grad for p in parameters]
    try:
        for p in parameters:
            p.grad = None
        learner.objective(inputs, targets).backward()
        found = [_gradient(learner.linear[layer], row, column) for layer, row, column in chosen]
    finally:
        for p, gradient in zip(parameters, held):
            p.grad = gradient

    rows = []
    for (layer, row, column), gradient in zip(chosen, found):
        linear = learner.linear[layer]
        p, at = (linear.bias, (0, row)) if column == linear.in_features else (linear.weight, (row, column))
        matrix = p.matrix
        losses = []
        for step in (_STEP, -_STEP):
            changed = [list(r) for r in matrix.rows]
            changed[at[0]][at[1]] += step
            with no_grad():
                p.data = type(matrix)(changed)
                losses.append(learner.objective(inputs, targets).item())
                p.data = matrix
        slope = (losses[0] - losses[1]) / (2 * _STEP)
        rows.append([layer, row, column, gradient, slope, abs(gradient - slope)])
    rows.sort(key=lambda entry: -entry[5])
    return {
        "rows": [[*entry[:3], *map(short, entry[3:])] for entry in rows],
        "weights": len(places),
        "examples": count,
        "step": _STEP,
        "largest": short(max(abs(entry[3]) for entry in rows)),
        "difference": short(rows[0][5]),
    }


def _gradient(linear: Linear, row: int, column: int) -> float:
    gradient = linear.bias.grad.matrix.rows[0] if column == linear.in_features else linear.weight.grad.matrix.rows[row]
    return float(gradient[row if column == linear.in_features else column])
