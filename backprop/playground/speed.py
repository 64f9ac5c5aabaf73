"""The speed: how many epochs a second are learned, and what takes the time."""

from __future__ import annotations

from math import ceil
from typing import Any

from backprop.playground.learner import Learner

_SLOW = 20  # epochs a second, below which a word is said
_STEP_COST = 8000  # multiply-adds in whose time a step does everything else, layer by layer


class Speed:
    """The seconds of training and of looking since training began."""

    def __init__(self) -> None:
        self._training = self._looking = 0.0
        self._steps = 0

    def trained(self, seconds: float, steps: int) -> None:
        """So many steps took so long."""
        self._training += seconds
        self._steps += steps

    def looked(self, seconds: float) -> None:
        """One look took so long."""
        self._looking += seconds

    def view(self, learner: Learner) -> dict[str, Any]:
        """Epochs a second, the share of the time that looking takes, and a sentence on what is slow, if anything is."""
        if not self._steps or not self._training:
            return {"speed": None, "looking": None, "slow": ""}
        steps = ceil(learner.data.train / learner.experiment.batch)
        whole = self._training + self._looking
        speed = self._steps / steps / whole
        return {
            "speed": float(f"{speed:.3g}"),
            "looking": round(self._looking / whole, 3),
            "slow": "" if speed >= _SLOW else _reason(learner, steps, 1000 * whole / self._steps),
        }


def _reason(learner: Learner, steps: int, milliseconds: float) -> str:
    sizes = [layer.weight.numel() for layer in learner.linear]
    batch = min(learner.experiment.batch, learner.data.train)
    shown = f"{milliseconds:.2g}" if milliseconds < 10 else f"{milliseconds:.0f}"
    said = f"An epoch is {steps} steps of {shown} ms. " if steps > 1 else f"An epoch is one step of {shown} ms. "
    if 3 * batch * sum(sizes) < _STEP_COST * len(sizes):
        return f"{said}Most of a step is the same for any number of examples: larger batches make fewer steps."
    largest = max(range(len(sizes)), key=sizes.__getitem__)
    share = sizes[largest] / sum(sizes)
    layer = learner.linear[largest]
    return (
        f"{said}{share:.0%} of the arithmetic is the weights from {layer.in_features} to {layer.out_features} neurons: "
        "fewer neurons or examples make it quicker."
    )
