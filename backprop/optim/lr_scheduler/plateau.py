"""ReduceLROnPlateau: a smaller rate when the loss no longer improves."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from backprop.autograd import Tensor
from backprop.optim.lr_scheduler.scheduler import LRScheduler, Rates, check_optimizer, one_for_each_group
from backprop.optim.optimizer import Optimizer
from backprop.optim.state import undone_on_error
from backprop.validation import check_choice, check_number, check_positive_int, is_number


class ReduceLROnPlateau(LRScheduler):
    """η ← max(η·factor, min_lr) when a metric has not improved for more than ``patience`` epochs.

    ``step(metrics)`` takes the metric, such as the loss on the validation set. It is better than the best so far if it
    is below (1 − threshold)·best for ``threshold_mode`` "rel", below best − threshold for "abs"; with ``mode`` "max"
    above (1 + threshold)·best or best + threshold. ("rel" is meant for metrics above 0: of a negative one, what is worse
    by less than the threshold counts as better.) After a reduction it does not count epochs for ``cooldown`` epochs. A
    reduction by ``eps`` or less is not made. ``min_lr`` may be a list, one number for each group.

    Raises ValueError for other settings and for a ``factor`` that is not below 1. A NaN is not an improvement.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0): scheduler.step(loss)
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: Rates = 0,
        eps: float = 1e-8,
    ) -> None:
        name = "ReduceLROnPlateau"
        check_optimizer(name, optimizer)
        self.mode, self.factor, self.patience, self.cooldown = mode, factor, patience, cooldown
        self.threshold, self.threshold_mode, self.eps = threshold, threshold_mode, eps
        self.best = self.mode_worse = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.min_lrs = one_for_each_group(name, "min_lr", min_lr, optimizer)
        self.optimizer = optimizer
        self._last_lr = self.current_lr()
        self.check(vars(self))

    def check(self, settings: Mapping[str, Any]) -> None:
        name = "ReduceLROnPlateau"
        check_choice(name, "mode", settings["mode"], ("min", "max"))
        check_choice(name, "threshold_mode", settings["threshold_mode"], ("rel", "abs"))
        check_number(name, "factor", settings["factor"], 0, below=1)
        check_number(name, "threshold", settings["threshold"], 0)
        check_number(name, "eps", settings["eps"], 0)
        counts = ("patience", "cooldown", "num_bad_epochs", "cooldown_counter")
        check_positive_int(name, 0, **{setting: settings[setting] for setting in counts})
        one_for_each_group(name, "min_lrs", settings["min_lrs"], self.optimizer)
        check_number(name, "default_min_lr", settings["default_min_lr"] or 0, 0)

    def step(self, metrics: Any = None, epoch: int | None = None) -> None:  # type: ignore[override]
        """End an epoch with the metric ``metrics``."""
        number = metrics.item() if isinstance(metrics, Tensor) else metrics
        if not is_number(number):
            raise TypeError(f"ReduceLROnPlateau.step needs the number that is to improve, got {metrics!r}")
        if epoch is not None:
            warnings.warn("scheduler.step(metrics, epoch) is deprecated; write scheduler.step(metrics)", stacklevel=2)
        with undone_on_error(vars(self), *self.optimizer.param_groups):
            self._count(float(number), self.last_epoch + 1 if epoch is None else epoch)

    def _count(self, number: float, epoch: int) -> None:
        self.last_epoch = epoch
        if self._is_better(number):
            self.best, self.num_bad_epochs = number, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            self._set_lr(self.get_lr)
        self._last_lr = self.current_lr()

    def get_lr(self) -> Sequence[Any]:
        """The reduced rates."""
        lowest = self.min_lrs
        if self.default_min_lr is not None:
            lowest = self.min_lrs = [self.default_min_lr] * len(self.optimizer.param_groups)
        pairs = [(lr, max(lr * self.factor, low)) for lr, low in zip(self.current_lr(), lowest)]
        return [reduced if lr - reduced > self.eps else lr for lr, reduced in pairs]

    def _is_better(self, number: float) -> bool:
        sign = -1 if self.mode == "min" else 1
        goal = (
            self.best * (1 + sign * self.threshold)
            if self.threshold_mode == "rel"
            else self.best + sign * self.threshold
        )
        return number < goal if self.mode == "min" else number > goal
