"""The training loop: predict, compare, go back, step; over all batches, over all epochs."""

from __future__ import annotations

import math

from backprop.layers import Layer
from backprop.optimizers import Optimizer
from backprop.settings import check_count
from backprop.training.evaluation import Batches, Loss, Score, check_parts, evaluate
from backprop.training.history import Epoch, History
from backprop.training.progress import Progress


def fit(
    model: Layer,
    loss: Loss,
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
    line an epoch. Afterwards, also after an interruption, the model is in evaluation mode, ready to be used.

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
    check_count("fit", epochs=epochs)
    check_parts("fit", model, loss, batches)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"fit: the optimizer is an Optimizer, as SGD(model.parameters()) is, got {optimizer!r}")
    history = History()
    line = Progress(epochs, batches) if progress else None
    try:
        for number in range(1, epochs + 1):
            score = _learn(model, loss, optimizer, batches, number, line)
            speed = score.examples_per_second
            validated = (None, None) if validation is None else evaluate(model, loss, validation)
            epoch = Epoch(number, score.loss, score.accuracy, validated[0], validated[1], speed)
            history.append(epoch)
            if line:
                line.epoch(epoch)
    finally:
        model.eval()
        if line:
            line.close()
    return history


def _learn(
    model: Layer, loss: Loss, optimizer: Optimizer, batches: Batches, number: int, line: Progress | None
) -> Score:
    """One epoch."""
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
    return score
