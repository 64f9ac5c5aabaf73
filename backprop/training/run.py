"""A run: what a training is made of, all that it changes, and the callbacks that are told about it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from reprlib import repr as short
from typing import Any

from backprop.nn import Module
from backprop.optim import Optimizer
from backprop.optim.lr_scheduler import LRScheduler
from backprop.training.evaluation import Batch, Batches, Score, pairs
from backprop.training.history import Epoch, History
from backprop.training.rng_state import set_states, states_of
from backprop.training.weighting import Loss


class Callback:
    """Something that is told how a training goes, and may end it. Subclass it and write what is of interest.

    What it remembers from one call to the next belongs into ``state_dict``, so that a resumed training finds it again.

    >>> from backprop.optim import Adam
    >>> from backprop.nn import CrossEntropyLoss, Linear
    >>> from backprop.utils.data import DataLoader
    >>> from backprop import fit
    >>> from backprop.datasets import load_iris
    >>> class GoodEnough(Callback):
    ...     def on_epoch_end(self, run):
    ...         if run.history[-1].accuracy > 0.9:
    ...             run.stop("nine of ten are right")
    >>> rng = random.Random(0)
    >>> model, batches = Linear(4, 3, rng=rng), DataLoader(load_iris(), batch_size=10, shuffle=True, rng=rng)
    >>> optimizer = Adam(model.parameters(), lr=0.05)
    >>> history = fit(model, CrossEntropyLoss(), optimizer, batches, epochs=100, callbacks=[GoodEnough()])
    epoch 1  loss 0.763413  accuracy 65.33 %
    epoch 2  loss 0.568481  accuracy 72.00 %
    epoch 3  loss 0.480324  accuracy 80.00 %
    epoch 4  loss 0.388307  accuracy 94.67 %
    stopped after epoch 4: nine of ten are right
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def on_fit_begin(self, run: Run) -> None:
        """Before the first batch, also of a resumed training."""

    def on_step_end(self, run: Run) -> None:
        """After each step of the optimizer."""

    def on_epoch_end(self, run: Run) -> None:
        """After each epoch and its validation; ``run.history[-1]`` is that epoch."""

    def on_fit_end(self, run: Run) -> None:
        """When the training ends, however it ends. The last callback is told first, as nested blocks end."""

    def state_dict(self) -> dict[str, Any]:
        """What a resumed training needs: numbers, texts, lists, dicts and Matrices. It is {} always or never."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state_dict()`` was taken; raise TypeError or ValueError for what does not fit."""


@dataclass
class Run:
    """A training while it goes on: first what ``fit`` was given, then what it changes.

    ``history`` has the epochs that are over and ``score`` the running means of the one that goes on; ``batch`` is how
    many batches of it have been learned from, ``step`` how many steps the optimizer has taken in all. ``stopped`` is
    why the training ends before its time, "" while it goes on.
    """

    model: Module
    loss: Loss
    optimizer: Optimizer
    batches: Batches
    epochs: int
    validation: Batches | None
    schedule: LRScheduler | None
    callbacks: Sequence[Callback]
    generators: Sequence[random.Random]
    history: History = field(default_factory=History)
    score: Score = field(default_factory=Score)
    batch: int = 0
    step: int = 0
    stopped: str = ""

    def __post_init__(self) -> None:
        self._began = states_of(self.generators)
        self.keep()

    @property
    def epoch(self) -> int:
        """The number of the epoch that goes on, from 1."""
        return len(self.history) + 1

    @property
    def place(self) -> str:
        """The place that has been reached, in words."""
        return f"in epoch {self.epoch}, batch {self.batch}" if self.batch else f"after epoch {self.epoch - 1}"

    def __repr__(self) -> str:
        return f"Run({type(self.model).__name__} of {self.epochs} epochs, {self.place})"

    def stop(self, reason: str) -> None:
        """End the training as soon as all callbacks have been told."""
        self.stopped = reason

    def left(self) -> Iterator[Batch]:
        """The batches of this epoch that have not been learned from."""
        if not self.batch:
            self.score, self._began, self._left = Score(), states_of(self.generators), pairs("fit", self.batches)
        return self._left

    def pass_over(self) -> None:
        """Begin the epoch once more as it began, and pass over the batches that have been learned from.

        Raises ValueError where there are fewer.
        """
        now, score = states_of(self.generators), self.score.state_dict()
        set_states(self.generators, self._began)
        self._left = pairs("fit", self.batches)
        passed = sum(1 for _ in islice(self._left, self.batch))
        if passed < self.batch:
            raise ValueError(f"it is behind batch {self.batch} of an epoch, and here are only {passed}")
        set_states(self.generators, now)
        # The seconds that this took are none of the training's.
        self.score.load_state_dict(score)

    # ---------------------------------------------------------------- state

    def keep(self) -> None:
        """Remember everything as it is. A Matrix never changes, so no numbers are copied."""
        self._kept = self.state_dict()

    def roll_back(self) -> None:
        """Go back to where ``keep`` was called last."""
        self.load_state_dict(self._kept)

    def state_dict(self) -> dict[str, Any]:
        """All that it takes to go on from here as if nothing had happened."""
        owners = self._owners()
        states = {name: owner.state_dict() for name, owner in owners.items()}
        own = {"history": list(self.history), "batch": self.batch, "step": self.step}
        return {"classes": _classes(owners), **states, **own, "began": self._began, "now": states_of(self.generators)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state_dict()`` was taken. After an error, which says what does not fit, ``roll_back()``."""
        owners, classes = self._owners(), state.get("classes")
        if classes != _classes(owners):
            raise ValueError(f"it is a training of {short(classes)}, this one is of {_classes(owners)}")
        missing = sorted(self._kept.keys() - state.keys())
        if missing:
            raise ValueError(f"it has no {missing[0]}")
        for name, owner in owners.items():
            owner.load_state_dict(state[name])
        for name in ("batch", "step"):
            if type(state[name]) is not int or state[name] < 0:
                raise ValueError(f"{name} is an int from 0 up, got {short(state[name])}")
        if not all(isinstance(epoch, Epoch) for epoch in state["history"]):
            raise TypeError("the history is a list of epochs")
        for states in (state["began"], state["now"]):
            set_states(self.generators, states)
        self._began = state["began"]
        self.history[:], self.batch, self.step = state["history"], state["batch"], state["step"]

    def _owners(self) -> dict[str, Any]:
        """Whatever has a state, by the name it has in a checkpoint."""
        owners = {"model": self.model, "loss": self.loss, "optimizer": self.optimizer, "schedule": self.schedule}
        remembering = [callback for callback in self.callbacks if callback.state_dict()]
        owners.update({f"callbacks.{i}": callback for i, callback in enumerate(remembering)}, score=self.score)
        return {name: owner for name, owner in owners.items() if hasattr(owner, "state_dict")}


def _classes(owners: Mapping[str, Any]) -> dict[str, str]:
    return {name: type(owner).__name__ for name, owner in owners.items()}
