"""Evaluation: the mean loss and the share of right answers over batches, without learning from them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from backprop.data.dataset import Dataset, Targets
from backprop.functional.targets import is_classes
from backprop.layers import Layer
from backprop.settings import check_alike
from backprop.tensor import Tensor, no_grad

Batch = tuple[Any, Targets]
Batches = Iterable[Batch]
Loss = Callable[[Tensor, Any], Tensor]


class Score:
    """A running mean of losses and of right answers, each example with the same weight, and the speed."""

    def __init__(self) -> None:
        self.examples = 0
        self._started = time.perf_counter()
        self._loss = 0.0
        self._right = 0
        self._classes = False

    def add(self, output: Tensor, loss: float, targets: Targets) -> None:
        """Count one batch: ``loss`` is its mean; the answers count where targets are class indices."""
        size = len(targets)
        self.examples += size
        self._loss += loss * size
        if is_classes(targets):
            self._right += sum(answer == target for answer, target in zip(output.data.argmax(axis=1), targets))
            self._classes = True

    def __repr__(self) -> str:
        return f"Score(loss={self.loss}, accuracy={self.accuracy})" if self.examples else "Score()"

    def join(self, other: Score) -> None:
        """Count all that ``other`` has counted."""
        self.examples += other.examples
        self._loss += other._loss
        self._right += other._right
        self._classes |= other._classes

    @property
    def loss(self) -> float:
        """The mean loss of an example."""
        return self._loss / self.examples

    @property
    def accuracy(self) -> float | None:
        """The share of right answers, None where there were no class targets."""
        return self._right / self.examples if self._classes else None

    @property
    def examples_per_second(self) -> float:
        """Examples counted for each second since the start."""
        return self.examples / max(self._seconds(), 1e-9)

    def _seconds(self) -> float:
        return time.perf_counter() - self._started

    def state_dict(self) -> dict[str, Any]:
        """The sums so far and the seconds they took."""
        sums = {"examples": self.examples, "loss": self._loss, "right": self._right, "classes": self._classes}
        return {**sums, "seconds": self._seconds()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state_dict()`` was taken; the time in between does not count."""
        check_alike("Score.load_state_dict", "the state", self.state_dict(), state)
        self.examples, self._loss = state["examples"], state["loss"]
        self._right, self._classes = state["right"], state["classes"]
        self._started = time.perf_counter() - state["seconds"]


def evaluate(model: Layer, loss: Loss, batches: Batches) -> tuple[float, float | None]:
    """(mean loss, accuracy) of ``model`` over ``batches``; accuracy is None unless targets are class indices.

    The model is in evaluation mode meanwhile, and no graph is recorded.

    >>> from backprop import CrossEntropyLoss, DataLoader, Matrix, Sequential
    >>> scores = Dataset(Matrix([[1000.0, 0.0], [1000.0, 0.0]]), [0, 1])
    >>> evaluate(Sequential(), CrossEntropyLoss(), DataLoader(scores, batch_size=2))
    (500.0, 0.5)
    """
    check_parts("evaluate", model, loss, batches)
    score = Score()
    modes = [(layer, layer.training) for layer in model.modules()]
    model.eval()
    try:
        with no_grad():
            for inputs, targets in batches:
                output = model(inputs)
                score.add(output, float(loss(output, targets).item()), targets)
    finally:
        for layer, mode in modes:
            layer.training = mode
    if not score.examples:
        raise ValueError("evaluate got no batches; an iterator that is used up gives none")
    return score.loss, score.accuracy


def check_parts(name: str, model: Any, loss: Any, batches: Any) -> None:
    """TypeError unless these are a Layer, a loss, and batches of pairs."""
    if not isinstance(model, Layer):
        raise TypeError(f"{name}: the model is a Layer, got a {type(model).__name__}")
    if isinstance(loss, type) or not callable(loss):
        raise TypeError(f"{name}: the loss is a function of output and target, as CrossEntropyLoss() is, got {loss!r}")
    if isinstance(batches, Dataset):
        raise TypeError(f"{name}: a Dataset is not in batches; give it DataLoader(dataset, batch_size=…)")
    if not isinstance(batches, Iterable):
        raise TypeError(f"{name}: batches are pairs of (inputs, targets), got a {type(batches).__name__}")
