"""Views: what can be seen of a learner, in numbers that a page can draw.

A map is a square of numbers, row by row from above, each as a byte, and in JSON the bytes are base64.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from math import isfinite
from typing import Any

from backprop.autograd import Tensor, no_grad
from backprop.matrix import Matrix
from backprop.nn import Parameter
from backprop.nn.functional import softmax
from backprop.playground.examples import featured
from backprop.playground.learner import Learner, Moment

MAP = 16  # cells of a neuron's map, in each direction


def half_of(learner: Learner) -> float:
    """The plane goes from minus this to this, in both directions."""
    return 1.1 * max(max(abs(row[0]), abs(row[1])) for row in learner.data.columns)


def data_view(learner: Learner) -> dict[str, Any]:
    """The place and the target of each example, and what the plane and the network are of."""
    data = learner.data
    targets = data.targets.tolist()
    return {
        "points": [
            [short(row[0]), short(row[1]), target if data.classes else short(target[0])]
            for row, target in zip(data.columns, targets)
        ],
        "train": data.train,
        "classes": list(data.classes),
        "names": list(data.names[:2]),
        "features": data.features,
        "half": half_of(learner),
    }


def network_view(learner: Learner, grid: int) -> dict[str, Any]:
    """The plane as the network sees it in ``grid`` cells each way, the map of each neuron, weights and gradients.

    The plane has a map for each class, its probability from 0 to 1, or for regression one, the number from -1 to 1.
    The maps of the neurons, layer by layer from the inputs on, are their outputs; the largest is in ``sizes``. The bias
    is the last of a neuron's weights.
    """
    half, columns = half_of(learner), len(learner.data.columns[0])
    middles = [half * ((2 * i + 1) / grid - 1) for i in range(grid)]
    places = [[x, y, *[0.0] * (columns - 2)] for y in reversed(middles) for x in middles]
    inputs = Matrix(featured(places, learner.experiment.features))
    given = learner.responses(inputs)
    with no_grad():
        outputs = softmax(given[-1], 1).matrix if learner.data.classes else given[-1].matrix
    shown = zip(*outputs.rows)
    stride = grid // MAP
    chosen = [r * grid + c for r in range(0, grid, stride) for c in range(0, grid, stride)]
    maps, sizes = [], []
    for table in [inputs, *(values.matrix for values in given)]:
        rows = [table.rows[i] for i in chosen]
        drawn = [_neuron_map(column) for column in zip(*rows)]
        maps.append([text for text, _ in drawn])
        sizes.append([size for _, size in drawn])
    return {
        "plane": {
            "size": grid,
            "maps": [_bytes(255 * p if learner.data.classes else 127.5 * (1 + p) for p in column) for column in shown],
        },
        "maps": maps,
        "sizes": sizes,
        "weights": [_numbers(layer.weight, layer.bias) for layer in learner.linear],
        "gradients": [_gradients(layer.weight, layer.bias) for layer in learner.linear],
    }


def progress_view(learner: Learner) -> dict[str, Any]:
    """The losses and accuracies, and all moments of the learner's history."""
    test = learner.test
    return {
        "epoch": learner.epoch,
        "steps": learner.steps,
        "train": short(learner.train.loss),
        "test": None if test is None else short(test.loss),
        "accuracy": short(learner.train.accuracy),
        "test_accuracy": None if test is None else short(test.accuracy),
        "silent": learner.silent,
        "notice": learner.notice(),
        "moments": [_moment(moment) for moment in learner.history],
    }


def short(x: float) -> float | None:
    """Four digits; None for what is not finite, which JSON cannot write."""
    return float(f"{x:.4g}") if isfinite(x) else None


def _moment(moment: Moment) -> list[Any]:
    epoch, train, test, activations, gradients = moment
    return [
        round(epoch, 3),
        short(train),
        None if test is None else short(test),
        [short(x) for x in activations],
        [short(x) for x in gradients],
    ]


def _neuron_map(values: tuple[float, ...]) -> tuple[str, float | None]:
    """The map and the largest size. Full colour is at twice the mean size, so that a peak in a corner leaves the rest to
    be seen."""
    size = max(map(abs, values))
    if not isfinite(size):
        return _bytes([128.0] * len(values)), None
    full = min(size, 2 * sum(map(abs, values)) / len(values)) or 1.0
    return _bytes(128 + 127 * (x / full) for x in values), short(size)


def _bytes(numbers: Iterable[float]) -> str:
    return b64encode(bytes(int(min(max(x, 0.0), 255.0)) if x == x else 0 for x in numbers)).decode()


def _numbers(weight: Parameter | Tensor, bias: Parameter | Tensor) -> list[list[float | None]]:
    return [[*map(short, row), short(b)] for row, b in zip(weight.matrix.rows, bias.matrix.rows[0])]


def _gradients(weight: Parameter, bias: Parameter) -> list[list[float | None]] | None:
    if weight.grad is None or bias.grad is None:
        return None
    return _numbers(weight.grad, bias.grad)
