"""In place: ``x.add_(y)``, ``x += y`` and ``x[i] = y`` give this very Tensor a new value, by PyTorch's rules.

The graph keeps the values that it was computed with, since a Matrix never changes. A view changes with its base, and the
base with the view.
"""

from __future__ import annotations

from typing import Any, Callable

from backprop.autograd.cuts import recut
from backprop.autograd.grad_mode import recording
from backprop.autograd.operation import Result, operation
from backprop.autograd.size import Size, trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, View, as_tensor, constant
from backprop.dtypes import common_dtype
from backprop.matrix import Matrix, flatten, trusted
from backprop.tensors.casts import cast
from backprop.tensors.labels import labelled
from backprop.tensors.shapes import strides
from backprop.tensors.shaping import copied, expand, view


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
    result, owner = result if own.is_floating_point and result.dtype.is_floating_point else cast(result, own), tensor
    while type(owner) is View:  # a view is read from its base, so that it is the base that changes
        base = owner.base
        check_may_change(base, name)
        result, owner = _written(base, result, owner.source, owner.constants), base
    if owner._grad_fn is not None and result._grad_fn is None and recording.on:
        result = _replaced(owner, result)
    if result._grad_fn is not None:
        owner._matrix, owner._grad_fn, owner._requires_grad = result._matrix, result._grad_fn, True
    else:  # cut as its place in the graph expects the gradient
        owner._matrix = recut(result._matrix, len(owner._matrix.rows))
    return tensor


def check_may_change(tensor: Tensor, name: str) -> None:
    """RuntimeError for a leaf that requires a gradient while graphs are recorded."""
    if tensor._requires_grad and tensor._grad_fn is None and recording.on:
        raise RuntimeError(
            f"{name}: a leaf Variable that requires grad is being used in an in-place operation; write it under no_grad()"
        )


@operation(cut=-1, name="copy_slices")
def _written(input: Matrix, value: Matrix, source: Any, constants: dict[str, Any]) -> Result:
    """y = x with other entries where a view is;  ∂L/∂x is 0 there, and ∂L/∂value is ∂L/∂y there."""
    return source.write(input, value, **constants), (
        lambda d: source.write(d, value.map(zero), **constants),
        lambda d: source.__wrapped__(d, **constants)[0],
    )


def zero(x: Any) -> Any:
    """0 as a number of the same kind."""
    return 0.0 if type(x) is float else 0


@operation(cut=-1, name="copy", linear=True)
def _replaced(input: Matrix, value: Matrix) -> Result:
    """y = other numbers than x,  ∂L/∂x = 0: what was computed before is no longer seen."""
    return value, (lambda d: d.map(zero), lambda d: d)


def broadcast(name: str, value: Tensor, shape: Size) -> Tensor:
    """The value expanded to this shape, without axes of size 1 in front that it has too many."""
    while len(value._shape) > len(shape) and value._shape[0] == 1:
        value = view(value, *value._shape[1:])
    own = value._shape
    if len(own) > len(shape) or any(n not in (1, m) for n, m in zip(own[::-1], shape[::-1])):
        raise RuntimeError(f"{name}: the shape {list(own)} cannot be broadcast to {list(shape)}, where it is to stand")
    return expand(value, shape)


def in_place(name: str, function: Callable[..., Tensor]) -> Any:
    """The method that gives a Tensor the value of ``function(tensor, …)``."""

    def method(self: Tensor, *arguments: Any, **settings: Any) -> Tensor:
        return assign(self, function(self, *arguments, **settings), name)

    return _called(method, name, function)


def in_place_axes(name: str, function: Callable[..., Tensor]) -> Any:
    """The method that gives a Tensor the axes of ``function(tensor, …)``, a view of it."""

    def method(self: Tensor, *arguments: Any, **settings: Any) -> Tensor:
        check_may_change(self, name)
        if type(self) is View:  # it is a view of what it was
            before = View.__new__(View)
            before.become(self)
            self.become(function(before, *arguments, **settings))  # type: ignore[arg-type]
            return self
        result = function(self, *arguments, **settings)
        self._matrix, self._grad_fn, self._requires_grad = result._matrix, result._grad_fn, result._requires_grad
        self._shape = trusted_size(
            result._shape
        )  # another object, by which views see that it is not the shape they knew
        return self

    return _called(method, name, function)


