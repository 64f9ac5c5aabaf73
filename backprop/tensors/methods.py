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
    "activations": "relu sigmoid tanh",
    "arithmetic": (
        "abs add addcdiv addcmul div float_power floor_divide fmod lerp mul neg positive pow reciprocal remainder"
        " square sub true_divide"
    ),
    "attributes": (
        "clone conj conj_physical contiguous detach_ dim element_size is_complex is_contiguous is_floating_point"
        " nelement numel numpy requires_grad_ size"
    ),
    "bessel": "i0",
    "casts": "bfloat16 bool byte char cpu cuda double float half int long short to type type_as",
    "comparison": "allclose eq equal ge gt isclose isfinite isin isinf isnan isneginf isposinf isreal le lt ne signbit",
    "counting": "all any bincount count_nonzero mode",
    "covariances": "corrcoef cov",
    "cumulative": "cummax cummin cumprod cumsum logcumsumexp",
    "diagonals": "diag diag_embed diagflat tril triu",
    "differences": "diff",
    "distances": "dist renorm",
    "distinct": "unique unique_consecutive",
    "elementary": "exp exp2 expm1 log log10 log1p log2 rsqrt sqrt",
    "extremes": "amax amin aminmax argmax argmin max min",
    "filled": "new_empty new_full new_ones new_zeros",
    "from_data": "new_tensor",
    "histograms": "histc histogram",
    "in_place": "copy_ fill_ fill_diagonal_ zero_",
    "incomplete_gamma": "igamma igammac",
    "logic": (
        "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor logical_and"
        " logical_not logical_or logical_xor"
    ),
    "moves": "broadcast_to expand_as flip fliplr flipud repeat repeat_interleave roll rot90 sum_to_size tile",
    "norms": "norm",
    "pairs": "frexp gcd lcm ldexp logaddexp logaddexp2 logit xlogy",
    "parts": (
        "as_strided chunk diagonal dsplit hsplit narrow select split split_with_sizes tensor_split unbind unfold vsplit"
    ),
    "probability": "log_softmax logsumexp softmax",
    "products": "addbmm addmm addmv addr baddbmm bmm dot inner matmul mm mv outer",
    "quantiles": "median nanmedian nanquantile quantile",
    "random_in_place": "bernoulli_ cauchy_ exponential_ geometric_ log_normal_ normal_ random_ uniform_",
    "random_tensors": "bernoulli multinomial",
    "reductions": "mean nanmean nansum prod std sum var",
    "rounding": "angle ceil copysign floor frac heaviside nextafter round sgn sign trunc",
    "scattering": (
        "argwhere diagonal_scatter gather index_add index_copy index_fill index_put index_reduce index_select"
        " masked_scatter masked_select nonzero put scatter scatter_add scatter_reduce select_scatter slice_scatter"
        " take take_along_dim"
    ),
    "selection": "clamp clamp_max clamp_min clip fmax fmin masked_fill maximum minimum nan_to_num",
    "shaping": (
        "adjoint expand flatten moveaxis movedim permute ravel reshape reshape_as resolve_conj resolve_neg"
        " squeeze swapaxes swapdims t transpose unflatten unsqueeze view view_as"
    ),
    "sorting": "argsort kthvalue msort sort topk",
    "special_functions": "digamma erf erfc erfinv lgamma mvlgamma",
    "trigonometry": "acos acosh asin asinh atan atan2 atanh cos cosh deg2rad hypot rad2deg sin sinc sinh tan",
    "vector_products": "cross kron trace vdot",
}
"""The functions that are methods too, by the module that has them."""

LINALG = {
    "definite": "cholesky_inverse cholesky_solve",
    "determinants": "det logdet slogdet",
    "exponential": "matrix_exp matrix_power",
    "reflections": "geqrf ormqr",
    "solving": "inverse triangular_solve",
    "top_level": "cholesky lu lu_solve pinverse qr svd",
}
"""The functions of ``backprop.linalg`` that are methods too, by the module that has them; a first call loads it."""

PROPERTIES = {"attributes": "device ndim real", "shaping": "H T mH mT"}
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
    "activations": "relu sigmoid tanh",
    "arithmetic": (
        "abs add addcdiv addcmul div float_power floor_divide fmod lerp mul neg pow reciprocal remainder square"
        " sub true_divide"
    ),
    "bessel": "i0",
    "comparison": "eq ge gt le lt ne",
    "cumulative": "cumprod cumsum",
    "diagonals": "tril triu",
    "distances": "renorm",
    "elementary": "exp exp2 expm1 log log10 log1p log2 rsqrt sqrt",
    "incomplete_gamma": "igamma igammac",
    "logic": (
        "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor logical_and"
        " logical_not logical_or logical_xor"
    ),
    "pairs": "gcd lcm ldexp logit xlogy",
    "products": "addbmm addmm addmv addr baddbmm",
    "rounding": "ceil copysign floor frac heaviside nextafter round sgn sign trunc",
    "scattering": (
        "index_add index_copy index_fill index_put index_reduce masked_scatter put scatter scatter_add scatter_reduce"
    ),
    "selection": "clamp clamp_max clamp_min clip masked_fill nan_to_num",
    "special_functions": "digamma erf erfc erfinv lgamma mvlgamma",
    "trigonometry": "acos acosh asin asinh atan atan2 atanh cos cosh deg2rad hypot rad2deg sin sinc sinh tan",
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


def _loading(module: str, name: str) -> Any:
    def method(self: Tensor, *arguments: Any, **settings: Any) -> Any:
        function = getattr(import_module(f"backprop.linalg.{module}"), name)
        setattr(Tensor, name, function)
        return function(self, *arguments, **settings)

    return method


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
    for table, changing in ((IN_PLACE, in_place), (IN_PLACE_AXES, in_place_axes)):
        for name, function in _functions({module: names.split() for module, names in table.items()}):
            setattr(Tensor, f"{name}_", changing(f"{name}_", function))
    for module, names in LINALG.items():
        for name in names.split():
            setattr(Tensor, name, _loading(module, name))
    for module, operators in OPERATORS.items():
        for operator, (name, function) in zip(operators, _functions({module: operators.values()})):
            own = _compared(function) if operator in _COMPARISONS else function
            for method, made in zip(methods_of(operator), (own, _reflected(function), in_place(f"{name}_", function))):
                setattr(Tensor, method, made)
    selection = import_module("backprop.tensors.selection")
    setattr(Tensor, "where", lambda self, condition, other: selection.where(condition, self, other))  # noqa: B010
    setattr(Tensor, "__repr__", _repr)  # noqa: B010


_install()
