"""Accelerators: there are none. What programs ask of graphics cards, compilers and threads before they compute is answered
so, and what they set has no effect."""

from __future__ import annotations

from contextlib import ContextDecorator, nullcontext
from functools import partial
from types import SimpleNamespace
from typing import Any, Callable

from backprop.dtypes import float32, float64, set_default_dtype
from backprop.tensors.casts import check_device
from backprop.tensors.devices import device

__all__ = [
    "accelerator",
    "amp",
    "are_deterministic_algorithms_enabled",
    "autocast",
    "backends",
    "compile",
    "compiler",
    "cuda",
    "distributed",
    "get_default_device",
    "get_float32_matmul_precision",
    "get_num_interop_threads",
    "get_num_threads",
    "is_autocast_enabled",
    "jit",
    "mps",
    "onnx",
    "set_default_device",
    "set_default_tensor_type",
    "set_float32_matmul_precision",
    "set_flush_denormal",
    "set_num_interop_threads",
    "set_num_threads",
    "use_deterministic_algorithms",
    "version",
    "xpu",
]


def _always(answer: Any) -> Callable[..., Any]:
    def function(*arguments: Any, **settings: Any) -> Any:
        return answer

    function.__doc__ = f"{answer}, whatever is asked or set: all is computed on the CPU, by one thread."
    return function


_nothing, _no, _zero, _one = map(_always, (None, False, 0, 1))


def get_default_device() -> device:
    """``device("cpu")``.

    >>> get_default_device()
    device(type='cpu')
    """
    return device("cpu")


def set_default_device(device: Any) -> None:
    """Nothing for the CPU; another device is refused with RuntimeError."""
    if device is not None:
        check_device(device)


def set_default_tensor_type(t: Any) -> None:
    """The default dtype by the name of a type of tensors.

    >>> set_default_tensor_type("torch.DoubleTensor")
    >>> from backprop import get_default_dtype
    >>> get_default_dtype()
    torch.float64
    >>> set_default_tensor_type("torch.FloatTensor")

    Raises ValueError for another one.
    """
    name = t if isinstance(t, str) else f"torch.{t.__name__}"
    if name not in ("torch.FloatTensor", "torch.DoubleTensor"):
        raise ValueError(
            f"set_default_tensor_type: needs 'torch.FloatTensor' or 'torch.DoubleTensor', got {name!r}; all is computed on the CPU"
        )
    set_default_dtype(float32 if name == "torch.FloatTensor" else float64)


class autocast(ContextDecorator):
    """A block, or a function, in which some operations would be computed with fewer bits; here they are not.

    >>> with autocast("cuda"):
    ...     1 / 3
    0.3333333333333333
    """

    def __init__(self, device_type: str = "cpu", *arguments: Any, **settings: Any) -> None:
        pass

    def __repr__(self) -> str:
        return "autocast()"

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass


class GradScaler:
    """Scales nothing: Python's floats do not underflow as those of 16 bits do.

    >>> scaler = GradScaler()
    >>> scaler.scale(2.0), scaler.get_scale(), scaler.is_enabled()
    (2.0, 1.0, False)
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        pass

    def scale(self, outputs: Any) -> Any:
        """The outputs."""
        return outputs

    def step(self, optimizer: Any, *arguments: Any, **settings: Any) -> Any:
        """A step of the optimizer."""
        return optimizer.step(*arguments, **settings)

    get_scale = _always(1.0)
    is_enabled = _no
    state_dict = _always({})
    load_state_dict = unscale_ = update = _nothing


def compile(model: Any = None, **settings: Any) -> Any:
    """The model or function itself, with or without settings, also as a decorator.

    >>> @compile
    ... def double(x):
    ...     return x + x
    >>> @compile(fullgraph=True)
    ... def triple(x):
    ...     return x + x + x
    >>> double(2), triple(2)
    (4, 6)
    """
    return model if model is not None else lambda function: function


def _itself(function: Any, *arguments: Any, **settings: Any) -> Any:
    return function


def _refused(*arguments: Any, **settings: Any) -> None:
    raise RuntimeError("all is computed in one process: backprop has no process groups")


def _not_written(*arguments: Any, **settings: Any) -> None:
    raise RuntimeError("backprop writes no ONNX files; torch.save writes .pt files")


_device = {
    **dict.fromkeys(("current_device", "device_count"), _zero),
    **dict.fromkeys(("empty_cache", "manual_seed", "manual_seed_all", "seed", "synchronize"), _nothing),
    **dict.fromkeys(("is_available", "is_bf16_supported", "is_initialized"), _no),
    **dict.fromkeys(("max_memory_allocated", "memory_allocated", "memory_reserved"), _zero),
}
cuda = SimpleNamespace(**_device, amp=SimpleNamespace(autocast=partial(autocast, "cuda"), GradScaler=GradScaler))
mps, xpu = SimpleNamespace(**_device), SimpleNamespace(**_device)
accelerator = SimpleNamespace(current_accelerator=_nothing, device_count=_zero, is_available=_no)
amp = SimpleNamespace(autocast=autocast, GradScaler=GradScaler)
backends = SimpleNamespace(
    cuda=SimpleNamespace(is_built=_no, matmul=SimpleNamespace(allow_tf32=False)),
    cudnn=SimpleNamespace(
        **dict.fromkeys(("benchmark", "deterministic"), False),
        **dict.fromkeys(("allow_tf32", "enabled"), True),
        flags=lambda **settings: nullcontext(),
        is_available=_no,
        version=_nothing,
    ),
    mkl=SimpleNamespace(is_available=_no),
    mps=SimpleNamespace(is_available=_no, is_built=_no),
)
compiler = SimpleNamespace(compile=compile, disable=compile, is_compiling=_no, reset=_nothing)
distributed = SimpleNamespace(
    **dict.fromkeys(("destroy_process_group", "init_process_group"), _refused),
    **dict.fromkeys(("is_available", "is_initialized"), _no),
    get_rank=_zero,
    get_world_size=_one,
)
jit = SimpleNamespace(
    **dict.fromkeys(("export", "ignore", "script", "trace", "unused"), _itself), is_scripting=_no, is_tracing=_no
)
onnx = SimpleNamespace(export=_not_written, is_in_onnx_export=_no)
version = SimpleNamespace(cuda=None, hip=None, git_version="")

are_deterministic_algorithms_enabled = is_autocast_enabled = set_flush_denormal = _no
get_num_threads = get_num_interop_threads = _one
set_num_threads = set_num_interop_threads = use_deterministic_algorithms = set_float32_matmul_precision = _nothing
get_float32_matmul_precision = _always("highest")
