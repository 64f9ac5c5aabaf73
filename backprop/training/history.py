"""History: what each epoch of a training came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """One pass over the training data: its number (from 1), the mean loss and the share of right answers while
    it was learning, the same on the validation data afterwards, and its examples a second.

    What was not measured is None: accuracy without class targets, validation without validation data.
    """

    number: int
    loss: float
    accuracy: float | None
    validation_loss: float | None
    validation_accuracy: float | None
    examples_per_second: float

    def __str__(self) -> str:
        """The measured values in one line; not the speed, so that the same training prints the same.

        >>> print(Epoch(3, 0.25, 0.925, None, None, 8000.0))
        epoch 3  loss 0.250000  accuracy 92.50 %
        """
        parts = [f"epoch {self.number}", f"loss {self.loss:.6f}"]
        if self.accuracy is not None:
            parts.append(f"accuracy {percent(self.accuracy)}")
        if self.validation_loss is not None:
            parts.append(f"validation loss {self.validation_loss:.6f}")
        if self.validation_accuracy is not None:
            parts.append(f"validation accuracy {percent(self.validation_accuracy)}")
        return "  ".join(parts)


class History(list[Epoch]):
    """The epochs of a training in their order: a list of Epoch.

    >>> history = History([Epoch(1, 0.5, None, None, None, 100.0), Epoch(2, 0.25, None, None, None, 100.0)])
    >>> [epoch.loss for epoch in history]
    [0.5, 0.25]
    """


def percent(share: float) -> str:
    """A share as people write it.

    >>> percent(0.925)
    '92.50 %'
    """
    return f"{100 * share:.2f} %"
