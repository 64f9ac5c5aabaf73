"""The methods of Tensor: each is the function of its name, with the Tensor as first argument; so are the operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from numbers import Real
from typing import Any

from backprop.autograd.dtypes import get_default_dtype
from backprop.autograd.tensor import Tensor
from backprop.matrix import Matrix
from backprop.matrix.entries import is_array
from backprop.tensors.in_place import in_place, in_place_axes
from backprop.tensors.printing import grad_fn_name, tensor_text

METHODS = {
    "arithmetic": (
        "abs add addcdiv addcmul div float_power floor_divide fmod lerp mul neg positive pow reciprocal remainder"
        " square sub true_divide"
    ),
    "comparison": ("allclose eq equal ge gt isclose isfinite isinf isnan isneginf isposinf isreal le lt ne signbit"),
    "diagonals": "diag diag_embed diagflat tril triu",
    "elementary": "exp exp2 expm1 log log10 log1p log2 rsqrt sqrt",
    "in_place": "copy_ detach_ fill_ requires_grad_ zero_",
    "logic": (
        "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor logical_and logical_not"
        " logical_or logical_xor"
    ),
    "moves": "broadcast_to expand_as flip fliplr flipud repeat repeat_interleave roll rot90 sum_to_size tile",
    "norms": "norm",
    "parts": (
        "as_strided chunk diagonal dsplit hsplit narrow select split split_with_sizes tensor_split unbind unfold vsplit"
    ),
    "products": "matmul",
    "reductions": "mean nanmean nansum prod std sum var",
    "scattering": (
        "argwhere diagonal_scatter gather index_add index_copy index_fill index_put index_reduce"
        " index_select masked_scatter masked_select nonzero put scatter scatter_add scatter_reduce select_scatter"
        " slice_scatter take take_along_dim"
    ),
    "shaping": (
        "adjoint expand flatten moveaxis movedim permute ravel reshape reshape_as resolve_conj resolve_neg squeeze"
        " swapaxes swapdims t transpose unflatten unsqueeze view view_as"
    ),
}
"""The functions that are methods too, by the module that has them."""

PROPERTIES = {"shaping": "H T mH mT"}
"""The functions of a Tensor alone that are properties."""

OPERATORS = {
    "arithmetic": {
        "__abs__": "abs",
        "__add__": "add",
        "__floordiv__": "floor_divide",
        "__mod__": "remainder",
        "__mul__": "mul",
        "__neg__": "neg",
        "__pos__": "positive",
        "__pow__": "pow",
        "__sub__": "sub",
        "__truediv__": "div",
    },
    "comparison": {
        "__contains__": "_contains",
        "__eq__": "eq",
        "__ge__": "ge",
        "__gt__": "gt",
        "__le__": "le",
        "__lt__": "lt",
        "__ne__": "ne",
    },
    "indexing": {"__getitem__": "getitem", "__setitem__": "setitem"},
    "logic": {
        "__and__": "bitwise_and",
        "__invert__": "bitwise_not",
        "__lshift__": "bitwise_left_shift",
        "__or__": "bitwise_or",
        "__rshift__": "bitwise_right_shift",
        "__xor__": "bitwise_xor",
    },
    "products": {"__matmul__": "matmul"},
}
"""The function of each operator; that with the operands exchanged follows from it."""

IN_PLACE = {
    "arithmetic": (
        "abs add addcdiv addcmul div float_power floor_divide fmod lerp mul neg pow reciprocal remainder square sub"
        " true_divide"
    ),
    "comparison": "eq ge gt le lt ne",
    "diagonals": "tril triu",
    "elementary": "exp exp2 expm1 log log10 log1p log2 rsqrt sqrt",
    "logic": (
        "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor logical_and logical_not"
        " logical_or logical_xor"
    ),
    "scattering": (
        "index_add index_copy index_fill index_put index_reduce masked_scatter put scatter scatter_add scatter_reduce"
    ),
}
"""The functions that are methods in place too, with an underscore at the end of the name."""

IN_PLACE_AXES = {"parts": "as_strided", "shaping": "squeeze swapaxes swapdims t transpose unsqueeze"}
"""The views that are methods in place too: they give a Tensor other axes."""

_BINARY = {"add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"}
_COMPARISONS = {"__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__"}


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


def _compared(function: Any) -> Any:
    def method(self: Tensor, other: Any) -> Any:
        # What is no number is different from all numbers, which Python finds out by itself.
        return function(self, other) if isinstance(other, (Tensor, Matrix, Real)) or is_array(other) else NotImplemented

    return method


def _repr(self: Tensor) -> str:
    """As PyTorch prints it."""
    node = self.grad_fn
    made_by = None
    if node is not None:  # that of a Function has its name already
        made_by = (
            node.name if node.name.endswith("Backward") else grad_fn_name(node.name, (node.constants or {}).get("dim"))
        )
    return tensor_text(
        self._matrix.rows, self._shape, self.dtype.name, get_default_dtype().name, self._requires_grad, made_by
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
    for table, make in ((IN_PLACE, in_place), (IN_PLACE_AXES, in_place_axes)):
        for name, function in _functions({module: names.split() for module, names in table.items()}):
            setattr(Tensor, f"{name}_", make(f"{name}_", function))
    for module, operators in OPERATORS.items():
        for operator, (name, function) in zip(operators, _functions({module: operators.values()})):
            own = _compared(function) if operator in _COMPARISONS else function
            for method, made in zip(methods_of(operator), (own, _reflected(function), in_place(f"{name}_", function))):
                setattr(Tensor, method, made)
    setattr(Tensor, "__repr__", _repr)  # noqa: B010


_install()
