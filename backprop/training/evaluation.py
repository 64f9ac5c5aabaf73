"""Evaluation: the loss and the accuracy over batches, without learning from them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from operator import eq
from typing import Any

from backprop.autograd import Tensor, as_tensor, no_grad
from backprop.nn import Module
from backprop.nn.functional.targets import class_list
from backprop.training.weighting import Loss, denominator, number
from backprop.utils.data.dataset import Dataset, IterableDataset
from backprop.validation import check_compatible

Batch = tuple[Any, Any]
Batches = Iterable[Batch]


class Score:
    """The running loss and accuracy of the batches so far, which are those of all their examples at once, and the speed."""

    def __init__(self) -> None:
        self.examples = 0
        self._started = time.perf_counter()
        self._total = 0.0
        self._denominator = 0.0
        self._is_sum = False
        self._correct = 0
        self._counted = 0

    def add(self, loss: Loss, output: Any, value: float, targets: Any) -> None:
        """Count one batch, to which ``loss`` gave ``value``; answers count where targets are class indices, one for each
        of the rows of scores, and not the ``ignore_index`` of the loss."""
        self.examples += len(targets)
        divisor = denominator(loss, targets)
        if divisor is None:
            self._is_sum = True
            self._total += value
        elif divisor:
            self._total += value * float(divisor)
            self._denominator += float(divisor)
        classes = class_list(targets)
        if classes is not None and _are_scores(output, len(classes)):
            hits, ignored = list(map(eq, output.argmax(1).tolist(), classes)), getattr(loss, "ignore_index", None)
            if ignored in classes:
                hits = [hit for hit, target in zip(hits, classes) if target != ignored]
            self._correct += sum(hits)
            self._counted += len(hits)

    def __repr__(self) -> str:
        return f"Score(loss={self.loss}, accuracy={self.accuracy})" if self.examples else "Score()"

    def join(self, other: Score) -> None:
        """Count all that ``other`` has counted."""
        self.examples += other.examples
        self._total += other._total
        self._denominator += other._denominator
        self._is_sum |= other._is_sum
        self._correct += other._correct
        self._counted += other._counted

    @property
    def loss(self) -> float:
        """The loss of all examples; NaN where none counts."""
        if self._is_sum:
            return self._total
        return self._total / self._denominator if self._denominator else math.nan

    @property
    def accuracy(self) -> float | None:
        """The share of correct answers, None where there were no class targets."""
        return self._correct / self._counted if self._counted else None

    def check(self, name: str) -> None:
        """ValueError, by ``name``, where there is no loss of what was counted."""
        if not self._is_sum and not self._denominator:
            raise ValueError(
                f"{name}: none of the {self.examples} targets counts in the loss: each is the ignore_index, or of a class "
                "of weight 0"
            )

    @property
    def examples_per_second(self) -> float:
        """Examples counted for each second since the start."""
        return self.examples / max(self._seconds(), 1e-9)

    def _seconds(self) -> float:
        return time.perf_counter() - self._started

    def state_dict(self) -> dict[str, Any]:
        """The sums so far and the seconds they took."""
        return {
            "examples": self.examples,
            "total": self._total,
            "denominator": self._denominator,
            "is_sum": self._is_sum,
            "correct": self._correct,
            "counted": self._counted,
            "seconds": self._seconds(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state_dict()`` was taken; the time in between does not count."""
        check_compatible("Score.load_state_dict", "the state", self.state_dict(), state)
        if not 0 <= state["correct"] <= state["counted"]:
            raise ValueError(
                f"Score.load_state_dict: {state['correct']} of {state['counted']} answers cannot be correct"
            )
        self.examples, self._correct, self._counted = state["examples"], state["correct"], state["counted"]
        self._total, self._denominator = float(state["total"]), float(state["denominator"])
        self._is_sum = state["is_sum"]
        self._started = time.perf_counter() - state["seconds"]


