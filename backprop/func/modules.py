"""A module as a function of its parameters, and the parameters of several modules as those of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from backprop.autograd import Tensor, no_grad
from backprop.nn.module import Module
from backprop.tensors.concatenation import stack
from backprop.validation import ArgumentError


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Tensor] | Sequence[Mapping[str, Tensor]],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """What the module gives for ``args`` with other values in the place of its parameters and buffers, by their names.

    The module itself stays as it is, so that the result may be differentiated with respect to these values. Those that are
    not given are its own; a parameter of two names has both values unless ``tie_weights=False``. Raises ArgumentError for a
    name that the module does not have, and with ``strict`` for one that is missing.

    >>> from backprop import nn
    >>> layer = nn.Linear(2, 1)
    >>> functional_call(layer, {"weight": Tensor([[1.0, 10.0]]), "bias": Tensor([0.5])}, (Tensor([2.0, 3.0]),))
    tensor([32.5000])
    """
    given = parameter_and_buffer_dicts
    values: dict[str, Tensor] = {}
    for part in [given] if isinstance(given, Mapping) else given:
        values.update(part)
    own = {
        **dict(module.named_parameters(remove_duplicate=False)),
        **dict(module.named_buffers(remove_duplicate=False)),
    }
    unknown, missing = [name for name in values if name not in own], [name for name in own if name not in values]
    if unknown or (strict and missing):
        found = f"unexpected: {unknown}" if unknown else f"missing: {missing}"
        raise ArgumentError(f"functional_call: the names are those of the module's parameters and buffers; {found}")
    if tie_weights:
        tied = {id(own[name]): value for name, value in values.items()}
        values.update({name: tied[id(x)] for name, x in own.items() if id(x) in tied and name not in values})
    inputs = args if isinstance(args, tuple) else () if args is None else (args,)
    with _replaced(module, values):
        return module(*inputs, **(kwargs or {}))


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters of several modules of one class as one Tensor for each name, stacked along a new first axis, and the
    buffers; for ``vmap`` of ``functional_call``, which computes an ensemble.

    The parameters are new leaves, which require a gradient where those of the modules do. Raises RuntimeError for no
    module, and for modules of several classes, modes or shapes, or of which some alone are frozen.

    >>> from backprop import nn
    >>> parameters, buffers = stack_module_state([nn.Linear(2, 1), nn.Linear(2, 1), nn.Linear(2, 1)])
    >>> {name: list(x.shape) for name, x in parameters.items()}, buffers
    ({'weight': [3, 1, 2], 'bias': [3, 1]}, {})
    """
    if not models:
        raise ArgumentError("stack_module_state: Expected at least one model, got 0.")
    if len({model.training for model in models}) > 1:
        raise ArgumentError("stack_module_state: Expected all models to have the same training/eval mode.")
    if len({type(model) for model in models}) > 1:
        raise ArgumentError("stack_module_state: Expected all models to be of the same class.")
    parameters = [dict(model.named_parameters()) for model in models]
    buffers = [dict(model.named_buffers()) for model in models]
    return _stacked(parameters), _stacked(buffers)


def _stacked(states: list[dict[str, Any]]) -> dict[str, Tensor]:
    stacked = {}
    for name, first in states[0].items():
        tensors = [state[name] for state in states]
        if len({x.requires_grad for x in tensors}) > 1:
            raise ArgumentError(f"stack_module_state: Expected {name} from each model to have the same .requires_grad")
        with no_grad():
            stacked[name] = stack(tensors)
        stacked[name].requires_grad_(first.requires_grad)
    return stacked


@contextmanager
def _replaced(module: Module, values: Mapping[str, Tensor]) -> Iterator[None]:
    before = []
    try:
        for path, value in values.items():
            owner, _, name = path.rpartition(".")
            holder = module.get_submodule(owner)
            before.append((holder, name, vars(holder)[name]))
            object.__setattr__(holder, name, value)  # which is no Parameter, and need not be one
        yield
    finally:
        for holder, name, value in reversed(before):
            object.__setattr__(holder, name, value)
