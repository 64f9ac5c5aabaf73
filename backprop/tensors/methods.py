"""The methods of Tensor: each is the function of its name, with the Tensor as first argument; so are the operators."""

from __future__ import annotations

from importlib import import_module
from numbers import Real
from typing import Any, Callable

from backprop.autograd.tensor import Tensor
from backprop.matrix import Matrix
from backprop.matrix.entries import is_array

METHODS = {
    "activations": "relu sigmoid tanh",
    "arithmetic": (
        "abs absolute add addcdiv addcmul div divide float_power floor_divide fmod lerp mul multiply neg negative"
        " positive pow reciprocal remainder square sub subtract true_divide"
    ),
    "attributes": (
        "__array__ clone conj conj_physical contiguous data_ptr detach_ dim element_size get_device graph is_complex is_contiguous"
        " is_floating_point is_nonzero is_pinned is_same_size is_signed ndimension nelement numel numpy pin_memory"
        " requires_grad_ share_memory_ size storage_offset stride"
    ),
    "bessel": "i0",
    "casts": "bfloat16 bool byte char cpu cuda double float half int long short to type type_as",
    "comparison": (
        "allclose eq equal ge greater greater_equal gt isclose isfinite isin isinf isnan isneginf isposinf isreal"
        " le less less_equal lt ne not_equal signbit"
    ),
    "conversions": "__bool__ __float__ __format__ __index__ __int__ __iter__ __len__ __round__ item tolist",
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
    "hooks": "register_hook retain_grad",
    "in_place": "apply_ as_strided_scatter copy_ fill_ fill_diagonal_ map_ zero_",
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
    "products": "addbmm addmm addmv addr baddbmm bmm dot ger inner matmul mm mv outer",
    "quantiles": "median nanmedian nanquantile quantile",
    "random_in_place": "bernoulli_ cauchy_ exponential_ geometric_ log_normal_ normal_ random_ uniform_",
    "random_tensors": "bernoulli multinomial",
    "reductions": "mean nanmean nansum prod std sum var",
    "rounding": "angle ceil copysign fix floor frac heaviside nextafter round sgn sign trunc",
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
    "tensor_types": "new",
    "trigonometry": (
        "acos acosh arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh cos cosh"
        " deg2rad hypot rad2deg sin sinc sinh tan"
    ),
    "vector_products": "cross kron trace vdot",
}
"""The functions that are methods too, by the module that has them."""

LINALG = {
    "definite": "cholesky_inverse cholesky_solve",
    "determinants": "det logdet",
    "exponential": "matrix_exp matrix_power",
    "reflections": "geqrf ormqr",
    "solving": "inverse triangular_solve",
    "top_level": "cholesky lu lu_solve pinverse qr slogdet svd",
}
"""The functions of ``backprop.linalg`` that are methods too, by the module that has them; a first call loads it."""

PROPERTIES = {
    "attributes": (
        "device is_cpu is_cuda is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_nested is_quantized is_sparse is_sparse_csr"
        " is_vulkan is_xla is_xpu itemsize layout nbytes ndim real"
    ),
    "backward_nodes": "grad_fn",
    "hooks": "retains_grad",
    "shaping": "H T mH mT",
}
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
        "abs absolute add addcdiv addcmul div divide float_power floor_divide fmod lerp mul multiply neg negative"
        " pow reciprocal remainder square sub subtract true_divide"
    ),
    "bessel": "i0",
    "comparison": "eq ge greater greater_equal gt le less less_equal lt ne not_equal",
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
    "rounding": "ceil copysign fix floor frac heaviside nextafter round sgn sign trunc",
    "scattering": (
        "index_add index_copy index_fill index_put index_reduce masked_scatter put scatter scatter_add scatter_reduce"
    ),
    "selection": "clamp clamp_max clamp_min clip masked_fill nan_to_num",
    "special_functions": "digamma erf erfc erfinv lgamma mvlgamma",
    "trigonometry": (
        "acos acosh arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh cos cosh"
        " deg2rad hypot rad2deg sin sinc sinh tan"
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


class _Later:
    """Stands for a method until it is used: then its module is loaded, and the method itself takes the place."""

    def __init__(self, name: str, module: str, function: str, make: Callable[[Any], Any]) -> None:
        self._name, self._module, self._function, self._make = name, module, function, make
        setattr(Tensor, name, self)

    def __get__(self, instance: Any, owner: Any) -> Any:
        method = self._make(getattr(import_module(f"backprop.{self._module}"), self._function))
        setattr(Tensor, self._name, method)
        return method.__get__(instance, owner)


def _itself(function: Any) -> Any:
    return function


def _reflected(function: Any) -> Any:
    def method(self: Tensor, other: Any) -> Tensor:
        return function(other, self)  # type: ignore[no-any-return]

    return method


def _compared(function: Any) -> Any:
    def method(self: Tensor, other: Any) -> Any:
        # Anything but a number is different from all numbers, which Python finds out by itself.
        return function(self, other) if isinstance(other, (Tensor, Matrix, Real)) or is_array(other) else NotImplemented

    return method


def _where(function: Any) -> Any:
    def method(self: Tensor, condition: Any, other: Any) -> Any:
        return function(condition, self, other)

    return method


def _in_place(name: str, maker: str = "in_place") -> Callable[[Any], Any]:
    return lambda function: getattr(import_module("backprop.tensors.in_place"), maker)(f"{name}_", function)


def _install() -> None:
    makers: list[Callable[[Any], Any]] = [_itself, _itself, property]
    tables = (("tensors", METHODS), ("linalg", LINALG), ("tensors", PROPERTIES))
    for (package, table), make in zip(tables, makers):
        for module, names in table.items():
            for name in names.split():
                _Later(name, f"{package}.{module}", name, make)
    for table, maker in ((IN_PLACE, "in_place"), (IN_PLACE_AXES, "in_place_axes")):
        for module, names in table.items():
            for name in names.split():
                _Later(f"{name}_", f"tensors.{module}", name, _in_place(name, maker))
    for module, operators in OPERATORS.items():
        for operator, name in operators.items():
            own = _compared if operator in _COMPARISONS else _itself
            for method, make in zip(methods_of(operator), (own, _reflected, _in_place(name))):
                _Later(method, f"tensors.{module}", name, make)
    _Later("where", "tensors.selection", "where", _where)
    _Later("__rdiv__", "tensors.arithmetic", "div", _reflected)
    _Later("__repr__", "tensors.printing", "tensor_repr", _itself)
    _Later("_repr_html_", "tensors.printing", "tensor_html", _itself)


_install()
