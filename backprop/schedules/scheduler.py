"""LRScheduler: what sets the learning rate of each group of parameters, epoch after epoch."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from reprlib import repr as short
from typing import Any, Union

from backprop.optimizers import Optimizer
from backprop.settings import Configured, check_alike, check_count, check_number, is_number

# One number for all groups of parameters, or one for each.
Rates = Union[float, Sequence[float]]


class LRScheduler(Configured):
    """The learning rates of an optimizer's groups over time; subclasses write ``get_lr``.

    Call ``step()`` at the end of each epoch, after the optimizer's steps. The schedule is begun when it is made: it
    keeps each group's rate as ``group["initial_lr"]`` and sets the rate of epoch 0. Where an equation can be written
    as a factor from epoch to epoch, it is applied so: then two schedules on one optimizer multiply, and a rate that
    was changed by hand stays changed.

    With ``last_epoch`` n other than -1 it begins in epoch n + 1, with groups that have an "initial_lr" already;
    ``load_state_dict`` is the simpler way to go on.

    >>> from backprop.optimizers import SGD
    >>> from backprop.tensor import Parameter
    >>> class Halves(LRScheduler):
    ...     def get_lr(self):
    ...         return [lr / 2**self.last_epoch for lr in self.base_lrs]
    >>> schedule = Halves(SGD([Parameter(0.0)], lr=1.0))
    >>> schedule.step(); schedule.step(); schedule.get_last_lr()
    [0.25]
    """

    # Names of what state_dict() leaves out.
    _unsaved: frozenset[str] = frozenset({"optimizer"})

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        name = type(self).__name__
        check_optimizer(name, optimizer)
        check_count(name, -1, last_epoch=last_epoch)
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise ValueError(f"{name}: to begin after epoch {last_epoch}, group {i} needs its 'initial_lr'")
        self.optimizer = optimizer
        self.base_lrs: list[Any] = [group["initial_lr"] for group in optimizer.param_groups]
        self._last_lr: list[Any] = []
        self.begin(last_epoch + 1)

    # ---------------------------------------------------------------- what a schedule writes

    def get_lr(self) -> Sequence[Any]:
        """The rate of each group at ``last_epoch``, the epoch that begins now."""
        raise NotImplementedError(f"{type(self).__name__} needs a get_lr method")

    def first_lr(self) -> Sequence[Any]:
        """The rate of each group at the epoch with which the schedule begins, where that is not ``get_lr``."""
        return self.get_lr()

    # ---------------------------------------------------------------- time

    def step(self) -> None:
        """Begin the next epoch."""
        self.last_epoch += 1
        self._assign(self.get_lr())

    def begin(self, epoch: int = 0) -> None:
        """Begin with ``epoch``, from the rates that the groups have now."""
        self.last_epoch = epoch
        self._assign(self.first_lr())

    def restart(self) -> None:
        """Begin with epoch 0 from the first rates."""
        for group, lr in zip(self.optimizer.param_groups, self.base_lrs):
            group["lr"] = lr
        self.begin()

    def get_last_lr(self) -> list[Any]:
        """The rate of each group, as it was set last."""
        return list(self._last_lr)

    def current_lr(self) -> list[Any]:
        """The rate that each group has now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def _assign(self, rates: Sequence[Any]) -> None:
        groups = self.optimizer.param_groups
        if len(rates) != len(groups):
            raise ValueError(
                f"{type(self).__name__} was made for {len(rates)} groups of parameters, now there are {len(groups)}"
            )
        for lr in rates:
            if not is_number(lr) or not math.isfinite(lr):
                raise ValueError(f"{type(self).__name__}: the learning rate of epoch {self.last_epoch} is {lr!r}")
        for group, lr in zip(groups, rates):
            group["lr"] = lr
        self._last_lr = list(rates)

    # ---------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        """All settings and all that it remembers, but for functions; the rates themselves are the optimizer's."""
        saved = {name: value for name, value in vars(self).items() if name not in self._unsaved}
        return {name: list(value) if isinstance(value, list) else value for name, value in saved.items()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where ``state_dict()`` was taken; the optimizer's own state is loaded by itself.

        Raises TypeError or ValueError, before anything is changed, unless it is the state of such a schedule.
        """
        self.check_state(state_dict)
        vars(self).update({n: list(v) if isinstance(v, list) else v for n, v in state_dict.items()})

    def check_state(self, state_dict: Mapping[str, Any]) -> None:
        """Raise TypeError or ValueError unless ``state_dict`` is the state of such a schedule."""
        name = f"{type(self).__name__}.load_state_dict"
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"{name} needs what state_dict() gives, a dict, got {short(state_dict)}")
        own = self.state_dict()
        missing, unknown = sorted(own.keys() - state_dict.keys()), sorted(state_dict.keys() - own.keys())
        if missing or unknown:
            raise ValueError(f"{name}: missing are {missing or 'none'}, unknown are {unknown or 'none'}")
        for key, value in own.items():
            check_alike(name, key, value, state_dict[key])

    # ---------------------------------------------------------------- text

    def __repr__(self) -> str:
        """The settings it was made with, and where it is: StepLR(SGD, step_size=10, gamma=0.1, last_epoch=0, last_lr=[0.1])."""
        made = [name for name in inspect.signature(type(self)).parameters if name not in ("optimizer", "last_epoch")]
        settings = {name: getattr(self, name) for name in made if hasattr(self, name)}
        settings.update(last_epoch=self.last_epoch, last_lr=self._last_lr)
        words = [f"{name}={value!r}" for name, value in settings.items()]
        return f"{type(self).__name__}({', '.join([type(self.optimizer).__name__, *words])})"


def check_optimizer(name: str, optimizer: Any) -> None:
    """TypeError unless it is an Optimizer."""
    if not isinstance(optimizer, Optimizer):
        came = f"the class {optimizer.__name__}" if isinstance(optimizer, type) else short(optimizer)
        raise TypeError(f"{name} needs an Optimizer, as SGD(model.parameters()) is, got {came}")


def one_for_each_group(name: str, setting: str, value: Any, optimizer: Optimizer) -> list[Any]:
    """A number for each group of parameters, from a single one or from a list of as many.

    Raises ValueError unless they are numbers from 0 up.
    """
    count = len(optimizer.param_groups)
    values = list(value) if isinstance(value, (list, tuple)) else [value] * count
    if len(values) != count:
        raise ValueError(f"{name}: {setting} is a number or one for each of {count} groups, got {value!r}")
    for number in values:
        check_number(name, setting, number, 0)
    return values
