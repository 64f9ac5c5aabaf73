"""Optimizer: groups of parameters with their settings, and a state for each parameter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Reversible
from collections.abc import Set as AbstractSet
from inspect import signature
from reprlib import repr as short
from typing import Any, Callable, Union
from warnings import warn

from backprop.autograd import Size, Tensor, constant, enable_grad, recut, rows_of
from backprop.matrix import Matrix, format_shape, trusted
from backprop.optim.state import IN_PLACE, Running, snapshot
from backprop.tensors.hooks import Handle
from backprop.validation import Configured, check_bool, check_number, did_you_mean, is_number

Params = Union[Iterable[Tensor], Iterable[tuple[str, Tensor]], Iterable[Mapping[str, Any]]]
Closure = Callable[[], Any]

# Settings that PyTorch added later, so that a state may be saved without them. All but the first and the last choose
# among its implementations, and change nothing here.
_LATER = frozenset(("maximize", "foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay"))
_SCALAR = Size()


class _Required:
    def __repr__(self) -> str:
        return "<required parameter>"


required = _Required()  # the default of a setting that has none, in rules of one's own


class Optimizer(Configured):
    """The base class of optimizers; a subclass defines ``update``, the rule for one parameter, or ``step``.

    ``params`` are leaf Tensors, or dicts {"params": [...], "lr": 0.1, ...}, one for each group; settings that a group
    does not have are taken from ``defaults``. ``param_groups`` are these dicts with all settings. Each step reads them
    again, so ``group["lr"] = 0.01`` changes a learning rate. Pairs (name, parameter) are accepted too; the names are
    kept as ``group["param_names"]``. ``state`` has a dict for each parameter.

    Saved state is assigned to the parameters by their order, so a set, which has no order, is a TypeError.

    As in PyTorch a subclass may write ``step`` itself:

    >>> class SignSGD(Optimizer):
    ...     def __init__(self, params, lr):
    ...         super().__init__(params, {"lr": lr})
    ...     def step(self):
    ...         for group in self.param_groups:
    ...             for p in group["params"]:
    ...                 p.data.add_(p.grad.sign(), alpha=-group["lr"])
    >>> w = Tensor([5.0, 5.0, 5.0], requires_grad=True)
    >>> (w * Tensor([0.3, -7.0, 0.0])).sum().backward()
    >>> SignSGD([w], lr=0.5).step(); w.data
    tensor([4.5000, 5.5000, 5.0000])

    Here it is shorter as a rule on Matrices, which ``explain`` can show; of more than two axes they have a row for each
    entry of the first. A rule with state defines in ``start`` the initial one.

    >>> class SignSGD(Optimizer):
    ...     def update(self, value, gradient, state, group):
    ...         return value - group["lr"] * gradient.map(lambda g: (g > 0) - (g < 0))
    >>> SignSGD([w], {"lr": 0.5}).step(); w.data
    tensor([4., 6., 5.])
    """

    _step_pre_hooks: list[Any]
    _step_post_hooks: list[Any]
    _opt_called: bool

    def __init__(self, params: Params, defaults: Mapping[str, Any] | None = None) -> None:
        self.defaults = snapshot(dict(defaults or {}))
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        given = self._as_list(params)
        self._check_all(self.defaults)
        groups: Any = given if isinstance(given[0], Mapping) else [{"params": given}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Add a group of parameters: {"params": [...]}, with settings that differ from ``defaults``. Other entries of the
        group are kept; a UserWarning names one that looks like a setting misspelled.

        Raises TypeError for anything but Tensors, ValueError for one that is no leaf or in another group, and for a
        setting that ``check`` refuses.
        """
        name = type(self).__name__
        if not isinstance(param_group, Mapping):
            raise TypeError(
                f'{name}: a group of parameters is a dict {{"params": [...], ...}}, got {short(param_group)}'
            )
        if "params" not in param_group:
            raise KeyError(f'{name}: a group of parameters has its "params", got {short(param_group)}')
        for setting in param_group.keys() - self.defaults.keys() - {"params", "initial_lr", "param_names"}:
            meant = did_you_mean(str(setting), list(self.defaults))
            if meant:
                warn(f"{name} has no setting {setting!r}{meant}", stacklevel=2)
        group = snapshot({**self.defaults, **param_group, "params": None})
        for setting, value in group.items():
            if value is required:
                raise ValueError(f"{name} needs its {setting} in each group, or for all of them")
        params = param_group["params"]
        parameters = [params] if isinstance(params, Tensor) else self._as_list(params, empty=True)
        named = [isinstance(item, tuple) and len(item) == 2 for item in parameters]
        if any(named):
            if not all(named):
                raise ValueError(f"{name} needs all parameters with their names, or none, got {short(parameters)}")
            group["param_names"], parameters = map(list, zip(*parameters))
        for i, parameter in enumerate(parameters):
            _check_learned(name, i, parameter)
        if len(set(parameters)) < len(parameters):
            warn(f"{name} got a parameter twice; it takes each step twice", stacklevel=2)
        if not set(parameters).isdisjoint(parameters_of(self)):
            raise ValueError(f"{name} got a parameter in two groups; it belongs to one")
        group["params"] = parameters
        self._check_all(group)
        self.param_groups.append(group)

    # ---------------------------------------------------------------- what a subclass defines

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise ValueError for invalid settings."""

    # The names of what is one number in the state, whatever the shape of the parameter.
    numbers: frozenset[str] = frozenset({"step"})

    # The names of Tensors of the state whose rows the rule gets as a list of lists, which it changes in place: number by
    # number where these are IN_PLACE, else by new rows.
    in_place: frozenset[str] = frozenset()

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        """The state of a parameter before its first step: Tensors by name, as ``filled`` makes them."""
        return {}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        """The new value of one parameter. The rule may change its ``state``, in which Matrices and ``numbers`` stand for the
        Tensors; a Matrix that it adds is of the parameter's shape."""
        raise NotImplementedError(f"{type(self).__name__} needs an update or a step method")

    # ---------------------------------------------------------------- learning

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Reset all gradients, since ``backward()`` adds to them: to None, or to zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if set_to_none:
                    parameter._grad = None
                elif parameter._grad is not None:
                    parameter._grad.detach_().zero_()

    def step(self, closure: Closure | None = None) -> Any:
        """Update every parameter that has a gradient. A ``closure`` is called first; it computes the gradients and returns
        the loss, which is returned. A step that Ctrl-C breaks off has changed some parameters and states and not the others;
        ``fit`` undoes it.

        Raises ValueError, before any parameter is changed, for a setting that was changed to an invalid one.
        """
        loss = None if closure is None else evaluated(closure)
        for group in self.param_groups:
            self.check(group)
        known, numbers, in_place = self.state, self.numbers, self.in_place
        for group in self.param_groups:
            settings, maximize = as_numbers(group), group.get("maximize")
            for parameter in group["params"]:
                value, grad = parameter._matrix, parameter._grad
                if grad is not None and value.rows[0]:  # what has no entries learns none
                    gradient = grad._matrix
                    if len(parameter._shape) > 2:
                        value, gradient = as_matrix(parameter), recut(gradient, rows_of(parameter._shape, 1))
                    if maximize:
                        gradient = -gradient
                    state = known.get(parameter) or self.start(parameter, settings)
                    memory = opened(state, numbers, in_place) if state else {}
                    updated = self.update(value, gradient, memory, settings)
                    if len(updated.rows) != len(value.rows) or len(updated.rows[0]) != len(value.rows[0]):
                        raise ValueError(
                            f"{type(self).__name__}.update gave {format_shape(updated.shape)} for a parameter of "
                            f"{format_shape(value.shape)}"
                        )
                    parameter._matrix = updated
                    if memory:
                        close(state, memory, numbers, in_place, parameter)
                        known[parameter] = state
        return loss

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call ``hook(optimizer, args, kwargs)`` before each step; it may return other (args, kwargs) for ``step``."""
        self.watch_steps()
        self._step_pre_hooks.append(hook)
        return Handle(self._step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., None]) -> Handle:
        """Call ``hook(optimizer, args, kwargs)`` after each step."""
        self.watch_steps()
        self._step_post_hooks.append(hook)
        return Handle(self._step_post_hooks, hook)

    def watch_steps(self) -> None:
        """From now on ``step`` calls the hooks, and notes that it was called; before this it costs nothing."""
        vars(self).setdefault("step", self._watched_step)
        vars(self).setdefault("_step_pre_hooks", [])
        vars(self).setdefault("_step_post_hooks", [])

    def _watched_step(self, *given: Any, **kwargs: Any) -> Any:
        self._opt_called = True
        args = (self, *given)
        for hook in list(self._step_pre_hooks):
            changed = hook(self, args, kwargs)
            if changed is not None:
                if not isinstance(changed, tuple) or len(changed) != 2:
                    raise RuntimeError(f"a hook before a step returns None or (args, kwargs), got {short(changed)}")
                args, kwargs = changed
        loss = type(self).step(*args, **kwargs)
        for hook in list(self._step_post_hooks):
            hook(self, args, kwargs)
        return loss

    # ---------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to resume, except for the parameters themselves.

        "state" maps the number of a parameter to its state; "param_groups" has the settings, with numbers in place of
        the parameters. Later steps do not change it.
        """
        parameters = parameters_of(self)
        numbers = dict(zip(reversed(parameters), reversed(range(len(parameters)))))  # the first, where one comes twice
        return {
            "state": {
                numbers[key] if isinstance(key, Tensor) else key: snapshot(state) for key, state in self.state.items()
            },
            "param_groups": [
                snapshot({**group, "params": [numbers[parameter] for parameter in group["params"]]})
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Restore the settings and the state of ``state_dict()``, PyTorch's own too.

        Raises TypeError or ValueError, before anything is changed, unless they belong to such groups and such an
        optimizer. Ctrl-C leaves either the old state or the new one.
        """
        name = f"{type(self).__name__}.load_state_dict"
        if not isinstance(state_dict, Mapping) or not state_dict.keys() >= {"state", "param_groups"}:
            raise TypeError(f"{name} needs what state_dict() gives, got {short(state_dict)}")
        groups, states = state_dict["param_groups"], state_dict["state"]
        if not all(isinstance(group, Mapping) and isinstance(group.get("params"), list) for group in groups):
            raise TypeError(f'{name}: each group is a dict {{"params": [...], ...}}, got {short(groups)}')
        if not isinstance(states, Mapping):
            raise TypeError(f"{name}: the state is a dict of dicts, got {short(states)}")
        own, came = ([len(group["params"]) for group in every] for every in (self.param_groups, groups))
        if own != came:
            raise ValueError(f"{name}: the groups have {own} parameters, got {came}")
        loaded = [self._loaded_group(name, *pair) for pair in zip(groups, self.param_groups)]
        parameters = {
            number: (parameter, group)
            for saved, group in zip(groups, loaded)
            for number, parameter in zip(saved["params"], group["params"])
        }
        state: defaultdict[Any, Any] = defaultdict(dict)
        for number, saved in states.items():
            if number in parameters:
                parameter, group = parameters[number]
                if not isinstance(saved, Mapping):
                    raise TypeError(f"{name}: the state is a dict of dicts, got {short(states)}")
                where = f"{name}: parameter {number}"
                state[parameter] = self.loaded_state(where, parameter, saved, as_numbers(group)) if saved else {}
            elif self.has_rule:
                raise ValueError(f"{name}: there is no parameter {short(number)}")
            else:
                state[number] = snapshot(saved)
        self.__setstate__({"state": state, "param_groups": loaded, "_opt_called": True})

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        vars(self).update(state)

    def _loaded_group(self, name: str, saved: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
        missing = sorted(self.defaults.keys() - _LATER - saved.keys())
        if missing and self.has_rule:  # what a step of one's own needs it says itself
            raise ValueError(f"{name}: the settings lack {', '.join(missing)}")
        names = {"param_names": own["param_names"]} if "param_names" in own else {}
        group = {**self.defaults, **names, **snapshot(dict(saved)), "params": own["params"]}
        self._check_all(group)
        return group

    def loaded_state(
        self, name: str, parameter: Tensor, saved: Mapping[str, Any], group: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A copy of the ``saved`` state of one parameter; ValueError unless it has the names and shapes of ``start``."""
        copy: dict[str, Any] = snapshot(dict(saved))
        if not self.has_rule:
            return copy  # what a step of one's own makes of it
        first = self.start(parameter, group)
        for key, value in {**dict.fromkeys(first), **copy}.items():
            shape = first[key]._shape if key in first else parameter._shape
            if key in self.numbers:
                number = value.item() if isinstance(value, Tensor) and value.numel() == 1 else value
                if not is_number(number) or not number >= 0:
                    raise ValueError(f"{name}: {key} is a number from 0 up, got {short(value)}")
                copy[key] = scalar(float(number))
            elif isinstance(value, Tensor) and value._shape == shape:
                copy[key] = constant(recut(value._matrix, rows_of(shape, 1)), shape, parameter._dtype)
            elif value is None and key not in first:
                del copy[key]  # what PyTorch had not begun yet
            else:
                came = format_shape(value.shape) if isinstance(value, Tensor) else short(value)
                raise ValueError(f"{name}: {key} is a Tensor of {format_shape(shape)}, got {came}")
        return copy

    @property
    def has_rule(self) -> bool:
        """Whether its step is its ``update`` of each parameter; else it has a step of its own."""
        return type(self).step is Optimizer.step

    # ---------------------------------------------------------------- text

    def __repr__(self) -> str:
        """The settings of each group, as PyTorch prints them."""
        lines = []
        for i, group in enumerate(self.param_groups):
            settings = [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
            lines += ["", f"Parameter Group {i}", *settings]
        return "\n".join([f"{type(self).__name__} (", *lines[1:], ")"])

    def _check_all(self, group: Mapping[str, Any]) -> None:
        """TypeError for what is to be True or False and is neither, NotImplementedError for ``differentiable``, and what
        ``check`` raises."""
        name = type(self).__name__
        switches = {p.name for p in signature(type(self)).parameters.values() if isinstance(p.default, bool)}
        switches |= {setting for setting in _LATER & group.keys() if group[setting] is not None}
        check_bool(name, **{setting: group[setting] for setting in switches & group.keys()})
        if "initial_lr" in group:
            check_number(name, "initial_lr", group["initial_lr"], 0)
        if group.get("differentiable"):
            raise NotImplementedError(f"{name}: a step is no part of a graph here; differentiable must be False")
        self.check(group)

    def _as_list(self, params: Any, empty: bool = False) -> list[Any]:
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
        if not listed and not empty:
            raise ValueError(
                f"{name} got no parameters; give it model.parameters(), called again: an iterator is used up"
            )
        return listed


def settings_of(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The settings among the ``locals()`` of a constructor.

    >>> def __init__(self, params, lr=0.1, momentum=0): return settings_of(locals())
    >>> __init__(None, [], momentum=0.9)
    {'lr': 0.1, 'momentum': 0.9}
    """
    return {name: value for name, value in arguments.items() if name not in ("self", "params", "__class__")}


def parameters_of(optimizer: Optimizer) -> list[Tensor]:
    """The parameters of all groups, in order."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def evaluated(closure: Closure) -> Any:
    """What the ``closure`` of a step returns; it may go backward under ``no_grad`` too."""
    if not callable(closure):
        raise TypeError(
            f"step takes a closure that computes the loss, calls backward() and returns it, got {closure!r}"
        )
    with enable_grad():
        return closure()


def as_numbers(group: Mapping[str, Any]) -> Mapping[str, Any]:
    """The group with a learning rate that is a number; it may be a Tensor."""
    lr = group.get("lr")
    return {**group, "lr": lr.item()} if isinstance(lr, Tensor) else group


def as_matrix(parameter: Tensor) -> Matrix:
    """The value as a rule sees it: of more than two axes with a row for each entry of the first.

    >>> as_matrix(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    Matrix([[1.0, 2.0, 3.0, 4.0]])
    """
    return recut(parameter._matrix, rows_of(parameter._shape, 1))


def filled(like: Tensor, value: Any) -> Tensor:
    """A state to begin with: ``value`` for each entry of a parameter.

    >>> filled(Tensor([0.5, 2.0]), 0)
    tensor([0., 0.])
    """
    matrix = trusted([[value] * len(row) for row in as_matrix(like).rows])
    return constant(matrix, like._shape, like._dtype)


def scalar(value: Any) -> Tensor:
    """A state of one number.

    >>> scalar(0.0)
    tensor(0.)
    """
    return constant(trusted([[value]]), _SCALAR)


def opened(state: dict[str, Any], numbers: frozenset[str], in_place: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The ``state`` of a parameter as a rule takes it: in place of each Tensor its Matrix, its number, or its rows.

    >>> opened({"step": scalar(3.0), "exp_avg": filled(Tensor([1.0, 2.0]), 0)}, frozenset({"step"}))
    {'step': 3.0, 'exp_avg': Matrix([[0, 0]])}
    """
    memory: dict[str, Any] = {}
    for name, value in state.items():
        if name not in in_place:  # a rule may keep something else than a Tensor
            memory[name] = getattr(value, "_matrix", value)
        elif type(value) is Running:
            memory[name] = value.own_rows()
        else:  # as it was loaded, or at the start
            rows = value._matrix.rows
            if len(rows) * len(rows[0]) in IN_PLACE:
                state[name] = Running(value)
                memory[name] = state[name].own_rows()
            else:
                memory[name] = rows[:]
    for name in numbers:
        if name in memory:
            memory[name] = memory[name].rows[0][0]
    return memory


def close(
    state: dict[str, Any],
    memory: dict[str, Any],
    numbers: frozenset[str],
    in_place: frozenset[str],
    parameter: Tensor,
) -> None:
    """Put what a rule has made of the ``opened`` state back into its Tensors."""
    for name in numbers:
        if name in memory:
            memory[name] = trusted([[memory[name]]])
    for name, value in memory.items():
        if name in in_place:
            if type(state[name]) is Running:
                continue
            value = trusted(value)
        try:
            state[name]._matrix = value
        except (KeyError, AttributeError):  # it is new, or something else that a rule keeps
            state[name] = constant(value, parameter._shape, parameter._dtype) if isinstance(value, Matrix) else value


def _check_learned(name: str, number: int, parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(
            f"{name} learns Tensors, number {number} is {short(parameter)}; "
            "give it model.parameters() or a list of Parameter(…)"
        )
    if parameter._grad_fn is not None and not parameter.retains_grad:
        raise ValueError(
            f"{name} learns leaves, number {number} was made by {parameter._grad_fn.called}; write tensor.detach().requires_grad_()"
        )
