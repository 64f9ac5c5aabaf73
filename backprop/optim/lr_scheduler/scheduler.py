"""LRScheduler: sets the learning rate of each group of parameters, epoch after epoch."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from reprlib import repr as short
from typing import Any, Callable, Union

from backprop.optim.optimizer import Optimizer
from backprop.optim.state import snapshot, undone_on_error, update_together
from backprop.validation import Configured, check_compatible, check_number, check_positive_int

# One number for all groups of parameters, or one for each.
Rates = Union[float, Sequence[float]]


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
    >>> scheduler = Halving(SGD([Parameter(0.0)], lr=1.0))
    >>> scheduler.step(); scheduler.step(); scheduler.get_last_lr()
    [0.25]
    """

    # Attributes that state_dict() leaves out.
    _unsaved: frozenset[str] = frozenset({"optimizer"})

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        name = type(self).__name__
        check_optimizer(name, optimizer)
        check_positive_int(name, -1, last_epoch=last_epoch)
        self.optimizer = optimizer
        with undone_on_error(*optimizer.param_groups):
            for i, group in enumerate(optimizer.param_groups):
                if last_epoch == -1:
                    group.setdefault("initial_lr", group["lr"])
                elif "initial_lr" not in group:
                    raise ValueError(f"{name}: to begin after epoch {last_epoch}, group {i} needs its 'initial_lr'")
            self.base_lrs: list[Any] = [group["initial_lr"] for group in optimizer.param_groups]
            self._last_lr: list[Any] = []
            one_for_each_group(name, "initial_lr", self.base_lrs, optimizer)
            self.check(vars(self))
            self.begin(last_epoch + 1)

    # ---------------------------------------------------------------- what a subclass defines

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise ValueError for invalid settings, given or loaded."""

    def get_lr(self) -> Sequence[Any]:
        """The rate of each group for the epoch ``last_epoch``, which begins now."""
        raise NotImplementedError(f"{type(self).__name__} needs a get_lr method")

    def first_lr(self) -> Sequence[Any]:
        """The rate of each group for the first epoch, if ``get_lr`` does not give it."""
        return self.get_lr()

    def _sets(self) -> Sequence[str]:
        """The settings of a group that the scheduler sets."""
        return ("lr",)

    # ---------------------------------------------------------------- time

    def step(self) -> None:
        """Begin the next epoch. If this raises, nothing is changed."""
        with undone_on_error(vars(self), *self.optimizer.param_groups):
            self._begin_next()

    def begin(self, epoch: int = 0) -> None:
        """Begin with ``epoch``, from the present rates of the groups."""
        self.last_epoch = epoch
        self._assign(self.first_lr)

    def _begin_next(self) -> None:
        self.last_epoch += 1
        self._assign(self.get_lr)

    def restart(self) -> None:
        """Begin with epoch 0 from the initial rates."""
        for group, lr in zip(self.optimizer.param_groups, self.base_lrs):
            group["lr"] = lr
        self.begin()

    def get_last_lr(self) -> list[Any]:
        """The last rate that was set for each group."""
        return list(self._last_lr)

    def current_lr(self) -> list[Any]:
        """The present rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def _assign(self, compute: Callable[[], Sequence[Any]]) -> None:
        name, groups = type(self).__name__, self.optimizer.param_groups
        rate = f"the learning rate of epoch {self.last_epoch}"
        try:
            rates = compute()
        except OverflowError as error:
            raise ValueError(f"{name}: {rate} is beyond the largest float") from error
        if len(rates) != len(groups):
            raise ValueError(f"{name} was made for {len(rates)} groups of parameters, now there are {len(groups)}")
        for lr in rates:
            check_number(name, rate, lr)
        for group, lr in zip(groups, rates):
            group["lr"] = lr
        self._last_lr = list(rates)

    # ---------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        """All settings and the state, except for functions, and the present rates of the groups."""
        saved = {name: value for name, value in vars(self).items() if name not in self._unsaved}
        groups = [{key: group[key] for key in self._sets()} for group in self.optimizer.param_groups]
        own: dict[str, Any] = snapshot({**saved, "param_groups": groups})
        return own

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore the settings, the state and the rates of ``state_dict()``.

        The optimizer's own state is loaded separately, before or after this, before or after the scheduler is made.
        Raises TypeError or ValueError, before anything is changed, unless it is the state of such a scheduler.
        Ctrl-C leaves either the old state or the new one.
        """
        self.check_state(state_dict)
        update_together(self._changes(state_dict))

    def _changes(self, state_dict: Mapping[str, Any]) -> list[tuple[dict[str, Any], Mapping[str, Any]]]:
        """(dict, new values) for each dict that a valid state changes."""
        own = snapshot(dict(state_dict))
        groups = own.pop("param_groups")
        return [(vars(self), own), *zip(self.optimizer.param_groups, groups)]

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
        check_positive_int(name, 0, last_epoch=state_dict["last_epoch"])
        for lr in state_dict["base_lrs"]:
            check_number(name, "base_lrs", lr, 0)
        self.check(state_dict)
        for group, saved in zip(self.optimizer.param_groups, state_dict["param_groups"]):
            self.optimizer.check({**group, **saved})

    # ---------------------------------------------------------------- text

    def __repr__(self) -> str:
        """The settings and the present epoch and rates: StepLR(SGD, step_size=10, gamma=0.1, last_epoch=0,
        last_lr=[0.1])."""
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