def evaluate(model: Module, loss: Loss, batches: Batches) -> tuple[float, float | Any]:
    """(loss, accuracy) of ``model`` over ``batches``; accuracy is None unless targets are class indices.

    Both are those of all examples at once, however they are batched, whatever ``loss`` is a mean of: it says so by its
    ``denominator``, and a function that has none is taken as a mean over the targets. What it ignores is not in the
    accuracy either. The model is in evaluation mode meanwhile, and no graph is recorded.

    Raises ValueError where there are no batches, or no target in them counts.

    >>> from backprop.nn import CrossEntropyLoss, Sequential
    >>> from backprop import tensor
    >>> from backprop.utils.data import DataLoader, TensorDataset
    >>> scores = TensorDataset(tensor([[1000.0, 0.0], [1000.0, 0.0]]), tensor([0, 1]))
    >>> evaluate(Sequential(), CrossEntropyLoss(), DataLoader(scores, batch_size=2))
    (500.0, 0.5)
    """
    check_arguments("evaluate", model, loss, batches)
    score = Score()
    modes = [(layer, layer.training) for layer in model.modules()]
    model.eval()
    try:
        with no_grad():
            for inputs, targets in pairs("evaluate", batches):
                output = model(as_tensor(inputs, "evaluate"))
                score.add(loss, output, number("evaluate", loss(output, targets)), targets)
    finally:
        for layer, mode in modes:
            layer.training = mode
    if not score.examples:
        raise ValueError("evaluate got no batches; an iterator that is used up gives none")
    score.check("evaluate")
    return score.loss, score.accuracy


def check_arguments(name: str, model: Any, loss: Any, batches: Any) -> None:
    """TypeError unless these are a Module, a loss, and batches of pairs."""
    order = f"the order is {name}(model, loss, {'optimizer, ' if name == 'fit' else ''}batches)"
    if not isinstance(model, Module) or hasattr(model, "denominator"):
        raise TypeError(f"{name}: the model is a Module, as Sequential(…) is, got {described(model)}; {order}")
    if isinstance(loss, type) or not callable(loss):
        raise TypeError(
            f"{name}: the loss is a function of output and target, as CrossEntropyLoss() is, got {described(loss)}; {order}"
        )
    if getattr(loss, "reduction", None) == "none":
        raise ValueError(
            f"{name}: the loss of a batch is a single number; with reduction='none' it is one for each row"
        )
    check_batches(name, "batches", batches)


def check_batches(name: str, argument: str, batches: Any) -> None:
    """TypeError unless it can be iterated over, and is not a Dataset."""
    if isinstance(batches, Dataset) and not isinstance(batches, IterableDataset):
        raise TypeError(
            f"{name}: {argument} are pairs of (inputs, targets), got {described(batches)}, which is not in batches; "
            "write DataLoader(dataset, batch_size=…)"
        )
    if not isinstance(batches, Iterable):
        raise TypeError(f"{name}: {argument} are pairs of (inputs, targets), got {described(batches)}")


def pairs(name: str, batches: Batches) -> Iterator[Batch]:
    """The batches, each found to be a pair.

    >>> from backprop import Matrix
    >>> list(pairs("fit", [(Matrix([[1.0]]), [0])]))
    [(Matrix([[1.0]]), [0])]
    """
    for batch in batches:
        if not isinstance(batch, (tuple, list)) or len(batch) != 2:
            raise TypeError(
                f"{name}: a batch is a pair (inputs, targets), got {described(batch)}; "
                "write [(inputs, targets)] or DataLoader(TensorDataset(inputs, targets), batch_size=…)"
            )
        yield batch


def described(value: Any) -> str:
    """What a thing is, in words.

    >>> described(Dataset), described([1, 2]), described(None)
    ('the class Dataset', 'a list', 'None')
    """
    if value is None:
        return "None"
    return f"the class {value.__name__}" if isinstance(value, type) else f"a {type(value).__name__}"


def _are_scores(output: Any, count: int) -> bool:
    """Whether there is a row for each of ``count`` examples, and more than one class to choose from."""
    return (
        isinstance(output, Tensor)
        and output._shape[:1] == (count,)
        and len(output._shape) == 2
        and output._shape[1] > 1
    )
