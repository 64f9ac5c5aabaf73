"""Schedulers that decrease the rate along a cosine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from backprop.optim.lr_scheduler.scheduler import LRScheduler
from backprop.optim.optimizer import Optimizer
from backprop.optim.state import undone_on_error
from backprop.validation import check_number, check_positive_int


class CosineAnnealingLR(LRScheduler):
    """η = η_min + ½·(η₀ − η_min)·(1 + cos(π·t/T_max)): down in ``T_max`` epochs, up again in as long, and so on.

    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), equation 5, without the
    restarts. Raises ValueError for ``T_max`` below 1 and ``eta_min`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = CosineAnnealingLR(optimizer, T_max=4)
    >>> for _ in range(2): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_positive_int("CosineAnnealingLR", T_max=settings["T_max"])
        check_number("CosineAnnealingLR", "eta_min", settings["eta_min"], 0)

    def get_lr(self) -> Sequence[Any]:
        if self._is_initial:
            return self.current_lr()
        t, low = self.last_epoch, self.eta_min
        here, before = (1 + math.cos(math.pi * epoch / self.T_max) for epoch in (t, t - 1))
        if not before:
            # The last epoch had the lowest rate, which no factor could raise again.
            rise = (1 - math.cos(math.pi / self.T_max)) / 2
            return [lr + (base - low) * rise for lr, base in zip(self.current_lr(), self.base_lrs)]
        return [low + here / before * (lr - low) for lr in self.current_lr()]

    def _get_closed_form_lr(self) -> Sequence[Any]:
        height = (1 + math.cos(math.pi * self.last_epoch / self.T_max)) / 2
        return [self.eta_min + (lr - self.eta_min) * height for lr in self.base_lrs]


class CosineAnnealingWarmRestarts(LRScheduler):
    """η = η_min + ½·(η₀ − η_min)·(1 + cos(π·T_cur/T_i)): down a cosine in T_i epochs, then again from η₀.

    T_cur is the number of epochs since the last restart; T_i is ``T_0`` at first, and is multiplied by
    ``T_mult`` at each restart. ``step(epoch)`` goes to any epoch, also to a part of one, as after each batch:
    ``step(epoch + i / len(batches))``.

    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), equation 5.
    Raises ValueError for ``T_0`` or ``T_mult`` below 1 and ``eta_min`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
    [0.5]
    >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
    [1.0]
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        self.T_cur: float = 0
        self.T_i = T_0
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        name = "CosineAnnealingWarmRestarts"
        check_positive_int(name, T_0=settings["T_0"], T_mult=settings["T_mult"], T_i=settings["T_i"])
        check_number(name, "T_cur", settings["T_cur"], 0)
        check_number(name, "eta_min", settings["eta_min"], 0)

    def step(self, epoch: float | None = None) -> None:
        with undone_on_error(vars(self), *self.optimizer.param_groups):
            if epoch is None and not self._is_initial:
                self.T_cur += 1
                epoch = self.last_epoch + 1
            else:
                epoch = self.last_epoch + 1 if epoch is None else epoch
                check_number("CosineAnnealingWarmRestarts", "epoch", epoch, 0)
                # With T_mult 1 there may be a million restarts, otherwise there are few.
                self.T_cur, self.T_i = epoch % self.T_0 if self.T_mult == 1 else epoch, self.T_0
            while self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
            self.last_epoch = math.floor(epoch)
            self._begin_epoch(self.get_lr)

    def get_lr(self) -> Sequence[Any]:
        height = (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2
        return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]
