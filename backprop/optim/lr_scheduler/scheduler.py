"""LRScheduler: sets the learning rate of each group of parameters, epoch after epoch."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping, Sequence
from reprlib import repr as short
from types import BuiltinFunctionType, FunctionType
from typing import Any, Callable, Union

from backprop.autograd import Tensor
from backprop.optim.optimizer import Optimizer
from backprop.optim.state import snapshot, undone_on_error, update_together
from backprop.validation import Configured, check_compatible, check_number, check_positive_int

# One number for all groups of parameters, or one for each.
Rates = Union[float, Sequence[float]]
# A function of the epoch.
Factor = Callable[[int], float]


class LRScheduler(Configured):
    """The base class of schedulers, which set the learning rates of an optimizer; a subclass defines ``get_lr``.

    Call ``step()`` at the end of each epoch, after the optimizer's steps. The constructor stores the rate of each group
    as ``group["initial_lr"]`` and sets the rate of epoch 0. If an equation can be written as a factor from epoch to
    epoch, the present rate is multiplied by it. So two schedulers of one optimizer multiply, and a rate that was
    changed by hand stays changed.

    With a ``last_epoch`` n other than -1 it begins in epoch n + 1, and the groups must have an "initial_lr";
    ``load_state_dict`` is the simpler way to resume.

    >>> from backprop.optim import SGD
    >>> from backprop.nn.parameters import Parameter
    >>> class Halving(LRScheduler):
    ...     def get_lr(self):
    ...         return [lr / 2**self.last_epoch for lr in self.base_lrs]
    >>> optimizer = SGD([Parameter(0.0)], lr=1.0); scheduler = Halving(optimizer)
    >>> for _ in range(2): optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    _resumes_with: tuple[str, ...] = ("initial_lr",)  # what it puts into a group, and finds there again
    _is_initial = False  # while the constructor sets the rate of the first epoch
    _get_lr_called_within_step = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        name = type(self).__name__
        check_optimizer(name, optimizer)
        check_positive_int(name, -1, last_epoch=last_epoch)
        self.optimizer = optimizer
        with undone_on_error(*optimizer.param_groups):
            for i, group in enumerate(optimizer.param_groups):
                if last_epoch == -1:
                    group.setdefault("initial_lr", as_number(group["lr"]))
                for setting in self._resumes_with:
                    if setting not in group:
                        raise KeyError(f"{name}: to begin after epoch {last_epoch}, group {i} needs its {setting!r}")
            self.base_lrs: list[Any] = [group["initial_lr"] for group in optimizer.param_groups]
            one_for_each_group(name, "initial_lr", self.base_lrs, optimizer)
            self.check(vars(self))
            self.last_epoch = last_epoch
            optimizer.watch_steps()
            self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    # ---------------------------------------------------------------- what a subclass defines

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise ValueError for invalid settings, given or loaded."""

    def get_lr(self) -> Sequence[Any]:
        """The rate of each group for the epoch ``last_epoch``, which begins now."""
        raise NotImplementedError(f"{type(self).__name__} needs a get_lr method")

    # ---------------------------------------------------------------- time

    def step(self, epoch: int | None = None) -> None:
        """Begin the next epoch. If this raises, nothing is changed. ``epoch`` is deprecated, as in PyTorch: it goes to that
        epoch, by ``_get_closed_form_lr`` where there is one."""
        if self._step_count == 1 and not getattr(self.optimizer, "_opt_called", False):
            warnings.warn(
                "lr_scheduler.step() was called before optimizer.step(), so the first learning rate is skipped; "
                "write optimizer.step() first",
                stacklevel=2,
            )
        if epoch is not None:
            warnings.warn("scheduler.step(epoch) is deprecated; write scheduler.step()", stacklevel=2)
        with undone_on_error(vars(self), *self.optimizer.param_groups):
            self._step_count += 1
            self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        """Set the rates of the next epoch, or of ``epoch``."""
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        closed_form = None if epoch is None else getattr(self, "_get_closed_form_lr", None)
        self._begin_epoch(closed_form or self.get_lr)

    def _begin_epoch(self, compute: Callable[[], Sequence[Any]]) -> None:
        self._get_lr_called_within_step = True
        try:
            self._set_lr(compute)
        finally:
            self._get_lr_called_within_step = False

    def get_last_lr(self) -> list[Any]:
        """The last rate that was set for each group."""
        return list(self._last_lr)

    def current_lr(self) -> list[Any]:
        """The present rate of each group."""
        return [as_number(group["lr"]) for group in self.optimizer.param_groups]

    def _set_lr(self, compute: Callable[[], Sequence[Any]]) -> None:
        name, groups = type(self).__name__, self.optimizer.param_groups
        rate = f"the learning rate of epoch {self.last_epoch}"
        try:
            rates = [as_number(lr) for lr in compute()]
        except OverflowError as error:
            raise ValueError(f"{name}: {rate} is beyond the largest float") from error
        if len(rates) != len(groups):
            raise ValueError(f"{name} was made for {len(rates)} groups of parameters, now there are {len(groups)}")
        for lr in rates:
            check_number(name, rate, lr)
        for group, lr in zip(groups, rates):
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(lr)
            else:
                group["lr"] = lr
        self._last_lr = rates

    # ---------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        """All settings and the state; of a function nothing, of an object that is called its attributes."""
        saved = {name: _saved(value) for name, value in vars(self).items() if name != "optimizer"}
        own: dict[str, Any] = snapshot(saved)
        return own

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore the settings and the state of ``state_dict()``, PyTorch's own too.

        The rates are the optimizer's: load its state too, after the scheduler has been made, which sets the rates of
        its first epoch. Raises TypeError or ValueError, before anything is changed, unless it is the state of such a
        scheduler. Ctrl-C leaves either the old state or the new one.
        """
        self.check_state(state_dict)
        update_together(_changes(self, state_dict))

    def check_state(self, state_dict: Mapping[str, Any]) -> None:
        """Raise TypeError or ValueError unless ``state_dict`` is the state of such a scheduler."""
        name = f"{type(self).__name__}.load_state_dict"
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"{name} needs what state_dict() gives, a dict, got {short(state_dict)}")
        own = self.state_dict()
        missing, unknown = sorted(own.keys() - state_dict.keys()), sorted(state_dict.keys() - own.keys())
        if missing or unknown:
            raise ValueError(f"{name}: missing are {missing or 'none'}, unknown are {unknown or 'none'}")
        for key, value in own.items():
            check_compatible(name, key, value, state_dict[key])
        if type(state_dict.get("last_epoch", 0)) is not int:
            raise ValueError(f"{name}: last_epoch is an int, got {short(state_dict['last_epoch'])}")
        check_positive_int(name, 0, _step_count=state_dict.get("_step_count", 0))
        for lr in state_dict.get("base_lrs", ()):
            check_number(name, "base_lrs", lr, 0)
        self.check(state_dict)

    # ---------------------------------------------------------------- text

    def __repr__(self) -> str:
        """The settings and the present epoch and rates: StepLR(SGD, step_size=10, gamma=0.1, last_epoch=0,
        last_lr=[0.1])."""
        made = [name for name in inspect.signature(type(self)).parameters if name not in ("optimizer", "last_epoch")]
        settings = {name: getattr(self, name) for name in made if hasattr(self, name)}
        settings.update(last_epoch=self.last_epoch, last_lr=self._last_lr)
        words = [f"{name}={value!r}" for name, value in settings.items()]
        return f"{type(self).__name__}({', '.join([type(self.optimizer).__name__, *words])})"


