"""The training loop: predict, compare, go back, step; over all batches, over all epochs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from backprop.data.dataset import Targets
from backprop.layers import Layer
from backprop.optimizers import Optimizer
from backprop.training.evaluation import Score, evaluate
from backprop.training.history import Epoch, History
from backprop.training.progress import Progress

Batches = Iterable[tuple[Any, Targets]]


def fit(
    model: Layer,
    loss: Layer,
    optimizer: Optimizer,
    batches: Batches,
    *,
    epochs: int,
    validation: Batches | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` for ``epochs`` passes over ``batches``, pairs of (inputs, targets); returns the History.

    Where ``validation`` batches are given, the model is judged by them after each epoch. ``progress`` shows a
    line with epoch, loss, accuracy, examples a second and time left on a terminal; in a file it is one plain
    line an epoch. Afterwards the model is in evaluation mode, ready to be used.

    Raises FloatingPointError as soon as a loss is NaN or infinite, with epoch and batch named, and before the
    weights are touched; ValueError where ``batches`` gives none (an iterator is used up after one epoch).

    >>> from backprop import Adam, CrossEntropyLoss, DataLoader, Linear, load_iris
    >>> import random
    >>> model = Linear(4, 3, rng=random.Random(0))
    >>> batches = DataLoader(load_iris(), batch_size=25, shuffle=True, rng=random.Random(0))
    >>> history = fit(model, CrossEntropyLoss(), Adam(model.parameters(), lr=0.1), batches, epochs=20, progress=False)
    >>> len(history), history[-1].accuracy > 0.9
    (20, True)
    """
    if not isinstance(epochs, int) or epochs < 1:
        raise ValueError(f"fit: epochs is an int from 1 up, got {epochs!r}")
    history = History()
    line = Progress(epochs, batches) if progress else None
    for number in range(1, epochs + 1):
        score = Score()
        model.train()
        for position, (inputs, targets) in enumerate(batches, 1):
            output = model(inputs)
            value = loss(output, targets)
            mean = float(value.item())
            if not math.isfinite(mean):
                raise FloatingPointError(f"fit: the loss is {mean} in epoch {number}, batch {position}")
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            score.add(output, mean, targets)
            if line:
                line.batch(number, position, score)
        if not score.examples:
            raise ValueError(f"fit got no batches in epoch {number}; an iterator is used up after one epoch")
        speed = score.examples_per_second
        validation_loss, validation_accuracy = (None, None) if validation is None else evaluate(model, loss, validation)
        epoch = Epoch(number, score.loss, score.accuracy, validation_loss, validation_accuracy, speed)
        history.append(epoch)
        if line:
            line.epoch(epoch)
    model.eval()
    return history
