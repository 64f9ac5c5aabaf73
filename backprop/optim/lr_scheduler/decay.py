"""Schedulers that decrease the rate: in steps, by a constant factor, by a polynomial, or by any function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from reprlib import repr as short
from typing import Any

from backprop.optim.lr_scheduler.scheduler import Factor, LRScheduler, functions_for_each_group
from backprop.optim.optimizer import Optimizer
from backprop.validation import check_number, check_positive_int, is_positive_int


class StepLR(LRScheduler):
    """η = η₀·γ^⌊t/step_size⌋: multiplied by γ every ``step_size`` epochs.

    Raises ValueError for a ``step_size`` below 1 and a ``gamma`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(5): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_positive_int("StepLR", step_size=settings["step_size"])
        check_number("StepLR", "gamma", settings["gamma"], 0)

    def get_lr(self) -> Sequence[Any]:
        if not self.last_epoch or self.last_epoch % self.step_size:
            return self.current_lr()
        return [lr * self.gamma for lr in self.current_lr()]

    def _get_closed_form_lr(self) -> Sequence[Any]:
        return [lr * self.gamma ** (self.last_epoch // self.step_size) for lr in self.base_lrs]


class MultiStepLR(LRScheduler):
    """η = η₀·γᵏ, k the number of ``milestones`` up to t: multiplied by γ at each of them.

    A milestone that is named twice counts twice. Raises ValueError for milestones other than ints from 0 up and for
    a ``gamma`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = MultiStepLR(optimizer, milestones=[2, 3], gamma=0.5)
    >>> for _ in range(4): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones: Any = Counter(milestones) if isinstance(milestones, Iterable) else milestones
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        milestones = settings["milestones"]
        if not isinstance(milestones, Mapping) or not all(
            is_positive_int(m, 0) and is_positive_int(times) for m, times in milestones.items()
        ):
            came = list(milestones) if isinstance(milestones, Mapping) else milestones
            raise ValueError(f"MultiStepLR: milestones are ints from 0 up, got {short(came)}")
        check_number("MultiStepLR", "gamma", settings["gamma"], 0)

    def get_lr(self) -> Sequence[Any]:
        times = self.milestones.get(self.last_epoch, 0)
        return [lr * self.gamma**times for lr in self.current_lr()] if times else self.current_lr()

    def _get_closed_form_lr(self) -> Sequence[Any]:
        times = sum(times for milestone, times in self.milestones.items() if milestone <= self.last_epoch)
        return [lr * self.gamma**times for lr in self.base_lrs]


class ExponentialLR(LRScheduler):
    """η = η₀·γᵗ: multiplied by γ in every epoch.

    Raises ValueError for a ``gamma`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = ExponentialLR(optimizer, gamma=0.5)
    >>> for _ in range(2): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_number("ExponentialLR", "gamma", settings["gamma"], 0)

    def get_lr(self) -> Sequence[Any]:
        return self.current_lr() if self._is_initial else [lr * self.gamma for lr in self.current_lr()]

    def _get_closed_form_lr(self) -> Sequence[Any]:
        return [lr * self.gamma**self.last_epoch for lr in self.base_lrs]


class PolynomialLR(LRScheduler):
    """η = η₀·(1 − t/total_iters)^power up to t = total_iters, 0 from there on.

    Raises ValueError for ``total_iters`` below 1 and a ``power`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = PolynomialLR(optimizer, total_iters=4)
    >>> for _ in range(2): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_positive_int("PolynomialLR", total_iters=settings["total_iters"])
        check_number("PolynomialLR", "power", settings["power"], 0)

    def get_lr(self) -> Sequence[Any]:
        if self._is_initial or self.last_epoch > self.total_iters:
            return self.current_lr()
        left, before = self.total_iters - self.last_epoch, self.total_iters - self.last_epoch + 1
        factor = (left / before) ** self.power
        return [lr * factor for lr in self.current_lr()]

    def _get_closed_form_lr(self) -> Sequence[Any]:
        left = 1 - min(self.last_epoch, self.total_iters) / self.total_iters
        return [lr * left**self.power for lr in self.base_lrs]


class LambdaLR(LRScheduler):
    """η = η₀·f(t) for any function ``lr_lambda`` f, or a list of functions, one for each group of parameters.

    ``state_dict`` does not contain the functions, but the attributes of objects that are called. Raises TypeError for anything that cannot be called, ValueError for a
    list of another length and, at its epoch, for a rate that is NaN or infinite.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch))
    >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1) -> None:
        self.lr_lambdas = functions_for_each_group("LambdaLR", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Sequence[Any]:
        return [lr * function(self.last_epoch) for lr, function in zip(self.base_lrs, self.lr_lambdas)]


class MultiplicativeLR(LRScheduler):
    """η ← η·f(t) for any function ``lr_lambda`` f, or a list of functions, one for each group of parameters.

    ``state_dict`` does not contain the functions. Raises as LambdaLR does.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0)
    >>> scheduler = MultiplicativeLR(optimizer, lambda epoch: 1 / (1 + epoch))
    >>> for _ in range(2): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.16666666666666666]
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1) -> None:
        self.lr_lambdas = functions_for_each_group("MultiplicativeLR", lr_lambda, optimizer)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Sequence[Any]:
        if self._is_initial:
            return self.current_lr()
        return [lr * function(self.last_epoch) for lr, function in zip(self.current_lr(), self.lr_lambdas)]