_LRScheduler = LRScheduler  # its name in older programs


def check_optimizer(name: str, optimizer: Any) -> None:
    """TypeError unless it is an Optimizer."""
    if not isinstance(optimizer, Optimizer):
        came = f"the class {optimizer.__name__}" if isinstance(optimizer, type) else short(optimizer)
        raise TypeError(f"{name} needs an Optimizer, as SGD(model.parameters()) is, got {came}")


def one_for_each_group(name: str, setting: str, value: Any, optimizer: Optimizer) -> list[Any]:
    """A number for each group of parameters, from a single number or from a list with one for each.

    Raises ValueError unless they are numbers from 0 up.
    """
    count = len(optimizer.param_groups)
    values = list(value) if isinstance(value, (list, tuple)) else [value] * count
    if len(values) != count:
        raise ValueError(f"{name}: {setting} is a number or one for each of {count} groups, got {value!r}")
    for number in values:
        check_number(name, setting, number, 0)
    return values


def functions_for_each_group(name: str, lr_lambda: Factor | Sequence[Factor], optimizer: Optimizer) -> list[Any]:
    """A function for each group of parameters, from a single one or from a list with one for each."""
    check_optimizer(name, optimizer)
    count = len(optimizer.param_groups)
    functions: list[Any] = list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda] * count
    if not all(map(callable, functions)):
        raise TypeError(f"{name}: lr_lambda is a function of the epoch, got {short(lr_lambda)}")
    if len(functions) != count:
        raise ValueError(f"{name} needs {count} functions, one for each group, got {len(functions)}")
    return functions


def as_number(lr: Any) -> Any:
    """A rate as a number; it may be a Tensor of one entry."""
    return lr.item() if isinstance(lr, Tensor) else lr


def _saved(value: Any) -> Any:
    """A scheduler or a function among the attributes of a scheduler as ``state_dict`` has it."""
    if isinstance(value, LRScheduler):
        return value.state_dict()
    if isinstance(value, (list, tuple)):
        return list(map(_saved, value))
    if callable(value):
        return None if isinstance(value, (FunctionType, BuiltinFunctionType, type)) else dict(vars(value))
    return value


def _changes(owner: Any, saved: Any) -> list[tuple[dict[str, Any], Mapping[str, Any]]]:
    """(dict, new values) for each dict that a valid state changes: those of the scheduler, of the schedulers in it, and
    of its objects that are called."""
    if not isinstance(owner, LRScheduler):
        return [] if saved is None else [(vars(owner), snapshot(saved))]
    values, changes = snapshot(dict(saved)), []
    for name, own in vars(owner).items():
        parts = own if isinstance(own, (list, tuple)) else [own]
        if any(callable(part) or isinstance(part, LRScheduler) for part in parts):
            states = values.pop(name)
            for part, state in zip(parts, states if parts is own else [states]):
                changes += _changes(part, state)
    return [(vars(owner), values), *changes]
