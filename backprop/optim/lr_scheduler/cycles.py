"""Cyclical schedulers: the rate rises and falls from batch to batch, and the momentum falls and rises."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.optim.lr_scheduler.scheduler import LRScheduler, Rates, check_optimizer, one_for_each_group
from backprop.optim.optimizer import Optimizer
from backprop.optim.state import undone_on_error
from backprop.validation import check_bool, check_choice, check_number, check_positive_int


class _Cycle(LRScheduler):
    """A scheduler that may also change the optimizer's momentum, in the opposite direction."""

    def _init_momentums(self, name: str, optimizer: Optimizer, cycled: bool, base: Rates, top: Rates) -> None:
        check_bool(name, cycle_momentum=cycled)
        self.momentum = _momentum_setting(name, optimizer) if cycled else ""
        self.base_momentums = one_for_each_group(name, "base_momentum", base, optimizer)
        self.max_momentums = one_for_each_group(name, "max_momentum", top, optimizer)

    def _momentums(self) -> Sequence[Any]:
        """The momentum of each group at ``last_epoch``."""
        raise NotImplementedError

    def _sets(self) -> Sequence[str]:
        return ("lr", self.momentum) if self.momentum else ("lr",)

    def _assign(self, compute: Callable[[], Sequence[Any]]) -> None:
        super()._assign(compute)
        if self.momentum:
            for group, momentum in zip(self.optimizer.param_groups, self._momentums()):
                group[self.momentum] = (momentum, *group["betas"][1:]) if self.momentum == "betas" else momentum