def _called(method: Any, name: str, function: Any) -> Any:
    method.__name__, method.__wrapped__ = name, function  # of which it has the signature
    method.__doc__ = f"``{name.rstrip('_')}``, in place."
    return method


def copy_(self: Tensor, src: TensorLike) -> Tensor:
    """Give the Tensor the entries of ``src``, broadcast, as numbers of its dtype.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x.copy_(Tensor([5.0, 6.0]))
    tensor([[5., 6.],
            [5., 6.]])
    """
    given = as_tensor(src, "copy_")
    if len(given._shape) > len(self._shape):
        raise RuntimeError(f"copy_: the shape {list(given._shape)} cannot be broadcast to {list(self._shape)}")
    return _overwritten("copy_", self, given)


def fill_(self: Tensor, value: TensorLike) -> Tensor:
    """Give all entries this value, a number or a Tensor of no axes.

    >>> Tensor([1.0, 2.0]).fill_(7)
    tensor([7., 7.])
    """
    given = as_tensor(value, "fill_")
    if given._shape:
        raise RuntimeError(f"fill_: value is a number or a Tensor of no axes, got the shape {list(given._shape)}")
    return _overwritten("fill_", self, given)


def as_strided_scatter(
    input: TensorLike, src: TensorLike, size: Any, stride: Any, storage_offset: int | None = None
) -> Tensor:
    """``input`` with the entries of ``src`` where ``as_strided(size, stride, storage_offset)`` reads.

    The gradient of ``input`` is that of the entries that stay; PyTorch gives that of the replaced ones, which its own
    gradcheck refuses.

    >>> as_strided_scatter(Tensor([0.0, 0.0, 0.0, 0.0]), Tensor([1.0, 2.0]), (2,), (2,))
    tensor([1., 0., 2., 0.])
    """
    result = copied(as_tensor(input, "as_strided_scatter"))
    result.as_strided(size, stride, storage_offset).copy_(src)
    return result


def apply_(self: Tensor, callable: Callable[[Any], Any]) -> Tensor:
    """Give each entry x the value ``callable(x)``; RuntimeError for a Tensor that requires a gradient.

    >>> Tensor([1.0, 2.0]).apply_(lambda x: 10 * x)
    tensor([10., 20.])
    """
    return map_(self, 0, lambda x, _: callable(x))


def map_(self: Tensor, tensor: TensorLike, callable: Callable[[Any, Any], Any]) -> Tensor:
    """Give each entry x the value ``callable(x, y)``, y that of ``tensor``; RuntimeError for a Tensor that requires a
    gradient.

    >>> Tensor([1.0, 2.0]).map_(Tensor([3.0, 4.0]), lambda x, y: 10 * x + y)
    tensor([13., 24.])
    """
    if self._requires_grad:
        raise RuntimeError("map_ and apply_ know no derivative: write tensor.detach() for one that requires a gradient")
    other = broadcast("map_", as_tensor(tensor, "map_"), self._shape)
    entries = list(map(callable, flatten(self._matrix.rows), flatten(other._matrix.rows)))
    return _overwritten("map_", self, constant(trusted([entries]), self._shape))


def fill_diagonal_(self: Tensor, fill_value: TensorLike, wrap: bool = False) -> Tensor:
    """Give the entries whose indices are all the same this value; in a tall matrix with ``wrap`` those of the next diagonals
    too, which begin a row below the end of the one before.

    RuntimeError for fewer than two axes, and for more than two that are not as long.

    >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).fill_diagonal_(0)
    tensor([[0., 2.],
            [3., 0.]])
    """
    shape = self._shape
    if len(shape) < 2 or len(shape) > 2 and len(set(shape)) > 1:
        raise RuntimeError(f"fill_diagonal_: needs two axes, or more that are as long, got the shape {list(shape)}")
    step = sum(strides(shape))
    self.as_strided((-(-shape.numel() // step) if wrap else min(shape),), (step,)).fill_(fill_value)
    return self


def zero_(self: Tensor) -> Tensor:
    """Give all entries the value 0."""
    return _overwritten("zero_", self, as_tensor(0))


def _overwritten(name: str, tensor: Tensor, src: Tensor) -> Tensor:
    assign(tensor, copied(cast(broadcast(name, src, tensor._shape), tensor.dtype)), name)
    return tensor if type(tensor) is View else labelled(tensor, name.rstrip("_"))
