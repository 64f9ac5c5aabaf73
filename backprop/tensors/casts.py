"""Casts: the same numbers under another dtype. Between floating dtypes the graph goes on, to ints and bools it ends."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from backprop import dtypes
from backprop.autograd.operation import composed
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.dtypes import DType, as_dtype, converted
from backprop.tensors.devices import device
from backprop.tensors.shaping import copied


def cast(input: TensorLike, dtype: DType) -> Tensor:
    """The Tensor with another dtype, or itself where it has that one.

    To an int dtype floats are cut off towards 0 and wrap around; to bool 0 is False and all else True.

    >>> cast(Tensor([0.0, -1.5]), dtypes.int64), cast(Tensor([0.0, -1.5]), dtypes.bool)
    (tensor([ 0, -1]), tensor([False,  True]))
    """
    x = as_tensor(input, "to")
    if x.dtype is dtype:
        return x
    if not (dtype.is_floating_point and x.dtype.is_floating_point):
        return constant(converted(x._matrix, dtype), x._shape, dtype)
    y = copied(x)
    y._dtype = dtype
    if y._grad_fn is not None:
        y._grad_fn.label = "to"
    return y


@composed
def to(
    input: TensorLike,
    *target: Any,
    dtype: DType | None = None,
    device: Any = None,
    non_blocking: builtins.bool = False,
    copy: builtins.bool = False,
    memory_format: Any = None,
) -> Tensor:
    """``x.to(dtype)``, ``x.to(device)``, ``x.to(device, dtype)``, ``x.to(other)``: with another dtype, or that of another
    Tensor. All Tensors are on the CPU, row after row.

    >>> to(Tensor([1.5]), dtypes.int64), to(Tensor([1.5]), "cpu")
    (tensor([1]), tensor([1.5000]))
    """
    x = as_tensor(input, "to")
    kind = wanted_dtype("to", dtype, device, *target)
    y = x if kind is None else cast(x, kind)
    return copied(x) if copy and y is x else y


def wanted_dtype(name: str, *target: Any) -> DType | None:
    """The dtype among what ``to`` is given, or None; the devices are validated.

    >>> wanted_dtype("to", "cpu", dtypes.float64), wanted_dtype("to", "cpu")
    (torch.float64, None)
    """
    kind: DType | None = None
    for wanted in target:
        if isinstance(wanted, (DType, builtins.type)):
            kind = as_dtype(name, wanted)
        elif isinstance(wanted, Tensor):
            kind = wanted.dtype
        elif wanted is not None and not isinstance(wanted, builtins.bool):
            check_device(wanted)
    return kind


def check_device(wanted: Any) -> None:
    """RuntimeError for another device than the CPU, TypeError for what is none.

    >>> check_device("cuda")
    Traceback (most recent call last):
    RuntimeError: there is no device 'cuda': all is computed on the CPU; write device('cpu')
    """
    if isinstance(wanted, builtins.int):
        wanted = f"cuda:{wanted}"
    if not isinstance(wanted, (str, device)):
        raise TypeError(f"to: takes a dtype, a device or a Tensor, got {wanted!r}")
    device(wanted)


def cpu(input: TensorLike) -> Tensor:
    """The Tensor itself."""
    return as_tensor(input, "cpu")


def cuda(input: TensorLike, device: Any = None) -> Tensor:
    """Refused with RuntimeError: there is no graphics card here."""
    raise RuntimeError("there is no device 'cuda': all is computed on the CPU; leave .cuda() out")


def type_as(input: TensorLike, other: Tensor) -> Tensor:
    """With the dtype of the other.

    >>> type_as(Tensor([1.5]), Tensor([1.0]) > 0)
    tensor([True])
    """
    return cast(input, other.dtype)


_KINDS = {
    "float32": "Float",
    "float64": "Double",
    "int64": "Long",
    "int32": "Int",
    "int16": "Short",
    "int8": "Char",
    "uint8": "Byte",
    "bool": "Bool",
}


def type(input: TensorLike, dtype: Any = None) -> Any:
    """With another dtype, also by such a name or as ``FloatTensor``; without one the name of the tensor type that PyTorch has for its dtype.

    >>> type(Tensor([1.5])), type(Tensor([1.5]), dtypes.int64)
    ('torch.FloatTensor', tensor([1]))
    """
    if dtype is None:
        return f"torch.{_KINDS[as_tensor(input, 'type').dtype.name]}Tensor"
    wanted = getattr(dtype, "dtype", dtype)
    if isinstance(wanted, str):
        kinds = {f"torch.{kind}Tensor": getattr(dtypes, name) for name, kind in _KINDS.items()}
        wanted = kinds.get(wanted, wanted)
    return to(input, dtype=as_dtype("type", wanted))


def result_type(tensor1: TensorLike, tensor2: TensorLike) -> DType:
    """The dtype of what is computed with both: numbers count only where they are of a higher kind than the Tensors.

    >>> result_type(Tensor([1.0]).long(), 1.5), result_type(Tensor([1.0]), 1)
    (torch.float32, torch.float32)
    """
    xs = [as_tensor(x, "result_type") for x in (tensor1, tensor2)]
    tensors = dtypes.common_dtype([(x.dtype, len(x._shape) > 0) for x in xs if x._dtype is not None])
    numbers = [(x.dtype, False) for x in xs if x._dtype is None]
    found = dtypes.common_dtype([(tensors, True), *numbers])
    assert found is not None  # as one of both has a dtype
    return found


def half(input: TensorLike) -> Tensor:
    """Refused with NotImplementedError: there are no half precision numbers."""
    raise NotImplementedError("half: there are no 16 bit floats here; leave it out, or write float()")


bfloat16 = half


def _cast_to(name: str, dtype: DType) -> Callable[[TensorLike], Tensor]:
    def method(input: TensorLike) -> Tensor:
        return cast(input, dtype)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"With the dtype {dtype.name}."
    return method


bool = _cast_to("bool", dtypes.bool)
byte = _cast_to("byte", dtypes.uint8)
char = _cast_to("char", dtypes.int8)
double = _cast_to("double", dtypes.float64)
float = _cast_to("float", dtypes.float32)
int = _cast_to("int", dtypes.int32)
long = _cast_to("long", dtypes.int64)
short = _cast_to("short", dtypes.int16)
