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

    def _init_momentums(
        self, optimizer: Optimizer, cycled: bool, base: Rates, top: Rates, last_epoch: int
    ) -> tuple[list[Any], list[Any]]:
        name = type(self).__name__
        check_bool(name, cycle_momentum=cycled)
        self.cycle_momentum = cycled
        bases = one_for_each_group(name, "base_momentum", base, optimizer)
        tops = one_for_each_group(name, "max_momentum", top, optimizer)
        if cycled:
            if not optimizer.defaults.keys() & {"betas", "momentum"}:
                kind = type(optimizer).__name__
                raise ValueError(f"{name}: {kind} has neither momentum nor betas; set cycle_momentum=False")
            self.use_beta1 = "betas" in optimizer.defaults
            if last_epoch == -1:
                for group, low, high in zip(optimizer.param_groups, bases, tops):
                    group.update(base_momentum=low, max_momentum=high)
        return bases, tops

    def _get_momentums(self) -> Sequence[Any]:
        """The momentum of each group at ``last_epoch``."""
        raise NotImplementedError

    def _set_lr(self, compute: Callable[[], Sequence[Any]]) -> None:
        super()._set_lr(compute)
        if self.cycle_momentum:
            for group, momentum in zip(self.optimizer.param_groups, self._get_momentums()):
                if self.use_beta1:
                    group["betas"] = (momentum, *group["betas"][1:])
                else:
                    group["momentum"] = momentum


