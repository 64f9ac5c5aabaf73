"""What the factories have in common, the functions that make new Tensors: their settings, and their last step."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from functools import wraps
from numbers import Real
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.size import Size
from backprop.autograd.tensor import Tensor, constant
from backprop.dtypes import DType, as_dtype, converted, dtype_of
from backprop.matrix import trusted
from backprop.tensors.devices import contiguous_format, preserve_format, strided
from backprop.tensors.devices import device as device_of
from backprop.tensors.shapes import as_shape
from backprop.validation import check_bool


def factory(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Give a function that makes a Tensor of a ``dtype`` the settings of all factories.

    ``requires_grad=True`` makes it a leaf that gets a gradient, RuntimeError unless its dtype is floating. ``device``,
    ``layout``, ``pin_memory`` and ``memory_format`` are there for programs that name them, and have a single value.

    >>> @factory
    ... def two(*, dtype=None):
    ...     return made([2.0], (), dtype)
    >>> two(device="cpu", requires_grad=True)
    tensor(2., requires_grad=True)
    >>> two(device="cuda")
    Traceback (most recent call last):
    RuntimeError: there is no device 'cuda': all is computed on the CPU; write device('cpu')
    """
    name = make.__name__

    @wraps(make)
    def call(
        *arguments: Any,
        dtype: DType | None = None,
        device: Any = None,
        requires_grad: bool = False,
        layout: Any = None,
        pin_memory: bool | None = None,
        memory_format: Any = None,
        **settings: Any,
    ) -> Tensor:
        if dtype is not None:
            dtype = as_dtype(name, dtype)
        if device is not None:
            device_of(device)
        if requires_grad is not False:
            check_bool(name, requires_grad=requires_grad)
        if layout is not None or pin_memory or memory_format is not None:
            _check_memory(name, layout, pin_memory, memory_format)
        result = make(*arguments, dtype=dtype, **settings)
        if requires_grad:
            result.requires_grad = True
        return result

    own = list(inspect.signature(make).parameters.values())
    common = list(inspect.signature(call, follow_wrapped=False).parameters.values())[2:-1]
    call.__signature__ = inspect.Signature([*own, *common])  # type: ignore[attr-defined]
    return call


def made(entries: Iterable[Any], shape: Sequence[int], dtype: DType | None) -> Tensor:
    """A Tensor of these entries as numbers of the dtype, or of that which the entries have.

    >>> made([1, 2], (2,), None), made([], (0,), None)
    (tensor([1, 2]), tensor([]))
    """
    matrix = trusted([list(entries)])
    dtype = dtype or dtype_of(matrix)
    return constant(converted(matrix, dtype), shape, dtype)


def shape_of(name: str, sizes: Sequence[Any], size: Any = None) -> Size:
    """The shape that a factory is given as ints, as one tuple or list, or by the name ``size``.

    >>> shape_of("zeros", (2, 3)), shape_of("zeros", ((2, 3),)), shape_of("zeros", (), size=(2, 3))
    (torch.Size([2, 3]), torch.Size([2, 3]), torch.Size([2, 3]))
    """
    if bool(sizes) is (size is not None):
        came = f"{short(sizes)} and size={short(size)}" if sizes else "none"
        raise TypeError(f"{name}: needs the sizes once, {name}(2, 3), or {name}(()) for a single number, got {came}")
    return as_shape(name, sizes or (size,))


def floating(name: str, dtype: DType) -> DType:
    """The dtype; NotImplementedError unless it is a floating one, as random numbers that are no ints need."""
    if not dtype.is_floating_point:
        raise NotImplementedError(f"{name}: the numbers are floats, which a Tensor of {dtype.name} does not hold")
    return dtype


def number(name: str, setting: str, value: Any) -> Any:
    """A number, also that of a Tensor of a single entry; TypeError for what is none.

    >>> number("arange", "end", Tensor(4.0)), number("full", "fill_value", True)
    (4.0, True)
    """
    x = value.item() if hasattr(value, "item") else value
    if isinstance(x, Real):
        return x
    raise TypeError(f"{name}: {setting} is a number, got {short(value)}")


def _check_memory(name: str, layout: Any, pin_memory: Any, memory_format: Any) -> None:
    if layout not in (None, strided):
        raise RuntimeError(f"{name}: the layout of all Tensors is strided, got {layout!r}; leave it out")
    if pin_memory:
        raise RuntimeError(f"{name}: there is no memory to pin without a graphics card; leave pin_memory out")
    if memory_format not in (None, preserve_format, contiguous_format):
        raise RuntimeError(f"{name}: the entries always lie row after row, got {memory_format!r}; leave it out")
