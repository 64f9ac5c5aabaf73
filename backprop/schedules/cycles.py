"""Schedules that go up and down by the batch, and the momentum against them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.optimizers import Optimizer
from backprop.schedules.scheduler import LRScheduler, Rates, check_optimizer, one_for_each_group
from backprop.settings import check_count, check_number, check_word


class CyclicLR(LRScheduler):
    """η = base_lr + (max_lr − base_lr)·h·scale: h rises from 0 to 1 in step_size_up steps, falls in step_size_down.

    ``step_size_down`` is ``step_size_up`` if not given. scale is 1 for the ``mode`` "triangular", 1/2ᶜ⁻¹ in the c-th
    cycle for "triangular2", gammaᵗ for "exp_range", or ``scale_fn`` of the cycle or of t, as ``scale_mode`` "cycle"
    or "iterations" says. With ``cycle_momentum`` the optimizer's momentum (Adam's β₁) runs the other way, from
    ``max_momentum`` to ``base_momentum`` and back. Rates and momentums may be lists, one number for each group.

    ``scale_fn`` is not part of ``state_dict``. Smith, "Cyclical Learning Rates for Training Neural Networks" (2017).

    Raises ValueError for rates and momentums below 0, step sizes not above 0, an unknown mode, and for
    ``cycle_momentum`` with an optimizer that has neither momentum nor betas, TypeError for a scale_fn that cannot be
    called.

    >>> from backprop import SGD, Parameter
    >>> optimizer = SGD([Parameter(0.0)], momentum=0.9)
    >>> schedule = CyclicLR(optimizer, base_lr=0.0, max_lr=1.0, step_size_up=2)
    >>> schedule.step(); schedule.get_last_lr()
    [0.5]
    """

    _unsaved = frozenset({"optimizer", "scale_fn"})

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: Rates,
        max_lr: Rates,
        step_size_up: float = 2000,
        step_size_down: float | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Rates = 0.8,
        max_momentum: Rates = 0.9,
        last_epoch: int = -1,
    ) -> None:
        name = "CyclicLR"
        down = step_size_up if step_size_down is None else step_size_down
        check_optimizer(name, optimizer)
        check_number(name, "step_size_up", step_size_up, above=0)
        check_number(name, "step_size_down", down, above=0)
        if scale_fn is None:
            check_word(name, "mode", mode, ("triangular", "triangular2", "exp_range"))
        elif not callable(scale_fn):
            raise TypeError(f"{name}: scale_fn is a function of the cycle or of the step, got {short(scale_fn)}")
        check_word(name, "scale_mode", scale_mode, ("cycle", "iterations"))
        check_number(name, "gamma", gamma, 0)
        self.total_size = step_size_up + down
        self.share_up = step_size_up / self.total_size
        self.mode, self.gamma, self.scale_fn, self.scale_mode = mode, gamma, scale_fn, scale_mode
        low = one_for_each_group(name, "base_lr", base_lr, optimizer)
        self.max_lrs = one_for_each_group(name, "max_lr", max_lr, optimizer)
        self.momentum = _momentum_setting(name, optimizer) if cycle_momentum else ""
        self.base_momentums = one_for_each_group(name, "base_momentum", base_momentum, optimizer)
        self.max_momentums = one_for_each_group(name, "max_momentum", max_momentum, optimizer)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, low):
                group["lr"] = lr
        self.low_lrs = low
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Sequence[Any]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.share_up if x <= self.share_up else (x - 1) / (self.share_up - 1)
        height *= self._scale(cycle)
        if self.momentum:
            momentums = zip(self.base_momentums, self.max_momentums)
            _set_momentums(self.optimizer, self.momentum, [high - (high - low) * height for low, high in momentums])
        return [low + (high - low) * height for low, high in zip(self.low_lrs, self.max_lrs)]

    def _scale(self, cycle: int) -> float:
        if self.scale_fn is not None:
            return self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.mode == "triangular2":
            return 0.5 ** (cycle - 1)
        return float(self.gamma**self.last_epoch) if self.mode == "exp_range" else 1.0


class OneCycleLR(LRScheduler):
    """Up from max_lr/div_factor to max_lr, and down to max_lr/(div_factor·final_div_factor): one cycle for a training.

    It lasts ``total_steps`` steps, or ``epochs``·``steps_per_epoch``, of which the share ``pct_start`` goes up. With
    ``three_phase`` as many go down to the first rate, and the rest from there to the last. Between two rates a and b,
    for the share p of a phase, it is b + (a − b)/2·(1 + cos(π·p)) for ``anneal_strategy`` "cos", a + (b − a)·p for
    "linear". With ``cycle_momentum`` the optimizer's momentum (Adam's β₁) runs the other way, from ``max_momentum``
    to ``base_momentum`` and back. max_lr and momentums may be lists, one number for each group.

    Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates" (2018).

    Raises ValueError for settings that are not as said, for ``cycle_momentum`` with an optimizer that has neither
    momentum nor betas, and for more steps than ``total_steps``. A phase without steps, at which PyTorch divides by
    zero, is passed over.

    >>> from backprop import SGD, Parameter
    >>> optimizer = SGD([Parameter(0.0)], momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> for _ in range(2): schedule.step()
    >>> schedule.get_last_lr(), optimizer.param_groups[0]["momentum"]
    ([1.0], 0.85)
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: Rates,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Rates = 0.85,
        max_momentum: Rates = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        name = "OneCycleLR"
        check_optimizer(name, optimizer)
        self.total_steps = _steps(name, total_steps, epochs, steps_per_epoch)
        check_number(name, "pct_start", pct_start, 0, 1)
        check_word(name, "anneal_strategy", anneal_strategy, ("cos", "linear"))
        check_number(name, "div_factor", div_factor, above=0)
        check_number(name, "final_div_factor", final_div_factor, above=0)
        self.anneal_strategy = anneal_strategy
        self.max_lrs = one_for_each_group(name, "max_lr", max_lr, optimizer)
        self.first_lrs = [lr / div_factor for lr in self.max_lrs]
        self.last_lrs = [lr / final_div_factor for lr in self.first_lrs]
        self.momentum = _momentum_setting(name, optimizer) if cycle_momentum else ""
        self.base_momentums = one_for_each_group(name, "base_momentum", base_momentum, optimizer)
        self.max_momentums = one_for_each_group(name, "max_momentum", max_momentum, optimizer)
        peak, end = pct_start * self.total_steps - 1, self.total_steps - 1
        # Where each phase ends; the rates and momentums there are in _corners.
        self.ends = [peak, 2 * peak, end] if three_phase else [peak, end]
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, self.first_lrs):
                group["initial_lr"] = lr
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Sequence[Any]:
        t = self.last_epoch
        if t > self.total_steps:
            raise ValueError(f"OneCycleLR: its cycle has {self.total_steps} steps, this is step {t}")
        phase = next((i for i, end in enumerate(self.ends) if t <= end), len(self.ends) - 1)
        start, end = (self.ends[phase - 1] if phase else 0), self.ends[phase]
        share = (t - start) / (end - start) if end != start else 1.0
        rates, momentums = self._corners()
        if self.momentum:
            pairs = zip(momentums[phase], momentums[phase + 1])
            _set_momentums(self.optimizer, self.momentum, [self._between(a, b, share) for a, b in pairs])
        return [self._between(a, b, share) for a, b in zip(rates[phase], rates[phase + 1])]

    def _corners(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """The rates and the momentums of all groups at the beginning and at the end of each phase."""
        rates, momentums = [self.first_lrs, self.max_lrs], [self.max_momentums, self.base_momentums]
        if len(self.ends) == 3:
            rates, momentums = [*rates, self.first_lrs], [*momentums, self.max_momentums]
        return [*rates, self.last_lrs], [*momentums, self.max_momentums]

    def _between(self, a: float, b: float, share: float) -> float:
        if self.anneal_strategy == "cos":
            return b + (a - b) / 2.0 * (math.cos(math.pi * share) + 1)
        return (b - a) * share + a


def _steps(name: str, total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is not None:
        check_count(name, total_steps=total_steps)
        return total_steps
    if epochs is None or steps_per_epoch is None:
        raise ValueError(f"{name} needs total_steps, or epochs and steps_per_epoch")
    check_count(name, epochs=epochs, steps_per_epoch=steps_per_epoch)
    return epochs * steps_per_epoch


def _momentum_setting(name: str, optimizer: Optimizer) -> str:
    """What the optimizer calls its momentum: "betas", of which it is the first, or "momentum"."""
    for setting in ("betas", "momentum"):
        if setting in optimizer.defaults:
            return setting
    raise ValueError(f"{name}: {type(optimizer).__name__} has neither momentum nor betas; set cycle_momentum=False")


def _set_momentums(optimizer: Optimizer, setting: str, momentums: Sequence[float]) -> None:
    for group, momentum in zip(optimizer.param_groups, momentums):
        group[setting] = (momentum, *group["betas"][1:]) if setting == "betas" else momentum
