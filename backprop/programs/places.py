"""Places: where PyTorch's modules are here. ``torch.a.b`` is ``backprop.a.b``, but for those of this table."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import Any, Callable, Union

from backprop.autograd import Size, Tensor
from backprop.autograd.tensor import Alias, View
from backprop.dtypes import DType
from backprop.linalg.algorithms.validation import LinAlgError, PivotError
from backprop.nn import Module, Parameter, functional
from backprop.tensors.devices import device
from backprop.validation import ArgumentError, SettingError

VERSION = "2.13.0+backprop"
"""``torch.__version__``: the PyTorch whose behaviour this is."""

_NN_MODULES = (
    "activation adaptive batchnorm channelshuffle container conv distance dropout flatten fold instancenorm linear loss"
    " module normalization padding pixelshuffle pooling rnn sparse transformer upsampling"
)
PLACES = {
    "torch": "backprop",
    "torchvision": "backprop.vision",
    "torch.nn.modules": "backprop.nn",
    **{f"torch.nn.modules.{name}": "backprop.nn" for name in _NN_MODULES.split()},
    "torch.nn.parameter": "backprop.nn",
    **{f"torch.nn.utils.{name}": "backprop.nn.utils" for name in ("clip_grad", "convert_parameters")},
    "torch.optim.adamw": "backprop.optim",
    **{f"torch.utils.data.{name}": "backprop.utils.data" for name in ("dataloader", "dataset", "sampler")},
    "torch.autograd.variable": "backprop.autograd",
    "torch.autograd.function": "backprop.derivatives.function",
    **{f"torch.{name}": "backprop" for name in ("functional", "types")},
    "torch.multiprocessing": "multiprocessing",
}
"""The modules that are elsewhere."""

ELSEWHERE = {
    "torch.nn.modules.batchnorm._BatchNorm": ("backprop.nn.normalization", "ChannelNorm"),
    "torch.nn.modules.conv._ConvNd": ("backprop.nn.convolution", "_Convolution"),
    "torch.nn.modules.conv._ConvTransposeNd": ("backprop.nn.convolution", "_ConvTransposeNd"),
    "torch.nn.modules.instancenorm._InstanceNorm": ("backprop.nn.normalization", "_InstanceNorm"),
    "torch.nn.modules.linear.NonDynamicallyQuantizableLinear": (
        "backprop.nn.transformer",
        "NonDynamicallyQuantizableLinear",
    ),
}
"""What other modules have under other names."""


def _method(name: str) -> Callable[..., Any]:
    """The method of a Tensor as a function."""

    def function(input: Tensor, *args: Any, **kwargs: Any) -> Any:
        return getattr(input, name)(*args, **kwargs)

    function.__name__ = function.__qualname__ = name
    return function


_METHODS_IN_PLACE = (
    "abs acos acosh addmv arccos arccosh arcsin arcsinh arctan arctanh as_strided asin asinh atan atanh ceil clamp clamp_max"
    " clamp_min clip cos cosh deg2rad detach erf erfc exp exp2 expm1 fill fix floor frac gcd i0 index_put lcm ldexp log log10"
    " log1p log2 logit nan_to_num neg negative rad2deg reciprocal relu round rsqrt sigmoid sin sinc sinh sqrt square tan tanh"
    " trunc xlogy zero"
)
_ACTIVATIONS_IN_PLACE = {
    f"{name}_": partial(getattr(functional, name), inplace=True)
    for name in ("celu", "elu", "hardtanh", "leaky_relu", "relu", "rrelu", "selu", "threshold")
}
NAMES: dict[str, dict[str, Any]] = {
    "torch": {
        "__version__": VERSION,
        "dtype": DType,
        **{name: _ACTIVATIONS_IN_PLACE[name] for name in ("celu_", "rrelu_", "selu_", "threshold_")},
        **{f"{name}_": _method(f"{name}_") for name in _METHODS_IN_PLACE.split()},
    },
    "torch.autograd": {"detect_anomaly": nullcontext, "set_detect_anomaly": nullcontext},
    "torch.nn.functional": _ACTIVATIONS_IN_PLACE,
    "torch.types": {"Device": Any, "Number": Union[int, float, bool]},
    "torchvision": {"__version__": "0.28.0+backprop"},
    "torch.version": {"__version__": VERSION},
}
"""What modules have there, and programs ask for, and no module has here."""

_OWN = (
    "Callback Epoch Explanation History Matrix as_torch datasets evaluate explain fit metrics operation pictures programs"
    " storage"
)
OWN = frozenset(_OWN.split())
"""What ``backprop`` has and ``torch`` has not."""

CLASSES: dict[type, str] = {
    Tensor: "torch.Tensor",
    Alias: "torch.Tensor",
    View: "torch.Tensor",
    Parameter: "torch.nn.parameter.Parameter",
    Size: "torch.Size",
    DType: "torch.dtype",
    device: "torch.device",
    LinAlgError: "builtins.RuntimeError",
    PivotError: "torch._C._LinAlgError",
    ArgumentError: "builtins.RuntimeError",
    SettingError: "builtins.ValueError",
}
"""What classes are called in PyTorch, which programs print: ``type(x)``, ``type(error).__name__``."""

_PYTORCHS_METHODS = (
    "as_subclass cdouble cfloat chalf coalesce dense_dim dequantize imag int_repr is_coalesced istft q_scale q_zero_point"
    " record_stream register_backward_hook register_post_accumulate_grad_hook resize_ resize_as_ set_extra_state"
    " set_submodule sparse_dim sparse_mask sspaddmm stft storage symeig to_dense to_empty to_mkldnn to_sparse to_sparse_bsr"
    " to_sparse_coo to_sparse_csc to_sparse_csr unsafe_chunk unsafe_split untyped_storage"
)
ABSENT_METHODS = frozenset(_PYTORCHS_METHODS.split()) - {*dir(Tensor), *dir(Module)}
"""Methods of Tensors and Modules, of names that nothing else is likely to have, which are not here."""
