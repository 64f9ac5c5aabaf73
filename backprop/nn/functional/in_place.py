"""``inplace=True``: an activation that gives its own input the result, as PyTorch's may."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import Any, Callable

from backprop.autograd import Tensor, as_tensor
from backprop.tensors.in_place import assign
from backprop.validation import check_bool


def optionally_in_place(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Give an activation PyTorch's last argument, ``inplace``: with it the input itself gets the result, and is returned.

    Raises RuntimeError for a leaf that requires a gradient.

    >>> from backprop.tensors.activations import tanh
    >>> x = Tensor([0.0, 1000.0])
    >>> optionally_in_place(tanh)(x, inplace=True) is x, x
    (True, tensor([0., 1.]))
    """
    name = function.__name__
    parameters = list(inspect.signature(function).parameters.values())

    @wraps(function)
    def call(*arguments: Any, inplace: bool = False, **settings: Any) -> Tensor:
        if len(arguments) > len(parameters):
            arguments, inplace = arguments[:-1], arguments[-1]
        y = function(*arguments, **settings)
        if inplace is False:
            return y
        check_bool(name, inplace=inplace)
        return assign(as_tensor(arguments[0] if arguments else settings["input"]), y, f"{name}_")

    last = inspect.Parameter("inplace", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=False, annotation="bool")
    call.__signature__ = inspect.Signature([*parameters, last])  # type: ignore[attr-defined]
    return call
