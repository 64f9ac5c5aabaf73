"""Optimizer: groups of parameters with their settings, and a state for each parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Reversible
from collections.abc import Set as AbstractSet
from inspect import signature
from itertools import count
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Tensor, recut, rows_of
from backprop.matrix import Matrix, format_shape
from backprop.nn.parameters import Parameter
from backprop.optim.state import snapshot, update_together
from backprop.validation import Configured, check_bool, check_compatible, is_number

Params = Union[Iterable[Tensor], Iterable[tuple[str, Tensor]], Iterable[Mapping[str, Any]]]

# What a group may hold beside the settings of its rule: the first rate, for schedulers, and names.
_ALWAYS_ALLOWED = frozenset({"params", "initial_lr", "param_names"})


class Optimizer(Configured):
    """The base class of optimizers; a subclass defines ``update``, the rule for one parameter.

    ``params`` are Parameters, or other leaves that require a gradient, or dicts {"params": [...], "lr": 0.1, ...}, one for each group; settings that a group
    does not have are taken from ``defaults``. ``param_groups`` are these dicts with all settings. Each step reads them
    again, so ``group["lr"] = 0.01`` changes a learning rate. Pairs (name, parameter) are accepted too; the names are
    kept as ``group["param_names"]``.

    Saved state is assigned to the parameters by their order, so a set, which has no order, is a TypeError.

    A rule works on Matrices, of more than two axes with a row for each entry of the first. One with state defines in
    ``start`` the initial one.

    >>> class SignSGD(Optimizer):
    ...     def update(self, value, gradient, state, group):
    ...         return value - group["lr"] * gradient.map(lambda g: (g > 0) - (g < 0))
    >>> v, w = Parameter([[5.0]]), Parameter([[5.0, 5.0]])
    >>> v.grad, w.grad = Matrix([[0.3]]), Matrix([[-7.0, 0.0]])
    >>> SignSGD([{"params": [v]}, {"params": [w], "lr": 1.0}], {"lr": 0.5}).step()
    >>> v.matrix, w.matrix
    (Matrix([[4.5]]), Matrix([[6.0, 5.0]]))
    """

    def __init__(self, params: Params, defaults: Mapping[str, Any] | None = None) -> None:
        self.defaults = snapshot(dict(defaults or {}))
        self.param_groups: list[dict[str, Any]] = []
        self.state: list[dict[str, Any]] = []
        given = self._as_list(params)
        self._check_all(self.defaults)
        groups: Any = given if isinstance(given[0], Mapping) else [{"params": given}]
        for group in groups:
            self.add_param_group(group)

    @property
    def params(self) -> list[Tensor]:
        """The parameters of all groups, in order; ``state`` holds a dict for each."""
        return [parameter for group in self.param_groups for parameter in group["params"]]

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add a group of parameters: {"params": [...]}, with settings that differ from ``defaults``.

        Raises TypeError for anything but Tensors, ValueError for one that is no leaf, that requires no gradient and is no
        Parameter, or that is there already, for an unknown setting and for one that ``check`` refuses.
        """
        name = type(self).__name__
        if not isinstance(group, Mapping) or "params" not in group:
            raise TypeError(f'{name}: a group of parameters is a dict {{"params": [...], ...}}, got {short(group)}')
        self._check_known(name, group.keys() - self.defaults.keys())
        complete = snapshot({**self.defaults, **group, "params": None})
        params = group["params"]
        parameters = [params] if isinstance(params, Tensor) else self._as_list(params)
        if all(isinstance(pair, tuple) and len(pair) == 2 for pair in parameters):
            complete["param_names"], parameters = map(list, zip(*parameters))
        for i, parameter in enumerate(parameters):
            _check_learned(name, i, parameter)
        known = [*self.params, *parameters]
        if len(set(known)) != len(known):
            raise ValueError(f"{name} got a parameter twice; it would take each step twice")
        complete["params"] = parameters
        self._check_all(complete)
        self.param_groups.append(complete)
        self.state.extend({} for _ in parameters)

    # ---------------------------------------------------------------- what a subclass defines

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise ValueError for invalid settings."""

    # (setting, state): the setting can only be switched on while that state is kept, from the first step on.
    needs: tuple[tuple[str, str], ...] = ()

    def start(self, value: Matrix, group: Mapping[str, Any]) -> dict[str, Any]:
        """The state of a parameter before its first step: matrices and numbers by name."""
        return {}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        """The new value of one parameter; the rule may change its ``state``."""
        raise NotImplementedError(f"{type(self).__name__} needs an update method")

    # ---------------------------------------------------------------- learning

    def zero_grad(self) -> None:
        """Reset all gradients to None, since ``backward()`` adds to them."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter._grad = None

    def step(self) -> None:
        """Update every parameter that has a gradient. Only LBFGS takes a closure; in PyTorch all optimizers do.

        Raises ValueError, before any parameter is changed, for a setting that was changed to an invalid one, or
        switched on too late for the state that it ``needs``.
        """
        self.check_groups()
        states = iter(self.state)
        for group in self.param_groups:
            # Not by members(): the cost of a generator shows in the step of a small network.
            for parameter, state in zip(group["params"], states):
                value, grad = parameter._matrix, parameter._grad
                if grad is not None and value.rows[0]:  # what has no entries learns none
                    gradient = grad._matrix
                    if len(parameter._shape) > 2:
                        value, gradient = as_matrix(parameter), recut(gradient, rows_of(parameter._shape, 1))
                    if not state:
                        state.update(self.start(value, group))
                    parameter._matrix = updated = self.update(value, gradient, state, group)
                    if len(updated.rows) != len(value.rows) or len(updated.rows[0]) != len(value.rows[0]):
                        parameter._matrix = value
                        raise ValueError(
                            f"{type(self).__name__}.update gave {format_shape(updated.shape)} for a parameter of "
                            f"{format_shape(value.shape)}"
                        )

    def check_groups(self) -> None:
        """Raise ValueError unless the present settings of all groups are valid."""
        for group in self.param_groups:
            self.check(group)
        if sum([len(group["params"]) for group in self.param_groups]) != len(self.state):
            name = type(self).__name__
            raise ValueError(f"{name}: the params of a group were changed; add_param_group adds parameters")
        for setting, memory in self.needs:
            for group, _, state in self.members():
                if group[setting] and state and memory not in state:
                    name = type(self).__name__
                    raise ValueError(
                        f"{name}: {setting} was switched on during the run, but its {memory!r} must be kept from the "
                        f"first step on; make a new {name}"
                    )

    # ---------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to resume, except for the parameters themselves.

        "state" maps the number of a parameter to its state; "param_groups" has the settings, with numbers in place of
        the parameters. Later steps do not change it.
        """
        numbers = count()
        return {
            "state": {i: snapshot(state) for i, state in enumerate(self.state) if state},
            "param_groups": [
                snapshot({**group, "params": [next(numbers) for _ in group["params"]]}) for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore the settings and the state of ``state_dict()``.

        Raises TypeError or ValueError, before anything is changed, unless they belong to such groups and such an
        optimizer. Ctrl-C leaves either the old state or the new one.
        """
        name = type(self).__name__
        if not isinstance(state_dict, Mapping) or state_dict.keys() != {"state", "param_groups"}:
            raise TypeError(f"{name}.load_state_dict needs what state_dict() gives, got {short(state_dict)}")
        groups, states = state_dict["param_groups"], state_dict["state"]
        if not all(isinstance(group, Mapping) and "params" in group for group in groups):
            raise TypeError(
                f'{name}.load_state_dict: each group is a dict {{"params": [...], ...}}, got {short(groups)}'
            )
        if not isinstance(states, Mapping) or not all(isinstance(state, Mapping) for state in states.values()):
            raise TypeError(f"{name}.load_state_dict: the state is a dict of dicts, got {short(states)}")
        came, own = [group["params"] for group in groups], self.state_dict()["param_groups"]
        if came != [group["params"] for group in own]:
            sizes = [len(group["params"]) for group in own]
            raise ValueError(
                f"{name}.load_state_dict: the groups have {sizes} parameters, got {[len(numbers) for numbers in came]}"
            )
        for group, known in zip(groups, self.param_groups):
            missing = sorted(self.defaults.keys() - group.keys())
            if missing:
                raise ValueError(f"{name}.load_state_dict: the settings lack {', '.join(missing)}")
            self._check_known(f"{name}.load_state_dict: {name}", group.keys() - known.keys())
            self.check(group)
            for setting in known.keys() & group.keys() - {"params"}:
                check_compatible(f"{name}.load_state_dict", setting, known[setting], group[setting])
        unknown = sorted(states.keys() - set(range(len(self.state))), key=str)
        if unknown:
            raise ValueError(f"{name}.load_state_dict: there is no parameter {unknown[0]!r}")
        settings = [group for group in groups for _ in group["params"]]
        for i, (parameter, group) in enumerate(zip(self.params, settings)):
            if states.get(i):
                self.check_state(f"{name}.load_state_dict: parameter {i}", as_matrix(parameter), states[i], group)
        loaded = [
            {key: snapshot(value) for key, value in group.items() if key not in ("params", "param_names")}
            for group in groups
        ]
        state = [snapshot(dict(states.get(i, {}))) for i in range(len(self.state))]
        update_together([(vars(self), {"state": state}), *zip(self.param_groups, loaded)])

    def check_state(self, name: str, value: Matrix, state: Mapping[str, Any], group: Mapping[str, Any]) -> None:
        """Raise ValueError unless the saved ``state`` of one parameter has the names, types and shapes of ``start``."""
        for key, first in self.start(value, group).items():
            saved = state.get(key)
            if isinstance(first, Matrix):
                if not isinstance(saved, Matrix) or saved.shape != first.shape:
                    came = format_shape(saved.shape) if isinstance(saved, Matrix) else repr(saved)
                    raise ValueError(f"{name}: {key} is a Matrix of {format_shape(first.shape)}, got {came}")
            elif isinstance(first, int):
                if type(saved) is not int or saved < first:
                    raise ValueError(f"{name}: {key} is an int from {first} up, got {saved!r}")
            elif not is_number(saved):
                raise ValueError(f"{name}: {key} is a number, got {saved!r}")

    # ---------------------------------------------------------------- text and iteration

    def __repr__(self) -> str:
        """The settings of each group, as PyTorch prints them."""
        lines = []
        for i, group in enumerate(self.param_groups):
            settings = [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
            lines += ["", f"Parameter Group {i}", *settings]
        return "\n".join([f"{type(self).__name__} (", *lines[1:], ")"])

    def members(self) -> Iterator[tuple[dict[str, Any], Tensor, dict[str, Any]]]:
        """Each parameter with its group and its state."""
        states = iter(self.state)
        for group in self.param_groups:
            for parameter, state in zip(group["params"], states):
                yield group, parameter, state

    def _check_all(self, group: Mapping[str, Any]) -> None:
        """TypeError for what is to be True or False and is neither, and what ``check`` raises."""
        switches = {p.name for p in signature(type(self)).parameters.values() if isinstance(p.default, bool)}
        check_bool(type(self).__name__, **{setting: group[setting] for setting in switches & group.keys()})
        self.check(group)

    def _check_known(self, name: str, settings: Iterable[str]) -> None:
        unknown = sorted(set(settings) - _ALWAYS_ALLOWED, key=str)
        if unknown:
            raise ValueError(f"{name} has no setting {unknown[0]!r}; it has {', '.join(self.defaults) or 'none'}")

    def _as_list(self, params: Any) -> list[Any]:
        name, came = type(self).__name__, type(params).__name__
        if isinstance(params, (Tensor, Mapping)):
            instead = "[parameter]" if isinstance(params, Tensor) else "[group] or list(parameters.values())"
            raise TypeError(f"{name} needs a list of parameters, got a {came}; write {instead}")
        if not isinstance(params, Iterable):
            raise TypeError(f"{name} needs parameters, got a {came}; give it model.parameters()")
        if isinstance(params, AbstractSet) and not isinstance(params, Reversible):
            raise TypeError(
                f"{name} needs parameters in a fixed order, by which saved state is assigned to them, got a {came}; "
                f"give it a list"
            )
        listed = list(params)
        if not listed:
            raise ValueError(
                f"{name} got no parameters; give it model.parameters(), called again: an iterator is used up"
            )
        return listed


def as_matrix(parameter: Tensor) -> Matrix:
    """The value as a rule sees it: of more than two axes with a row for each entry of the first.

    >>> as_matrix(Parameter([[[1.0, 2.0], [3.0, 4.0]]]))
    Matrix([[1.0, 2.0, 3.0, 4.0]])
    """
    return recut(parameter._matrix, rows_of(parameter._shape, 1))


def _check_learned(name: str, number: int, parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(
            f"{name} learns Parameters, number {number} is {short(parameter)}; "
            "give it model.parameters() or a list of Parameter(…)"
        )
    if parameter._grad_fn is not None:
        raise ValueError(
            f"{name} learns leaves, number {number} was made by {parameter._grad_fn.called}; write tensor.detach().requires_grad_()"
        )
    if not parameter.requires_grad and not isinstance(parameter, Parameter):
        raise ValueError(
            f"{name} learns what requires a gradient, number {number} does not; write Tensor(…, requires_grad=True)"
        )
