"""The methods of Tensor: each is the function of its name, with the Tensor as first argument; so are the operators."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from backprop.autograd.dtypes import get_default_dtype
from backprop.autograd.tensor import Tensor
from backprop.tensors.printing import grad_fn_name, tensor_text

METHODS = {
    "arithmetic": "abs add div mul neg pow sub",
    "products": "matmul",
    "reductions": "mean sum",
    "shaping": "expand permute transpose view",
}
"""The functions that are methods too, by the module that has them."""

PROPERTIES = {"shaping": "T"}
"""The functions of a Tensor alone that are properties."""

OPERATORS = {
    "arithmetic": {
        "__abs__": "abs",
        "__add__": "add",
        "__mul__": "mul",
        "__neg__": "neg",
        "__pow__": "pow",
        "__sub__": "sub",
        "__truediv__": "div",
    },
    "products": {"__matmul__": "matmul"},
}
"""The function of each operator; that with the operands exchanged follows from it."""

_UNARY = {"__abs__", "__neg__", "__invert__", "__pos__"}
_COMPARISONS = {"__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"}


def _reflected(function: Any) -> Any:
    def method(self: Tensor, other: Any) -> Tensor:
        return function(other, self)  # type: ignore[no-any-return]

    return method


def _repr(self: Tensor) -> str:
    """As PyTorch prints it."""
    node = self.grad_fn
    made_by = None
    if node is not None:  # that of a Function has its name already
        made_by = node.name if node.name.endswith("Backward") else grad_fn_name(node.name, (node.constants or {}).get("dim"))
    name = "tensor" if self.__class__ is Tensor else type(self).__name__
    return tensor_text(
        self._matrix.rows, self._shape, self.dtype.name, get_default_dtype().name, self._requires_grad, made_by, name
    )


def _install() -> None:
    for module, names in METHODS.items():
        functions = import_module(f"backprop.tensors.{module}")
        for name in names.split():
            setattr(Tensor, name, getattr(functions, name))
    for module, names in PROPERTIES.items():
        functions = import_module(f"backprop.tensors.{module}")
        for name in names.split():
            setattr(Tensor, name, property(getattr(functions, name)))
    for module, operators in OPERATORS.items():
        functions = import_module(f"backprop.tensors.{module}")
        for operator, name in operators.items():
            function = getattr(functions, name)
            setattr(Tensor, operator, function)
            if operator not in _UNARY | _COMPARISONS:
                setattr(Tensor, f"__r{operator[2:]}", _reflected(function))
    Tensor.__repr__ = _repr  # type: ignore[method-assign]


_install()
