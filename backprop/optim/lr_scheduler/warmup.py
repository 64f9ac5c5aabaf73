"""Warm-up: small rates for the first epochs, then another scheduler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop.optim.lr_scheduler.scheduler import LRScheduler
from backprop.optim.optimizer import Optimizer
from backprop.validation import check_number, check_positive_int


class ConstantLR(LRScheduler):
    """η = η₀·factor for the first ``total_iters`` epochs, η₀ after them.

    Raises ValueError for a ``factor`` that is not above 0 and up to 1 (PyTorch accepts 0, from which the rate cannot
    recover) and for ``total_iters`` below 1.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> scheduler.get_last_lr()
    [0.5]
    >>> for _ in range(2): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
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

    def _get_closed_form_lr(self) -> Sequence[Any]:
        return [lr * (self.factor if self.last_epoch < self.total_iters else 1) for lr in self.base_lrs]


class LinearLR(LRScheduler):
    """η = η₀·(start + (end − start)·min(t, total_iters)/total_iters), with two factors start and end: a straight line.

    This is the usual warm-up: from a small rate to the full one, while the running means of optimizers such as Adam
    fill up. ``SequentialLR`` continues with another scheduler. Goyal et al., "Accurate, Large Minibatch SGD" (2017),
    section 2.2.

    Raises ValueError unless 0 < start_factor ≤ 1, 0 ≤ end_factor ≤ 1 and total_iters ≥ 1.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = LinearLR(optimizer, start_factor=0.5, total_iters=4)
    >>> for _ in range(2): optimizer.step(); scheduler.step()
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

    def get_lr(self) -> Sequence[Any]:
        if not self.last_epoch:
            return [lr * self.start_factor for lr in self.current_lr()]
        if self._is_initial or self.last_epoch > self.total_iters:
            return self.current_lr()
        # The factor of this epoch over that of the last is (before + rise)/before, both multiplied by total_iters.
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        # Rounding may make the last factor of a line to 0 negative, as in PyTorch.
        factor = max(1.0 + rise / before, 0.0)
        return [lr * factor for lr in self.current_lr()]

    def _get_closed_form_lr(self) -> Sequence[Any]:
        rise = (self.end_factor - self.start_factor) * min(self.last_epoch, self.total_iters) / self.total_iters
        return [lr * (self.start_factor + rise) for lr in self.base_lrs]
