"""The experiment as a program for PyTorch, which prints the same losses as the playground shows.

It draws the points, the initial weights and the order of the examples as the playground does, from the same seed.
"""

from __future__ import annotations

import inspect
import re

from backprop.playground.examples import Examples, examples
from backprop.playground.experiment import Experiment
from backprop.playground.points import CLASSES, NUMBERS

_FORMULAS = {
    "x1^2": "x1 * x1",
    "x2^2": "x2 * x2",
    "x1*x2": "x1 * x2",
    "sin x1": "math.sin(math.pi * x1)",
    "sin x2": "math.sin(math.pi * x2)",
}
_PROGRAM = """\
import math
import random

import torch
from torch import nn

{points}
# The first {train} of {count} examples are learned, the others tell how well.
inputs = torch.tensor([[{features}] for x1, x2, *rest in rows])
targets = torch.tensor({targets})
train = {train}

torch.manual_seed({seed})
model = nn.Sequential(
{layers}
)
loss_fn = nn.{loss}()
optimizer = torch.optim.{optimizer}(model.parameters(), lr={lr!r}{settings})


def mean_loss(inputs, targets):
    with torch.no_grad():
        return loss_fn(model(inputs), targets).item()


print(f"epoch 0: loss {{mean_loss(inputs[:train], targets[:train]):.4f}}")
for epoch in range(1, {epochs} + 1):
    for batch in torch.randperm(train).split({batch}):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs[batch]), targets[batch])
{penalty}        loss.backward()
        optimizer.step()
    print(f"epoch {{epoch}}: loss {{mean_loss(inputs[:train], targets[:train]):.4f}}"{test})
"""
_PENALTIES = {
    "L1": "{rate!r} * sum(layer.weight.abs().sum() for layer in model if isinstance(layer, nn.Linear))",
    "L2": "{rate!r} / 2 * sum(layer.weight.square().sum() for layer in model if isinstance(layer, nn.Linear))",
}


def pytorch_program(experiment: Experiment, epochs: int = 20) -> str:
    """The text of the program, which learns for so many epochs.

    >>> program = pytorch_program(Experiment(layers=(), regularization="L1", rate=0.1))
    >>> [line.strip() for line in program.splitlines() if "optim." in line]
    ['optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.999))']
    """
    data = examples(experiment)
    classes = len(data.classes)
    sizes = [data.inputs.shape[1], *experiment.layers, classes or 1]
    layers = [f"    nn.Linear({before}, {size})," for before, size in zip(sizes, sizes[1:])]
    held_out = data.train < len(data.columns)
    penalty = _PENALTIES.get(experiment.regularization, "") if experiment.rate else ""
    features = [_FORMULAS.get(name, name) for name in experiment.features]
    return _PROGRAM.format(
        points=_points(experiment, data),
        train=data.train,
        count=len(data.columns),
        features=", ".join([*features, *(["*rest"] if len(data.columns[0]) > 2 else [])]),
        targets="answers" if classes else "[[answer] for answer in answers]",
        seed=experiment.seed,
        layers=f"\n    nn.{experiment.activation}(),\n".join(layers),
        loss="CrossEntropyLoss" if classes else "MSELoss",
        optimizer=experiment.optimizer,
        lr=experiment.lr,
        settings=_settings(experiment),
        epochs=epochs,
        batch=experiment.batch,
        penalty=f"        loss = loss + {penalty.format(rate=experiment.rate)}\n" if penalty else "",
        test=', f"test loss {mean_loss(inputs[train:], targets[train:]):.4f}"' if held_out else "",
    )


def _points(experiment: Experiment, data: Examples) -> str:
    if experiment.data == "csv":
        rows = "".join(f"    [{', '.join(f'{x:.6g}' for x in row)}],\n" for row in data.columns)
        answers = data.targets.flatten().tolist()
        return f"rows = [\n{rows}]\nanswers = {answers}\n"
    made = CLASSES[experiment.data][0] if experiment.task == "classification" else NUMBERS[experiment.data]
    text = re.sub(
        r"^def (\w+)\(.*\) -> Points:\n.*?\"\"\"\n", r"def \1(count, rng):\n", inspect.getsource(made), flags=re.DOTALL
    )
    noise = experiment.noise
    return (
        f"\n{text}\n\nrng = random.Random({experiment.seed})\npoints = {made.__name__}({experiment.points}, rng)\n"
        f"rows = [(x1 + {noise!r} * rng.gauss(0, 1), x2 + {noise!r} * rng.gauss(0, 1)) for x1, x2, _ in points]\n"
        "answers = [answer for _, _, answer in points]\n"
    )


def _settings(experiment: Experiment) -> str:
    given = dict(experiment.settings)
    if "beta1" in given:
        return f", betas=({given.pop('beta1')!r}, {given.pop('beta2')!r})" + _listed(given)
    return _listed(given)


def _listed(settings: dict[str, float]) -> str:
    return "".join(f", {name}={value!r}" for name, value in settings.items())