class CyclicLR(_Cycle):
    """η = base_lr + (max_lr − base_lr)·h·scale: h rises from 0 to 1 in step_size_up steps, falls in step_size_down.

    ``step_size_down`` is ``step_size_up`` by default. scale is 1 for the ``mode`` "triangular", 1/2ᶜ⁻¹ in the c-th
    cycle for "triangular2", gammaᵗ for "exp_range", or ``scale_fn``, a function of the cycle or of t for the
    ``scale_mode`` "cycle" or "iterations". With ``cycle_momentum`` the optimizer's momentum (Adam's β₁) goes from
    ``max_momentum`` to ``base_momentum`` and back. Rates and momentums may be lists, one number for each group.

    ``state_dict`` does not contain a function ``scale_fn``. Smith, "Cyclical Learning Rates for Training Neural Networks" (2017).

    Raises ValueError for rates and momentums below 0, step sizes not above 0, an unknown mode, and for
    ``cycle_momentum`` with an optimizer that has neither momentum nor betas, TypeError for a scale_fn that cannot be
    called.

    >>> from backprop.optim import SGD
    >>> from backprop.nn import Parameter
    >>> optimizer = SGD([Parameter(0.0)], momentum=0.9)
    >>> scheduler = CyclicLR(optimizer, base_lr=0.0, max_lr=1.0, step_size_up=2)
    >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
    [0.5]
    """

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
        self.total_size = float(step_size_up + down)
        self.step_ratio = step_size_up / self.total_size
        self.mode, self.gamma, self._scale_fn_custom, self.scale_mode = mode, gamma, scale_fn, scale_mode
        if scale_fn is None:
            self.scale_mode = "iterations" if mode == "exp_range" else "cycle"
        base_lrs = one_for_each_group(name, "base_lr", base_lr, optimizer)
        self.max_lrs = one_for_each_group(name, "max_lr", max_lr, optimizer)
        check_choice(name, "scale_mode", scale_mode, ("cycle", "iterations"))
        with undone_on_error(*optimizer.param_groups):
            momentums = self._init_momentums(optimizer, cycle_momentum, base_momentum, max_momentum, last_epoch)
            if cycle_momentum:  # the state has them only then, as in PyTorch
                self.base_momentums, self.max_momentums = momentums
            if last_epoch == -1:
                for group, lr in zip(optimizer.param_groups, base_lrs):
                    group["lr"] = lr
            super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def check(self, settings: Mapping[str, Any]) -> None:
        name = "CyclicLR"
        if self._scale_fn_custom is None:
            check_choice(name, "mode", settings["mode"], ("triangular", "triangular2", "exp_range"))
        check_choice(name, "scale_mode", settings["scale_mode"], ("cycle", "iterations"))
        check_number(name, "gamma", settings["gamma"], 0)
        check_number(name, "step_size_up + step_size_down", settings["total_size"], above=0)
        check_number(name, "step_ratio", settings["step_ratio"], 0, 1)
        for setting in ("max_lrs", *(("base_momentums", "max_momentums") if settings["cycle_momentum"] else ())):
            one_for_each_group(name, setting, settings[setting], self.optimizer)

    def get_lr(self) -> Sequence[Any]:
        height = self._height()
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs)]

    def _get_momentums(self) -> Sequence[Any]:
        height = self._height()
        return [high - (high - low) * height for low, high in zip(self.base_momentums, self.max_momentums)]

    def _height(self) -> float:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x < self.step_ratio else (x - 1) / (self.step_ratio - 1)
        return height * self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)

    def scale_fn(self, x: int) -> float:
        """By how much the height of a cycle is multiplied: in cycle ``x``, or after ``x`` steps."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular2":
            return 0.5 ** (x - 1)
        return float(self.gamma**x) if self.mode == "exp_range" else 1.0


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
    >>> for _ in range(2): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr(), optimizer.param_groups[0]["momentum"]
    ([1.0], 0.85)
    """

    _resumes_with = ("initial_lr", "max_lr", "min_lr")

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
        check_choice(name, "anneal_strategy", anneal_strategy, ("cos", "linear"))
        self._anneal_func_type = anneal_strategy
        self._schedule_phases = _phases(pct_start * self.total_steps - 1, self.total_steps - 1, three_phase)
        max_lrs = one_for_each_group(name, "max_lr", max_lr, optimizer)
        first_lrs = one_for_each_group(name, "initial_lr", [lr / div_factor for lr in max_lrs], optimizer)
        min_lrs = one_for_each_group(name, "min_lr", [lr / final_div_factor for lr in first_lrs], optimizer)
        with undone_on_error(*optimizer.param_groups):
            self._init_momentums(optimizer, cycle_momentum, base_momentum, max_momentum, last_epoch)
            if last_epoch == -1:
                for group, first, top, last in zip(optimizer.param_groups, first_lrs, max_lrs, min_lrs):
                    group.update(initial_lr=first, max_lr=top, min_lr=last)
            super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_positive_int("OneCycleLR", total_steps=settings["total_steps"])
        check_choice("OneCycleLR", "anneal_strategy", settings["_anneal_func_type"], ("cos", "linear"))

    def get_lr(self) -> Sequence[Any]:
        if self.last_epoch > self.total_steps:
            raise ValueError(f"OneCycleLR: its cycle has {self.total_steps} steps, this is step {self.last_epoch}")
        return self._between("start_lr", "end_lr")

    def _get_momentums(self) -> Sequence[Any]:
        return self._between("start_momentum", "end_momentum")

    def _between(self, start: str, end: str) -> Sequence[Any]:
        """The value of each group at ``last_epoch``, between the two that the phase names."""
        t, phases, begin = self.last_epoch, self._schedule_phases, 0
        phase = next((phase for phase in phases if t <= phase["end_step"]), phases[-1])
        if phase is not phases[0]:
            begin = phases[phases.index(phase) - 1]["end_step"]
        length = phase["end_step"] - begin
        share = (t - begin) / length if length else 1.0
        pairs = [(group[phase[start]], group[phase[end]]) for group in self.optimizer.param_groups]
        if self._anneal_func_type == "cos":
            return [b + (a - b) / 2.0 * (math.cos(math.pi * share) + 1) for a, b in pairs]
        return [(b - a) * share + a for a, b in pairs]


def _phases(peak: float, last: float, three_phase: bool) -> list[dict[str, Any]]:
    """The phases as PyTorch writes them: the last step of each, and from which to which setting of a group it goes."""
    corners = [("initial_lr", "max_momentum"), ("max_lr", "base_momentum"), ("min_lr", "max_momentum")]
    if three_phase:
        corners.insert(2, ("initial_lr", "max_momentum"))
    ends = [peak, 2 * peak, last] if three_phase else [peak, last]
    return [
        {"end_step": end, "start_lr": lr, "end_lr": next_lr, "start_momentum": momentum, "end_momentum": next_momentum}
        for end, (lr, momentum), (next_lr, next_momentum) in zip(ends, corners, corners[1:])
    ]


def _steps(name: str, total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is not None:
        check_positive_int(name, total_steps=total_steps)
        return total_steps
    if epochs is None or steps_per_epoch is None:
        raise ValueError(f"{name} needs total_steps, or epochs and steps_per_epoch")
    check_positive_int(name, epochs=epochs, steps_per_epoch=steps_per_epoch)
    return epochs * steps_per_epoch
