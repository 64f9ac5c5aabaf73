"""In place: ``x.add_(y)``, ``x += y`` and ``x[i] = y`` give this very Tensor a new value, by PyTorch's rules.

The graph keeps the values that it was computed with, since a Matrix never changes. A view changes with its base, and the
base with the view.
"""

from __future__ import annotations

from typing import Any, Callable

from backprop.autograd.cuts import recut
from backprop.autograd.dtypes import DType, common_dtype, converted
from backprop.autograd.grad_mode import recording
from backprop.autograd.operation import Result, operation
from backprop.autograd.tensor import Tensor, View, constant
from backprop.matrix import Matrix


def assign(tensor: Tensor, result: Tensor, name: str) -> Tensor:
    """Give ``tensor`` the value of ``result``, and its place in the graph.

    Raises RuntimeError for a leaf that requires a gradient while graphs are recorded, for another shape, and for a dtype of
    a higher kind: an int Tensor takes no floats, one of bools no ints.
    """
    check_may_change(tensor, name)
    if result._shape != tensor._shape:
        raise RuntimeError(
            f"{name}: the Tensor keeps its shape, {list(tensor._shape)}, and this would be {list(result._shape)}"
        )
    own = tensor.dtype
    if common_dtype([(own, True), (result.dtype, False)]) is not own:
        raise RuntimeError(f"{name}: result type {result.dtype} can't be cast to the desired output type {own}")
    result = cast(result, own)
    if type(tensor) is View:
        base = tensor.base
        assign(base, _written(base, result, tensor.source, tensor.constants), name)
    else:
        tensor._matrix = recut(result._matrix, len(tensor._matrix.rows))
        if result.grad_fn is not None:
            tensor.grad_fn, tensor._requires_grad = result.grad_fn, True
    return tensor


def check_may_change(tensor: Tensor, name: str) -> None:
    """RuntimeError for a leaf that requires a gradient while graphs are recorded."""
    if tensor._requires_grad and tensor.grad_fn is None and recording.on:
        raise RuntimeError(
            f"{name}: a leaf Variable that requires grad is being used in an in-place operation; write it under no_grad()"
        )


@operation(cut=-1, name="copy_slices")
def _written(input: Matrix, value: Matrix, source: Any, constants: dict[str, Any]) -> Result:
    """y = x with other entries where a view is;  ∂L/∂x is 0 there, and ∂L/∂value is ∂L/∂y there."""
    return source.write(input, value, **constants), (
        lambda d: source.write(d, value.map(zero), **constants),
        lambda d: source.rule(d, **constants)[0],
    )


def zero(x: Any) -> Any:
    """0 as a number of the same kind."""
    return 0.0 if type(x) is float else 0


def cast(tensor: Tensor, dtype: DType) -> Tensor:
    """The Tensor with entries of the kind of ``dtype``; between floating ones it is the same."""
    if tensor.dtype.is_floating_point == dtype.is_floating_point and (dtype.is_floating_point or tensor.dtype is dtype):
        return tensor
    return constant(converted(tensor._matrix, dtype), tensor._shape, dtype)


def in_place(name: str, function: Callable[..., Tensor]) -> Any:
    """The method that gives a Tensor the value of ``function(tensor, …)``."""

    def method(self: Tensor, *arguments: Any, **settings: Any) -> Tensor:
        return assign(self, function(self, *arguments, **settings), name)

    method.__name__ = name
    method.__doc__ = f"``{name.rstrip('_')}``, in place."
    return method
