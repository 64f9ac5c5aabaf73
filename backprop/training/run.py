"""A run: what a training is made of, all that it changes, and the callbacks that it calls."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import length_hint
from reprlib import repr as short
from typing import Any

from backprop.nn import Module
from backprop.optim import Optimizer
from backprop.optim.lr_scheduler import LRScheduler
from backprop.optim.optimizer import parameters_of
from backprop.optim.state import snapshot
from backprop.training.evaluation import Batch, Batches, Score, pairs
from backprop.training.history import Epoch, History
from backprop.training.rng_state import set_states, states_of
from backprop.training.weighting import Loss


class Callback:
    """What is called as a training goes on, and may end it. Subclass it and write the methods you need.

    What it remembers from one call to the next belongs into ``state_dict``, so that a resumed training finds it again.

    >>> from backprop.optim import Adam
    >>> from backprop.nn import CrossEntropyLoss, Linear
    >>> from backprop.utils.data import DataLoader
    >>> from backprop import fit
    >>> from backprop.datasets import load_iris
    >>> class GoodEnough(Callback):
    ...     def on_epoch_end(self, run):
    ...         if run.history[-1].accuracy > 0.9:
    ...             run.stop("nine of ten are correct")
    >>> rng = random.Random(0)
    >>> model, batches = Linear(4, 3, rng=rng), DataLoader(load_iris(), batch_size=10, shuffle=True, generator=rng)
    >>> optimizer = Adam(model.parameters(), lr=0.05)
    >>> history = fit(model, CrossEntropyLoss(), optimizer, batches, epochs=100, callbacks=[GoodEnough()])
    epoch 1  loss 1.251800  accuracy 32.00 %
    epoch 2  loss 0.696182  accuracy 64.67 %
    epoch 3  loss 0.535270  accuracy 71.33 %
    epoch 4  loss 0.527424  accuracy 68.00 %
    epoch 5  loss 0.426778  accuracy 86.00 %
    epoch 6  loss 0.389279  accuracy 94.67 %
    stopped after epoch 6: nine of ten are correct
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
        """When the training ends, however it ends. The last callback is called first, as nested blocks end; all are
        called, even where one raises."""

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
    scheduler: LRScheduler | None
    callbacks: Sequence[Callback]
    generators: Sequence[random.Random]
    history: History = field(default_factory=History)
    score: Score = field(default_factory=Score)
    batch: int = 0
    step: int = 0
    stopped: str = ""

    def __post_init__(self) -> None:
        self._epoch_start = states_of(self.generators)
        remembering = [callback for callback in self.callbacks if callback.state_dict()]
        owners = {"model": self.model, "loss": self.loss, "optimizer": self.optimizer, "scheduler": self.scheduler}
        owners.update({f"callbacks.{i}": callback for i, callback in enumerate(remembering)}, score=self.score)
        # Whatever has a state, by the name it has in a checkpoint; apart those whose state is all in their tensors.
        self._owners: dict[str, Any] = {name: own for name, own in owners.items() if hasattr(own, "state_dict")}
        self._modules: dict[str, Module] = {
            name: self._owners.pop(name)
            for name, own in owners.items()
            if isinstance(own, Module) and type(own).state_dict is Module.state_dict
        }
        self.snapshot()

    @property
    def epoch(self) -> int:
        """The number of the current epoch, from 1."""
        return len(self.history) + 1

    @property
    def position(self) -> str:
        """How far the training is, in words."""
        return f"in epoch {self.epoch}, batch {self.batch}" if self.batch else f"after epoch {self.epoch - 1}"

    def __repr__(self) -> str:
        return f"Run({type(self.model).__name__} of {self.epochs} epochs, {self.position})"

    def stop(self, reason: str) -> None:
        """End the training as soon as all callbacks have been called."""
        self.stopped = reason

    def remaining_batches(self) -> Iterator[Batch]:
        """The batches of this epoch that have not been learned from."""
        if not self.batch:
            self.score = self._owners["score"] = Score()
            self._epoch_start, self._remaining = states_of(self.generators), pairs("fit", self.batches)
        return self._remaining

    def skip_seen(self) -> None:
        """Begin the epoch again as it began, and skip the batches that have been learned from.

        Raises ValueError where there are fewer.
        """
        now, score = states_of(self.generators), self.score.state_dict()
        set_states(self.generators, self._epoch_start)
        self._remaining = pairs("fit", self.batches)
        skipped = sum(1 for _ in islice(self._remaining, self.batch))
        if skipped < self.batch:
            raise ValueError(f"it is at batch {self.batch} of an epoch, and here an epoch has only {skipped}")
        set_states(self.generators, now)
        # The seconds that this took are none of the training's.
        self.score.load_state_dict(score)

    # ---------------------------------------------------------------- state

    def snapshot(self) -> None:
        """Remember everything as it is, for ``roll_back``.

        This is done after each step, so it must be cheap. A Matrix never changes, so a reference to it is enough; the
        tensors of a model are looked up once an epoch, those that the optimizer changes each time.
        """
        if not self.batch:
            modules = {part for module in self._modules.values() for part in module.modules()}
            self._buffers = [(module, name) for module in modules for name in module._buffers]
            self._parameters = [p for module in self._modules.values() for p in module.parameters()]
        buffers: list[Any] = [getattr(*place) for place in self._buffers]
        tensors = [
            *self._parameters,
            *[buffer for buffer in buffers if buffer is not None],
            *parameters_of(self.optimizer),
        ]
        owners, names = [module for module, _ in self._buffers], [name for _, name in self._buffers]
        values = [*buffers, *[tensor._matrix for tensor in tensors]]
        self._kept = [*owners, *tensors], [*names, *["_matrix"] * len(tensors)], values, self._progress()

    def roll_back(self) -> None:
        """Go back to the last ``snapshot``."""
        owners, names, values, progress = self._kept
        # One call into the interpreter's own code: Ctrl-C comes before it or after it.
        list(map(object.__setattr__, owners, names, values))
        self._load_progress(progress)

    def state_dict(self) -> dict[str, Any]:
        """All that it takes to go on from here as if nothing had happened."""
        modules = {name: module.state_dict() for name, module in self._modules.items()}
        return {"classes": self._classes, "size": self._size, **modules, **self._progress()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state_dict()`` was taken. After an error, which says what does not fit, call ``roll_back()``."""
        if state.get("classes") != self._classes:
            raise ValueError(f"it is a training of {short(state.get('classes'))}, this one is of {self._classes}")
        _check_size(state.get("size"), self._size)
        missing = sorted({*self._modules, *self._progress()} - state.keys())
        if missing:
            raise ValueError(f"it has no {missing[0]}")
        for name, module in self._modules.items():
            module.load_state_dict(state[name])
        self._load_progress(state)

    @property
    def _size(self) -> list[int | None]:
        """The number of batches and of examples in an epoch, None for what is not known before it ends."""
        parts = self.batches, getattr(self.batches, "dataset", None)
        return [size if size >= 0 else None for size in (length_hint(part, -1) for part in parts)]

    @property
    def _classes(self) -> dict[str, str]:
        return {name: type(owner).__name__ for name, owner in {**self._modules, **self._owners}.items()}

    def _progress(self) -> dict[str, Any]:
        """What a training changes, but for the model and the loss."""
        # Those of modules hold the very values; all others are copies already.
        states = {
            name: snapshot(owner.state_dict()) if isinstance(owner, Module) else owner.state_dict()
            for name, owner in self._owners.items()
        }
        own = {"history": list(self.history), "batch": self.batch, "step": self.step}
        return {**states, **own, "epoch_start": self._epoch_start, "now": states_of(self.generators)}

    def _load_progress(self, state: Mapping[str, Any]) -> None:
        for name, owner in self._owners.items():
            owner.load_state_dict(state[name])
        for name in ("batch", "step"):
            if type(state[name]) is not int or state[name] < 0:
                raise ValueError(f"{name} is an int from 0 up, got {short(state[name])}")
        if not all(isinstance(epoch, Epoch) for epoch in state["history"]):
            raise TypeError("the history is a list of epochs")
        for states in (state["epoch_start"], state["now"]):
            set_states(self.generators, states)
        self._epoch_start = state["epoch_start"]
        self.history[:], self.batch, self.step = state["history"], state["batch"], state["step"]


def _check_size(saved: Any, own: Sequence[int | None]) -> None:
    """ValueError where both know how many batches or examples an epoch has, and differ."""
    if not isinstance(saved, list) or len(saved) != len(own):
        raise ValueError(f"the size of an epoch is a list of {len(own)}, got {short(saved)}")
    for before, now, what in zip(saved, own, ("batches", "examples")):
        if before is not None and now is not None and before != now:
            raise ValueError(f"its epochs have {short(before)} {what}, here an epoch has {now}")
