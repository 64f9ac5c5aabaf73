"""The methods of Tensor: each is the function of its name, with the Tensor as first argument; so are the operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from backprop.autograd.dtypes import get_default_dtype
from backprop.autograd.tensor import Tensor
from backprop.tensors.in_place import in_place
from backprop.tensors.printing import grad_fn_name, tensor_text

METHODS = {
    "arithmetic": "abs add div mul neg pow sub",
    "counting": "all any bincount count_nonzero mode",
    "cumulative": "cummax cummin cumprod cumsum logcumsumexp",
    "differences": "diff",
    "distinct": "unique unique_consecutive",
    "extremes": "amax amin aminmax argmax argmin max min",
    "histograms": "histc histogram",
    "norms": "norm",
    "probability": "log_softmax logsumexp softmax",
    "products": "matmul",
    "quantiles": "median nanmedian nanquantile quantile",
    "reductions": "mean nanmean nansum prod std sum var",
    "shaping": "expand permute reshape transpose view",
    "sorting": "argsort kthvalue msort sort topk",
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
    "indexing": {"__getitem__": "getitem", "__setitem__": "setitem"},
    "products": {"__matmul__": "matmul"},
}
"""The function of each operator; that with the operands exchanged follows from it."""

IN_PLACE = {"arithmetic": "abs add div mul neg pow sub"}
"""The functions that are methods in place too, with an underscore at the end of the name."""

_BINARY = {"add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"}


def methods_of(operator: str) -> list[str]:
    """The methods that follow from an operator: that itself, with the operands exchanged, and in place.

    >>> methods_of("__add__"), methods_of("__neg__")
    (['__add__', '__radd__', '__iadd__'], ['__neg__'])
    """
    name = operator.strip("_")
    return [operator, f"__r{name}__", f"__i{name}__"] if name in _BINARY else [operator]


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


def _functions(table: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, Any]]:
    for module, names in table.items():
        functions = import_module(f"backprop.tensors.{module}")
        for name in names:
            yield name, getattr(functions, name)


def _install() -> None:
    for table, make in ((METHODS, lambda function: function), (PROPERTIES, property)):
        for name, function in _functions({module: names.split() for module, names in table.items()}):
            setattr(Tensor, name, make(function))
    for name, function in _functions({module: names.split() for module, names in IN_PLACE.items()}):
        setattr(Tensor, f"{name}_", in_place(f"{name}_", function))
    for module, operators in OPERATORS.items():
        for operator, (name, function) in zip(operators, _functions({module: operators.values()})):
            for method, made in zip(
                methods_of(operator), (function, _reflected(function), in_place(f"{name}_", function))
            ):
                setattr(Tensor, method, made)
    setattr(Tensor, "__repr__", _repr)  # noqa: B010


_install()
