"""Schedulers made of others: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from reprlib import repr as short
from typing import Any

from backprop.optim.lr_scheduler.plateau import ReduceLROnPlateau
from backprop.optim.lr_scheduler.scheduler import LRScheduler
from backprop.optim.optimizer import Optimizer
from backprop.optim.state import undone_on_error
from backprop.validation import is_positive_int


class _Combined(LRScheduler):
    """A scheduler that sets no rate itself; its ``_schedulers`` do."""

    def _init_schedulers(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> None:
        name = type(self).__name__
        if not isinstance(schedulers, (list, tuple)):
            raise TypeError(f"{name}: schedulers must be a list, got {short(schedulers)}")
        if not schedulers:
            raise ValueError(f"{name}: schedulers must have one at least, got []")
        self._schedulers: list[LRScheduler] = list(schedulers)
        self.optimizer = optimizer or self._schedulers[0].optimizer
        for i, scheduler in enumerate(self._schedulers):
            if not isinstance(scheduler, LRScheduler):
                raise TypeError(f"{name}: schedulers[{i}] must be a scheduler, got {short(scheduler)}")
            takes_metric = isinstance(scheduler, ReduceLROnPlateau)
            if takes_metric:
                raise ValueError(f"{name}: schedulers[{i}] must be one whose step() takes no metric, got {scheduler!r}")
            if scheduler.optimizer is not self.optimizer:
                raise ValueError(f"{name}: schedulers[{i}] belongs to another optimizer")

    def _reset_lr(self) -> None:
        """Back to the rates that the groups had before the constructors set those of the first epoch."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]

    def check_state(self, state_dict: Mapping[str, Any]) -> None:
        super().check_state(state_dict)
        for scheduler, saved in zip(self._schedulers, state_dict["_schedulers"]):
            scheduler.check_state(saved)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({type(self.optimizer).__name__}, {self._schedulers!r}, last_lr={self._last_lr})"


def _undo(scheduler: LRScheduler) -> None:
    """Take the first epoch back, which the constructor began."""
    if isinstance(scheduler, _Combined):
        for part in scheduler._schedulers:
            _undo(part)
    else:
        scheduler.last_epoch -= 1


class SequentialLR(_Combined):
    """One scheduler after the other: at each of the ``milestones`` the next one begins with its epoch 0.

    All are made for the same optimizer, with the same initial rates. To resume use ``load_state_dict``.

    Raises TypeError and ValueError for schedulers of another optimizer, for ReduceLROnPlateau, whose ``step`` needs a
    metric, and unless the milestones are growing ints from 0 up, one fewer than schedulers.

    A warm-up of four epochs, then a cosine:

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> from backprop.optim.lr_scheduler import CosineAnnealingLR, LinearLR
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> warmup = LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> scheduler = SequentialLR(optimizer, [warmup, CosineAnnealingLR(optimizer, T_max=4)], milestones=[4])
    >>> rates = []
    >>> for _ in range(9):
    ...     rates += scheduler.get_last_lr()
    ...     optimizer.step(); scheduler.step()
    >>> [round(lr, 3) for lr in rates]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self._init_schedulers(schedulers, optimizer)
        if not isinstance(milestones, (list, tuple)):
            raise TypeError(f"SequentialLR: milestones must be a list, got {short(milestones)}")
        self._milestones = list(milestones)
        self.last_epoch = last_epoch + 1
        self.check(vars(self))
        with undone_on_error(*self.optimizer.param_groups, *map(vars, self._schedulers)):
            self._reset_lr()
            _undo(self)
            self._current()._initial_step()
        self._last_lr = self._current().get_last_lr()

    def check(self, settings: Mapping[str, Any]) -> None:
        milestones, count = settings["_milestones"], len(self._schedulers)
        if (
            len(milestones) != count - 1
            or not all(is_positive_int(m, 0) for m in milestones)
            or sorted(set(milestones)) != milestones
        ):
            raise ValueError(
                f"SequentialLR: {count} schedulers need {count - 1} milestones, growing ints from 0 up, "
                f"got {short(milestones)}"
            )

    def step(self) -> None:  # type: ignore[override]  # no epoch, as in PyTorch
        with undone_on_error(vars(self), *self.optimizer.param_groups):
            self.last_epoch += 1
            scheduler = self._current()
            if self.last_epoch in self._milestones:
                scheduler._update_lr(0)
            else:
                scheduler.step()
            self._last_lr = scheduler.get_last_lr()

    def _update_lr(self, epoch: int | None = None) -> None:
        self.last_epoch = 0
        self._current()._update_lr(0)
        self._last_lr = self._current().get_last_lr()

    def _current(self) -> LRScheduler:
        return self._schedulers[bisect_right(self._milestones, self.last_epoch)]


class ChainedScheduler(_Combined):
    """All schedulers at once: each multiplies the rate by its factor of the epoch.

    Raises TypeError and ValueError for schedulers of several optimizers and for ReduceLROnPlateau, whose ``step`` needs a
    metric.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> from backprop.optim.lr_scheduler import ConstantLR, ExponentialLR
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = ChainedScheduler([ConstantLR(optimizer, factor=0.1, total_iters=2), ExponentialLR(optimizer, 0.5)])
    >>> rates = []
    >>> for _ in range(4):
    ...     rates += scheduler.get_last_lr()
    ...     optimizer.step(); scheduler.step()
    >>> rates
    [0.1, 0.05, 0.25, 0.125]
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self._init_schedulers(schedulers, optimizer)
        self._last_lr = self.current_lr()

    def step(self) -> None:  # type: ignore[override]  # no epoch, as in PyTorch
        with undone_on_error(vars(self), *self.optimizer.param_groups):
            for scheduler in self._schedulers:
                scheduler.step()
            self._last_lr = self.current_lr()

    def _update_lr(self, epoch: int | None = None) -> None:
        self._reset_lr()
        for scheduler in self._schedulers:
            scheduler.last_epoch = -1
            scheduler._initial_step()
        self._last_lr = self.current_lr()
