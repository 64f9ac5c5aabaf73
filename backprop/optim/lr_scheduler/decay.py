"""Schedulers that decrease the rate: in steps, by a constant factor, by a polynomial, or by any function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.optim.lr_scheduler.scheduler import LRScheduler, check_optimizer
from backprop.optim.optimizer import Optimizer
from backprop.validation import check_number, check_positive_int, is_positive_int

Factor = Callable[[int], float]


class StepLR(LRScheduler):
    """η = η₀·γ^⌊t/step_size⌋: multiplied by γ every ``step_size`` epochs.

    Raises ValueError for a ``step_size`` below 1 and a ``gamma`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> scheduler = StepLR(SGD([Parameter(0.0)], lr=1.0), step_size=2, gamma=0.5)
    >>> for _ in range(5): scheduler.step()
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


class MultiStepLR(LRScheduler):
    """η = η₀·γᵏ, k the number of ``milestones`` up to t: multiplied by γ at each of them.

    A milestone that is named twice counts twice. Raises ValueError for milestones other than ints from 0 up and for
    a ``gamma`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> scheduler = MultiStepLR(SGD([Parameter(0.0)], lr=1.0), milestones=[2, 3], gamma=0.5)
    >>> for _ in range(4): scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones: Any = list(milestones) if isinstance(milestones, Iterable) else milestones
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        milestones = settings["milestones"]
        if not isinstance(milestones, list) or not all(is_positive_int(m, 0) for m in milestones):
            raise ValueError(f"MultiStepLR: milestones are ints from 0 up, got {short(milestones)}")
        check_number("MultiStepLR", "gamma", settings["gamma"], 0)

    def get_lr(self) -> Sequence[Any]:
        times = self.milestones.count(self.last_epoch)
        return [lr * self.gamma**times for lr in self.current_lr()] if times else self.current_lr()


class ExponentialLR(LRScheduler):
    """η = η₀·γᵗ: multiplied by γ in every epoch.

    Raises ValueError for a ``gamma`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> scheduler = ExponentialLR(SGD([Parameter(0.0)], lr=1.0), gamma=0.5)
    >>> scheduler.step(); scheduler.step(); scheduler.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_number("ExponentialLR", "gamma", settings["gamma"], 0)

    def first_lr(self) -> Sequence[Any]:
        return self.current_lr()

    def get_lr(self) -> Sequence[Any]:
        return [lr * self.gamma for lr in self.current_lr()]


class PolynomialLR(LRScheduler):
    """η = η₀·(1 − t/total_iters)^power up to t = total_iters, 0 from there on.

    Raises ValueError for ``total_iters`` below 1 and a ``power`` below 0.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> scheduler = PolynomialLR(SGD([Parameter(0.0)], lr=1.0), total_iters=4)
    >>> for _ in range(2): scheduler.step()
    >>> scheduler.get_last_lr()
    [0.5]
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_positive_int("PolynomialLR", total_iters=settings["total_iters"])
        check_number("PolynomialLR", "power", settings["power"], 0)

    def first_lr(self) -> Sequence[Any]:
        return self.current_lr()

    def get_lr(self) -> Sequence[Any]:
        if self.last_epoch > self.total_iters:
            return self.current_lr()
        left, before = self.total_iters - self.last_epoch, self.total_iters - self.last_epoch + 1
        factor = (left / before) ** self.power
        return [lr * factor for lr in self.current_lr()]


class LambdaLR(LRScheduler):
    """η = η₀·f(t) for any function ``lr_lambda`` f, or a list of functions, one for each group of parameters.

    ``state_dict`` does not contain the functions. Raises TypeError for anything that cannot be called, ValueError for a
    list of another length and, at its epoch, for a rate that is NaN or infinite.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> scheduler = LambdaLR(SGD([Parameter(0.0)], lr=1.0), lambda epoch: 1 / (1 + epoch))
    >>> scheduler.step(); scheduler.get_last_lr()
    [0.5]
    """

    _unsaved = frozenset({"optimizer", "lr_lambdas"})

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1) -> None:
        check_optimizer("LambdaLR", optimizer)
        count = len(optimizer.param_groups)
        self.lr_lambdas: list[Any] = list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda] * count
        if not all(map(callable, self.lr_lambdas)):
            raise TypeError(f"LambdaLR: lr_lambda is a function of the epoch, got {short(lr_lambda)}")
        if len(self.lr_lambdas) != count:
            raise ValueError(f"LambdaLR needs {count} functions, one for each group, got {len(self.lr_lambdas)}")
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Sequence[Any]:
        return [lr * function(self.last_epoch) for lr, function in zip(self.base_lrs, self.lr_lambdas)]
