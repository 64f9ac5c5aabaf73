"""Warm-up: small rates for the first epochs, then another scheduler."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from reprlib import repr as short
from typing import Any

from backprop.optim.lr_scheduler.plateau import ReduceLROnPlateau
from backprop.optim.lr_scheduler.scheduler import LRScheduler
from backprop.optim.optimizer import Optimizer
from backprop.validation import check_number, check_positive_int, is_positive_int


class ConstantLR(LRScheduler):
    """η = η₀·factor for the first ``total_iters`` epochs, η₀ after them.

    Raises ValueError for a ``factor`` that is not above 0 and up to 1 (PyTorch accepts 0, from which the rate cannot
    recover) and for ``total_iters`` below 1.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> scheduler = ConstantLR(SGD([Parameter(0.0)], lr=1.0), factor=0.5, total_iters=2)
    >>> scheduler.get_last_lr()
    [0.5]
    >>> scheduler.step(); scheduler.step(); scheduler.get_last_lr()
    [1.0]
    """

    def __init__(
        self, optimizer: Optimizer, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_number("ConstantLR", "factor", settings["factor"], above=0, high=1)
        check_positive_int("ConstantLR", total_iters=settings["total_iters"])

    def get_lr(self) -> Sequence[Any]:
        if not self.last_epoch:
            return [lr * self.factor for lr in self.current_lr()]
        if self.last_epoch == self.total_iters:
            return [lr * (1.0 / self.factor) for lr in self.current_lr()]
        return self.current_lr()


class LinearLR(LRScheduler):
    """η = η₀·(start + (end − start)·min(t, total_iters)/total_iters), with two factors start and end: a straight line.

    This is the usual warm-up: from a small rate to the full one, while the running means of optimizers such as Adam
    fill up. ``SequentialLR`` continues with another scheduler. Goyal et al., "Accurate, Large Minibatch SGD" (2017),
    section 2.2.

    Raises ValueError unless 0 < start_factor ≤ 1, 0 ≤ end_factor ≤ 1 and total_iters ≥ 1.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> scheduler = LinearLR(SGD([Parameter(0.0)], lr=1.0), start_factor=0.5, total_iters=4)
    >>> for _ in range(2): scheduler.step()
    >>> scheduler.get_last_lr()
    [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_number("LinearLR", "start_factor", settings["start_factor"], above=0, high=1)
        check_number("LinearLR", "end_factor", settings["end_factor"], 0, 1)
        check_positive_int("LinearLR", total_iters=settings["total_iters"])

    def first_lr(self) -> Sequence[Any]:
        return self.current_lr() if self.last_epoch else [lr * self.start_factor for lr in self.current_lr()]

    def get_lr(self) -> Sequence[Any]:
        if self.last_epoch > self.total_iters:
            return self.current_lr()
        # The factor of this epoch over that of the last is (before + rise)/before, both multiplied by total_iters.
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        # Rounding may make the last factor of a line to 0 negative, as in PyTorch.
        factor = max(1.0 + rise / before, 0.0)
        return [lr * factor for lr in self.current_lr()]


class SequentialLR(LRScheduler):
    """One scheduler after the other: at each of the ``milestones`` the next one begins with its epoch 0.

    All are made for the same optimizer, with the same initial rates. To resume use ``load_state_dict``; PyTorch's
    argument ``last_epoch``, which does not resume, is left out.

    Raises TypeError and ValueError for schedulers of another optimizer, for ReduceLROnPlateau, whose ``step`` needs a
    metric, and unless the milestones are growing ints from 0 up, one fewer than schedulers.

    A warm-up of four epochs, then a cosine:

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> from backprop.optim.lr_scheduler import CosineAnnealingLR
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> warmup = LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> scheduler = SequentialLR(optimizer, [warmup, CosineAnnealingLR(optimizer, T_max=4)], milestones=[4])
    >>> rates = []
    >>> for _ in range(9):
    ...     rates += scheduler.get_last_lr()
    ...     scheduler.step()
    >>> [round(lr, 3) for lr in rates]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.854, 0.5, 0.146, 0.0]
    """

    _unsaved = frozenset({"optimizer", "schedulers"})

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int]) -> None:
        for setting, value in (("schedulers", schedulers), ("milestones", milestones)):
            if not isinstance(value, (list, tuple)):
                raise TypeError(f"SequentialLR: {setting} must be a list, got {short(value)}")
        self.schedulers = list(schedulers)
        for i, scheduler in enumerate(self.schedulers):
            if not isinstance(scheduler, LRScheduler) or isinstance(scheduler, ReduceLROnPlateau):
                raise TypeError(
                    f"SequentialLR: schedulers[{i}] must be a scheduler whose step() takes no metric, got {scheduler!r}"
                )
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"SequentialLR: schedulers[{i}] belongs to another optimizer")
        self.milestones = list(milestones)
        super().__init__(optimizer)

    def check(self, settings: Mapping[str, Any]) -> None:
        milestones, count = settings["milestones"], len(self.schedulers)
        if (
            len(milestones) != count - 1
            or not all(is_positive_int(m, 0) for m in milestones)
            or sorted(set(milestones)) != milestones
        ):
            raise ValueError(
                f"SequentialLR: {count} schedulers need {count - 1} milestones, growing ints from 0 up, "
                f"got {short(milestones)}"
            )

    def begin(self, epoch: int = 0) -> None:
        # Each constructor has set its first rate, starting from that of the scheduler before.
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        self.last_epoch = epoch
        self._current().begin()
        self._last_lr = self._current().get_last_lr()

    def _begin_next(self) -> None:
        self.last_epoch += 1
        scheduler = self._current()
        if self.last_epoch in self.milestones:
            scheduler.restart()
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()

    def _current(self) -> LRScheduler:
        return self.schedulers[bisect_right(self.milestones, self.last_epoch)]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "schedulers": [scheduler.state_dict() for scheduler in self.schedulers]}

    def check_state(self, state_dict: Mapping[str, Any]) -> None:
        super().check_state(state_dict)
        for scheduler, saved in zip(self.schedulers, state_dict["schedulers"]):
            scheduler.check_state(saved)

    def _changes(self, state_dict: Mapping[str, Any]) -> list[tuple[dict[str, Any], Mapping[str, Any]]]:
        own = dict(state_dict)
        parts = zip(self.schedulers, own.pop("schedulers"))
        return [*super()._changes(own), *(change for part, saved in parts for change in part._changes(saved))]

    def _sets(self) -> Sequence[str]:
        return list({setting: None for scheduler in self.schedulers for setting in scheduler._sets()})