class CyclicLR(_Cycle):
    """η = base_lr + (max_lr − base_lr)·h·scale: h rises from 0 to 1 in step_size_up steps, falls in step_size_down.

    ``step_size_down`` is ``step_size_up`` by default. scale is 1 for the ``mode`` "triangular", 1/2ᶜ⁻¹ in the c-th
    cycle for "triangular2", gammaᵗ for "exp_range", or ``scale_fn``, a function of the cycle or of t for the
    ``scale_mode`` "cycle" or "iterations". With ``cycle_momentum`` the optimizer's momentum (Adam's β₁) goes from
    ``max_momentum`` to ``base_momentum`` and back. Rates and momentums may be lists, one number for each group.

    ``state_dict`` does not contain ``scale_fn``. Smith, "Cyclical Learning Rates for Training Neural Networks" (2017).

    Raises ValueError for rates and momentums below 0, step sizes not above 0, an unknown mode, and for
    ``cycle_momentum`` with an optimizer that has neither momentum nor betas, TypeError for a scale_fn that cannot be
    called.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], momentum=0.9)
    >>> scheduler = CyclicLR(optimizer, base_lr=0.0, max_lr=1.0, step_size_up=2)
    >>> scheduler.step(); scheduler.get_last_lr()
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
        if scale_fn is not None and not callable(scale_fn):
            raise TypeError(f"{name}: scale_fn is a function of the cycle or of the step, got {short(scale_fn)}")
        self.total_size = step_size_up + down
        self.share_up = step_size_up / self.total_size
        self.mode, self.gamma, self.scale_fn, self.scale_mode = mode, gamma, scale_fn, scale_mode
        self.low_lrs = one_for_each_group(name, "base_lr", base_lr, optimizer)
        self.max_lrs = one_for_each_group(name, "max_lr", max_lr, optimizer)
        self._init_momentums(name, optimizer, cycle_momentum, base_momentum, max_momentum)
        with undone_on_error(*optimizer.param_groups):
            if last_epoch == -1:
                for group, lr in zip(optimizer.param_groups, self.low_lrs):
                    group["lr"] = lr
            super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        name = "CyclicLR"
        if self.scale_fn is None:
            check_choice(name, "mode", settings["mode"], ("triangular", "triangular2", "exp_range"))
        check_choice(name, "scale_mode", settings["scale_mode"], ("cycle", "iterations"))
        check_number(name, "gamma", settings["gamma"], 0)
        check_number(name, "step_size_up + step_size_down", settings["total_size"], above=0)
        check_number(name, "share_up", settings["share_up"], 0, 1)
        for setting in ("low_lrs", "max_lrs", "base_momentums", "max_momentums"):
            one_for_each_group(name, setting, settings[setting], self.optimizer)

    def get_lr(self) -> Sequence[Any]:
        height = self._height()
        return [low + (high - low) * height for low, high in zip(self.low_lrs, self.max_lrs)]

    def _momentums(self) -> list[Any]:
        height = self._height()
        return [high - (high - low) * height for low, high in zip(self.base_momentums, self.max_momentums)]

    def _height(self) -> float:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.share_up if x < self.share_up else (x - 1) / (self.share_up - 1)
        return height * self._scale(cycle)

    def _scale(self, cycle: int) -> float:
        if self.scale_fn is not None:
            return self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.mode == "triangular2":
            return 0.5 ** (cycle - 1)
        return float(self.gamma**self.last_epoch) if self.mode == "exp_range" else 1.0


class OneCycleLR(_Cycle):
    """Up from max_lr/div_factor to max_lr, and down to max_lr/(div_factor·final_div_factor): one cycle for a training.

    It lasts ``total_steps`` steps, or ``epochs``·``steps_per_epoch``, of which the share ``pct_start`` goes up. With
    ``three_phase`` the same number goes down to the first rate, and the rest from there to the last. Between two rates
    a and b, for the share p of a phase, it is b + (a − b)/2·(1 + cos(π·p)) for ``anneal_strategy`` "cos", a + (b − a)·p
    for "linear". With ``cycle_momentum`` the optimizer's momentum (Adam's β₁) goes from ``max_momentum`` to
    ``base_momentum`` and back. max_lr and momentums may be lists, one number for each group.

    Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates" (2018).

    Raises ValueError for other settings, for ``cycle_momentum`` with an optimizer that has neither
    momentum nor betas, and for more steps than ``total_steps``. A phase without steps is skipped; PyTorch
    divides by zero.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], momentum=0.9)
    >>> scheduler = OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
    >>> for _ in range(2): scheduler.step()
    >>> scheduler.get_last_lr(), optimizer.param_groups[0]["momentum"]
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
        check_number(name, "div_factor", div_factor, above=0)
        check_number(name, "final_div_factor", final_div_factor, above=0)
        check_bool(name, three_phase=three_phase)
        self.anneal_strategy = anneal_strategy
        self.max_lrs = one_for_each_group(name, "max_lr", max_lr, optimizer)
        self.first_lrs = [lr / div_factor for lr in self.max_lrs]
        self.last_lrs = [lr / final_div_factor for lr in self.first_lrs]
        self._init_momentums(name, optimizer, cycle_momentum, base_momentum, max_momentum)
        peak, end = pct_start * self.total_steps - 1, self.total_steps - 1
        # The last step of each phase.
        self.ends = [peak, 2 * peak, end] if three_phase else [peak, end]
        with undone_on_error(*optimizer.param_groups):
            if last_epoch == -1:
                for group, lr in zip(optimizer.param_groups, self.first_lrs):
                    group["initial_lr"] = lr
            super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        name = "OneCycleLR"
        check_positive_int(name, total_steps=settings["total_steps"])
        check_choice(name, "anneal_strategy", settings["anneal_strategy"], ("cos", "linear"))
        for setting in ("max_lrs", "first_lrs", "last_lrs", "base_momentums", "max_momentums"):
            one_for_each_group(name, setting, settings[setting], self.optimizer)

    def get_lr(self) -> Sequence[Any]:
        if self.last_epoch > self.total_steps:
            raise ValueError(f"OneCycleLR: its cycle has {self.total_steps} steps, this is step {self.last_epoch}")
        rates = [self.first_lrs, self.max_lrs, self.last_lrs]
        return self._at([*rates[:2], self.first_lrs, self.last_lrs] if len(self.ends) == 3 else rates)

    def _momentums(self) -> Sequence[Any]:
        return self._at([self.max_momentums, self.base_momentums, *[self.max_momentums] * (len(self.ends) - 1)])

    def _at(self, corners: Sequence[Sequence[Any]]) -> Sequence[Any]:
        """The value of each group at ``last_epoch``; ``corners`` are the values at the ends of the phases."""
        t = self.last_epoch
        phase = next((i for i, end in enumerate(self.ends) if t <= end), len(self.ends) - 1)
        start, end = (self.ends[phase - 1] if phase else 0), self.ends[phase]
        share = (t - start) / (end - start) if end != start else 1.0
        return [self._between(a, b, share) for a, b in zip(corners[phase], corners[phase + 1])]

    def _between(self, a: float, b: float, share: float) -> float:
        if self.anneal_strategy == "cos":
            return b + (a - b) / 2.0 * (math.cos(math.pi * share) + 1)
        return (b - a) * share + a


def _steps(name: str, total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is not None:
        check_positive_int(name, total_steps=total_steps)
        return total_steps
    if epochs is None or steps_per_epoch is None:
        raise ValueError(f"{name} needs total_steps, or epochs and steps_per_epoch")
    check_positive_int(name, epochs=epochs, steps_per_epoch=steps_per_epoch)
    return epochs * steps_per_epoch


def _momentum_setting(name: str, optimizer: Optimizer) -> str:
    """The optimizer's setting for its momentum: "betas", of which it is the first, or "momentum"."""
    for setting in ("betas", "momentum"):
        if setting in optimizer.defaults:
            return setting
    raise ValueError(f"{name}: {type(optimizer).__name__} has neither momentum nor betas; set cycle_momentum=False")
