"""A state brought back into a Module: the keys and the shapes are compared first, and then all is set at once."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from typing import Any, NamedTuple

from backprop.autograd import Tensor
from backprop.autograd.chain_rule import same_value
from backprop.dtypes import converted
from backprop.matrix import Matrix
from backprop.nn.hooks import LOAD_POST, LOAD_PRE
from backprop.nn.parameters import Parameter
from backprop.validation import ArgumentError


class _Keys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]


class _IncompatibleKeys(_Keys):
    """The keys that a state lacks, and those that it has besides."""

    __slots__ = ()

    def __repr__(self) -> str:
        return super().__repr__() if any(self) else "<All keys matched successfully>"


def load(module: Any, state_dict: Any, strict: bool, assign: bool) -> _IncompatibleKeys:
    """Set the Parameters and Buffers of a module to the values of their names; see ``Module.load_state_dict``."""
    name = module._get_name()
    if not isinstance(state_dict, Mapping):
        raise TypeError(
            f"{name}.load_state_dict needs what state_dict() gives, a dict, got a {type(state_dict).__name__}"
        )
    state = dict(state_dict)
    problems: list[str] = []
    keys = _IncompatibleKeys([], [])
    modules = list(module.named_modules(remove_duplicate=False))
    for prefix, part in modules:
        for hook in part._hooks:
            if hook.kind == LOAD_PRE:
                hook.function(part, state, prefix and f"{prefix}.", {}, strict, *keys, problems)
    places = {
        f"{prefix}.{own}" if prefix else own: (part, own) for prefix, part in modules for own in part._saved_names()
    }
    tensors = {key: part.__dict__[own] for key, (part, own) in places.items()}
    keys.missing_keys.extend([key for key in tensors if key not in state])
    keys.unexpected_keys.extend([key for key in state if key not in tensors])
    if strict:
        for what, found in (("Missing", keys.missing_keys), ("Unexpected", keys.unexpected_keys)):
            if found:
                listed = ", ".join([f'"{key}"' for key in found])
                problems.append(f"{what} key(s) in state_dict: {listed}. ")
    values: dict[Tensor, Matrix] = {}
    first: dict[Tensor, str] = {}
    for key, tensor in tensors.items():
        if key in state:
            matrix = _value(key, tensor, state[key], problems)
            before = values.setdefault(tensor, matrix)
            if before is not matrix and before != matrix:  # a NaN does not equal itself
                problems.append(f"{first[tensor]} and {key} are one {type(tensor).__name__}, got a value for each")
            first.setdefault(tensor, key)
    if problems:
        raise ArgumentError(f"Error(s) in loading state_dict for {name}:\n\t" + "\n\t".join(problems))
    if assign:
        for key, (part, own) in places.items():
            if key in state:
                setattr(part, own, _assigned(tensors[key], state[key]))
    else:
        # One call into the interpreter's own code: an interruption comes before it or after it.
        list(map(setattr, values, repeat("_matrix"), values.values()))
    for _, part in modules:
        for hook in part._hooks:
            if hook.kind == LOAD_POST:
                hook.function(part, keys)
    return keys


def _value(key: str, tensor: Tensor, value: Any, problems: list[str]) -> Matrix:
    """The entries of ``value`` as those of the tensor; what does not fit is added to the ``problems``."""
    try:
        matrix = same_value(key, tensor, value)
    except ValueError:
        problems.append(
            f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, "
            f"the shape in current model is {tensor.shape}."
        )
    except TypeError:
        problems.append(
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint '
            f"but received {type(value)}"
        )
    else:
        return matrix if tensor.dtype.is_floating_point else converted(matrix, tensor.dtype)
    return tensor._matrix


def _assigned(before: Tensor, value: Any) -> Any:
    """What stands in the place of a Parameter or Buffer from now on."""
    tensor = value if isinstance(value, Tensor) else Tensor(value)
    if isinstance(before, Parameter) and not isinstance(tensor, Parameter):
        return Parameter(tensor, before.requires_grad)
    return tensor
