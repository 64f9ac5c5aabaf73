"""Evaluation: the mean loss and the share of right answers over batches, without learning from them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from backprop.data.dataset import Targets
from backprop.layers import Layer
from backprop.matrix import Matrix
from backprop.tensor import Tensor, no_grad


class Score:
    """A running mean of losses and of right answers, each example with the same weight, and the speed."""

    def __init__(self) -> None:
        self.examples = 0
        self._started = time.perf_counter()
        self._loss = 0.0
        self._right: int | None = None

    def add(self, output: Tensor, loss: float, targets: Targets) -> None:
        """Count one batch: ``loss`` is its mean; the answers count where targets are class indices."""
        size = len(targets)
        self.examples += size
        self._loss += loss * size
        if not isinstance(targets, Matrix):
            hits = sum(answer == target for answer, target in zip(output.data.argmax(axis=1), targets))
            self._right = (self._right or 0) + hits

    @property
    def loss(self) -> float:
        """The mean loss of an example."""
        return self._loss / self.examples

    @property
    def accuracy(self) -> float | None:
        """The share of right answers, None where there were no class targets."""
        return None if self._right is None else self._right / self.examples

    @property
    def examples_per_second(self) -> float:
        """Examples counted for each second since the start."""
        return self.examples / max(time.perf_counter() - self._started, 1e-9)


def evaluate(model: Layer, loss: Layer, batches: Iterable[tuple[Any, Targets]]) -> tuple[float, float | None]:
    """(mean loss, accuracy) of ``model`` over ``batches``; accuracy is None unless targets are class indices.

    The model is in evaluation mode meanwhile, and no graph is recorded.

    >>> from backprop import CrossEntropyLoss, DataLoader, Dataset, Sequential
    >>> scores = Dataset(Matrix([[1000.0, 0.0], [1000.0, 0.0]]), [0, 1])
    >>> evaluate(Sequential(), CrossEntropyLoss(), DataLoader(scores, batch_size=2))
    (500.0, 0.5)
    """
    score = Score()
    was_training = model.training
    model.eval()
    try:
        with no_grad():
            for inputs, targets in batches:
                output = model(inputs)
                score.add(output, float(loss(output, targets).item()), targets)
    finally:
        model.train(was_training)
    if not score.examples:
        raise ValueError("evaluate got no batches; an iterator that is used up gives none")
    return score.loss, score.accuracy
